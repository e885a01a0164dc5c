"""What a receipt says, as data: the same figures for the printer, the screen and the customer display."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.sale import TenderMethod


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line; `notes` pairs the words of each rule with what it took off."""

    name: str
    quantity: Quantity
    unit_price: Money
    list_amount: Money
    net: Money
    notes: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class ReceiptMember:
    """The member's part.  `points_after` is what this till knows; `pending_sync` marks it as not yet confirmed."""

    name: str
    masked_phone: str
    tier: str
    points_before: Points
    points_after: Points
    points_earned: Points
    points_spent: Points
    pending_sync: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt in one language.  `ladder` leads from `list_total` to `due`; its amounts sum exactly."""

    shop: str
    store: str
    till: str
    number: str
    local_time: str
    cashier: str
    lines: tuple[ReceiptLine, ...]
    list_total: Money
    ladder: tuple[tuple[str, Money], ...]
    due: Money
    tenders: tuple[tuple[TenderMethod, Money, Money], ...]
    change: Money
    member: ReceiptMember | None
