"""What still has to reach the server, as a cashier would tell it (ux.md, Ctrl+U)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.events import (
    Event,
    GiftRedeemed,
    PassRefunded,
    PassUsed,
    Recorded,
    SaleCompleted,
    SaleRefunded,
    StoredValueClosed,
    StoredValueToppedUp,
)
from posapp.domain.text import Text
from posapp.storage import unsynced as rows


@dataclass(frozen=True, slots=True)
class Dealing:
    """Something a customer came for: what, its number where one was printed, when, and the money that moved.

    `amount` is below zero where money went out, None where none moved.
    """

    what: Text
    number: str
    at: datetime
    amount: Money | None


def unsynced_dealings(till: Till) -> tuple[Dealing, ...]:
    """The dealings of this till that the server does not have yet, newest first."""
    with till.database.read() as connection:
        return tuple(_told(one) for one in rows.unsynced(connection))


def _told(recorded: Recorded) -> Dealing:
    what, number, amount = _words(recorded.event)
    return Dealing(what, number, recorded.at, amount)


def _words(event: Event) -> tuple[Text, str, Money | None]:
    match event:
        case SaleCompleted():
            return Text("收款", "Sale"), event.receipt_number, event.due
        case SaleRefunded(is_void=True):
            return Text("撤销", "Void"), event.receipt_number, Money(-event.amount.fen)
        case SaleRefunded():
            return Text("退货", "Return"), event.receipt_number, Money(-event.amount.fen)
        case PassUsed():
            return Text("次卡核销", "Pass used"), "", None
        case PassRefunded():
            return Text("次卡退款", "Pass returned"), event.receipt_number, Money(-event.refund.fen)
        case StoredValueToppedUp():
            return Text("储值充值", "Top-up"), event.number, Money(sum(one.amount.fen for one in event.tenders))
        case StoredValueClosed():
            return Text("储值退卡", "Card closed"), event.number, Money(-event.refund.fen - event.interest.fen)
        case GiftRedeemed(returned_of=None):
            return Text("积分兑换", "Gift"), "", None
        case GiftRedeemed():
            return Text("兑换撤回", "Gift taken back"), "", None
        case _:
            raise TypeError(f"{type(event).__name__} is nothing a customer comes for")
