"""Naming the member of a sale that was completed without one: who, and what it would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posapp.application.claiming import ClaimPreview
    from posapp.application.returnable import Returnable
    from posapp.domain.errors import InvalidField
    from posapp.domain.member import Member


@dataclass(frozen=True, slots=True)
class ClaimMode:
    """`text` is the number that was typed, `found` how many members it may be; `preview` is for the one it is."""

    original: Returnable
    text: str = ""
    member: Member | None = None
    found: int = 0
    preview: ClaimPreview | None = None
    error: InvalidField | None = None
    revision: int = 0
