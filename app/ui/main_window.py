"""The window: arranges the panels and connects what they tell to who can do it; it decides nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.domain.errors import WorkstationError
from app.settings import LoadedSettings, Settings, save_user_settings
from app.ui.action_bar import ActionBar
from app.ui.away import Away
from app.ui.commands import commands_of
from app.ui.copy_out import CopyOut
from app.ui.desk import Desk
from app.ui.draft_panel import DraftPanel
from app.ui.drafter import Drafter
from app.ui.drafting import Drafting
from app.ui.exam_fields import ExamFields
from app.ui.findings_panel import FindingsPanel
from app.ui.identity_bar import IdentityBar
from app.ui.keys import apply_keys, make_actions
from app.ui.mending import Mending
from app.ui.model_in_use import ModelInUse
from app.ui.notice_banner import Notice, NoticeBanner
from app.ui.pages import Pages
from app.ui.panel_area import PanelArea
from app.ui.parked_list import parked_summary
from app.ui.preparing import Preparing
from app.ui.question import ask
from app.ui.second_reader import SecondReader
from app.ui.signing import Signing
from app.ui.status_bar import StatusBar
from app.ui.telling import Telling, untold_summary
from app.ui.theme import apply_theme, chosen_theme


class MainWindow(QMainWindow):
    def __init__(
        self, application: QApplication, loaded: LoadedSettings, settings_file: Path, drafter: Drafter
    ) -> None:
        super().__init__()
        self.setWindowTitle("Radiology-GPT Workstation")
        self._application, self.loaded, self._settings_file = application, loaded, settings_file
        settings = loaded.settings
        self.drafter = drafter
        self.desk = Desk(settings.length, self)
        self.copy_out = CopyOut(self.desk, settings, self)
        self.drafting = Drafting(self.desk, drafter, settings, self)
        self.preparing = Preparing(self.desk, drafter, settings, self)
        self.model = ModelInUse(drafter, settings, self)
        self.away = Away(application, settings.away_minutes, self)
        self.actions_by_name = make_actions(self, settings.keys)
        self.pages = Pages(self.desk, self.actions_by_name, self)
        self._speed = 0.0
        self._may_close = False
        self._arrange()
        self.mending = Mending(self.desk, self.reader, self.findings.edit, self.draft.edit, self)
        self.telling = Telling(self.desk, self.reader.untold, self)
        self.signing = Signing(self.desk, self.copy_out, self.reader, self.telling, settings, self)
        self.signing.signed.connect(drafter.learn)
        self.reader.panel.removed.connect(self.telling.remove)
        self._connect()
        for name, run in commands_of(self).items():
            self.actions_by_name[name].triggered.connect(lambda _=False, run=run: run())
        self._use_theme()
        application.styleHints().colorSchemeChanged.connect(self._use_theme)
        self._open_study()
        self._show()
        self.findings.edit.setFocus()

    def tell(self, notice: Notice | None) -> None:
        """Show a notice in the banner; None: what the present one said is over."""
        if notice:
            self.banner.tell(notice)
        elif self.banner.notice and self.banner.notice.progress is not None:
            self.banner.forget()

    def use(self, settings: Settings) -> None:
        """Follow new settings and keep them."""
        self.loaded = LoadedSettings(settings, self.loaded.locked)
        for follower in (self.copy_out, self.drafting, self.preparing, self.signing, self.model):
            follower.use(settings)
        self.desk.worklist.default_length = settings.length
        self.away.use(settings.away_minutes)
        apply_keys(self.actions_by_name, settings.keys)
        self._use_theme()
        try:
            save_user_settings(settings, self._settings_file, self.loaded.locked)
        except WorkstationError as error:
            self.tell(Notice.of(error))

    def closeEvent(self, event: QCloseEvent) -> None:
        unsigned = len(self.desk.worklist.unsigned)
        if unsigned and not self._may_close:
            event.ignore()
            what = "One study holds" if unsigned == 1 else f"{unsigned} studies hold"
            ask(
                self,
                "Close?",
                f"{what} text that is not signed. It is lost when the program closes.",
                "&Close",
                self._leave,
            )
            return
        self.model.close()
        self.copy_out.clear()
        self.drafter.close()
        super().closeEvent(event)

    def _leave(self) -> None:
        self._may_close = True
        self.close()

    # --- arranging ------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        actions = self.actions_by_name
        self.identity = IdentityBar(actions, self.pages.menu())
        self.banner = NoticeBanner()
        self.fields = ExamFields()
        self.findings = FindingsPanel(self.desk, self.copy_out)
        self.draft = DraftPanel(self.desk, self.copy_out, actions)
        self.reader = SecondReader(self.desk, self.findings.edit, self.draft.edit, actions, self)
        self.actions_bar = ActionBar(actions)
        self.status = StatusBar()
        middle = QVBoxLayout()
        middle.setContentsMargins(10, 8, 10, 4)
        middle.setSpacing(8)
        middle.addWidget(PanelArea(self.fields, self.findings, self.draft, self.reader.panel), 1)
        middle.addWidget(self.actions_bar)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.identity)
        column.addWidget(self.banner)
        column.addLayout(middle, 1)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)

    # --- connecting -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.desk.opened.connect(self._open_study)
        self.desk.changed.connect(self._show)
        self.desk.refused.connect(self.tell_error)
        self.identity.edited.connect(self.desk.set_study)
        self.fields.edited.connect(self.desk.set_text)
        self.draft.end_seen.connect(self._on_end_seen)
        self.drafting.streamed.connect(self.draft.show_stream)
        self.drafting.streamed.connect(lambda text, _: self.reader.reviewing.show_stream(text))
        self.drafting.remarked.connect(self.draft.remark)
        self.drafting.ended.connect(lambda: self.draft.remark(""))
        self.drafting.ended.connect(self.preparing.stay)
        self.drafting.refused.connect(self.tell_error)
        self.drafting.measured.connect(self._on_measured)
        self.pages.chosen.connect(self.use)
        for teller in (self.signing, self.reader, self.mending, self.telling):
            teller.remarked.connect(self.draft.remark)
        self.copy_out.copied.connect(self.status.show_copied)
        self.model.changed.connect(self._show)
        self.model.noticed.connect(self.tell)
        self.drafter.lost.connect(self._on_lost)
        self.away.left.connect(lambda: self.identity.set_away(True))
        self.away.returned.connect(lambda: self.identity.set_away(False))

    # --- showing --------------------------------------------------------------------------------------------------

    def _open_study(self) -> None:
        self.findings.open_study()
        self.draft.remark("")

    def _show(self) -> None:
        work = self.desk.present
        self.identity.show_study(work, parked_summary(self.desk.worklist))
        self.fields.show_work(work)
        self.findings.show_work()
        self.draft.show_work()
        self.draft.notes.tell(
            conflict=work.identity_conflict(),
            scope=None if work.is_signed else self.model.out_of_scope(work.study.exam),
            stale=work.is_stale,
            copied_before=self.desk.changed_since_copied(),
        )
        self.actions_bar.show_work(work)
        self.reader.show_flags()
        self.status.show_untold(untold_summary(self.telling.waiting))
        if self.model.busy:
            self.status.show_busy(self.model.busy)
        else:
            self.status.show_model(self.drafter.model, self.model.card, self._speed)

    def _on_end_seen(self) -> None:
        self.desk.present.see_end()
        self.actions_bar.show_work(self.desk.present)

    def _on_measured(self, words_per_second: float) -> None:
        self._speed = words_per_second
        self._show()

    def tell_error(self, error: WorkstationError) -> None:
        self.tell(Notice.of(error))

    def _on_lost(self, error: WorkstationError) -> None:
        retry = ("Draft again", self.drafting.draft) if self.desk.present.report.findings.strip() else None
        self.tell(Notice.of(error, retry))

    def _use_theme(self) -> None:
        theme = chosen_theme(self.loaded.settings.theme)
        apply_theme(self._application, theme, self.loaded.settings.font_size)
        self.findings.use_theme(theme)
        self.reader.use_theme(theme)
