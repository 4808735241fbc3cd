"""One position put for another: parts of organs, vessels, bones, zones, lobes, in any words."""

from __future__ import annotations

import pytest

from app.review.second_reader import review

KNEE = (
    "Radial tear of the posterior root of the medial meniscus, 5 mm gap. Lateral meniscus intact. "
    "Grade 3 chondral loss of the medial tibial plateau."
)
CORONARIES = (
    "LAD: calcified plaque of the mid segment with 50 % stenosis. LCX: no plaque. RCA: soft plaque of the proximal "
    "segment with severe stenosis."
)
VEINS = "Noncompressible left popliteal vein with clot. Left common femoral and femoral veins compressible."
COLON = "Annular mass of 5 cm in the transverse colon with shouldering. Diverticula of the descending colon."
RIBS = "Displaced fractures of the right 6th and 7th ribs. Old healed fracture of the right 10th rib."
SPINE = (
    "L2-3: mild bulge. L3-4: broad-based protrusion, moderate canal stenosis. "
    "L4-5: paracentral extrusion of 8 mm, severe stenosis."
)

FIRES = [
    (KNEE, "Radial tear of the anterior root of the medial meniscus."),
    (KNEE, "Root tear of the medial meniscus, 5 mm gap. Grade 3 chondral loss of the lateral tibial plateau."),
    (CORONARIES, "50 % stenosis of the mid LAD. Severe stenosis of the distal RCA by soft plaque."),
    (CORONARIES, "50 % stenosis of the mid LAD. Severe stenosis of the proximal LCX by soft plaque."),
    (VEINS, "Thrombus of the left common femoral vein."),
    (COLON, "Annular mass of the ascending colon, 5 cm, suspicious for carcinoma."),
    (COLON, "Annular mass at the splenic flexure, 5 cm, suspicious for carcinoma."),
    (RIBS, "Displaced fractures of the right 4th and 5th ribs."),
    (SPINE, "Extrusion at L3-4 with severe stenosis."),
    ("Hypoattenuating lesion of 18 mm in the pancreatic head.", "18 mm lesion of the pancreatic tail."),
    ("Exophytic mass at the upper pole of the left kidney, 4.1 cm.", "Left renal mass of 4.1 cm at the lower pole."),
    ("Stone of 7 mm in the proximal right ureter.", "Obstructing stone, 7 mm, of the distal right ureter."),
    (
        "Filling defects in segmental branches of the left lower lobe.",
        "Lobar embolism of the left lower lobe.",
    ),
    ("Intramural fibroid of the uterine fundus, 6 cm.", "Fibroid of 6 cm at the uterine cervix."),
    ("Full-thickness tear of the supraspinatus, 14 mm.", "Full-thickness tear of the subscapularis, 14 mm."),
    ("Nondisplaced fracture of the capitate.", "Nondisplaced fracture of the hamate."),
    (
        "Fracture of the proximal phalanx of the ring finger.",
        "Fracture, proximal phalanx, index finger.",
    ),
    ("Acute infarct in the left thalamus, 9 mm.", "Acute infarct of the left pons, 9 mm."),
    ("Aneurysm of the anterior communicating artery, 6 mm.", "6 mm aneurysm of the posterior communicating artery."),
    ("Mucosal thickening and fluid level of the left sphenoid sinus.", "Fluid level in the left maxillary sinus."),
    ("Lumbar scoliosis, convex to the right, 22 degrees.", "Levoscoliosis of the lumbar spine."),
    ("Erosions of the third MCP joint.", "Erosive change of the fifth MCP joint."),
    ("Lucency at the apex of tooth 36.", "Periapical lucency, tooth 46."),
    ("**L3-L4:**\n- Mild bulge.\n**L4-L5:**\n- Large extrusion compressing the root.", "Large extrusion at L3-L4."),
    ("Malpositioned tip of the tube in the gastric fundus.", "Tube tip in the gastric antrum."),
    ("Tumor of the upper third of the esophagus, 4 cm.", "Esophageal tumor of the lower third, 4 cm."),
]
SILENT = [
    (KNEE, "Posterior root tear of the medial meniscus. Medial compartment chondral loss."),
    (CORONARIES, "Severe proximal RCA stenosis. Moderate mid-LAD stenosis."),
    (VEINS, "Left popliteal DVT. The femoral veins are clear."),
    (COLON, "Carcinoma of the transverse colon. Descending colon diverticulosis."),
    (RIBS, "Fractures of ribs 6 and 7 on the right, displaced."),
    (RIBS, "Displaced fractures of the right sixth and seventh ribs; the tenth has healed."),
    (SPINE, "Moderate stenosis at L3-4, severe at L4-5 with an extrusion."),
    ("Nodule of the superior segment of the left lower lobe, 6 mm.", "6 mm nodule, left lower lobe."),
    ("Lingular consolidation on the left.", "Left upper lobe pneumonia in the lingula."),
    ("Tumor of the rectosigmoid junction, 4 cm.", "Rectal tumor of 4 cm."),
    ("Stone of 4 mm at the left vesicoureteric junction.", "4 mm stone of the distal left ureter."),
    ("Polyp 4 cm above the ileocecal valve in the ascending colon, 9 mm.", "9 mm polyp of the ascending colon."),
    ("Mass of the pancreatic head. Body and tail are atrophic.", "Pancreatic head mass with atrophy of body and tail."),
    ("Enhancing mass of the uncinate process, 2 cm.", "2 cm mass of the pancreatic head."),
    ("Edema about the anterolateral ankle.", "Anterior soft tissue edema of the ankle."),
    ("Clot in the right common and superficial femoral veins.", "Right common femoral and femoral vein thrombosis."),
    ("Contusion of the right precentral gyrus.", "Right frontal contusion."),
    ("Fracture of the little finger, middle phalanx.", "Fifth finger fracture of the middle phalanx."),
    ("Fluid in the left maxillary antrum. Frontal sinuses are clear.", "Left maxillary sinusitis."),
    ("Lumbar scoliosis convex to the left.", "Levoscoliosis."),
    ("T9-L2 fusion with intact hardware.", "Intact hardware of T9 to L2."),
    ("Marrow edema of the fourth and fifth metatarsals.", "Stress reaction of the 4th and 5th MTs."),
    ("The lateral view shows degenerative change of the medial compartment.", "Medial compartment osteoarthritis."),
    ("Thrombus in the axillary vein up to the subclavian vein.", "Axillary vein thrombosis."),
]


def _exchanged(findings: str, impression: str) -> list[str]:
    kinds = ("level_mismatch", "side_mismatch")
    flags = review(findings, impression).flags
    return [flag.message for flag in flags if flag.kind in kinds and flag.severity.value != "note"]


@pytest.mark.parametrize(("findings", "impression"), FIRES)
def test_another_position_is_flagged(findings: str, impression: str) -> None:
    assert _exchanged(findings, impression)


@pytest.mark.parametrize(("findings", "impression"), SILENT)
def test_the_same_position_is_not(findings: str, impression: str) -> None:
    assert not _exchanged(findings, impression)


RANKED = [
    ("Fracture of the neck of the left 5th MC.", "Left 4th MC neck fracture."),
    ("Erosion at the base of the second metatarsal.", "Erosion, base of the third MT."),
    ("Osteoarthritis of the first carpometacarpal joint.", "Osteoarthritis of the fifth carpometacarpal joint."),
    ("Foci of uptake in the left ribs 3, 4 and 8.", "Metastases of the left 5th, 6th and 9th ribs."),
    ("Arterially enhancing lesion in segments V and VIII.", "Lesion in segments II and III."),
    ("Enlarged node at station 4R, 16 mm.", "Enlarged station 7 node, 16 mm."),
    ("Fusion from T4 to T11.", "Fusion from T9 to L2."),
]
RANKED_ALIKE = [
    ("Fracture of the neck of the left fifth metacarpal.", "Left 5th MC neck fracture."),
    ("Erosion at the base of the second and third metatarsals.", "Erosion, bases of the 2nd and 3rd MT."),
    ("Fractures of the right second to fifth ribs.", "Fractures of right ribs 3 and 4."),
    ("Lesion in segment IVb, 1.1 cm.", "1.1 cm lesion of segment 4b."),
    ("Nodes at stations 4R and 7.", "Nodal disease, station 7 and 4R."),
    ("Compression deformities of T7 and T9.", "T7 and T9 compression deformities."),
    ("Endplate edema at L4-L5, rib 5 mm cortical step.", "Edema at L4/5."),
]


@pytest.mark.parametrize(("findings", "impression"), RANKED)
def test_another_rank_is_flagged(findings: str, impression: str) -> None:
    assert _exchanged(findings, impression)


@pytest.mark.parametrize(("findings", "impression"), RANKED_ALIKE)
def test_the_same_rank_in_other_words_is_not(findings: str, impression: str) -> None:
    assert not _exchanged(findings, impression)
