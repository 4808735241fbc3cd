"""The end of a study's work: signing, reopening, correcting, adding an addendum.

A signed text that has left the program is never changed; what follows it stands beside or under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.draft import DraftNotSignable, DraftState, Impression
from app.domain.study_work import Signed, StudyWork, Writing
from app.domain.versions import Version


def why_not_signable(work: StudyWork) -> str | None:
    """The reason why the text cannot be signed now, for the place beside the Sign button."""
    if work.is_signed:
        return "Signed already"
    if work.is_streaming:
        return "Words are still coming"
    version = work.version
    if version is None or not version.draft.text.strip():
        return "There is nothing to sign"
    if not version.draft.is_complete and version.draft.state is not DraftState.EDITED:
        return "■ Draft incomplete"
    if not version.end_seen:
        return "Scroll to the end of the draft first"
    return None


def open_questions(work: StudyWork, criticals: Sequence[str] = ()) -> list[str]:
    """What the radiologist must be asked before signing, worst first; empty for a clean report.

    Args:
        criticals: sentences of the second reader's critical flags that are neither mended nor kept.
    """
    conflict = work.identity_conflict()
    questions = [f"■ {conflict}"] if conflict else []
    questions += [f"■ {sentence}" for sentence in criticals]
    if work.is_stale:
        questions.append("▲ The findings changed since this draft.")
    return questions


def sign(work: StudyWork, by: str, at: datetime, untold_results: Sequence[str] = ()) -> Impression:
    """Sign the current version.

    Args:
        untold_results: critical results that somebody has yet to be told of; the study keeps them in mind.

    Raises:
        DraftNotSignable: see `why_not_signable`.
    """
    version = work.version
    reason = why_not_signable(work)
    if reason or version is None:
        raise DraftNotSignable(reason)
    draft, impression = version.draft.sign(by, at)
    impression = replace(impression, text=work.full_impression)
    work.versions[work.current] = replace(version, draft=draft)
    report = work.report.with_impression(impression.text)
    told = () if work.writing is Writing.ADDENDUM else tuple(work.communications.values())
    work.signatures.append(
        Signed(work.writing, report, impression, version, communications=told, untold_before=work.untold_results)
    )
    work.writing = Writing.NOTHING
    work.untold_results = tuple(one for one in (*work.untold_results, *untold_results) if not work.is_told(one))
    work.revision += 1
    return impression


def can_reopen(work: StudyWork) -> bool:
    """Whether the signature can still be taken back: until the text has left the program."""
    return work.is_signed and not work.signatures[-1].has_left


def reopen(work: StudyWork) -> None:
    """Take the signature back.

    Raises:
        DraftNotSignable: the text has left, or is not signed.
    """
    if not can_reopen(work):
        raise DraftNotSignable("This text was copied already: correct it or add an addendum.")
    last = work.signatures.pop()
    work.untold_results = last.untold_before
    work.versions[work.current] = last.version
    work.writing = last.kind
    work.revision += 1


def correct(work: StudyWork) -> None:
    """Begin a corrected report from the signed one, which stays as it is."""
    base = _signed_report(work)
    draft = replace(base.version.draft, state=DraftState.PROPOSED).edited(base.impression.text)
    # Their lines are part of the text that is corrected.
    work.communications = {}
    _begin(work, Writing.CORRECTION, base, [replace(base.version, draft=draft)])


def add_addendum(work: StudyWork) -> None:
    """Begin an addendum under the untouched original; no model drafts it unless asked."""
    _begin(work, Writing.ADDENDUM, _signed_report(work), [])


def withdraw(work: StudyWork) -> None:
    """Give up a correction or an addendum: the signed text stands as before."""
    work.communications = {one.finding: one for one in _signed_report(work).communications}
    _begin(work, Writing.NOTHING, _signed_report(work), [work.signatures[-1].version])


def mark_left(work: StudyWork) -> None:
    """The signed text was copied or exported."""
    if work.is_signed:
        work.signatures[-1] = replace(work.signatures[-1], has_left=True)


def _begin(work: StudyWork, writing: Writing, base: Signed, versions: list[Version]) -> None:
    work.report = replace(base.report, impression="")
    work.versions, work.current = versions, len(versions) - 1
    work.writing = writing
    work.told_unchanged = None
    work.revision += 1


def _signed_report(work: StudyWork) -> Signed:
    """The last signed report, an addendum not counted."""
    for one in reversed(work.signatures):
        if one.kind is not Writing.ADDENDUM:
            return one
    raise DraftNotSignable("Nothing is signed yet.")
