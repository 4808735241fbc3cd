"""A contradiction speaks loudly on strong evidence only: what could be meant of another thing is quieter or silent."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

LOUD = ("critical", "warning")
KINDS = ("negation_flip", "contradiction", "trend_flip", "severity_shift", "certainty_shift")


def loudest(findings: str, impression: str) -> str:
    """The loudest severity of the flags about presence, course, grade and certainty; "" if there is none."""
    flags = [flag for flag in review(findings, impression, origin="human").flags if flag.kind in KINDS]
    return min(flags, key=lambda flag: flag.severity.rank).severity.value if flags else ""


# Denied of one thing, described of another; or denied as a whole.
DENIED_LOUD = [
    ("Acute fracture of the left femoral neck.", "No femoral neck fracture."),
    ("Moderate left pneumothorax.", "No pneumothorax."),
    ("The portal vein is encased by tumour.", "Portal vein not encased."),
    ("Large right pleural effusion.", "Pleural effusion has resolved."),
    ("Filling defect in the left lower lobe pulmonary artery, pulmonary embolism.", "No pulmonary embolism."),
    ("Subdural haematoma along the left convexity.", "No subdural haematoma."),
]
DENIED_QUIET = [
    (
        "Fractures of the left superior and inferior pubic rami. Acetabula intact.",
        "Left pubic rami fractures. No acetabular fracture.",
    ),
    (
        "Encasement of the splenic vein. The hepatic artery is touched over 60 degrees.",
        "Splenic vein encased, hepatic artery not encased.",
    ),
    (
        "The largest remaining fragment measures 3 mm. The distal fragments have passed.",
        "Largest residual fragment 3 mm, distal fragments have passed.",
    ),
    (
        "Undisplaced fracture of the left C5 lamina. Dens intact, no fracture of the occipital condyles.",
        "Left C5 laminar fracture. No occipital condyle fracture.",
    ),
    (
        "Fracture of the left fourth rib. The clavicle is intact.",
        "Left fourth rib fracture. No clavicle fracture.",
    ),
]

# Where a denial ends.
READ_LOUD = [
    ("Diverticulosis. Spondylolisthesis L4/5.", "Diverticulosis. No spondylolisthesis."),
    ("Small right effusion, consolidation on the left.", "Right effusion and left consolidation have resolved."),
    ("Pneumothorax on the right.", "Effusion, pneumothorax not seen."),
    ("Colonic wall thickening, perforation.", "Colitis without abscess, perforation or obstruction."),
    ("No flow is seen in the popliteal vein, which holds a thrombus.", "No popliteal vein thrombus."),
]
READ_QUIET = [
    (
        "Diverticula without inflammation. Lumbar spondylosis with grade 1 anterolisthesis.",
        "Diverticulosis without inflammation, degenerative changes with low-grade spondylolisthesis.",
    ),
    (
        "Small right pleural effusion; the left pleural effusion has cleared.",
        "Small residual effusion on the right, left effusion resolved.",
    ),
    (
        "No fever sign. Hypoechoic node with cystic change and microcalcification, no hilum.",
        "Node without hilum, with cystic change and calcification.",
    ),
    (
        "Stent graft unchanged. The ventricles have enlarged since. Catheter in the same position.",
        "Worsening hydrocephalus despite unchanged catheter position.",
    ),
    (
        "No flow could be detected within the portal vein, portal vein thrombosis.",
        "Portal vein thrombosis.",
    ),
]

# The same words with the other meaning.
WORDS_LOUD = [
    ("No tigroid shading of the cortex.", "Tigroid shading of the cortex."),
    ("Persistent tigroid shading of the cortex.", "No tigroid shading of the cortex."),
    ("The sesamoid glimmers with halo.", "The sesamoid does not glimmer with halo."),
    ("Scalloped brindle margins of the lobule.", "No scalloped brindle margins of the lobule."),
    ("No brindle margins of the lobule.", "Brindle margins of the lobule."),
]
WORDS_QUIET = [
    (
        "5 mm stone at the left ureteric orifice with hydronephrosis. Right kidney contains no stone, not obstructed.",
        "Obstructing 5 mm stone at the left ureteric orifice.",
    ),
    (
        "Numerous diverticula of the sigmoid colon. No wall thickening.",
        "Diverticulosis without diverticulitis.",
    ),
    (
        "Encephalomalacia in the left occipital lobe, unchanged. No large territorial infarct.",
        "Chronic left occipital territory infarct.",
    ),
    (
        "Fracture assessment from T7 to L4 shows no compression deformity.",
        "No vertebral compression fracture from T7 to L4.",
    ),
    ("Mild atherosclerosis of the carotid bulb. No stenosis.", "Carotid bulb atherosclerosis without stenosis."),
]

# "New" and "additional".
NEW_LOUD = [
    ("Thickened wall of the ileum, known for years.", "Active inflammation of the ileum."),
    ("Unchanged lesion in liver segment V.", "New lesion in liver segment V."),
    ("Known stenosis of M1, less severe today.", "New stenosis."),
    ("Metastasis in the liver has shrunk. No new focus.", "New metastases are present."),
    ("Stable pulmonary nodule.", "New pulmonary nodule."),
]
NEW_QUIET = [
    (
        "Saccular aneurysm of the basilar tip, 6 mm. A second 2 mm aneurysm at the left M1 bifurcation.",
        "Basilar tip aneurysm. Additional 2 mm left M1 aneurysm.",
    ),
    (
        "Right portal vein filled with thrombus, a change from the previous study when it was patent.",
        "New portal vein thrombosis.",
    ),
    (
        "Spiculated mass in the left breast, not present on the previous study. Right breast: no new finding.",
        "New mass in the left breast.",
    ),
    (
        "The bypass holds a thrombus and is occluded. In March it was open throughout.",
        "New occlusion of the bypass.",
    ),
    ("Stone in the left ureter. A further stone in the left kidney.", "Ureteral stone. Additional renal calculus."),
]

# Displaced or not.
MOVED_LOUD = [
    ("Displaced fracture of the radius.", "Undisplaced fracture of the radius."),
    ("Fracture line across the scaphoid. There is no displacement.", "Markedly displaced fracture of the scaphoid."),
    ("Fracture of the tibia. It is displaced.", "Undisplaced tibial fracture."),
    ("Undisplaced fracture of the lateral malleolus.", "Displaced fracture of the lateral malleolus."),
    ("Avulsion of the tuberosity, displaced by 9 mm.", "Nondisplaced avulsion of the tuberosity."),
]
MOVED_QUIET = [
    ("Vertical tear of the medial meniscus without displaced fragment.", "Nondisplaced medial meniscal tear."),
    ("Thin temporal bone fracture. The uncus is displaced medially.", "Nondisplaced temporal bone fracture."),
    ("Fracture of the fifth rib. The trachea is displaced by a goitre.", "Undisplaced fifth rib fracture."),
    ("Hairline fracture, no displaced fragment.", "Undisplaced hairline fracture."),
    ("Skull fracture. The ventricle is displaced.", "Skull fracture, undisplaced."),
]

# One text against itself, and what is called normal or abnormal.
SELF_LOUD = [
    ("The heart is normal in size.", "Cardiomegaly."),
    ("The uterus is normal.", "Adenomyosis of the uterus."),
    ("Spleen normal.", "The spleen is enlarged."),
    ("Splenic vein patent.", "Splenic vein thrombosis."),
    ("Liver normal. No focal lesion.", "Abnormal liver."),
]
SELF_QUIET = [
    ("Pancreas without enhancement of its body.", "Acute necrotic collections. No sign of infected necrosis."),
    ("The splenic vein holds a thrombus. Liver and spleen are normal.", "Splenic vein thrombosis."),
    ("The ovaries are drawn together in the midline behind the uterus.", "Adenomyosis."),
    ("Right axillary lymph node 12 x 9 mm, rounded.", "Abnormal right axillary lymph node."),
    ("The splenic vein is not opacified; the portal vein is patent.", "Splenic vein thrombosis."),
]

CASES = {
    "denied": (DENIED_LOUD, DENIED_QUIET),
    "read": (READ_LOUD, READ_QUIET),
    "words": (WORDS_LOUD, WORDS_QUIET),
    "new": (NEW_LOUD, NEW_QUIET),
    "moved": (MOVED_LOUD, MOVED_QUIET),
    "self": (SELF_LOUD, SELF_QUIET),
}


def _params(which: int) -> list[object]:
    return [
        pytest.param(*texts, id=f"{name}-{at}") for name, both in CASES.items() for at, texts in enumerate(both[which])
    ]


@pytest.mark.parametrize(("findings", "impression"), _params(0))
def test_a_plain_contradiction_is_loud(findings: str, impression: str) -> None:
    assert loudest(findings, impression) in LOUD


@pytest.mark.parametrize(("findings", "impression"), _params(1))
def test_what_may_be_meant_of_another_thing_is_not(findings: str, impression: str) -> None:
    assert loudest(findings, impression) not in LOUD
