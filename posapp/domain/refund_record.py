"""Refunds and the log: a recorded sale as refunds look at it, and a refund as the event that is recorded.

Everything follows from the sale's record: its lines, its tenders, what it earned and spent, and the version of the
programme that priced it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from posapp.domain.amounts import ZERO_MONEY, Money, Quantity, cumulative_share
from posapp.domain.catalogue import Product
from posapp.domain.events import (
    FeeWithheld,
    LotPart,
    Recorded,
    ReturnedLine,
    SaleCompleted,
    SaleLine,
    SaleRefunded,
    Step,
    Tender,
)
from posapp.domain.ids import MemberId, RuleId, StaffId
from posapp.domain.pricing.audit import ProductOf
from posapp.domain.pricing.inputs import Context
from posapp.domain.pricing.quote import Earning, Explanation, Quote, Ruling, Rulings
from posapp.domain.pricing.reading import read_line, readings, settled_as_recorded
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL, settled_by
from posapp.domain.programme import Programme
from posapp.domain.refund import COUPON_GRACE_DAYS, Returned, Sold, earned_by_rule, sold
from posapp.domain.sale import TenderMethod
from posapp.domain.sold_units import SoldUnits, passes_back, sold_units
from posapp.domain.stored_value import give_back
from posapp.domain.time import BusinessDay

NOBODY = StaffId("")


def sold_as_recorded(
    sale: SaleCompleted, at: datetime, programme: Programme, product_of: ProductOf, store: str
) -> Sold:
    """A sale as refunds look at it, from its record alone.

    Nets, discounts, tenders, points and what was earned are those of the record.  Pricing it again by `programme`, its
    version's, only tells what the record does not say: which lines earn and count, and the multiplier.
    """
    lines = tuple(read_line(sale, line, product_sold(line, programme, product_of)) for line in sale.lines)
    tenders = [(part.method, part.amount) for part in settled_by(sale.tenders, sale.draws)]
    recorded = Earning(base=sale.points_base, bonus=sale.points_bonus, growth=sale.growth, spend=sale.spend)
    context = Context(store=store)
    found: Sold | None = None
    for reading in readings(sale, at, programme, lines):
        quote = reading.quote(sale.business_day, context)
        view = replace(sold(reading.cart, _as_recorded(sale, quote, programme), programme, tenders), recorded=recorded)
        if _agrees(sale, quote, view):
            return view
        found = found or view
    if found is None:
        raise LookupError("a sale has a first reading")
    return found


def product_sold(line: SaleLine, programme: Programme, product_of: ProductOf) -> Product | None:
    """What a recorded line sold: a product of the catalogue, or a pass of the programme; None where it is not known."""
    sold_pass = programme.pass_of_line(line.sku)
    if sold_pass is not None:
        return sold_pass.as_product
    return product_of(line.sku, line.revision) if line.revision else None


def _agrees(sale: SaleCompleted, quote: Quote, view: Sold) -> bool:
    """Whether a reading of a sale prices and earns as it is recorded."""
    nets = all(mine.net == theirs.net for mine, theirs in zip(quote.lines, sale.lines, strict=True))
    return nets and earned_by_rule(view) == sale.points_base.count + sale.points_bonus.count


def _as_recorded(sale: SaleCompleted, quote: Quote, programme: Programme) -> Quote:
    """The quote with everything in it that the record says."""
    wide = {each.rule for line in quote.lines for each in line.adjustments if each.order_wide}
    parts: dict[tuple[RuleId, Step], list[tuple[int, int]]] = {}
    for place, line in enumerate(sale.lines):
        for each in line.adjustments:
            parts.setdefault((sale.rules[each.rule], each.step), []).append((place, each.amount.fen))
    why = Explanation("recorded")
    rows = [(Ruling(rule, step, why, rule in wide), shares) for (rule, step), shares in parts.items()]
    rulings = Rulings(rows, len(sale.lines))
    return replace(
        quote,
        lines=tuple(
            replace(mine, list_amount=theirs.list_amount, net=theirs.net, rulings=rulings)
            for mine, theirs in zip(quote.lines, sale.lines, strict=True)
        ),
        points_spent=sale.points_spent,
        passes=settled_as_recorded(sale),
        coupons=sale.coupons,
        has_member=sale.member is not None,
        reward_rules=frozenset(RuleId(o.id) for o in programme.offers if o.points_cost and o.id in sale.rules),
    )


@dataclass(frozen=True, slots=True)
class RefundPapers:
    """What a refund says besides figures.  `approver` is empty where nobody else had to agree.

    `member` is who the sale's member is now, after every merge.
    """

    receipt_number: str
    business_day: BusinessDay
    cashier: StaffId
    member: MemberId | None
    approver: StaffId = NOBODY
    reason: str = ""
    is_void: bool = False
    coupons: tuple[str, ...] = ()
    restores: tuple[LotPart, ...] = ()


def refund_event(
    original: Recorded, before: Sequence[int], coming: Sequence[int], returned: Returned, papers: RefundPapers
) -> SaleRefunded:
    """The event of a refund of `coming` milli-units of each line, when `before` had come back.

    Raises `TypeError` where the original is no sale.
    """
    sale = original.event
    if not isinstance(sale, SaleCompleted):
        raise TypeError("only a sale is refunded")
    units = sold_units(sale)
    lines = tuple(
        _returned_line(place, sale.lines[place], units[place], already, now)
        for place, (already, now) in enumerate(zip(before, coming, strict=True))
        if now
    )
    return SaleRefunded(
        receipt_number=papers.receipt_number,
        business_day=papers.business_day,
        cashier=papers.cashier,
        approver=papers.approver,
        reason=papers.reason,
        is_void=papers.is_void,
        original_device=original.stream.device,
        original_incarnation=original.stream.incarnation,
        original_sequence=original.sequence,
        original_receipt=sale.receipt_number,
        original_day=sale.business_day,
        member=papers.member,
        rules=sale.rules,
        lines=lines,
        tenders=_tenders(returned),
        points_back=returned.points_back,
        points_taken=returned.points_taken,
        growth_taken=returned.growth_taken,
        spend_taken=returned.spend_taken,
        coupons=papers.coupons,
        is_complete=returned.complete,
        sold_to=sale.member if sale.member != papers.member else None,
        restores=papers.restores,
        passes=passes_back(units, sale.passes, before, coming),
        fees=_fees(returned),
    )


def _returned_line(place: int, line: SaleLine, units: SoldUnits, before: int, now: int) -> ReturnedLine:
    """A part of a line.  Its list amount is its net and its discounts together, so that no discount turns round."""

    def share(fen: int) -> int:
        return units.share(fen, before + now) - units.share(fen, before)

    def by_pass(fen: int) -> int:
        then, upto = units.pass_back(before), units.pass_back(before + now)
        return cumulative_share(fen, upto, units.by_pass) - cumulative_share(fen, then, units.by_pass)

    adjustments = tuple(
        replace(each, amount=Money((by_pass if each.step is Step.PASS else share)(each.amount.fen)))
        for each in line.adjustments
    )
    list_fen = share(line.net.fen) + sum(each.amount.fen for each in adjustments)
    return ReturnedLine(place, Quantity(now), Money(list_fen), tuple(each for each in adjustments if each.amount))


def _fees(returned: Returned) -> tuple[FeeWithheld, ...]:
    """One entry for each way in which money goes back."""
    amounts: dict[TenderMethod, Money] = {}
    for method, fee in returned.fees:
        amounts[method] = amounts.get(method, ZERO_MONEY) + fee
    return tuple(FeeWithheld(method, amount) for method, amount in amounts.items())


def _tenders(returned: Returned) -> tuple[Tender, ...]:
    """One entry for each way in which money goes back; cash is handed out in coins that there are."""
    amounts: dict[TenderMethod, Money] = {}
    for part, amount in returned.tenders:
        method = TenderMethod.STORED_VALUE if part in (PRINCIPAL, BONUS) else part
        if isinstance(method, TenderMethod):
            amounts[method] = amounts.get(method, ZERO_MONEY) + amount
    tenders = (
        Tender(method, amount, returned.cash_paid if method is TenderMethod.CASH else amount)
        for method, amount in amounts.items()
    )
    return tuple(tender for tender in tenders if tender.amount or tender.handed)


def lots_back(sale: SaleCompleted, refunds: Sequence[SaleRefunded], returned: Returned) -> tuple[LotPart, ...]:
    """What a refund puts back on the lots that paid its sale, when `refunds` put back something before.

    Stored value never becomes cash, and a lot that was exhausted since holds something again (domain.md §2.5).
    """
    if not sale.draws:
        return ()
    drawn = [(part.principal.fen, part.bonus.fen) for part in sale.draws]
    earlier = [part for refund in refunds for part in refund.restores]
    gone = sum(part.principal.fen for part in earlier), sum(part.bonus.fen for part in earlier)
    more = dict(returned.tenders)
    coming = more.get(PRINCIPAL, ZERO_MONEY).fen, more.get(BONUS, ZERO_MONEY).fen
    before = give_back(drawn, *gone)
    after = give_back(drawn, gone[0] + coming[0], gone[1] + coming[1])
    back = [[now[0] - then[0], now[1] - then[1]] for then, now in zip(before, after, strict=True)]
    for side in (0, 1):
        # Where two tills gave back the same goods, a fen more comes back than was drawn: it stands on the last lot.
        back[-1][side] += coming[side] - sum(part[side] for part in back)
    parts = [LotPart(part.lot, Money(p), Money(b)) for part, (p, b) in zip(sale.draws, back, strict=True)]
    return tuple(part for part in parts if part.principal or part.bonus)


def coupons_back(sale: SaleCompleted, programme: Programme, today: BusinessDay) -> tuple[str, ...]:
    """The coupons of a sale that return when all of it came back: the programme's own that did not lapse long ago."""
    back = []
    ours = [offer for offer in programme.offers if offer.id in sale.rules and offer.by in ("code", "coupon")]
    for code in sale.coupons:
        offer = next((one for one in ours if one.code == code), None)
        offer = offer or next((one for one in ours if one.by == "coupon"), None)
        if offer is None:
            continue
        last = offer.during.until
        if last is None or today <= last.plus(COUPON_GRACE_DAYS):
            back.append(code)
    return tuple(back)


def returned_so_far(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> tuple[int, ...]:
    """How many milli-units of each line came back by these refunds; more than were sold where two tills erred."""
    back = [0] * len(sale.lines)
    for refund in refunds:
        for line in refund.lines:
            if 0 <= line.line < len(back):
                back[line.line] += line.quantity.milli
    return tuple(back)
