"""Whether an exam lies outside what a model learned from: radiologists must know before they read its draft."""

from __future__ import annotations

import re

from app.domain.card import Card

# Wordings of the exam field → (kind, code). Order matters only within a kind: the first hit wins.
_MODALITY = {
    "MR": r"\b(mr|mri|mra|mrcp|magnetic)\b",
    "CT": r"\b(ct|cta|hrct|tomograph\w*|pet.?ct)\b",
    "US": r"\b(us|ultrasound|sonogra\w*|doppler|echo\w*)\b",
    "MG": r"\b(mg|mammogra\w*|tomosynthesis)\b",
    "NM": r"\b(nm|pet|scintigra\w*|spect)\b",
    "XR": r"\b(xr|cr|dx|cxr|x.?rays?|radiogra\w*|plain film)\b",
}
_BODY_PART = {
    "chest": r"\b(chest|cxr|thora\w*|lungs?|pulmonary|ribs?)\b",
    "abdomen": r"\b(abdom\w*|liver|renal|kidneys?|pelvi\w*|kub|urinary|bladder|prostate|pancrea\w*|gallbladder)\b",
    "head": r"\b(head|brain|skull|cerebral|sinus\w*|orbit\w*|pituitary|face|facial)\b",
    "neck": r"\b(neck|thyroid|carotid\w*|larynx)\b",
    "spine": r"\b(spine|spinal|cervical|lumbar|sacr\w*)\b",
    "limb": r"\b(knees?|hips?|shoulders?|elbows?|wrists?|hands?|foot|feet|ankles?|femur|tibia|humerus|forearm|legs?)\b",
    "breast": r"\b(breasts?|mammogra\w*)\b",
    "heart": r"\b(heart|cardiac|coronary|echo\w*)\b",
}


def _first(table: dict[str, str], exam: str) -> str:
    return next((code for code, pattern in table.items() if re.search(pattern, exam, re.IGNORECASE)), "")


def out_of_scope(card: Card | None, exam: str) -> str | None:
    """One sentence when the exam names a modality or body part the model did not learn from; else None.

    An exam field that names neither, or a card that states none, gives None: nothing is known then.
    """
    if card is None or not exam.strip():
        return None
    modality, body_part = _first(_MODALITY, exam), _first(_BODY_PART, exam)
    strange_modality = modality and card.modalities and modality not in card.modalities
    strange_part = body_part and card.body_parts and body_part not in card.body_parts
    if not (strange_modality or strange_part):
        return None
    return f"This model learned from {card.scope}. Exam: {exam.strip()} – expect errors."
