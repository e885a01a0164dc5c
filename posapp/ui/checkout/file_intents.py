"""What a cashier wants of an open member's file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilePage:
    """Turn so many pages of the file on, or back."""

    by: int = 0
    page: int = -1


@dataclass(frozen=True, slots=True)
class FileAct:
    """Do the action at this place (from 0) of the open page."""

    place: int


FileIntent = FilePage | FileAct
