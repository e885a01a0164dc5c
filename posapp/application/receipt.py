"""What a receipt says, as data: the same figures for the printer, the screen and the customer display."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.amounts import ZERO_MONEY, Money, Points, Quantity
from posapp.domain.sale import TenderMethod
from posapp.domain.weight import weight_text


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line; `notes` pairs the words of each rule with what it took off.

    `unit` is the weight that the price of weighed goods is for.
    """

    name: str
    quantity: Quantity
    unit_price: Money
    list_amount: Money
    net: Money
    notes: tuple[tuple[str, Money], ...]
    unit: str = ""


def counted(quantity: Quantity, unit: str) -> str:
    """How many pieces, or how much of goods whose price is for a weight."""
    return weight_text(quantity, unit) or f"x {quantity}"


@dataclass(frozen=True, slots=True)
class ReceiptMember:
    """The member's part.  `points_after` is what this till knows; `pending_sync` marks it as not yet confirmed.

    Both figures are what may be spent; `points_frozen` come on top once nothing can be returned any more.
    """

    name: str
    masked_phone: str
    tier: str
    points_before: Points
    points_after: Points
    points_earned: Points
    points_spent: Points
    pending_sync: bool
    points_frozen: Points = Points(0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt in one language.  `ladder` leads from `list_total` to `due`; its amounts sum exactly.

    `copy` counts reprints: 0 is the first print, 1 the first copy.  With `is_gift` it goes into the parcel: no prices.
    `approvers` are the numbers of who agreed to prices by hand.
    """

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
    copy: int = 0
    is_gift: bool = False
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """What a customer gets who brought something back, in one language.

    `lines` are name, how many or how much, and what is given back for it; the `fee` is withheld of it.  `tenders` are
    method, exact amount and what was handed out.  `passes` are the names of passes that get uses back, and how many.
    `gifts_gone` are coupons that the sale had brought and that went with it.
    """

    shop: str
    store: str
    till: str
    number: str
    original_number: str
    is_void: bool
    local_time: str
    cashier: str
    approver: str
    lines: tuple[tuple[str, str, Money], ...]
    total: Money
    tenders: tuple[tuple[TenderMethod, Money, Money], ...]
    coupons: tuple[str, ...]
    member: RefundReceiptMember | None
    copy: int = 0
    passes: tuple[tuple[str, int], ...] = ()
    fee: Money = ZERO_MONEY
    gifts_gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundReceiptMember:
    """The member's part of a refund: `points_back` had been spent and return, `points_taken` had been earned.

    `points_after` may be a debt.  With `with_frozen` both counts contain points that may not be spent yet.
    """

    name: str
    masked_phone: str
    points_before: Points
    points_after: Points
    points_back: Points
    points_taken: Points
    pending_sync: bool
    with_frozen: bool = False


@dataclass(frozen=True, slots=True)
class ReportSlip:
    """Figures in one language: an X or a Z, a pass given back.  `sections` hold words and their figure.

    `signs` are who signs it below.
    """

    shop: str
    store: str
    till: str
    number: str
    title: str
    local_time: str
    cashier: str
    sections: tuple[tuple[tuple[str, str], ...], ...]
    copy: int = 0
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardSlip:
    """A member's card on paper: `code` is what its QR code says, `name` is masked; whoever shows it is recognised."""

    shop: str
    store: str
    number: str
    name: str
    code: str
    copy: int = 0


Slip = Receipt | RefundReceipt | ReportSlip | CardSlip
"""Whatever is printed."""
