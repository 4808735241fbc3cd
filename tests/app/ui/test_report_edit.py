"""What the text field keeps: the document that it shows, and none that it has shown."""

from __future__ import annotations

import gc
import weakref

import shiboken6
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextDocument

from app.engine.scripted import Reply
from app.ui.documents import new_document
from app.ui.report_edit import ReportEdit

# Words of this file alone: documents of windows that other tests closed may still be in memory.
FINDINGS = "Small effusion beside the seventh rib."
IMPRESSION = "Effusion at the seventh rib."


def test_a_document_is_let_go_when_another_one_is_shown(qtbot) -> None:
    edit = ReportEdit(lambda _: QMimeData())
    qtbot.addWidget(edit)
    shown = []
    for number in range(3):
        document = new_document(str(number))
        shown.append(weakref.ref(document))
        edit.show_document(document)
        del document
        assert edit.document().toPlainText() == edit.text == str(number)
    gc.collect()
    assert [reference() is None for reference in shown] == [True, True, False]


def test_nothing_of_a_discarded_study_stays_in_the_window(open_window, qtbot) -> None:
    window = open_window(Reply(words=(IMPRESSION,)))
    window.findings.edit.replace_text(FINDINGS)
    with qtbot.waitSignal(window.drafting.ended):
        window.actions_by_name["draft"].trigger()
    assert _documents_with(FINDINGS)
    assert _documents_with(IMPRESSION)
    window.desk.discard(window.desk.present)
    gc.collect()
    assert not _documents_with(FINDINGS)
    assert not _documents_with(IMPRESSION)


def _documents_with(text: str) -> list[QTextDocument]:
    # Asked by its type alone: some libraries' objects warn when anybody looks at their class.
    documents = [one for one in gc.get_objects() if issubclass(type(one), QTextDocument) and shiboken6.isValid(one)]
    return [one for one in documents if text in one.toPlainText()]
