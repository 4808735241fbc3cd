"""A diagnosis stated as a fact that the findings only describe: "this is osteosarcoma".

It looks at how sure the impression words it; whether anything speaks for it other rules ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.review.case import Case
from app.review.flags import Flag, Severity
from app.review.lexicon import Tier
from app.review.reading import Observation
from app.review.scopes import Status

# What right before a diagnosis says that something is it.
_IS = re.compile(
    r"(?:\b(?:this|these|it|which|that|there|nodules?|lesions?|mass(?:es)?|foc(?:us|i)|opacit(?:y|ies)|deposits?|areas?|findings?"
    r"|collections?|appearances?)\s+(?:is|are|was|were)|\brepresents?|\brepresenting|\bindicat(?:es?|ing)|\bdue\s+to"
    r"|\bcaused\s+by|\bproves?|\bmeans?)\s+(?:an?\s+|the\s+)?(?:\w+[\s-]+){0,2}$",
    re.IGNORECASE,
)
# Right after it: "a central tumor is present".
_IS_THERE = re.compile(r"\s+(?:is|are)\s+(?:present|evident|there)\b", re.IGNORECASE)
# In the same sentence: open, asked for, known from elsewhere, or no statement of what something is.
_OPEN = re.compile(
    r"\b(?:may|might|could|can|possib\w+|probab\w+|likely|suspicious|suggest\w*|suspected|favou?r\w*|consistent|compatible"
    r"|keeping|unless|until|if|question\w*|differential|typical|characteristic|known|biopsy[\s-]proven|no|not|without|recommend\w*|advis\w*"
    r"|histolog\w*|presum\w+|impending|concern\w*|excluded?|rather|versus|vs)\b",
    re.IGNORECASE,
)
_LONGEST = 60


def identity_claim_flags(case: Case) -> Iterator[Flag]:
    """ "This is adenocarcinoma", "a tumor is present", where the findings do not name it: a note."""
    text = case.impression.text
    for claim in case.claims:
        if claim.status is Status.POSSIBLE or claim.finding.tier is Tier.ROUTINE or claim.is_chronic:
            continue
        start, end = case.impression.sentence_of(claim)
        before = text[max(start, claim.span[0] - _LONGEST) : claim.span[0]]
        if not _IS.search(before) and not _IS_THERE.match(text, claim.span[1]):
            continue
        if not _OPEN.search(text, start, end) and not _is_named(case, claim):
            message = f"The impression states {claim.name} as a fact; the findings do not name it."
            yield Flag("certainty_shift", Severity.NOTE, message, claim.span)


def _is_named(case: Case, claim: Observation) -> bool:
    """The findings, the indication or the exam name it, or it is a fact there by a narrower name."""
    stated = any(o.finding.is_kind_of(claim.name) for o in case.stated_for(claim))
    texts = (case.indication, case.exam, case.prior)
    return stated or any(o.finding.is_kind_of(claim.name) for reading in texts for o in reading.observations)
