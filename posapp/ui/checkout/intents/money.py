"""What a cashier wants of the money: the paying step, the receipt, the drawer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CashKey:
    """n `+` or n F10: take this much cash; an empty text means the exact amount."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class PayKey:
    """A bare `+` or F9, or the big button: go to paying."""


@dataclass(frozen=True, slots=True)
class TenderMethodChosen:
    """A way to pay was chosen, by the value of `TenderMethod`, with the number typed before."""

    method: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class TenderEdited:
    """The amount field of the tender reads so."""

    text: str


@dataclass(frozen=True, slots=True)
class QuickCashChosen:
    """A note or sum was tapped."""

    fen: int


@dataclass(frozen=True, slots=True)
class TenderRemoved:
    """Take back one tender line."""

    tender_id: str


@dataclass(frozen=True, slots=True)
class TenderFinished:
    """Finish the sale with what stands in the amount field."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class NextSale:
    """Leave the finished sale."""


@dataclass(frozen=True, slots=True)
class ReprintReceipt:
    """Print the last receipt again."""


@dataclass(frozen=True, slots=True)
class PrintGiftReceipt:
    """Print the last sale without its prices, for the parcel."""


@dataclass(frozen=True, slots=True)
class PrintCard:
    """Print the code of the member's card."""


@dataclass(frozen=True, slots=True)
class PrintLeft:
    """Print what was left unprinted too long ago to come out by itself."""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the cash drawer."""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The drawer's shift: float, cash in and out, the count, the close."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """Charge the stored value card."""


MoneyIntent = (
    CashKey
    | PayKey
    | TenderMethodChosen
    | TenderEdited
    | QuickCashChosen
    | TenderRemoved
    | TenderFinished
    | NextSale
    | ReprintReceipt
    | PrintCard
    | PrintGiftReceipt
    | PrintLeft
    | OpenDrawer
    | OpenShift
    | TopUp
)
