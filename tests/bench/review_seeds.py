"""Errors seeded into human impressions, by plain text surgery that shares nothing with the second reader's lexicon."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.sentences import sentence_spans
from training.corpus import CorpusReport

SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}
TRENDS = {
    "stable": "worsened",
    "unchanged": "increased",
    "improved": "worsened",
    "worsened": "improved",
    "increased": "decreased",
    "decreased": "increased",
    "worsening": "improving",
    "improving": "worsening",
    "progression": "regression",
    "regression": "progression",
}
SEVERITIES = {
    "small": "massive",
    "tiny": "large",
    "mild": "severe",
    "mildly": "severely",
    "minimal": "severe",
    "slight": "marked",
    "slightly": "markedly",
    "large": "tiny",
    "severe": "mild",
    "marked": "minimal",
    "extensive": "minimal",
    "trace": "large",
}
# (sentence, words of which none may stand in the findings)
INVENTED = (
    ("Large left pneumothorax.", "pneumothora"),
    ("Acute pulmonary embolism in the right lower lobe.", "embol"),
    ("Acute subdural hematoma.", "subdural|hematoma|hemorrh"),
    ("Acute compression fracture of T12.", "fracture|compression|wedg|deformit|height"),
    ("Suspicious 2 cm nodule in the left upper lobe.", "nodul|mass|lesion|granulom|opacit"),
    ("Free intraperitoneal air.", "free air|pneumoperiton|free gas"),
    ("Acute appendicitis.", "appendi"),
    ("Obstructing stone in the right ureter with hydronephrosis.", "stone|calcul|hydroneph|lithias"),
    ("Deep vein thrombosis of the left femoral vein.", "thromb"),
    ("Multiple liver metastases.", "metasta|lesion|nodul"),
    ("Moderate right pleural effusion.", "effusion|fluid|blunt"),
    ("Aortic dissection.", "dissect"),
    ("Right lower lobe pneumonia.", "pneumonia|opacit|infiltrat|consolid|airspace|ground|atelecta|densit"),
    ("Acute infarct in the territory of the left middle cerebral artery.", "infarct|ischem|stroke|restrict|lacun"),
    ("Full-thickness tear of the supraspinatus tendon.", "tear|ruptur|tendin|supraspin"),
    ("Abdominal aortic aneurysm.", "aneurysm|dilat|ectas"),
    ("Acute cholecystitis with gallstones.", "cholecyst|gallston|stones|lithias"),
    ("Enlarged mediastinal lymph nodes.", "node|adenopath"),
)
HEAVY = re.compile(
    r"pneumothora|h(?:a)?emorrhag|embol|dissect|free air|pneumoperiton|thrombos|occlu|abscess|perforat|torsion|"
    r"subdural|h(?:a)?ematoma|acute infarct|herniation of the|cord compression|appendicitis|cholecystitis|"
    r"acute fracture|displaced fracture|hydronephrosis|pulmonary edema|malposition|metasta",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:no|not|without|negative|free|absen\w+|rule|exclude\w*|resolved|old|chronic)\b", re.IGNORECASE
)
SETTLED = re.compile(r"\b(?:normal|unremarkable|clear|intact|may|possibl\w+|likely|could|vs|versus)\b", re.IGNORECASE)
NOTHING_TO_COMPARE = re.compile(r"\s*(?:none.*|no\b.*|n/?a|not available|unavailable)?[\s.]*", re.IGNORECASE)
PRIOR_WORDS = re.compile(
    r"\b(?:stable|unchanged|interval|compar\w+|prior|previous\w*|again|new|worse\w*|improv\w+|increas\w+|decreas\w+|"
    r"resol\w+|persist\w+|progress\w+|regress\w+|remains?|since)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\b(?:recommend\w*|follow[- ]?up|correlat\w+|suggest\w*|advis\w+|consider\w*|further)\b", re.IGNORECASE
)
SIZE = re.compile(r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)(\s*)(mm|cm)\b")
NEGATION = re.compile(r"\b(?:No evidence of|There is no|No|no evidence of|no|without)\s+(?=[A-Za-z])")
# Sentences that no radiologist would turn round by a leading "No".
NOT_NEGATED = re.compile(
    r"(?:otherwise|this|these|it|there|the|mri?|ct|cta|us|ultrasound|findings|study|exam\w*|images?|imaging|as|stab\w+|"
    r"technically|limited|incidental|in|on|at|for|compared|comparison|chest|abdomen|pelvis|\w+ing|\w+ed)\b",
    re.IGNORECASE,
)
FEMALE = re.compile(r"\b(?:uter\w+|ovar\w+|endometri\w+|woman|female)\b", re.IGNORECASE)
MALE = re.compile(r"\b(?:prostat\w+|testi\w+|man|male|gentleman)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Seeded:
    """A report with one error put into its impression; `sex` and `comparison` go to the reader as metadata."""

    impression: str
    expected: frozenset[str]
    sex: str = ""
    extra: dict[str, str] = field(default_factory=dict)


Seeder = Callable[[CorpusReport, random.Random], Seeded | None]


def _swap(pattern: str, words: dict[str, str], kinds: str) -> Seeder:
    compiled = re.compile(pattern)

    def seed(pair: CorpusReport, chance: random.Random) -> Seeded | None:
        found = [m for m in compiled.finditer(pair.report.impression) if m[0] in words]
        if not found:
            return None
        chosen = chance.choice(found)
        text = pair.report.impression
        changed = text[: chosen.start()] + words[chosen[0]] + text[chosen.end() :]
        return Seeded(changed, frozenset(kinds.split()))

    return seed


def flip_side(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    flip = _swap(r"\b(?:[Ll]eft|[Rr]ight|LEFT|RIGHT)\b", SIDES, "side_mismatch exam_mismatch contradiction")
    return flip(pair, chance)


def flip_known_side(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    """Only where the findings know one side: the original's, and not the other."""
    findings = pair.report.findings.lower()
    seeded = flip_side(pair, chance)
    if seeded is None:
        return None
    sides = {side for side in ("left", "right") if re.search(rf"\b{side}\b", findings)}
    named = {side for side in ("left", "right") if re.search(rf"\b{side}\b", pair.report.impression.lower())}
    return seeded if sides == named and len(sides) == 1 else None


def drop_negation(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    found = list(NEGATION.finditer(pair.report.impression))
    if not found:
        return None
    chosen = chance.choice(found)
    text = pair.report.impression
    return Seeded(
        text[: chosen.start()] + text[chosen.end() :],
        frozenset({"negation_flip", "unsupported_finding", "contradiction", "trend_flip"}),
    )


def add_negation(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    text = pair.report.impression
    spans = [
        (start, end)
        for start, end in sentence_spans(text)
        if not DENIED.search(text[start:end])
        and not ASKS.search(text[start:end])
        and not SETTLED.search(text[start:end])
        and len(text[start:end].split()) <= 14
        and not NOT_NEGATED.match(text[start:end])
        and _is_echoed(text[start:end], pair.report.findings)
    ]
    if not spans:
        return None
    start, end = chance.choice(spans)
    sentence = text[start:end]
    changed = f"No {sentence[0].lower()}{sentence[1:]}"
    return Seeded(text[:start] + changed + text[end:], frozenset({"negation_flip", "contradiction"}))


def _is_echoed(sentence: str, findings: str) -> bool:
    """Half of its long words stand in one sentence of the findings that denies nothing."""
    words = set(re.findall(r"[a-z]{5,}", sentence.lower()))
    spans = [findings[start:end].lower() for start, end in sentence_spans(findings)]
    return bool(words) and any(
        2 * sum(word in span for word in words) >= len(words) and not DENIED.search(span) for span in spans
    )


def change_size(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    text = pair.report.impression
    found = list(SIZE.finditer(text))
    if not found:
        return None
    chosen = chance.choice(found)
    value, gap, unit = chosen.groups()
    if chance.random() < 0.5:
        new = f"{value}{gap}{'cm' if unit == 'mm' else 'mm'}"
    else:
        number = float(value.replace(",", ".")) * chance.choice((2, 3)) + 1
        new = f"{number:g}{gap}{unit}"
    return Seeded(
        text[: chosen.start()] + new + text[chosen.end() :], frozenset({"size_mismatch", "number_not_in_findings"})
    )


def shift_severity(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    return _swap(r"\b[a-z]+\b", SEVERITIES, "severity_shift")(pair, chance)


def turn_trend(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    return _swap(r"\b[a-z]+\b", TRENDS, "trend_flip")(pair, chance)


def _append(text: str, sentence: str) -> str:
    return f"{text.rstrip()}{'' if text.rstrip().endswith('.') else '.'} {sentence}"


def invent_finding(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    whole = f"{pair.report.findings} {pair.report.impression} {pair.report.indication}"
    possible = [sentence for sentence, words in INVENTED if not _asserted(words, whole)]
    if not possible:
        return None
    return Seeded(
        _append(pair.report.impression, chance.choice(possible)),
        frozenset({"unsupported_finding", "negation_flip", "contradiction"}),
    )


def _asserted(words: str, text: str) -> bool:
    """Named in a sentence that denies nothing."""
    return any(
        re.search(words, text[start:end], re.IGNORECASE) and not DENIED.search(text[start:end])
        for start, end in sentence_spans(text)
    )


def drop_critical(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    """Remove every sentence of the impression with a weighty word that the findings assert too."""
    text = pair.report.impression
    words = {
        match[0].lower()
        for start, end in sentence_spans(text)
        if not DENIED.search(text[start:end])
        for match in HEAVY.finditer(text[start:end])
        if _asserted(re.escape(match[0]), pair.report.findings)
    }
    if not words:
        return None
    word = chance.choice(sorted(words))
    kept = [text[start:end] for start, end in sentence_spans(text) if word not in text[start:end].lower()]
    if not kept:
        kept = ["Degenerative changes."]
    return Seeded(" ".join(kept), frozenset({"omitted_finding", "normal_with_abnormal"}))


def add_prior(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    report = pair.report
    compares = PRIOR_WORDS.search(f"{report.findings} {report.impression}")
    if not NOTHING_TO_COMPARE.fullmatch(report.comparison) or compares:
        return None
    sentence = chance.choice(
        (
            "Unchanged compared to the prior examination.",
            "Findings are stable since the previous study.",
            "There has been interval improvement.",
            "No significant change from prior.",
            "Slightly worsened since the last examination.",
        )
    )
    return Seeded(_append(report.impression, sentence), frozenset({"invented_prior"}))


def add_recommendation(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    if ASKS.search(f"{pair.report.findings} {pair.report.impression}"):
        return None
    sentence = chance.choice(
        (
            "Recommend CT of the chest for further evaluation.",
            "Follow-up MRI in 6 months is advised.",
            "Clinical correlation is suggested.",
            "Biopsy should be considered.",
            "Further evaluation with ultrasound is recommended.",
        )
    )
    return Seeded(_append(pair.report.impression, sentence), frozenset({"invented_recommendation"}))


def swap_sex(pair: CorpusReport, chance: random.Random) -> Seeded | None:
    whole = f"{pair.report.indication} {pair.report.findings} {pair.report.impression}"
    female, male = bool(FEMALE.search(whole)), bool(MALE.search(whole))
    if female == male:
        return None
    sentence = chance.choice(
        ("The prostate is enlarged.", "Normal testes.") if female else ("The uterus is normal.", "Ovarian cyst.")
    )
    return Seeded(_append(pair.report.impression, sentence), frozenset({"sex_mismatch"}), sex="F" if female else "M")


SEEDERS: dict[str, tuple[Seeder, float | None]] = {
    "side": (flip_side, 98.0),
    "side, known once": (flip_known_side, None),
    "size or unit": (change_size, 99.0),
    "negation dropped": (drop_negation, 92.0),
    "negation added": (add_negation, 92.0),
    "severity": (shift_severity, None),
    "trend": (turn_trend, None),
    "invented finding": (invent_finding, 90.0),
    "omitted critical": (drop_critical, 95.0),
    "prior": (add_prior, 97.0),
    "recommendation": (add_recommendation, 97.0),
    "sex": (swap_sex, 99.0),
}
