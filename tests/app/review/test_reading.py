"""What is read from a text: status, side, place, size, severity, trend."""

from __future__ import annotations

import pytest

from app.review.lexicon import Tier, lexicon
from app.review.reader import read
from app.review.reading import Observation
from app.review.scopes import Status


def observed(text: str, name: str) -> Observation:
    return next(o for o in read(text).observations if o.name == name)


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("Right pneumothorax.", "pneumothorax", Status.PRESENT),
        ("No pneumothorax.", "pneumothorax", Status.ABSENT),
        ("No focal consolidation, pleural effusion, or pneumothorax.", "pneumothorax", Status.ABSENT),
        (
            "No focal consolidation, suspicious pulmonary opacity, pneumothorax or effusion.",
            "pneumothorax",
            Status.ABSENT,
        ),
        ("No acute, displaced rib fractures are demonstrated.", "rib fracture", Status.ABSENT),
        ("Cardiomegaly without pulmonary edema.", "cardiomegaly", Status.PRESENT),
        ("Cardiomegaly without pulmonary edema.", "pulmonary edema", Status.ABSENT),
        ("The lungs are clear of consolidation.", "consolidation", Status.ABSENT),
        ("The left pneumothorax has resolved.", "pneumothorax", Status.ABSENT),
        ("The nodule is no longer seen.", "nodule", Status.ABSENT),
        ("Pneumonia cannot be excluded.", "pneumonia", Status.POSSIBLE),
        ("Atelectasis versus pneumonia.", "pneumonia", Status.POSSIBLE),
        ("Atelectasis versus pneumonia.", "atelectasis", Status.POSSIBLE),
        ("Findings suggestive of pneumonia.", "pneumonia", Status.PROBABLE),
        ("No mass but small pleural effusion.", "pleural effusion", Status.PRESENT),
        ("No pneumothorax and small left effusion.", "effusion", Status.PRESENT),
        ("The liver is not enlarged.", "hepatomegaly", Status.ABSENT),
        ("Ventricular system is neither dilated nor compressed.", "ventricular enlargement", Status.ABSENT),
        ("Rule out pneumothorax.", "pneumothorax", Status.ASKED),
        ("Pneumothorax: none.", "pneumothorax", Status.ABSENT),
        ("No lesion suspicious for metastasis.", "metastasis", Status.ABSENT),
        ("Negative for acute fracture.", "acute fracture", Status.ABSENT),
        ("The heart is not significantly enlarged.", "cardiomegaly", Status.ABSENT),
        ("A small pleural effusion may be present.", "pleural effusion", Status.POSSIBLE),
        ("The previously noted nodule is not well-seen.", "nodule", Status.POSSIBLE),
        ("Non-displaced fracture of the rib.", "occult fracture", Status.PRESENT),
        ("Non-calcified plaque of the bulb.", "atherosclerosis", Status.PRESENT),
        ("Shadow that represents atelectasis or scar.", "atelectasis", Status.POSSIBLE),
        ("Shadow that represents atelectasis.", "atelectasis", Status.PROBABLE),
        ("Density in the base concerning for atelectasis versus pneumonia.", "opacity", Status.PRESENT),
        ("Density in the base concerning for atelectasis versus pneumonia.", "atelectasis", Status.POSSIBLE),
        ("The aorta is not dilated, with calcified walls.", "calcification", Status.PRESENT),
        ("The renal artery shows no stenosis, despite calcification.", "calcification", Status.PRESENT),
        ("The arch is not widened, patent, and shows an ulcer.", "ulceration", Status.PRESENT),
        ("The ventricles are not displaced, dilated or compressed.", "compression", Status.ABSENT),
        ("No enhancement within the cyst.", "cyst", Status.PRESENT),
        ("No enhancement within the cyst.", "enhancement", Status.ABSENT),
        (
            "Plaques in the mesenteric artery trunk, without luminal narrowing.",
            "peripheral arterial disease",
            Status.ABSENT,
        ),
        ("No nodule or cyst in the liver.", "liver cyst", Status.ABSENT),
        ("No lesion was seen in the ureter, but it is dilated.", "ureteral dilatation", Status.PRESENT),
        ("The heart is not significantly enlarged, without congestion.", "cardiomegaly", Status.ABSENT),
    ],
)
def test_status(text: str, name: str, status: Status) -> None:
    assert observed(text, name).status is status


@pytest.mark.parametrize(
    ("text", "name", "sides"),
    [
        ("Small right pleural effusion and left basilar atelectasis.", "pleural effusion", {"right"}),
        ("Small right pleural effusion and left basilar atelectasis.", "atelectasis", {"left"}),
        ("Effusion on the right and atelectasis on the left.", "effusion", {"right"}),
        ("Effusion on the right and atelectasis on the left.", "atelectasis", {"left"}),
        ("Bibasilar atelectasis.", "atelectasis", {"left", "right"}),
        ("RLL consolidation.", "consolidation", {"right"}),
        ("Left kidney: 5 mm stone, mild hydronephrosis.", "hydronephrosis", {"left"}),
        ("Right knee:\nJoint effusion.", "joint effusion", {"right"}),
        ("Left pleural effusion displaces the mediastinum to the right.", "pleural effusion", {"left"}),
        ("Consolidation in the right lower lobe and left upper lobe.", "consolidation", {"left", "right"}),
    ],
)
def test_side(text: str, name: str, sides: set[str]) -> None:
    assert observed(text, name).sides == sides


def test_an_observation_holds_what_was_measured_and_how_it_changed() -> None:
    seen = observed("Moderate right pleural effusion of 3.2 cm has increased.", "pleural effusion")
    assert (seen.severity, seen.trend, seen.sides) == (3, "worse", {"right"})
    assert seen.measures[0].values == (32.0,)


@pytest.mark.parametrize(
    ("text", "name", "tier"),
    [
        ("Acute subdural hematoma.", "subdural hematoma", Tier.CRITICAL),
        ("Unchanged chronic subdural hematoma.", "subdural hematoma", Tier.ROUTINE),
        ("Old left rib fracture.", "rib fracture", Tier.ROUTINE),
        ("Rib fracture.", "rib fracture", Tier.NOTABLE),
        ("Acute rib fracture.", "rib fracture", Tier.URGENT),
        ("Free air under the diaphragm, expected after the recent operation.", "pneumoperitoneum", Tier.ROUTINE),
        ("Free air under the diaphragm, recent trauma.", "pneumoperitoneum", Tier.CRITICAL),
        ("Thick ligament tear, in keeping with sequelae of an injury.", "ligament tear", Tier.ROUTINE),
        ("The cyst is stable, with ring-enhancing lesion.", "ring enhancing lesion", Tier.ROUTINE),
        ("Hemorrhagic content of the cyst.", "blood products", Tier.NOTABLE),
    ],
)
def test_old_and_known_findings_are_routine_and_acute_fractures_urgent(text: str, name: str, tier: Tier) -> None:
    assert observed(text, name).tier is tier


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PTX on the left.", "pneumothorax"),
        ("PNA in the RLL.", "pneumonia"),
        ("Findings of CHF.", "heart failure"),
        ("ETT in place.", "endotracheal tube"),
        ("Oedema of the lung.", "pulmonary edema"),
        ("Haemorrhage in the left thalamus.", "intracranial hemorrhage"),
        ("The gallbladder contains several stones.", "gallstone"),
        ("Enlarged cardiac silhouette.", "cardiomegaly"),
        ("Reduced lung volumes.", "low lung volumes"),
        ("Enlarged lung volumes.", "hyperinflation"),
        ("Increased vascular markings.", "vascular congestion"),
        ("Decreased vascular markings.", "decreased lung vascularity"),
        ("Widening of the cerebrospinal fluid spaces.", "brain atrophy"),
        ("Loss of gray-white differentiation.", "loss of gray-white differentiation"),
        ("The midline structures are shifted.", "midline shift"),
        ("The cartilage shows fissures.", "cartilage damage"),
        ("Intra-articular body.", "loose body"),
        ("Resection cavity in the frontal lobe.", "cavity formation"),
        ("The artery is stenosed.", "stenosis"),
        ("Hypoplastic frontal sinus.", "hypoplasia"),
        ("Status post laryngectomy.", "laryngectomy"),
        ("Fluid in the pouch of Douglas.", "free fluid"),
    ],
)
def test_abbreviations_spellings_and_parted_names(text: str, name: str) -> None:
    assert name in {o.name for o in read(text).observations}


@pytest.mark.parametrize(
    "text",
    [
        "The collateral ligament is intact.",
        "Lesser curvature of the stomach.",
        "The xiphoid process is bent forward.",
        "The density of the white and gray matter is normal.",
        "Normal contrast enhancement of the liver.",
        "Symmetrical enhancement of the kidneys.",
        "Preserved hypersignal of the neurohypophysis.",
        "The pulmonary arteries are well opacified.",
    ],
)
def test_a_finding_s_word_in_a_harmless_phrase_names_none(text: str) -> None:
    assert read(text).observations == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Venous collaterals.", "venous collateral"),
        ("Curvature of the spine.", "scoliosis"),
        ("Transverse process fracture.", "vertebral fracture"),
        ("Abnormal contrast enhancement of the liver.", "pathological enhancement"),
        ("Increased density of the lung.", "opacity"),
    ],
)
def test_beside_harmless_phrases_findings_stay_findings(text: str, name: str) -> None:
    assert name in {o.name for o in read(text).observations}


def test_the_lexicon_is_as_broad_as_promised() -> None:
    known = lexicon()
    assert len(known.findings) >= 400
    assert len(known.places) >= 150
    regions = {finding.region for finding in known.findings.values()}
    assert {"chest", "abdomen", "neuro", "msk", "breast", "head_neck", "vascular", "devices"} <= regions
