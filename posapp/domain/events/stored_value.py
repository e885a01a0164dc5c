"""Stored value: paid in, granted, closed, brought along from an earlier system, lapsed.

What is spent of it, and what returns to it, stands in the sale and in its refund (`sale.draws`, `refund.restores`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique

from posapp.domain.amounts import Money
from posapp.domain.events.lot import LotPart
from posapp.domain.events.sale import Tender
from posapp.domain.ids import AssetId, MemberId, StaffId
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay


@unique
class Payer(IntEnum):
    """Who pays in; the law asks more of organisations (domain.md §3.1, Non-cash)."""

    INDIVIDUAL = 1
    ORGANISATION = 2


@unique
class Ground(IntEnum):
    """Why a card is closed, which decides what the law returns (domain.md §3.2)."""

    COOLING_OFF = 1
    """Within the days after payment (Art 14, or longer by province)."""
    MERCHANT = 2
    """Not the buyer's fault (Art 18)."""
    BUYER = 3
    """The buyer's own reason (Art 19)."""


@dataclass(frozen=True, slots=True)
class StoredValueToppedUp:
    """Money was paid in (domain.md §2.8, §3.1).

    `number` is printed on the contract.  The first of `lots` holds the principal; the others are parts of its bonus
    that can be spent later.  `plan` is empty for a free amount.  `contract` is SHA-256 of the text that was handed out.
    """

    number: str
    business_day: BusinessDay
    cashier: StaffId
    member: MemberId | None
    card: AssetId
    plan: str
    lots: tuple[LotPart, ...]
    tenders: tuple[Tender, ...]
    payer: Payer
    contract: bytes


@dataclass(frozen=True, slots=True)
class BonusGranted:
    """Bonus that nobody paid for was put on a card afterwards, with a reason and somebody's agreement."""

    business_day: BusinessDay
    cashier: StaffId
    approver: StaffId
    member: MemberId | None
    card: AssetId
    lots: tuple[LotPart, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class StoredValueClosed:
    """A card was settled and closed (domain.md §3.2).

    `lots` are what stood on it.  `refund` and `interest` were paid out by `method`, to an account of the buyer's own
    name unless it was cash; `reference` names that payment.  `asked` is the day from which interest runs.
    """

    number: str
    business_day: BusinessDay
    cashier: StaffId
    approver: StaffId
    member: MemberId | None
    card: AssetId
    ground: Ground
    asked: BusinessDay
    lots: tuple[LotPart, ...]
    refund: Money
    interest: Money
    method: TenderMethod
    reference: str


@dataclass(frozen=True, slots=True)
class StoredValueOpened:
    """What stood on a card in an earlier system (W-33): opening entries, so that imports conserve totals."""

    business_day: BusinessDay
    operator: StaffId
    member: MemberId | None
    card: AssetId
    lots: tuple[LotPart, ...]
    source: str


@dataclass(frozen=True, slots=True)
class BonusLapsed:
    """Bonus whose last day, a term of the contract, has passed.  Amounts below zero undo what was lapsed twice.

    `by_lot`: the ledger counts for each lot what has lapsed of it; before, the lot's document did.
    """

    business_day: BusinessDay
    member: MemberId | None
    card: AssetId
    lots: tuple[LotPart, ...]
    by_lot: bool = False
