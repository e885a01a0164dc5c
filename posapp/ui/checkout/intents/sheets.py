"""Keys of whatever is open: on, back, a row, a field, a function key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnterPressed:
    """One step on; `typed` is the omnibox text, handed over, or empty."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class EscPressed:
    """One step back; never deletes."""


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """F1-F12 with the number typed before; `shift` for Shift+F6 and Shift+F9."""

    number: int
    typed: str = ""
    shift: bool = False


@dataclass(frozen=True, slots=True)
class PickRow:
    """Take the row with this index (from 0) of the open list."""

    index: int


@dataclass(frozen=True, slots=True)
class RowMoved:
    """Move the selection of the open list."""

    by: int


@dataclass(frozen=True, slots=True)
class FormEdited:
    """What stands in the fields of the open dialog, by name, and whether its box is ticked."""

    values: tuple[tuple[str, str], ...]
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class FormPicked:
    """One of the dialog's ways or methods was picked, by its code, or by its place from 0."""

    code: str = ""
    place: int = -1


@dataclass(frozen=True, slots=True)
class FormSubmitted:
    """Do what the dialog says, with what stands in its fields."""

    values: tuple[tuple[str, str], ...]
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """The last step, or the last sale within 60 seconds."""


SheetsIntent = (
    EnterPressed | EscPressed | FunctionKey | PickRow | RowMoved | FormEdited | FormPicked | FormSubmitted | Undo
)
