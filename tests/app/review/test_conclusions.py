"""Conclusions that the findings' own signs speak against, and what must stay silent beside them."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

APPENDIX = "The appendix is dilated to 11 mm with periappendiceal fat stranding. An appendicolith at its base."
PELVIS = "Fracture of the left pubic rami. The sacrum shows a nondisplaced left ala fracture. No acetabular extension."
PITUITARY = "7 mm hypoenhancing focus in the left half of the anterior pituitary lobe. No suprasellar extension."
PANCREAS = "Pancreatic head mass of 3.1 cm. No liver metastases."
BRONCHI = "Right middle lobe bronchiectasis with mucus plugging. No cavitation."
ILEUM = "Mural thickening and hyperenhancement of the terminal ileum over 15 cm with comb sign."

# Findings, impression, what it must be at least.
FIRES = [
    (APPENDIX, "No acute appendicitis.", "warning"),
    ("Plate-like atelectasis at the left base. No infiltrates.", "Pneumonia.", "warning"),
    (PANCREAS, "Pancreatic head carcinoma. Metastases.", "warning"),
    ("A tiny right apical pneumothorax persists.", "No residual right apical pneumothorax.", "warning"),
    (PITUITARY, "No pituitary microadenoma.", "warning"),
    (
        "Blood in the cisterns. Widening of the temporal horns.",
        "Subarachnoid hemorrhage. No hydrocephalus.",
        "note",
    ),
    (BRONCHI, "Right middle lobe bronchiectasis. Cavity.", "warning"),
]
SILENT = [
    (APPENDIX, "Acute appendicitis."),
    ("Plate-like atelectasis at the left base. No infiltrates.", "Atelectasis. No pneumonia."),
    (PANCREAS, "Pancreatic head carcinoma. No metastases."),
    (PELVIS, "Pubic rami and sacral fractures. No acetabular fracture."),
    (PITUITARY, "Left pituitary microadenoma. No cavernous sinus invasion."),
    ("Interval removal of the right chest tube. Lungs are clear.", "Clear lungs after chest tube removal."),
    (ILEUM, "Active Crohn's disease of the terminal ileum."),
    ("Left lower lobe airspace disease.", "Left lower lobe opacity, no sign of tuberculosis."),
    ("Liver, spleen and kidneys are normal. No adrenal mass.", "No adrenal nodule."),
]


def _severities(findings: str, impression: str) -> list[str]:
    kinds = ("negation_flip", "contradiction")
    return [flag.severity.value for flag in review(findings, impression).flags if flag.kind in kinds]


@pytest.mark.parametrize(("findings", "impression", "severity"), FIRES)
def test_conclusion_is_flagged(findings: str, impression: str, severity: str) -> None:
    found = _severities(findings, impression)
    assert found if severity == "note" else {"warning", "critical"} & set(found)


@pytest.mark.parametrize(("findings", "impression"), SILENT)
def test_supported_conclusion_is_not(findings: str, impression: str) -> None:
    assert not {"warning", "critical"} & set(_severities(findings, impression))
