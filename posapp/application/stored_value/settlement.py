"""Closing a card: what the law returns, shown first, then paid out once and recorded (domain.md §3.2, §5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.reach import require_server
from posapp.application.stored_value.cards import card_in, law_on, mark_gone, mark_lots, paper_number, terms_of
from posapp.application.stored_value.contract import CASH_MOST_FEN
from posapp.application.stored_value.identity import paper_of
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Money
from posapp.domain.closing import Closing, LegalTables, close
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground, Recorded, StoredValueClosed
from posapp.domain.ids import AssetId, StaffId
from posapp.domain.offline import Action
from posapp.domain.sale import TenderMethod
from posapp.domain.stored_card import StoredCard
from posapp.domain.time import BusinessDay
from posapp.law_tables import law_book, work_calendar
from posapp.storage import member_search

NOBODY = StaffId("")
_PAYS_OUT = frozenset(TenderMethod) - {TenderMethod.STORED_VALUE, TenderMethod.MANUFACTURER_COUPON}


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """What the cashier asks for.

    `asked` is the day on which the buyer asked, today where None.  `at_cost` is what a withdrawal deducts where the law
    allows it.  `seen` is the balance that the preview showed.  `payee` is the name of the account that is paid to,
    `reference` the payment's own number.
    """

    card: AssetId
    ground: Ground
    cashier: Cashier
    method: TenderMethod = TenderMethod.BANK_TRANSFER
    payee: str = ""
    reference: str = ""
    asked: BusinessDay | None = None
    at_cost: Money = Money(0)
    approver: StaffId = NOBODY
    seen: Money | None = None
    online: bool = True


@dataclass(frozen=True, slots=True)
class CloseDone:
    """A closed card on disk."""

    recorded: Recorded
    event: StoredValueClosed
    closing: Closing
    before: Money


def preview_close(till: Till, request: CloseRequest) -> Closing:
    """What closing a card would return.  Writes nothing.  Raises `InvalidField` for a card that is not known."""
    with till.database.read() as connection:
        return _closing(till, card_in(connection, request.card), request)


def cash_most(till: Till) -> Money:
    """The most that a closed card returns in cash."""
    return Money(law_on(terms_of(till), till.business_day()).close_cash_most or CASH_MOST_FEN)


def close_card(till: Till, request: CloseRequest) -> CloseDone:
    """Settle and close a card, durably.  Raises `InvalidField` with what to do; nothing is written then."""
    require_server(Action.CLOSE_STORED, "online", online=request.online)
    with till.database.write() as connection:
        card = card_in(connection, request.card)
        closing = _closing(till, card, request)
        if not closing.lots:
            raise InvalidField("card", "nothing stands on this card", "这张卡没有余额可退")
        if request.seen is not None and request.seen != card.balance:
            raise InvalidField("card", "the balance changed meanwhile: look at it again", "余额刚有变动，请重新查看")
        _check_payment(till, connection, card, closing, request)
        today = till.business_day()
        event = StoredValueClosed(
            number=paper_number(till, connection),
            business_day=today,
            cashier=request.cashier.id,
            approver=request.approver,
            member=card.owner,
            card=card.id,
            ground=request.ground,
            asked=request.asked or today,
            lots=closing.lots,
            refund=closing.refund,
            interest=closing.interest,
            method=request.method,
            reference=request.reference,
        )
        recorded = till.log.append(connection, event, till.clock.now())
        mark_lots(till, connection, [lot.id for lot in card.lots], closed=1)
        for each in closing.contracts:
            mark_gone(till, connection, each.contract, each.gone)
    till.committed()
    return CloseDone(recorded, event, closing, card.balance)


def _closing(till: Till, card: StoredCard, request: CloseRequest) -> Closing:
    today = till.business_day()
    tables = LegalTables(law_book(), work_calendar(), terms_of(till).merchant)
    return close(card, tables.terms(request.ground, request.asked or today, today, request.at_cost.fen))


def _check_payment(
    till: Till, connection: Connection, card: StoredCard, closing: Closing, request: CloseRequest
) -> None:
    if request.approver and request.approver == request.cashier.id:
        raise InvalidField("approver", "somebody else must agree, not the cashier", "须由另一人同意，不能是收银员本人")
    if request.method not in _PAYS_OUT:
        raise InvalidField("method", "a closed card is paid out in money", "退卡只能退钱")
    if request.method is TenderMethod.CASH:
        most = cash_most(till)
        if closing.payout > most:
            raise InvalidField(
                "method",
                f"more than {most} goes to an account of the holder's own name, not in cash",
                f"超过 {most} 元须退到持卡人本人账户，不退现金",
            )
        return
    name = _holder_name(till, connection, card)
    if not closing.payout or card.owner is None:
        return
    if not name:
        raise InvalidField("payee", "take down the holder's name first", "请先登记持卡人姓名")
    if "".join(request.payee.split()) != "".join(name.split()):
        raise InvalidField(
            "payee", "the account must be in the holder's own name", "收款账户须与持卡人同名"
        )  # fmt: skip


def _holder_name(till: Till, connection: Connection, card: StoredCard) -> str:
    paper = paper_of(till, connection, card.id)
    if paper is not None:
        return paper.name
    member = member_search.find(connection, card.owner) if card.owner is not None else None
    return member.profile.name if member is not None else ""
