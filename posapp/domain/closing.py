"""What the law gives back when a stored-value card is closed (法释〔2025〕4号, domain.md §3.2).

Each top-up is a contract of its own: its price, its bonus, the day on which it was paid.  The calculator uses the law
and never the balance; the contract stands where it is better for the buyer.

Goods that came back were not used.  So a contract whose goods come back after its card was closed, or after its rest
became another member's, is reckoned again, less what was paid out and less what the other's claim was then worth.  Each
holder's claim so follows from what that holder does, and together they get what the law gives for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posapp.domain.amounts import Money
from posapp.domain.events.lot import LotPart
from posapp.domain.events.stored_value import Ground
from posapp.domain.gone_otherwise import GoneOtherwise
from posapp.domain.ids import AssetId
from posapp.domain.prepaid_law import LawBook, PrepaidLaw, rate_on
from posapp.domain.programme.stored_value import Merchant
from posapp.domain.stored_card import CardLot, StoredCard
from posapp.domain.stored_value import (
    interest_fen,
    last_day,
    refund_at_the_buyers_wish,
    refund_not_the_buyers_fault,
)
from posapp.domain.time import BusinessDay
from posapp.domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class ContractClosing:
    """One top-up at the end: what was paid, granted and used, both bases, and what is returned on which article.

    `used` is in fen of the card; what was closed or handed over before is not among it, and its worth is in no basis.
    `gone` is what is to be kept of the contract for goods that come back later.
    `cooling_off_until` is the last day on which the buyer may withdraw, None where the law knows none; `calendar_known`
    says whether that year's holidays were published.
    """

    contract: AssetId
    paid_on: BusinessDay
    paid: Money
    bonus: Money
    used: Money
    article_18: Money
    article_19: Money
    cooling_off_until: BusinessDay | None
    calendar_known: bool
    refund: Money
    article: int
    gone: GoneOtherwise


@dataclass(frozen=True, slots=True)
class Closing:
    """A whole card at the end: its contracts, what is paid out, and what is taken off its lots."""

    ground: Ground
    contracts: tuple[ContractClosing, ...]
    lots: tuple[LotPart, ...]
    interest: Money

    @property
    def refund(self) -> Money:
        """What is returned, without interest."""
        return Money(sum(each.refund.fen for each in self.contracts))

    @property
    def payout(self) -> Money:
        """What is paid in all."""
        return self.refund + self.interest

    @property
    def forfeited(self) -> Money:
        """Principal on the card that is not returned; below zero where more is returned than stands there."""
        return Money(sum(part.principal.fen for part in self.lots) - self.refund.fen)


@dataclass(frozen=True, slots=True)
class ClosingTerms:
    """What a closing depends on besides the card.

    `asked` is the day on which the buyer asked, from which interest runs; `paid_out` the day of the payment.
    `interest_rate` is the yearly rate in basis points of a contract that was made on a day.  `at_cost` is what a
    withdrawal may deduct where the law allows it (Jiangsu), in fen.
    """

    ground: Ground
    asked: BusinessDay
    paid_out: BusinessDay
    law_on: Callable[[BusinessDay], PrepaidLaw]
    interest_rate: Callable[[BusinessDay], int]
    is_holiday: Callable[[BusinessDay], bool]
    is_known: Callable[[BusinessDay], bool]
    at_cost: int = 0


@dataclass(frozen=True, slots=True)
class LegalTables:
    """What the law says of a merchant's cards, by day, and which days are none."""

    book: LawBook
    calendar: WorkCalendar
    merchant: Merchant

    def terms(self, ground: Ground, asked: BusinessDay, paid_out: BusinessDay, at_cost: int = 0) -> ClosingTerms:
        """The terms of a closing."""
        merchant = self.merchant
        rates = self.book.lpr_one_year if ground is Ground.MERCHANT else self.book.deposit_one_year
        return ClosingTerms(
            ground=ground,
            asked=asked,
            paid_out=paid_out,
            law_on=lambda day: self.book.law(merchant.province, merchant.entity, day),
            interest_rate=lambda made: rate_on(rates, made),
            is_holiday=self.calendar.is_holiday,
            is_known=self.calendar.is_known,
            at_cost=at_cost,
        )


def close(card: StoredCard, terms: ClosingTerms) -> Closing:
    """Settle a card."""
    settled = tuple(_contract(lots, terms) for lots in card.contracts if any(lot.paid_fen for lot in lots))
    days = max(0, terms.paid_out.ordinal - terms.asked.ordinal)
    interest = sum(interest_fen(each.refund.fen, terms.interest_rate(each.paid_on), days) for each in settled)
    return Closing(
        ground=terms.ground,
        contracts=settled,
        lots=tuple(
            LotPart(lot.id, Money(lot.principal_fen), Money(lot.bonus_fen)) for lot in card.lots if lot.holds_anything
        ),
        interest=Money(interest),
    )


def first_lot(lots: Sequence[CardLot]) -> CardLot:
    """The lot of a contract that speaks for it: that of the principal."""
    return next((lot for lot in lots if lot.id == lot.contract), lots[0])


def standing(lots: Sequence[CardLot]) -> int:
    """What stands on lots, in fen of the card."""
    return sum(lot.principal_fen + lot.bonus_fen for lot in lots)


def handed_over(lots: Sequence[CardLot]) -> GoneOtherwise:
    """What is to be kept of a contract whose rest becomes another member's."""
    return first_lot(lots).gone.handed_over(standing(lots), used_of(lots))


def used_of(lots: Sequence[CardLot]) -> int:
    """What was used of a contract, in fen of the card."""
    began = sum(lot.paid_fen + lot.granted_fen for lot in lots)
    # What lapsed was never used; what is still to come of a bonus was promised and is part of the price.
    unused = standing(lots) + sum(lot.lapsed_fen for lot in lots)
    return max(0, began - unused - first_lot(lots).gone.moved)


def _contract(lots: Sequence[CardLot], terms: ClosingTerms) -> ContractClosing:
    main, used = first_lot(lots), used_of(lots)
    paid = sum(lot.paid_fen for lot in lots)
    bonus = sum(lot.granted_fen for lot in lots)
    law = terms.law_on(main.first_day)
    until = None
    if law.cooling_off_days is not None:
        until = last_day(main.first_day, law.cooling_off_days, terms.is_holiday)
    by_18 = main.gone.due(used, lambda then: refund_not_the_buyers_fault(paid, bonus, then))
    by_19 = main.gone.due(used, lambda then: refund_at_the_buyers_wish(paid, then, main.sold_rate))
    in_time = until is not None and terms.asked <= until
    refund, article = _basis(terms, main, in_time=in_time, used=used, bases=(by_18, by_19))
    if article == 14 and law.cooling_off_deducts_cost:
        refund = max(0, refund - terms.at_cost)
    return ContractClosing(
        contract=main.contract,
        paid_on=main.first_day,
        paid=Money(paid),
        bonus=Money(bonus),
        used=Money(used),
        article_18=Money(by_18),
        article_19=Money(by_19),
        cooling_off_until=until,
        calendar_known=until is None or terms.is_known(until),
        refund=Money(refund),
        article=article,
        gone=main.gone.given_back(standing(lots), refund),
    )


def _basis(terms: ClosingTerms, main: CardLot, *, in_time: bool, used: int, bases: tuple[int, int]) -> tuple[int, int]:
    """What is returned and by which article: in time and unused all of it, whatever the ground that was given."""
    by_18, by_19 = bases
    if in_time and not used:
        # Where nothing was used, the ratio takes nothing off.
        return by_18, 14
    if in_time or terms.ground is Ground.MERCHANT:
        return by_18, 18
    if main.buyer_basis == 18:
        return max(by_18, by_19), 18
    return by_19, 19
