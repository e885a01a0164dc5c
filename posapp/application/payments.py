"""Taking payments by scanned code: write down, send once, ask, take back; and what a sale may be completed with.

Each step reads what is on disk, asks the provider outside of any transaction, and applies the answer to what is on disk
by then (`posapp.domain.payment`).  So steps may overlap, be repeated, or be cut off anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from posapp.application.ports import PaymentGateway
from posapp.application.till import Cashier, Till
from posapp.domain import payment as machine
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import CartId, uuid7
from posapp.domain.payment import TIMINGS, Action, Answer, Payment, PaymentOpen, Stage, next_step
from posapp.domain.sale import Cart, TenderMethod
from posapp.storage import payments as rows
from posapp.storage.event_log import find_by_cart
from posapp.storage.payments import Unfinished


@dataclass(frozen=True, slots=True)
class Charge:
    """A code that was scanned for a basket; `due` is what the basket costs when it is paid so.

    The code is good for about a minute and once; it is never written down.
    """

    cart: Cart
    due: Money
    method: TenderMethod
    cashier: Cashier
    code: str = field(repr=False)


def begin(till: Till, charge: Charge) -> Payment:
    """Write down that what is outstanding is about to be charged; when this returns, it is on disk.

    Raises `PaymentOpen` while another payment of the basket is not settled, `InvalidField` where nothing is due.
    """
    now = till.clock.now()
    with till.database.write() as connection:
        if find_by_cart(connection, charge.cart.id) is not None:
            raise InvalidField("cart", "this sale is complete already", "这一单已经收完")
        earlier = rows.of_cart(connection, charge.cart.id)
        _refuse_open(earlier)
        left = charge.due - _paid(earlier)
        if left <= Money(0):
            raise InvalidField("due", "nothing is left to be paid", "没有待收的金额")
        number = uuid7(int(now.timestamp() * 1000), till.entropy.bytes(10)).hex
        payment = Payment(number, charge.cart.id, charge.method, left, now, charge.cashier.id)
        rows.add(connection, payment, charge.cart, now)
    return payment


def send(till: Till, gateway: PaymentGateway, payment: Payment, code: str) -> Payment:
    """Send a payment that `begin` has just written down: once, and never again."""
    answer = gateway.pay(payment.order, code)
    return _apply(till, payment.out_trade_no, lambda now_stored, now: machine.sent(now_stored, answer, now))


def advance(till: Till, gateway: PaymentGateway, out_trade_no: str) -> Payment:
    """Do the one step that is due about a payment, if one is; returns where it stands now."""
    with till.database.read() as connection:
        payment = rows.get(connection, out_trade_no)
    step = next_step(payment, till.clock.now())
    if step.action in (Action.NOTHING, Action.WAIT):
        return payment
    if step.action is not Action.QUERY:
        prepared = _prepare_giving_back(till, out_trade_no, step.action)
        if prepared is None:
            return payment
        payment = prepared
    answer = _ask(gateway, step.action, payment)
    return _apply(till, out_trade_no, lambda stored, now: machine.answered(stored, step.action, answer, now))


def cancel(till: Till, cart: CartId) -> tuple[Payment, ...]:
    """Take back what was begun or paid for a basket, as far as it can be.  Returns what changed.

    Raises `InvalidField` where the sale is complete: that is a refund.
    """
    now = till.clock.now()
    changed = []
    with till.database.write() as connection:
        if find_by_cart(connection, cart) is not None:
            raise InvalidField("cart", "this sale is complete: refund it instead", "这一单已经收完，请走退货")
        for payment in rows.of_cart(connection, cart):
            wanted = machine.cancelled(payment, now)
            if wanted != payment:
                rows.save(connection, wanted, now)
                changed.append(wanted)
    return tuple(changed)


def settle_by_hand(till: Till, out_trade_no: str, who: Cashier, *, taken: bool) -> Payment:
    """A person has looked into the provider's records (`payment.settled_by_hand`).

    Raises `InvalidField` where it does not ask for a person, or where it is to be kept for a sale that was paid
    otherwise.
    """
    now = till.clock.now()
    with till.database.write() as connection:
        payment = rows.get(connection, out_trade_no)
        if payment.stage is not Stage.MANUAL:
            raise InvalidField("payment", "this payment is settled already", "这笔支付已经有结果")
        if taken and find_by_cart(connection, payment.cart) is not None:
            raise InvalidField("payment", "its sale was paid otherwise: give it back", "这一单已用别的方式收完，请退回")
        settled = machine.settled_by_hand(payment, who.id, now, taken=taken)
        rows.save(connection, settled, now)
    return settled


def unfinished(till: Till) -> list[Unfinished]:
    """What a restart goes on with: open payments, and paid ones whose sale is not recorded, with their baskets."""
    with till.database.read() as connection:
        return rows.unfinished(connection)


def payment_of(till: Till, cart: CartId) -> Payment | None:
    """The payment of a basket that is open, or paid while its sale is not recorded."""
    with till.database.read() as connection:
        found = [one for one in rows.of_cart(connection, cart) if one.is_open or one.stage is Stage.PAID]
        return found[-1] if found and find_by_cart(connection, cart) is None else None


def payment_numbered(till: Till, out_trade_no: str) -> Payment:
    """One payment as it stands on disk.  Raises `InvalidField` for a number that is not ours."""
    with till.database.read() as connection:
        try:
            return rows.get(connection, out_trade_no)
        except LookupError:
            raise InvalidField(
                "number", f"there is no payment {out_trade_no}", f"没有单号为 {out_trade_no} 的支付"
            ) from None


def needing_a_person(till: Till) -> list[Payment]:
    """Payments that no answer settles; the till goes on trying meanwhile."""
    with till.database.read() as connection:
        return rows.needing_a_person(connection)


def settle_with(connection: Connection, cart: CartId, tenders: Sequence[Tender]) -> None:
    """Let a sale be completed with these tenders, in its own transaction, or refuse.

    What was paid by code is among them, all of it and nothing else.  Raises `PaymentOpen`, `InvalidField`.
    """
    begun = rows.of_cart(connection, cart)
    if not begun:
        return
    _refuse_open(begun)
    paid = sorted((one.tender.reference, one.amount.fen) for one in begun if one.stage is Stage.PAID)
    named = sorted((one.reference, one.amount.fen) for one in tenders if one.method in TIMINGS)
    if paid != named:
        raise InvalidField("tenders", "what was paid by code is not what settles", "扫码收到的钱与本单收款不一致")
    rows.mark_sold(connection, cart)


def _refuse_open(payments: Sequence[Payment]) -> None:
    if any(payment.is_open for payment in payments):
        raise PaymentOpen


def _paid(payments: Sequence[Payment]) -> Money:
    return Money(sum(one.amount.fen for one in payments if one.stage is Stage.PAID))


def _prepare_giving_back(till: Till, out_trade_no: str, action: Action) -> Payment | None:
    """Write down that money is about to be given back; None where that is no longer what is due."""
    now = till.clock.now()
    with till.database.write() as connection:
        payment = rows.get(connection, out_trade_no)
        if next_step(payment, now).action is not action:
            return None
        marked = machine.giving_back(payment)
        rows.save(connection, marked, now)
    return marked


def _ask(gateway: PaymentGateway, action: Action, payment: Payment) -> Answer:
    match action:
        case Action.QUERY:
            return gateway.query(payment.order)
        case Action.REVERSE:
            return gateway.reverse(payment.order)
        case _:
            return gateway.refund(payment.order)


def _apply(till: Till, out_trade_no: str, change: Callable[[Payment, datetime], Payment]) -> Payment:
    now = till.clock.now()
    with till.database.write() as connection:
        changed = change(rows.get(connection, out_trade_no), now)
        rows.save(connection, changed, now)
    return changed
