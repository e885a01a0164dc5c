"""Money that was paid by scanned code goes back the way it came (原路退回; domain.md §2.5, §4, §5.1).

The refund is a fact from the moment it is recorded; what is left is to tell the provider.  That is written down with
the refund, and asked for again and again under one number until the provider has it: however often it is asked, it
gives back once.  Without a network it waits.

    WAITING ── DONE        the provider has taken it over; the money arrives in its own time
        └───── MANUAL      the provider refuses, or keeps failing: a person looks; the till goes on trying
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, unique

from posapp.domain.amounts import Money
from posapp.domain.events import SaleCompleted, SaleRefunded, Tender
from posapp.domain.ids import StaffId
from posapp.domain.payment import BACK_OFF, MANUAL_EVERY, TIMINGS, Answer, Heard
from posapp.domain.sale import TenderMethod

OVERDUE = timedelta(days=1)
"""What has waited so long is shown to a person, also where nothing but the network is missing."""


_OWN_DIGITS = 32


@unique
class ReturnStage(IntEnum):
    """Where it stands; the numbers are recorded."""

    WAITING = 1
    DONE = 2
    MANUAL = 3


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """What a provider is told: so much of a payment of `paid`, known by its `reference`, under a number of its own."""

    method: TenderMethod
    number: str
    reference: str
    amount: Money
    paid: Money

    @property
    def names_our_order(self) -> bool:
        """Whether the reference is the till's number of the payment, and not the provider's, which is shorter."""
        return len(self.reference) == _OWN_DIGITS


@dataclass(frozen=True, slots=True)
class PaymentReturn:
    """One return of one payment.  `receipt` is the refund's number; `tries` counts those in a row that failed."""

    back: MoneyBack
    receipt: str
    created: datetime
    stage: ReturnStage = ReturnStage.WAITING
    asked: datetime | None = None
    tries: int = 0
    reason: str = ""
    by_hand: StaffId | None = None

    @property
    def number(self) -> str:
        """Its own number, and the provider's out_refund_no or out_request_no."""
        return self.back.number


def parts_back(sale: SaleCompleted, earlier: Sequence[SaleRefunded], now: SaleRefunded) -> list[tuple[Tender, Money]]:
    """The payments by code of a sale that a refund gives back, and how much of each.

    Several payments of one method are given back in their order, so that any series of refunds returns each of them
    exactly once.
    """
    parts = []
    for method in TIMINGS:
        before = sum(_fen(refund.tenders, method) for refund in earlier)
        after = before + _fen(now.tenders, method)
        for tender in sale.tenders:
            if tender.method is method:
                fen = min(after, tender.amount.fen) - min(before, tender.amount.fen)
                before, after = max(0, before - tender.amount.fen), max(0, after - tender.amount.fen)
                if fen:
                    parts.append((tender, Money(fen)))
    return parts


def _fen(tenders: Sequence[Tender], method: TenderMethod) -> int:
    return sum(tender.amount.fen for tender in tenders if tender.method is method)


def next_try(one: PaymentReturn) -> datetime | None:
    """When the provider is asked next; None where nothing is left to do."""
    if one.stage is ReturnStage.DONE:
        return None
    if one.stage is ReturnStage.MANUAL:
        pause = MANUAL_EVERY
    else:
        pause = BACK_OFF[min(one.tries, len(BACK_OFF)) - 1] if one.tries else 0
    return (one.asked or one.created) + timedelta(seconds=pause)


def is_due(one: PaymentReturn, now: datetime) -> bool:
    """Whether to ask now.  A clock that was set back makes everything due: asking twice gives back once."""
    at = next_try(one)
    return at is not None and (now >= at or now < (one.asked or one.created))


def answered(one: PaymentReturn, answer: Answer, now: datetime) -> PaymentReturn:
    """What the provider's answer makes of it; what is done stays done."""
    if one.stage is ReturnStage.DONE:
        return one
    asked = replace(one, asked=now, reason=answer.reason)
    match answer.heard:
        case Heard.CLOSED:
            return replace(asked, stage=ReturnStage.DONE, tries=0)
        case Heard.NOTHING:
            # The network, and not the provider: it waits for as long as it takes.
            return replace(asked, tries=min(one.tries + 1, len(BACK_OFF)))
        case Heard.TRY_AGAIN if one.tries < len(BACK_OFF):
            return replace(asked, tries=one.tries + 1)
        case _:
            return replace(asked, stage=ReturnStage.MANUAL, tries=one.tries + 1)


def needs_a_person(one: PaymentReturn, now: datetime) -> bool:
    """Whether somebody should look into it."""
    overdue = one.stage is ReturnStage.WAITING and now - one.created > OVERDUE
    return one.stage is ReturnStage.MANUAL or overdue


def settled_by_hand(one: PaymentReturn, who: StaffId) -> PaymentReturn:
    """A person has seen in the provider's records, or made sure otherwise, that the buyer has the money."""
    return replace(one, stage=ReturnStage.DONE, by_hand=who)
