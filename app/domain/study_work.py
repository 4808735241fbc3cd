"""One study on the desk: what was typed for it and the versions of its impression; app.domain.signing is its end.

It does not know windows, engines or the clipboard.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from app.domain.communication import Communication, is_documented
from app.domain.draft import Draft, DraftNotSignable, Impression
from app.domain.identity import identity_conflict, identity_in, without_identity
from app.domain.prompt import Length
from app.domain.report import Findings, Report, Study, as_typed, parse_report
from app.domain.versions import Guarded, Version, Wanted, changed_sentences, written_by_hand

IMMUTABLE = "Signed text is never changed: correct it or add an addendum."
# What makes a flag the same flag again: its kind and severity, its finding, and the words at both of its ends.
FlagKey = tuple[str, ...]
FIELDS = ("exam", "indication", "comparison", "technique", "findings", "other")


class Writing(Enum):
    """What is being written; a signed study is at rest."""

    REPORT = "report"
    CORRECTION = "correction"
    ADDENDUM = "addendum"
    NOTHING = "signed"


@dataclass(frozen=True)
class Signed:
    """A signature given here, and the text it stands under.

    Attributes:
        report: the whole report; for an addendum only its impression counts.
        has_left: it was copied or exported; from then on it is never changed.
        communications: those that stand in its text as lines; `untold_before` the results that waited before it.
    """

    kind: Writing
    report: Report
    impression: Impression
    version: Version
    has_left: bool = False
    communications: tuple[Communication, ...] = ()
    untold_before: tuple[str, ...] = ()


@dataclass(eq=False)
class StudyWork:
    """A study, what was typed for it, and the versions of its impression.

    Attributes:
        report: the sections except the impression, which is the current version's text.
        versions: of what is being written now; `current` is the one shown, -1 when there is none.
        revision: grows with every change, so that others can see whether anything happened.
        told_unchanged: the request to which the answer was that nothing has changed.
        kept_flags: flags of the second reader that the radiologist keeps as they are, and why.
        communications: critical results that somebody was told of, by finding.
        untold_results: critical results of the signed text that nobody was told of yet.
    """

    study: Study = field(default_factory=Study)
    report: Report = field(default_factory=Report)
    length: Length = "standard"
    versions: list[Version] = field(default_factory=list)
    current: int = -1
    writing: Writing = Writing.REPORT
    signatures: list[Signed] = field(default_factory=list)
    is_streaming: bool = False
    revision: int = 0
    told_unchanged: Wanted | None = None
    kept_flags: dict[FlagKey, str] = field(default_factory=dict)
    communications: dict[str, Communication] = field(default_factory=dict)
    untold_results: tuple[str, ...] = ()

    @staticmethod
    def from_report(text: str, length: Length = "standard") -> StudyWork:
        """A study from a whole report's text; an impression in it counts as written by a human."""
        report = parse_report(text)
        work = StudyWork(length=length, study=replace(identity_in(report.other), exam=report.exam))
        impression = report.impression
        if report.recommendation:
            impression = f"{impression}\n\nRECOMMENDATION:\n{report.recommendation}".strip()
        # A header that names two studies stays in sight.
        other = report.other if identity_conflict(Study(), report.other) else without_identity(report.other)
        work.report = replace(report, impression="", recommendation="", other=other)
        if impression:
            work.append(written_by_hand(impression, work.findings))
        return work

    # --- what stands there ----------------------------------------------------------------------------------------

    @property
    def findings(self) -> Findings:
        return self.report.for_drafting

    @property
    def version(self) -> Version | None:
        return self.versions[self.current] if self.versions else None

    @property
    def impression_text(self) -> str:
        return self.version.draft.text if self.version else ""

    @property
    def full_impression(self) -> str:
        """The impression as it goes out: with a line for each critical result that somebody was told of."""
        text = self.impression_text.strip()
        if self.writing is Writing.ADDENDUM:
            return text
        lines = [one.line() for one in self.communications.values() if not is_documented(one.finding, text)]
        return "\n\n".join(part for part in (text, "\n".join(lines)) if part) if text else ""

    def is_told(self, finding: str) -> bool:
        """Whether it is documented that somebody was told of a critical result."""
        signed = any(is_documented(finding, one.impression.text) for one in self.signatures)
        return signed or finding in self.communications or is_documented(finding, self.impression_text)

    @property
    def is_empty(self) -> bool:
        texts = (*(getattr(self.report, name) for name in FIELDS), self.impression_text)
        return not self.signatures and self.study == Study() and not any(text.strip() for text in texts)

    @property
    def is_signed(self) -> bool:
        return self.writing is Writing.NOTHING

    @property
    def is_unsigned_work(self) -> bool:
        """Whether text would be lost if the program closed now."""
        if self.writing in (Writing.CORRECTION, Writing.ADDENDUM):
            return True
        return not self.is_signed and not self.is_empty

    @property
    def is_finished(self) -> bool:
        """Whether the last signed text has reached another system, and nobody waits to be told of a result."""
        return self.is_signed and self.signatures[-1].has_left and not self.untold_results

    @property
    def findings_locked(self) -> bool:
        return self.is_signed or self.writing is Writing.ADDENDUM

    @property
    def is_stale(self) -> bool:
        return not self.findings_locked and self.version is not None and self.version.is_stale(self.findings)

    def changed_sentences(self) -> list[tuple[int, int]]:
        """Spans in the findings that a stale draft does not know."""
        if not self.is_stale or self.version is None or self.version.wanted is None:
            return []
        return changed_sentences(self.version.wanted.findings.text, self.report.findings)

    def identity_conflict(self) -> str | None:
        texts = f"{self.report.other}\n{self.report.findings}\n{self.impression_text}"
        return identity_conflict(self.study, texts)

    # --- writing --------------------------------------------------------------------------------------------------

    def set_study(self, study: Study) -> None:
        """Change the identity; the exam follows the exam field."""
        self.study = replace(study, exam=self.report.exam.strip())
        self.revision += 1

    def set_text(self, name: str, text: str) -> None:
        """Change one of FIELDS.

        Raises:
            DraftNotSignable: the text is signed.
        """
        if self.findings_locked:
            raise DraftNotSignable(IMMUTABLE)
        changed: dict[str, str] = {name: text}
        self.report = replace(self.report, **changed)
        if name == "exam":
            self.study = replace(self.study, exam=text.strip())
        self.revision += 1

    def set_impression(self, text: str) -> None:
        """A human's text for the current version; typing where no version stands begins one."""
        if self.is_signed:
            raise DraftNotSignable(IMMUTABLE)
        if self.version is None:
            if text:
                self.append(written_by_hand(text, self.findings))
            return
        self.versions[self.current] = self.version.edited(text)
        self.revision += 1

    def asked(self) -> Wanted:
        """What a draft would be asked for as things stand: the same words that `wanted` begins with."""
        return Wanted(self.findings, self.length)

    def wanted(self, length: Length | None = None) -> Wanted | None:
        """What to ask the model now; None when a version of the same findings and length stands there already.

        Asking again, with nothing changed since, wants the next deterministic alternative.
        """
        self.length = length or self.length
        wish = self.asked()
        same = [
            index
            for index, one in enumerate(self.versions)
            if one.wanted and one.draft.is_complete and one.wanted.asks_same(wish)
        ]
        if not same:
            return wish
        if self.current not in same:
            self.current = same[-1]
            return None
        if self.told_unchanged is None or not self.told_unchanged.asks_same(wish):
            self.told_unchanged = wish
            return None
        number = max(self.versions[index].draft.alternative for index in same)
        return replace(wish, alternative=number + 1)

    def add_draft(self, wanted: Wanted, text: str, *, is_complete: bool, guarded: tuple[Guarded, ...] = ()) -> None:
        """What the model wrote becomes a new version, and the current one; nothing is overwritten."""
        text = as_typed(text)
        draft = Draft(text, wanted.findings.digest, text, wanted.length, wanted.alternative, is_complete)
        self.append(Version(draft, wanted, guarded=guarded))

    def page(self, step: int) -> None:
        """Show another version; the ends are ends."""
        if self.versions and not self.is_signed:
            self.current = min(max(self.current + step, 0), len(self.versions) - 1)

    def keep(self) -> None:
        """The radiologist keeps a stale version for the findings as they stand now."""
        if self.version:
            self.versions[self.current] = replace(self.version, kept_for=self.findings.digest)
            self.revision += 1

    def see_end(self) -> None:
        """The end of the current version has been on screen."""
        if self.version and not self.version.end_seen:
            self.versions[self.current] = replace(self.version, end_seen=True)

    def append(self, version: Version) -> None:
        """Add a version and show it."""
        self.versions.append(version)
        self.current = len(self.versions) - 1
        self.told_unchanged = None
        self.revision += 1
