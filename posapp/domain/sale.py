"""The basket before it is a fact: what the cashier has scanned, and what was chosen for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum, unique
from typing import Final

from posapp.domain.amounts import Money, Quantity
from posapp.domain.by_hand import ByHand
from posapp.domain.ids import AssetId, CartId, MemberId, Sku


@unique
class TenderMethod(IntEnum):
    """How a sale is paid; the numbers are recorded in events."""

    CASH = 1
    BANK_CARD = 2
    WECHAT_PAY = 3
    ALIPAY = 4
    MANUFACTURER_COUPON = 5
    STORED_VALUE = 6
    BANK_TRANSFER = 7


@unique
class Identification(IntEnum):
    """How the member was identified, which decides what may be spent (ux.md §6, Identity levels)."""

    NONE = 0
    LAST_FOUR = 1
    PHONE = 2
    STATIC_CARD = 3
    DYNAMIC_CODE = 4
    NEW_CARD = 5
    PIN = 6


PROVEN: Final = frozenset({Identification.DYNAMIC_CODE, Identification.PIN})
"""Who may spend a pass: whoever showed the code on their phone or entered their PIN (ux.md, Identity levels)."""


@dataclass(frozen=True, slots=True)
class LineVoucher:
    """A voucher handed over for one line, with the amount it takes off that line at most."""

    code: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LinePass:
    """A pass of the member that is to settle so many units of one line, a use for each."""

    id: AssetId
    uses: int


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line of the basket.

    `unit_price` is the list price per unit.  `member_price` is per unit for members, where the shop set one;
    `member_amount`, if given, is the price of the whole line for members and stands above it (a scale label, or a
    price file that only knows lines).  `amount`, if given, is the printed amount of a scale label, taken verbatim
    (domain.md §2.3 step 1).  `by_hand` is a price that a cashier set.
    `passes` are to settle units of the line before anything else lowers its price (step 8).
    """

    sku: Sku
    name: str
    quantity: Quantity
    unit_price: Money
    revision: int = 0
    category: str = ""
    tags: tuple[str, ...] = ()
    member_price: Money | None = None
    member_amount: Money | None = None
    amount: Money | None = None
    by_hand: ByHand | None = None
    cost: Money | None = None
    vouchers: tuple[LineVoucher, ...] = ()
    passes: tuple[LinePass, ...] = ()

    @property
    def list_amount(self) -> Money:
        """What the line costs before any rule."""
        return self.amount if self.amount is not None else self.quantity.price(self.unit_price)

    @property
    def pass_uses(self) -> int:
        """How many units of it passes are to settle."""
        return sum(each.uses for each in self.passes)

    def with_quantity(self, quantity: Quantity) -> CartLine:
        """So much of it; passes are asked for no more than there is."""
        left, passes = max(0, quantity.milli // 1000), []
        for each in self.passes:
            uses = min(each.uses, left)
            left -= uses
            passes += [replace(each, uses=uses)] if uses else []
        return replace(self, quantity=quantity, passes=tuple(passes))


@dataclass(frozen=True, slots=True)
class Cart:
    """A basket with its member and the cashier's choices; every change is a new value.

    `chosen` maps an optional benefit's rule id to True (wanted) or False (declined); what is absent is left to the
    best combination.  `points_wanted` is None for "as the programme proposes", else the points to spend.
    `codes` are coupon codes that were entered or scanned.  `by_hand` is what a cashier takes off the whole order.
    """

    id: CartId
    lines: tuple[CartLine, ...] = ()
    member: MemberId | None = None
    identified_by: Identification = Identification.NONE
    codes: tuple[str, ...] = ()
    chosen: dict[str, bool] = field(default_factory=dict)
    points_wanted: int | None = None
    by_hand: ByHand | None = None

    def add(self, line: CartLine) -> Cart:
        """Append a line, or raise the quantity of the same product at the same price and without its own terms."""
        for index, old in enumerate(self.lines):
            if _merges(old, line):
                return self.with_line(index, replace(old, quantity=old.quantity + line.quantity))
        return replace(self, lines=(*self.lines, line))

    def with_line(self, index: int, line: CartLine) -> Cart:
        """Replace one line."""
        return replace(self, lines=(*self.lines[:index], line, *self.lines[index + 1 :]))

    @property
    def pass_uses(self) -> int:
        """How many units passes are to settle."""
        return sum(line.pass_uses for line in self.lines)

    def without_passes(self) -> Cart:
        """The basket without any pass."""
        return replace(self, lines=tuple(replace(line, passes=()) if line.passes else line for line in self.lines))

    def without_line(self, index: int) -> Cart:
        """Remove one line."""
        return replace(self, lines=(*self.lines[:index], *self.lines[index + 1 :]))


def _merges(old: CartLine, new: CartLine) -> bool:
    """Only plain pieces merge: a weighed label, a set price or a voucher belongs to its own line."""
    plain = (new.amount, new.by_hand, new.member_amount, new.vouchers) == (None, None, None, ())
    same = replace(old, quantity=new.quantity, passes=new.passes) == new
    return old.sku == new.sku and plain and new.quantity.is_whole and not new.passes and same
