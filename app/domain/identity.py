"""Whose report a text is: the identity lines of a pasted report, and texts that name somebody else.

It does not know worklists or registries: it compares what is written.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.domain.report import Study

_LABELS: dict[str, str] = {
    "accession": r"accession(?:[ ]+(?:number|no\.?))?|acc\.?(?:[ ]+no\.?)?",
    "patient": r"patient(?:'s)?(?:[ ]+name)?|name",
    "sex": r"sex|gender",
    "age": r"age",
    "exam_date": r"(?:exam|study|examination)[ ]+date|date[ ]+of[ ]+(?:exam|study|examination|service)|date",
}
# "Accession: 4711-22   Patient: DOE, JANE | Sex: F": a pair ends at two blanks, a tab, a bar, a semicolon, a line end.
_PAIR = re.compile(
    r"(?:^|(?<=[ ]{2})|(?<=[\t|;]))[ ]*(?:"
    + "|".join(f"(?P<{name}>{label})" for name, label in _LABELS.items())
    + r")[ ]*[:#][ ]*(?P<value>[^\s|;](?:[^\t|;\n ]|[ ](?![ ]))*)",
    re.IGNORECASE | re.MULTILINE,
)
# In running text only the accession is safe to recognize.
_DICTATED_ACCESSION = re.compile(
    r"\baccession(?:[ ]+(?:number|no\.?))?[ :#]+(?P<value>(?=[\w-]*\d)\w[\w-]{2,})", re.IGNORECASE
)
_SEX = {"f": "F", "female": "F", "w": "F", "woman": "F", "m": "M", "male": "M", "man": "M", "o": "O", "other": "O"}


def identity_in(text: str) -> Study:
    """The study that a report's identity lines name; the first of each kind counts."""
    study = Study()
    for field, value in _pairs(text):
        if not getattr(study, field):
            study = replace(study, **{field: value})
    return study


def without_identity(text: str) -> str:
    """The text without those of its lines that hold nothing but identity."""
    kept = [line for line in text.split("\n") if not (_PAIR.search(line) and not _PAIR.sub("", line).strip(" |;\t"))]
    return "\n".join(kept).strip()


def identity_conflict(study: Study, text: str) -> str | None:
    """One sentence when a text names another accession or patient than the study, or two different ones; else None."""
    pairs = [("accession", study.accession), ("patient", study.patient), *_pairs(text)]
    pairs += [("accession", match["value"]) for match in _DICTATED_ACCESSION.finditer(_PAIR.sub("", text))]
    accessions = [value for field, value in pairs if field == "accession" and value.strip()]
    patients = [value for field, value in pairs if field == "patient" and value.strip()]
    for other in accessions[1:]:
        if _plain(other) != _plain(accessions[0]):
            return f"Text names another accession: {other} beside {accessions[0]}."
    for other in patients[1:]:
        if not _same_person(other, patients[0]):
            return f"Text names another patient: {other} beside {patients[0]}."
    return None


def _pairs(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _PAIR.finditer(text):
        field = next(name for name in _LABELS if match[name])
        value = match["value"].strip()
        if field == "sex":
            value = _SEX.get(value.lower(), "")
        if field == "age":
            value = re.sub(r"[ ]*(?:years?(?:[ ]+old)?|yrs?|y/?o?)\.?$", "", value, flags=re.IGNORECASE)
        if value:
            found.append((field, value))
    return found


def _plain(accession: str) -> str:
    return re.sub(r"[\W_]+", "", accession).upper()


def _same_person(one: str, other: str) -> bool:
    """Whether the words of one name are all in the other: "Jane Doe" is "DOE, JANE M"."""
    words, others = set(re.findall(r"\w+", one.upper())), set(re.findall(r"\w+", other.upper()))
    return words <= others or others <= words
