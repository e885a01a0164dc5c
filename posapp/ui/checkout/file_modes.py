"""What the till is in the middle of with a member's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from posapp.domain.ids import StaffId

# The screen knows these modes from its first paint on; the use cases behind them are loaded when a file is opened.
if TYPE_CHECKING:
    from posapp.application.member_file import MemberFile
    from posapp.application.member_history import HistoryPage
    from posapp.application.receipt import ReportSlip
    from posapp.application.staff.approving import Ask
    from posapp.application.till import Cashier, Till
    from posapp.domain.errors import InvalidField
    from posapp.ui.checkout.form import FormSheet
    from posapp.ui.checkout.sheets import ChoiceRow
    from posapp.ui.messages import Message


_NOBODY = StaffId("")


@unique
class Page(IntEnum):
    """The pages of a file, in the order of their tabs."""

    PERSON = 0
    WALLET = 1
    POINTS = 2
    EVENTS = 3
    HISTORY = 4


@dataclass(frozen=True, slots=True)
class FileMode:
    """A member's file lies open.

    `newer` are the positions that earlier pages of the history began before.  `revealed` is the whole number, once
    somebody asked for it; closing the file hides it again.
    """

    file: MemberFile
    page: Page = Page.PERSON
    selected: int = 0
    history: HistoryPage | None = None
    newer: tuple[int | None, ...] = (None,)
    revealed: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something in a file, whether the server can be reached, and the words of slips."""

    till: Till
    cashier: Cashier
    online: bool
    language: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What an action says when it is done; `closed` where there is no file any more, `revealed` a whole number.

    `opens_drawer`: cash goes out.  `slip` is printed.  `can_undo`: Ctrl+Z takes it back.
    """

    said: Message
    detail: Message | None = None
    closed: bool = False
    revealed: str = ""
    opens_drawer: bool = False
    slip: ReportSlip | None = None
    can_undo: bool = False


class FileForm(Protocol):
    """One action that asks for something first."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """The dialog, with what it would do beside what is typed."""
        ...

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it; runs where the database may be waited for.  Raises `InvalidField`."""
        ...


@runtime_checkable
class NeedsAgreement(Protocol):
    """An action that another person has to agree to (domain.md §5.4)."""

    def ask(self, mode: FileFormMode) -> Ask | None:
        """What they are asked; None where the cashier may do it alone.

        Raises `InvalidField` where what was typed asks for nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileFormMode:
    """A dialog over the file: what was typed, which way was picked, what was wrong with it, and who agreed."""

    back: FileMode
    form: FileForm
    values: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""
    ticked: bool = False
    error: InvalidField | None = None
    revision: int = 0
    approver: StaffId = _NOBODY

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")


class FileList(Protocol):
    """Something to pick from a list over the file."""

    @property
    def title(self) -> Message:
        """What is picked."""
        ...

    @property
    def take(self) -> Message:
        """The word on the button."""
        ...

    @property
    def nothing(self) -> Message:
        """What is said of an empty list."""
        ...

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:
        """What there is."""
        ...

    def form(self, place: int, doing: Doing) -> FileForm:
        """What opens when one is picked."""
        ...


@dataclass(frozen=True, slots=True)
class FilePickMode:
    """A list over the file."""

    back: FileMode
    list: FileList
    count: int
    selected: int = 0


FileModes = FileMode | FileFormMode | FilePickMode
