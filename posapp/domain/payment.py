"""Scanned-code payments (付款码支付): a payment that is never taken twice, whatever is lost on the way (domain.md §4).

A `Payment` is written down before anything is sent.  It is sent once, by whoever wrote it down, and never again: what
`next_step` names is only ever to ask, to take back or to give back.  A time-out is no failure: while it is not known
what became of the money the payment is open, and nothing else may be taken for its sale.

    SENDING ─ USER_PAYING ─ UNKNOWN       asked about until paid, declined or over time
        ├── PAID                          the sale completes with this tender
        ├── DECLINED                      nothing was taken
        └── REVERSING ─ MANUAL            taken back, again and again; MANUAL also asks for a person
                └── REVERSED              looked at a few times more: money that came late goes back (REFUNDING)

Once a reversal may have left this till, an answer "paid" no longer ends in PAID: the reversal could still arrive and
give the money back after the goods have gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, unique

from posapp.domain.amounts import Money
from posapp.domain.errors import DomainError
from posapp.domain.events import Tender
from posapp.domain.ids import CartId, StaffId
from posapp.domain.sale import TenderMethod


@unique
class Stage(IntEnum):
    """Where a payment stands; the numbers are recorded."""

    SENDING = 1
    USER_PAYING = 2
    UNKNOWN = 3
    REVERSING = 4
    REFUNDING = 5
    PAID = 6
    DECLINED = 7
    REVERSED = 8
    MANUAL = 9


_WAITING = frozenset({Stage.SENDING, Stage.USER_PAYING, Stage.UNKNOWN})
_OPEN = _WAITING | {Stage.REVERSING, Stage.MANUAL}


@unique
class Heard(IntEnum):
    """What a provider's answer means, whichever of them gave it.

    `CLOSED` says that nothing is taken and nothing will be: closed, revoked, or given back.  `TRY_AGAIN` says that the
    same request is to be sent again (Alipay's ``retry_flag=Y``, WeChat's refusal while the buyer is paying).
    `REFUSED` says that it never will be done.  `NOTHING` is no answer, or one that says nothing.
    """

    PAID = 1
    USER_PAYING = 2
    DECLINED = 3
    CLOSED = 4
    NOT_FOUND = 5
    TRY_AGAIN = 6
    REFUSED = 7
    NOTHING = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer; `transaction` is its own number of a paid order, `reason` its code for what it refuses."""

    heard: Heard
    transaction: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is told of a payment: nothing of the basket, and of the buyer only the code that was shown."""

    method: TenderMethod
    out_trade_no: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Timing:
    """A provider's rhythm, in seconds (domain.md §4).

    A payment is asked about every `query_every`, and taken back at `give_up`; a reversal is not sent sooner than
    `reverse_not_before` after the payment, nor later than `reverse_within` (then the money is refunded instead).
    """

    query_every: int
    give_up: int
    reverse_not_before: int
    reverse_within: int


TIMINGS = {
    TenderMethod.WECHAT_PAY: Timing(query_every=3, give_up=45, reverse_not_before=15, reverse_within=7 * 86_400),
    TenderMethod.ALIPAY: Timing(query_every=3, give_up=60, reverse_not_before=0, reverse_within=86_400),
}
BACK_OFF = (3, 5, 10, 20, 40, 60, 60)
"""Seconds between tries that were not confirmed; after the last of them a person is asked to look."""
MANUAL_EVERY = 300
"""While a person is asked, the till goes on trying this often: the network may be back."""
LATE_CHECKS = (15, 90, 300)
"""Seconds after a reversal at which it is looked at again.

A request that was delayed on its way can still take money while the buyer's code is good (a minute) and the buyer may
take another minute to confirm.
"""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment by one scanned code for one basket.  Every change is a new value.

    `asked` is when the provider was last asked anything, `cancelled` when the cashier wanted it back.  `reversals`
    counts what may have been sent, `tries` those in a row that were not confirmed.  `late` says that money came in
    after the reversal.  `by_hand` names who settled what no answer settled.
    """

    out_trade_no: str
    cart: CartId
    method: TenderMethod
    amount: Money
    created: datetime
    cashier: StaffId
    stage: Stage = Stage.SENDING
    asked: datetime | None = None
    cancelled: datetime | None = None
    reversals: int = 0
    tries: int = 0
    closed: datetime | None = None
    late_checks: int = 0
    late: bool = False
    transaction: str = ""
    reason: str = ""
    by_hand: StaffId | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is unknown what becomes of the money: nothing else may be taken for the basket then."""
        return self.stage in _OPEN

    @property
    def order(self) -> Order:
        """Itself as its provider knows it."""
        return Order(self.method, self.out_trade_no, self.amount)

    @property
    def tender(self) -> Tender:
        """The tender that it is once it is paid; one that a person found has no number but its own."""
        return Tender(self.method, self.amount, self.amount, self.transaction or self.out_trade_no)

    @property
    def timing(self) -> Timing:
        """Its provider's rhythm."""
        return TIMINGS[self.method]


class PaymentOpen(DomainError):
    """A scanned-code payment of this basket is not settled: no other money may be taken for it."""

    def __init__(self) -> None:
        super().__init__(self.en)

    zh = "这一单的扫码支付还没有结果，不能再收钱。等结果，或按 Esc 撤销；也可以挂单先收下一位"
    en = (
        "The code payment of this sale is not settled yet, so nothing else can be taken for it. "
        "Wait, or press Esc to take it back; you can also park the sale and serve the next customer"
    )


@unique
class Action(IntEnum):
    """What is to be done next; paying is not among them."""

    NOTHING = 0
    WAIT = 1
    QUERY = 2
    REVERSE = 3
    REFUND = 4


@dataclass(frozen=True, slots=True)
class Step:
    """The next action, and when it is or was due; `at` is None where nothing is left to do."""

    action: Action
    at: datetime | None = None


def next_step(payment: Payment, now: datetime) -> Step:
    """What is to be done about a payment now.  A clock that was set back makes everything due."""
    planned = _planned(payment, now)
    set_back = now < (payment.asked or payment.created)
    if planned.at is not None and now < planned.at and not set_back:
        return Step(Action.WAIT, planned.at)
    return planned


def _planned(payment: Payment, now: datetime) -> Step:
    """The next action and the moment for it."""
    match payment.stage:
        case Stage.SENDING | Stage.USER_PAYING | Stage.UNKNOWN:
            return _while_waiting(payment)
        case Stage.REVERSING | Stage.MANUAL | Stage.REFUNDING:
            return _while_giving_back(payment, now)
        case Stage.REVERSED if payment.closed is not None and payment.late_checks < len(LATE_CHECKS):
            return Step(Action.QUERY, payment.closed + timedelta(seconds=LATE_CHECKS[payment.late_checks]))
        case _:
            return Step(Action.NOTHING)


def _while_waiting(payment: Payment) -> Step:
    end = _end_of_waiting(payment)
    if payment.asked is not None and payment.asked >= end:
        # The last question was asked when the time was over; the reversal follows at once.
        return Step(Action.REVERSE, payment.asked)
    last = payment.asked or payment.created
    return Step(Action.QUERY, min(last + timedelta(seconds=payment.timing.query_every), max(end, last)))


def _end_of_waiting(payment: Payment) -> datetime:
    """When the payment is given up: after the provider's time, or when the cashier cancels and the provider allows."""
    end = payment.created + timedelta(seconds=payment.timing.give_up)
    if payment.cancelled is None:
        return end
    return min(end, max(payment.cancelled, _soonest_reversal(payment)))


def _soonest_reversal(payment: Payment) -> datetime:
    """Not before the provider wants it; a clock that was set back since the payment does not make it wait longer."""
    since = min(payment.created, payment.cancelled or payment.created)
    return since + timedelta(seconds=payment.timing.reverse_not_before)


def _while_giving_back(payment: Payment, now: datetime) -> Step:
    if payment.stage is Stage.MANUAL:
        pause = MANUAL_EVERY
    else:
        pause = BACK_OFF[min(payment.tries, len(BACK_OFF)) - 1] if payment.tries else 0
    at = (payment.asked or payment.created) + timedelta(seconds=pause)
    too_late = now - payment.created > timedelta(seconds=payment.timing.reverse_within)
    if payment.late or too_late:
        return Step(Action.REFUND, at)
    return Step(Action.REVERSE, max(at, _soonest_reversal(payment)))


# -- what changes a payment -------------------------------------------------------------------------------------------


def cancelled(payment: Payment, now: datetime) -> Payment:
    """The cashier wants it back.  A paid one is reversed too; what is closed or on its way back stays as it is."""
    if payment.stage in _WAITING and payment.cancelled is None:
        return replace(payment, cancelled=now)
    if payment.stage is Stage.PAID:
        return replace(payment, stage=Stage.REVERSING, cancelled=now, tries=0)
    return payment


def giving_back(payment: Payment) -> Payment:
    """A reversal or a refund is about to be sent: to be on disk before it is."""
    stage = payment.stage
    if stage in _WAITING:
        stage = Stage.REVERSING
    return replace(payment, stage=stage, reversals=payment.reversals + 1)


def answered(payment: Payment, action: Action, answer: Answer, now: datetime) -> Payment:
    """What an answer makes of a payment; `action` says which question it answers.

    The payment may have moved on while the question was under way: an answer never opens what is closed.
    """
    asked = replace(payment, asked=now)
    match action:
        case Action.QUERY:
            return _asked(asked, answer, now)
        case Action.REVERSE | Action.REFUND:
            return _given_back(asked, answer, now)
        case _:
            raise ValueError("no question was asked")


def sent(payment: Payment, answer: Answer, now: datetime) -> Payment:
    """The answer to the payment itself; where it is being taken back meanwhile, the answer changes nothing."""
    if payment.stage not in _WAITING:
        return payment
    match answer.heard:
        case Heard.PAID:
            return _paid(payment, answer, now)
        case Heard.DECLINED | Heard.CLOSED | Heard.REFUSED:
            return replace(payment, stage=Stage.DECLINED, reason=answer.reason)
        case Heard.USER_PAYING:
            return replace(payment, stage=Stage.USER_PAYING)
        case _ if payment.stage is Stage.SENDING:
            return replace(payment, stage=Stage.UNKNOWN, reason=answer.reason)
        case _:
            return payment


def _asked(payment: Payment, answer: Answer, now: datetime) -> Payment:
    if payment.stage is Stage.REVERSED:
        return _looked_at_again(payment, answer)
    if payment.stage not in _WAITING:
        return payment
    match answer.heard:
        case Heard.PAID:
            return _paid(payment, answer, now)
        case Heard.DECLINED:
            return replace(payment, stage=Stage.DECLINED, reason=answer.reason)
        case Heard.CLOSED:
            return _closed(payment, now)
        case Heard.USER_PAYING:
            return replace(payment, stage=Stage.USER_PAYING)
        case _:
            # Not found may only mean that the payment is still on its way to the provider.
            return replace(payment, stage=Stage.UNKNOWN, reason=answer.reason)


def _paid(payment: Payment, answer: Answer, now: datetime) -> Payment:
    if payment.cancelled is not None:
        # The cashier has said that it is to go back: the next step reverses it, and so refunds it.
        return replace(payment, stage=Stage.REVERSING, transaction=answer.transaction, asked=now)
    return replace(payment, stage=Stage.PAID, transaction=answer.transaction, reason="")


def _looked_at_again(payment: Payment, answer: Answer) -> Payment:
    match answer.heard:
        case Heard.PAID:
            return replace(payment, stage=Stage.REFUNDING, late=True, tries=0, transaction=answer.transaction)
        case Heard.USER_PAYING:
            return replace(payment, stage=Stage.REVERSING, tries=0)
        case Heard.CLOSED | Heard.DECLINED | Heard.NOT_FOUND:
            return replace(payment, late_checks=payment.late_checks + 1)
        case _:
            # Without an answer the same look is due again, later.
            later = timedelta(seconds=BACK_OFF[-1])
            return replace(payment, closed=payment.closed + later if payment.closed is not None else None)


def _given_back(payment: Payment, answer: Answer, now: datetime) -> Payment:
    if payment.stage not in (Stage.REVERSING, Stage.REFUNDING, Stage.MANUAL):
        return payment
    if answer.heard in (Heard.CLOSED, Heard.NOT_FOUND, Heard.DECLINED):
        return _closed(payment, now)
    tries = payment.tries + 1
    helpless = answer.heard is Heard.REFUSED or tries > len(BACK_OFF)
    stage = Stage.MANUAL if helpless else payment.stage
    return replace(payment, stage=stage, tries=tries, reason=answer.reason)


def _closed(payment: Payment, now: datetime) -> Payment:
    return replace(payment, stage=Stage.REVERSED, closed=now, tries=0, reason="")


def settled_by_hand(payment: Payment, who: StaffId, now: datetime, *, taken: bool) -> Payment:
    """A person looked into the provider's own records: the money was taken and stays, or it is with the buyer.

    Only what is MANUAL is settled so.  Where it is said to be with the buyer it is looked at again all the same.
    """
    if payment.stage is not Stage.MANUAL:
        raise ValueError("only a payment that asks for a person is settled by hand")
    if taken:
        return replace(payment, stage=Stage.PAID, by_hand=who)
    return replace(_closed(payment, now), by_hand=who)
