"""Pictures of the window in every state, size and theme, to be looked at; --screenshots=DIR keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap

from app.domain.card import Card
from app.engine.scripted import Life, Reply, Script

SIZES = [(1280, 800), (1920, 1080), (1080, 1920)]
CARD = Card(
    name="radiology-gpt 135M",
    quantization="Q4_0",
    modalities=("XR",),
    body_parts=("chest",),
    scope="chest radiographs",
    demonstration=True,
)
HEADER = "Accession: 4711-22   Patient: DOE, JANE   Sex: F   Age: 58\nExam date: 23 Nov 10:31\n"
FINDINGS = """There is a new airspace opacity in the right lower lobe with air bronchograms. The left lung is clear.
Small right pleural effusion. No pneumothorax.
11 mm nodular opacity projecting over the left upper lobe.
Heart size is normal. Mild degenerative changes of the thoracic spine, unchanged."""
REPORT = f"{HEADER}EXAM: XR chest, 2 views\nINDICATION: Fever and cough\nCOMPARISON: None\nFINDINGS:\n{FINDINGS}\n"
DRAFT = "Right lower lobe pneumonia. Small right pleural effusion. 11 mm left upper lobe nodule; CT is suggested."


def words(text: str, **how: object) -> Reply:
    return Reply(words=tuple(f"{word} " for word in text.split()), **{"delay_ms": 9, **how})


def draft(window, qtbot) -> None:
    with qtbot.waitSignal(window.drafting.ended):
        window.actions_by_name["draft"].trigger()


def empty(window, qtbot) -> None:
    """Nothing typed yet."""


def streaming(window, qtbot) -> None:
    window.desk.begin_from_report(REPORT)
    with qtbot.waitSignal(window.drafting.streamed, check_params_cb=lambda text, _: text.count(".") >= 2):
        window.actions_by_name["numbered"].trigger()


def finished(window, qtbot) -> None:
    window.desk.begin_from_report(REPORT)
    draft(window, qtbot)
    with qtbot.waitSignal(window.drafting.ended):
        window.actions_by_name["numbered"].trigger()
    window.draft.edit.replace_text(window.draft.edit.text.replace("; CT is suggested", ". Recommend CT in 3 months"))


def critical(window, qtbot) -> None:
    """A draft with the side turned round, an added number and a missing finding."""
    window.desk.begin_from_report(REPORT.replace("No pneumothorax", "Tension pneumothorax on the right"))
    draft(window, qtbot)
    window.reader.reviewing.now()
    window.actions_by_name["next_flag"].trigger()


def stale(window, qtbot) -> None:
    window.desk.begin_from_report(REPORT)
    draft(window, qtbot)
    window.actions_by_name["copy_report"].trigger()
    window.findings.edit.replace_text(FINDINGS.replace("Small right", "Large right"))


def out_of_scope(window, qtbot) -> None:
    window.desk.begin_from_report(REPORT)
    window.desk.begin_from_report(REPORT.replace("XR chest, 2 views", "MR right knee"))
    draft(window, qtbot)


def signed(window, qtbot) -> None:
    finished(window, qtbot)
    window.draft.end_seen.emit()
    window.actions_by_name["sign"].trigger()
    assert window.desk.present.is_signed


def error(window, qtbot) -> None:
    window.desk.begin_from_report(REPORT)
    with qtbot.waitSignal(window.drafter.lost):
        window.actions_by_name["draft"].trigger()


REPLIES = {
    critical: words("Right lower lobe pneumonia. Small left pleural effusion. 11 mm left upper lobe nodule."),
    streaming: words(" ".join([DRAFT] * 8), delay_ms=70),  # longer than the pictures take
    error: words(DRAFT, mishap="crash", mishap_after=5),
}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("state", [empty, streaming, finished, critical, stale, out_of_scope, signed, error])
def test_every_state_fits_every_screen(state, theme, open_window, qtbot, qapp, tmp_path, request) -> None:
    """No state makes the window wider than the screen; the pictures are for human eyes."""
    folder = Path(request.config.getoption("screenshots") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    life = Life(replies=(REPLIES.get(state, words(DRAFT)),), card=CARD.to_json(), name=CARD.name)
    window = open_window(script=Script(lives=(life,)), theme=theme)
    state(window, qtbot)
    for width, height in SIZES:
        window.resize(width, height)
        window.desk.tell_changed()
        window.reader.reviewing.now()
        for _ in range(3):  # each lets the layouts answer what the one before has asked
            qapp.processEvents()
        assert (window.width(), window.height()) == (width, height)
        window.grab().save(str(folder / f"{state.__name__}-{theme}-{width}x{height}.png"))
    window.resize(1280, 800)
    sharp = QPixmap(2560, 1600)
    sharp.setDevicePixelRatio(2)
    window.render(sharp)
    sharp.save(str(folder / f"{state.__name__}-{theme}-1280x800@2x.png"))
