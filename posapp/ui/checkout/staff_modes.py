"""What somebody is asked before the till does anything else: to sign in, to agree, for the owner's first PIN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.application.staff.approving import Ask
    from posapp.domain.errors import InvalidField
    from posapp.domain.ids import StaffId
    from posapp.domain.staff import Staff
    from posapp.ui.checkout.form import FactsIn


@dataclass(frozen=True, slots=True)
class SignInMode:
    """The till is locked; the cart is kept.  `number` is who is chosen."""

    people: tuple[Staff, ...]
    number: str
    hint: str = ""
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalMode:
    """Another person is asked.  `by_number`: nobody who could agree has a PIN, so that a number is enough."""

    ask: Ask
    facts: FactsIn
    people: tuple[Staff, ...]
    number: str
    by_number: bool
    requester: StaffId
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OwnerMode:
    """A new shop asks for its owner's PIN, once."""

    values: Mapping[str, str] = field(default_factory=dict)
    error: InvalidField | None = None
    revision: int = 0


StaffMode = SignInMode | ApprovalMode | OwnerMode
