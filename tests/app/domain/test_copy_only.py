"""What findings allow a draft to state: five and more allowed and barred of each kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.copy_only import CopyOnly
from app.domain.copy_terms import terms_in
from app.domain.report import Findings


def barred(findings: str, draft: str, *, exam: str = "", comparison: str = "", indication: str = "") -> str | None:
    guard = CopyOnly.from_findings(Findings(findings, indication, comparison), exam)
    term = guard.first_barred(draft, ends=True)
    return draft[term.start : term.end] if term else None


ALLOWED = [
    # sizes
    ("A 12 mm nodule.", "Nodule of 12 mm."),
    ("A 12 mm nodule.", "1.2 cm nodule."),
    ("A 1.2-cm nodule.", "12-mm nodule."),
    ("Mass of 3 x 4 x 5 cm.", "Mass, 5 cm."),
    ("Mass of 3 x 4 x 5 cm.", "Mass of 30 × 40 × 50 mm."),
    ("Mass of 3 cm x 4 cm.", "Mass of 3 by 4 cm."),
    ("Nodules of 3-5 mm.", "Nodules 3 to 5 mm, up to 5 mm."),
    ("Stenosis of 50%.", "A 50 percent stenosis."),
    ("A two cm cyst.", "2 cm cyst."),
    # numbers
    ("2 nodules.", "Two nodules."),
    ("Three calculi.", "3 calculi."),
    ("BI-RADS 4A lesion.", "BI-RADS category 4a."),
    ("Grade 2 sprain.", "Grade II sprain."),
    ("Fracture of rib 5.", "Fracture of the fifth rib."),
    ("T2 hyperintense focus.", "Focus with T2 hyperintensity."),
    ("The heart is normal.", "1. Normal heart.\n2. Nothing else."),
    ("The heart is normal.", "One of the valves."),
    # levels
    ("Disc bulge at L4-L5.", "Bulge L4/5."),
    ("Disc bulge at L4/5.", "Bulge at L4-5."),
    ("Stenosis at C5-6.", "C5/C6 stenosis."),
    ("Fracture of T12.", "T12 fracture."),
    ("Fracture of D12.", "T12 fracture."),
    ("L5-S1 disc.", "Disc at L5/1."),
    # sides
    ("Left effusion.", "Left-sided effusion."),
    ("RLL opacity.", "Right lower lobe opacity."),
    ("Dilated RV.", "Dilated right ventricle."),
    ("Calcified LAD and other coronary arteries.", "Left anterior descending calcification."),
    ("Right effusion. Left effusion.", "Bilateral effusions."),
    ("Bibasilar atelectasis.", "Atelectasis in both bases."),
    ("Upright view.", "Upright view."),
    # comparison, recommendation
    ("The effusion is unchanged.", "Unchanged effusion."),
    ("Compared to the prior CT, clear.", "Clear in comparison with the prior CT."),
    ("Chronic changes of prior granulomatous disease.", "Prior granulomatous disease, chronic."),
    ("Clear.", "No new finding; no acute change."),
    ("Stable nodule.", "Stable nodule, compared to the prior study."),
    ("Follow-up is recommended.", "Recommend follow-up."),
    ("The cyst is larger than in March.", "Cyst, as on the last MRI."),
    ("Please obtain a chest CT.", "A bone scan would benefit. Please arrange it."),
]
BARRED = [
    ("12 cm mass and a 3 mm cyst.", "12 mm mass.", "12 mm"),
    ("3 x 4 x 5 cm mass.", "3 cm mass.", "3 cm"),
    ("3 x 4 cm mass.", "3 x 5 cm mass.", "3 x 5 cm"),
    ("12 mm nodule.", "12.5 mm nodule.", "12.5 mm"),
    ("No mass.", "2 cm mass.", "2 cm"),
    ("1,200 ml effusion.", "1.2 ml effusion.", "1.2 ml"),
    ("12 mm nodule.", "12 nodules.", "12"),
    ("Nodule (series 4, image 23).", "4 nodules.", "4"),
    ("Nodule (series 4, image 23).", "Nodule on image 23.", "image 23"),
    ("Seen on 12/03/2020.", "12 nodules.", "12"),
    ("1. Nodule.\n2. Cyst.", "2 cysts.", "2"),
    ("Grade 2 sprain.", "Grade III sprain.", "Grade III"),
    ("12 mm nodule.", "Twelve nodules.", "Twelve"),
    ("Fourth rib fracture.", "Fracture of the fifth rib.", "fifth"),
    ("L4-L5 bulge.", "L3-L4 bulge.", "L3-L4"),
    ("L4-L5 bulge.", "Bulge at L5-S1.", "L5-S1"),
    ("Fracture of T12.", "Fracture of T11.", "T11"),
    ("T2 hyperintense focus.", "Lesion of the T2 vertebral body.", "T2"),
    ("Stage T2N0.", "Fracture at T2.", "T2"),
    ("C5-6 stenosis.", "C6-7 stenosis.", "C6-7"),
    ("Left effusion.", "Right effusion.", "Right"),
    ("Upright view. Effusion.", "Right effusion.", "Right"),
    ("RLL opacity.", "LLL opacity.", "LLL"),
    ("Left effusion. Right lung is clear.", "Bilateral effusions.", "Bilateral"),
    ("Mediastinal LAD.", "Left effusion.", "Left"),
    ("Effusion.", "RUL opacity.", "RUL"),
    ("Effusion.", "Effusion is unchanged.", "unchanged"),
    ("Effusion.", "Effusion, compared to prior.", "compared to"),
    ("Effusion.", "New effusion.", "New"),
    ("Effusion.", "Improved effusion.", "Improved"),
    ("Stable nodule.", "Worsened nodule.", "Worsened"),
    ("Effusion.", "Follow-up advised.", "Follow-up"),
    ("Effusion.", "CT is recommended.", "recommended"),
    ("Effusion.", "Clinical correlation.", "correlation"),
    ("Effusion.", "Further evaluation with CT.", "Further evaluation"),
    ("Effusion.", "CT may be helpful.", "be helpful"),
    ("Effusion.", "Effusion, wider than in March.", "than"),
    ("Effusion.", "Effusion, unlike yesterday.", "unlike"),
    ("Effusion.", "The effusion has shrunk.", "has"),
    ("Effusion.", "Effusion. Please arrange a CT.", "Please"),
    ("Effusion.", "She would benefit from a CT.", "would"),
    # what stands inside a comparison is held to the findings as well
    ("Stable effusion.", "Effusion of 3 cm (was 4 cm).", "3 cm"),
    ("Effusion.", "Effusion (was 4 cm).", "was"),
]


@pytest.mark.parametrize(("findings", "draft"), ALLOWED)
def test_what_the_findings_state_may_be_drafted(findings: str, draft: str):
    assert barred(findings, draft) is None


@pytest.mark.parametrize(("findings", "draft", "term"), BARRED)
def test_what_they_do_not_state_is_barred_as_a_whole(findings: str, draft: str, term: str):
    assert barred(findings, draft) == term


@pytest.mark.parametrize(
    ("exam", "allowed"),
    [
        ("XR LEFT KNEE", True),
        ("MR lt shoulder", True),
        ("CT CHEST", False),
        ("Chest, left decubitus", False),
        ("XR left knee and right hip", False),
        ("XR both knees", False),
        ("XR RIGHT KNEE", False),
    ],
)
def test_an_exam_of_one_single_sided_body_part_gives_its_side(exam: str, allowed: bool):
    assert (barred("Effusion.", "Left effusion.", exam=exam) is None) == allowed


def test_the_indication_gives_nothing():
    assert barred("Effusion.", "Left effusion, 3 cm.", indication="Left pain, 3 cm mass") == "Left"


@pytest.mark.parametrize(("comparison", "allowed"), [("CT of 2 May", True), ("None.", False), ("XXXX", False)])
def test_a_comparison_given_allows_comparing(comparison: str, allowed: bool):
    assert (barred("Effusion.", "Effusion has increased.", comparison=comparison) is None) == allowed


def test_recommendations_may_be_switched_on_and_are_told_as_added():
    guard = CopyOnly.from_findings(Findings("Effusion."), recommendations=True)
    text = "Effusion. Follow-up."
    assert guard.first_barred(text, ends=True) is None
    assert [text[term.start : term.end] for term in guard.added(text)] == ["Follow-up"]


@pytest.mark.parametrize("draft", ["Nodule of 1.2 cm in the left lung", "A 3 x 4 cm mass at L4-L5.", "1. Left nodule"])
def test_what_is_allowed_in_the_end_is_never_barred_on_the_way(draft: str):
    guard = CopyOnly.from_findings(Findings("12 mm nodule in the left lung; mass of 3 x 4 cm at L4/5."))
    assert [guard.first_barred(draft[:end], ends=False) for end in range(len(draft) + 1)] == [None] * (len(draft) + 1)


def test_a_number_that_no_allowed_one_begins_with_is_barred_at_its_first_digit():
    guard = CopyOnly.from_findings(Findings("12 mm nodule."))
    assert guard.first_barred("Nodule of 1", ends=False) is None
    assert guard.first_barred("Nodule of 4", ends=False) is not None


_BITS = st.sampled_from(
    ["12", "1.2", " mm", " cm", " x ", "-", "L4", "T2", "left ", "RLL", "two ", "\n1. ", ". ", "٣", "image "]
)
_TEXTS = st.lists(_BITS | st.text(max_size=4), max_size=15).map("".join)


def test_a_number_before_a_word_without_end_does_not_wait_for_its_unit():
    guard = CopyOnly.from_findings(Findings("Tenosynovitis of the first compartment."))
    assert guard.first_barred("Pain in the fourth di", ends=False) is None
    term = guard.first_barred("Pain in the fourth digitailgunctinitis/deQuervain/", ends=False)
    assert term is not None
    assert term.kind == "number"


@given(_TEXTS)
def test_any_text_is_read_into_terms_in_order_within_it(text: str):
    spans = [(term.start, term.end) for term in terms_in(text)]
    assert all(start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(_TEXTS)
def test_findings_repeated_hold_nothing_that_is_barred_but_references(text: str):
    guard = CopyOnly.from_findings(Findings(text))
    term = guard.first_barred(text, ends=True)
    assert term is None or term.key == ()


@pytest.mark.parametrize(("comparison", "allowed"), [("XXXX, XXXX.", False), ("None.", False), ("CT of 3 May", True)])
def test_comparison_wording_wants_a_study_that_is_named(comparison: str, allowed: bool):
    guard = CopyOnly.from_findings(Findings("The heart is large.", comparison=comparison))
    assert (guard.first_barred("Stable heart.", ends=True) is None) is allowed
