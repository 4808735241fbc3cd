"""The studies on the desk: one in front, up to nine parked; text of one never reaches another."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.errors import DeskFull
from app.domain.prompt import Length
from app.domain.study_work import StudyWork

MAX_PARKED = 9


@dataclass
class Worklist:
    """The present study and the parked ones, last parked first.

    Attributes:
        default_length: what a new study is drafted with.
    """

    default_length: Length = "standard"
    present: StudyWork = field(default_factory=StudyWork)
    parked: list[StudyWork] = field(default_factory=list)
    _pasted_over: tuple[StudyWork, StudyWork, int] | None = None

    def begin(self) -> StudyWork:
        """Park the present study and open an empty one; an empty present study is simply used.

        Raises:
            DeskFull: nine studies with unfinished text are parked.
        """
        if not self.present.is_empty:
            self._park_present()
            self.present = StudyWork(length=self.default_length)
        return self.present

    def begin_from_report(self, text: str) -> StudyWork:
        """A pasted whole report opens a study of its own; `take_back` undoes it while nothing else has happened.

        Raises:
            DeskFull: likewise.
        """
        before = self.present
        if not before.is_empty:
            self._park_present()
        self.present = StudyWork.from_report(text, self.default_length)
        self._pasted_over = (before, self.present, self.present.revision)
        return self.present

    @property
    def can_take_back(self) -> bool:
        """Whether the present study was pasted and has not been touched since."""
        return self._pasted_over is not None and self._pasted_over[1:] == (self.present, self.present.revision)

    def take_back(self) -> StudyWork:
        """Undo the paste: the study that stood here before stands here again."""
        if self._pasted_over is not None and self.can_take_back:
            before = self._pasted_over[0]
            self.parked = [one for one in self.parked if one is not before]
            self.present, self._pasted_over = before, None
        return self.present

    def open(self, work: StudyWork) -> StudyWork:
        """Bring a parked study to the front; the present one takes its place unless it is empty."""
        place = self.parked.index(work)
        if self.present.is_empty:
            del self.parked[place]
        else:
            self.parked[place] = self.present
        self.present = work
        return work

    def discard(self, work: StudyWork) -> None:
        """Take a study off the desk for good."""
        self.parked = [one for one in self.parked if one is not work]
        if self.present is work:
            self.present = StudyWork(length=self.default_length)

    @property
    def unsigned(self) -> list[StudyWork]:
        """The studies whose text would be lost if the program closed now."""
        return [one for one in (self.present, *self.parked) if one.is_unsigned_work]

    def _park_present(self) -> None:
        if len(self.parked) >= MAX_PARKED:
            finished = [one for one in self.parked if one.is_finished]
            if not finished:
                raise DeskFull(MAX_PARKED)
            # Signed and copied: the RIS has it, so it makes room, the oldest first.
            self.parked.remove(finished[-1])
        self.parked.insert(0, self.present)
