"""Whether the second reader tells there, denied and uncertain apart at least as well as medspaCy's ConText.

    uv run --isolated --no-project --python 3.11 --with medspacy==1.3.1 --with "spacy<3.8" --with "thinc<8.3" \\
        --with platformdirs python tests/bench/review_peer.py --data FOLDER [--out tests/bench/results]

medspaCy lives in an environment of its own and is no dependency of the project. It gets the annotated spans as targets,
with its own tokenizer and default rules and the sentences that the second reader reads; negated is absent, uncertain or
hypothetical is uncertain, all else is present (historical findings too). Negated comes first, as in ours. The second
reader answers with its observation that overlaps the span; mentions it does not see are left out of the comparison and
stand in `review_coverage.py`. Whether "likely" is there or uncertain is a convention, and the annotation's is ours: the
comparison stands once with all mentions and once without the `probable` ones. Writes ids and counts, no text.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import medspacy

import tests

# A package that comes with medspaCy installs a `tests` of its own, which hides ours.
if str(Path(__file__).parents[1]) not in tests.__path__:
    tests.__path__.append(str(Path(__file__).parents[1]))

from app.review.reader import read
from app.review.reading import Span
from tests.bench.review_coverage import AS_ANNOTATED, Annotated, Mention, annotated, line_of, seen, shares
from tests.bench.review_errors import say

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True)
class Answer:
    """What both say of one mention; `ours` is None where the second reader sees nothing."""

    text: Annotated
    mention: Mention
    ours: str | None
    peer: str

    @property
    def place(self) -> str:
        return f"{self.text.id} {self.mention.span[0]}-{self.mention.span[1]}"


def peer_pipeline() -> Language:
    return medspacy.load(medspacy_enable={"medspacy_tokenizer", "medspacy_context"})


def peer_status(target: Any) -> str:
    if target._.is_negated:
        return "absent"
    return "uncertain" if target._.is_uncertain or target._.is_hypothetical else "present"


def peer_statuses(pipeline: Language, sentence: str, spans: list[Span]) -> list[str]:
    """ConText's status of each span of one sentence; the tokens that a span touches are its target."""
    doc = pipeline.make_doc(sentence)
    for token in doc:
        token.is_sent_start = token.i == 0
    targets = [doc.char_span(start, end, label="FINDING", alignment_mode="expand") for start, end in spans]
    statuses = []
    for target in targets:
        # One at a time: neighbours that share a token after the widening may not both be entities.
        doc.ents = (target,)
        pipeline.get_pipe("medspacy_context")(doc)
        statuses.append(peer_status(doc.ents[0]))
    return statuses


def answers(texts: list[Annotated], pipeline: Language) -> list[Answer]:
    said = []
    for text in texts:
        reading = read(text.findings)
        for start, end in reading.sentences:
            mentions = [one for one in text.mentions if start <= one.span[0] < end]
            if not mentions:
                continue
            spans = [(one.span[0] - start, min(one.span[1], end) - start) for one in mentions]
            peers = peer_statuses(pipeline, text.findings[start:end], spans)
            for mention, peer in zip(mentions, peers, strict=True):
                found = seen(mention, reading.observations)
                said.append(Answer(text, mention, AS_ANNOTATED[found.status] if found else None, peer))
    return said


def compared(said: list[Answer]) -> dict[str, Any]:
    """Both on the mentions both have, with the exact McNemar test on those only one of them gets right."""
    both = [one for one in said if one.ours is not None]
    ours = sum(one.ours == one.mention.status for one in both)
    peer = sum(one.peer == one.mention.status for one in both)
    only_ours = sum(one.ours == one.mention.status != one.peer for one in both)
    only_peer = sum(one.peer == one.mention.status != one.ours for one in both)
    discordant = only_ours + only_peer
    tail = sum(math.comb(discordant, at) for at in range(min(only_ours, only_peer) + 1)) / 2**discordant
    return {
        "mentions": len(both),
        "second reader": shares(ours, len(both)),
        "ConText": shares(peer, len(both)),
        "only the second reader right": only_ours,
        "only ConText right": only_peer,
        "McNemar exact p": round(min(1.0, 2 * tail), 4),
        "ConText on every mention": shares(sum(one.peer == one.mention.status for one in said), len(said)),
        "errors of the second reader": errors((one.mention.status, one.ours) for one in both),
        "errors of ConText": errors((one.mention.status, one.peer) for one in both),
    }


def errors(pairs: Iterable[tuple[str, str | None]]) -> dict[str, int]:
    counts = Counter(f"{meant} taken as {taken}" for meant, taken in pairs if meant != taken)
    return dict(counts.most_common())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    said = answers(annotated(options.data), peer_pipeline())
    versions = {name: importlib.metadata.version(name) for name in ("medspacy", "spacy")}
    result: dict[str, Any] = {"date": date.today().isoformat(), "peer": versions}
    for corpus in ("open-i", "parrot", "both"):
        chosen = [one for one in said if corpus in (one.text.corpus, "both")]
        plain = [one for one in chosen if not one.mention.is_probable]
        for name, part in ((corpus, chosen), (f"{corpus}, without probable mentions", plain)):
            row = compared(part)
            result[name] = row
            say(f"\n{name}: {row['mentions']} mentions that both have")
            say(f"  second reader {line_of(row['second reader'])}: {row['errors of the second reader']}")
            say(f"  ConText       {line_of(row['ConText'])}: {row['errors of ConText']}")
            say(
                f"  right alone: second reader {row['only the second reader right']}, "
                f"ConText {row['only ConText right']}, p = {row['McNemar exact p']}"
            )
            say(f"  ConText on every mention {line_of(row['ConText on every mention'])}")
    result["ours wrong"] = [
        f"{one.place} {one.mention.status} as {one.ours}" for one in said if one.ours not in (None, one.mention.status)
    ]
    result["ConText wrong"] = [
        f"{one.place} {one.mention.status} as {one.peer}" for one in said if one.peer != one.mention.status
    ]
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / f"review_peer_{result['date']}.json"
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
