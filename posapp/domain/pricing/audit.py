"""Pricing a recorded sale again, and saying what differs: a till that priced by other rules, or a hand in the log.

The same engine prices at the till and here.  What a sale does not record is not held against it: where a difference
hangs on such a thing, the answer is that it cannot be decided, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.by_hand import LINE_BY_HAND, ORDER_BY_HAND
from posapp.domain.catalogue import Product
from posapp.domain.events import SaleCompleted, SaleLine, Step
from posapp.domain.ids import RuleId, Sku
from posapp.domain.member import HeldTier, Standing
from posapp.domain.pricing.earning import reckon
from posapp.domain.pricing.engine import ENGINE_VERSION
from posapp.domain.pricing.inputs import Context
from posapp.domain.pricing.quote import Earning, Quote, QuoteLine
from posapp.domain.pricing.reading import (
    PRICED_BEFORE,
    VOUCHER,
    Reading,
    narrowed,
    read_line,
    readings,
    settled_as_recorded,
)
from posapp.domain.pricing.settlement import settled_by
from posapp.domain.programme import Offer, Programme, Text
from posapp.domain.programme.gives import FreeGift
from posapp.domain.programme.passes import PassKind, PassTemplate
from posapp.domain.sale import CartLine, TenderMethod
from posapp.domain.tier import held_now, tier_of

HASH_BYTES: Final = 8
"""A sale records at least so much of its programme's hash."""

ProductOf = Callable[[Sku, int], Product | None]
"""One revision of a product, or None where it is not known."""


@unique
class Reason(StrEnum):
    """What is wrong with a field of a sale."""

    PROGRAMME_UNKNOWN = "programme_unknown"
    PROGRAMME_OTHER = "programme_other"
    ENGINE_NEWER = "engine_newer"
    TORN = "torn"
    BUSINESS_DAY = "business_day"
    CATALOGUE = "catalogue"
    LIST_AMOUNT = "list_amount"
    TIER = "tier"
    TIER_NOT_REACHED = "tier_not_reached"
    RULE = "rule"
    DUE = "due"
    POINTS_SPENT = "points_spent"
    EARNED = "earned"
    COUPONS = "coupons"
    TENDERS = "tenders"
    USES = "uses"


@unique
class Doubt(StrEnum):
    """Why a part of a sale cannot be decided."""

    NO_PRODUCT = "no_product"
    BY_HAND = "by_hand"
    PRINTED_AMOUNT = "printed_amount"
    VOUCHER = "voucher"
    AUDIENCE = "audience"
    OPEN = "open"
    GIFT = "gift"
    ENGINE_OLDER = "engine_older"


SENTENCES: Final[dict[Reason, Text]] = {
    Reason.PROGRAMME_UNKNOWN: Text(
        "按未发布的会员方案第 {recorded} 版计价", "priced by version {recorded} of a programme that was never published"
    ),
    Reason.PROGRAMME_OTHER: Text(
        "所用会员方案与已发布的同一版本不同", "priced by rules that are not the published ones of this version"
    ),
    Reason.ENGINE_NEWER: Text(
        "由较新的程序计价, 本机无法复核", "priced by a newer program than this one, which cannot check it"
    ),
    Reason.TORN: Text("内容自相矛盾", "contradicts itself"),
    Reason.BUSINESS_DAY: Text(
        "营业日应为 {expected}, 记录为 {recorded}", "business day {recorded}, and {expected} by its own time"
    ),
    Reason.CATALOGUE: Text("商品价应为 {expected}, 记录为 {recorded}", "unit price {recorded}, catalogue {expected}"),
    Reason.LIST_AMOUNT: Text("原价应为 {expected}, 记录为 {recorded}", "list amount {recorded}, expected {expected}"),
    Reason.TIER: Text("等级应为 {expected}, 记录为 {recorded}", "tier {recorded}, expected {expected}"),
    Reason.TIER_NOT_REACHED: Text(
        "按 {recorded} 计价, 该会员累计只达到 {expected}",
        "priced as {recorded}, and all that the member ever did reaches {expected}",
    ),
    Reason.RULE: Text("应减 {expected}, 记录为 {recorded}", "took off {recorded}, expected {expected}"),
    Reason.DUE: Text("应付应为 {expected}, 记录为 {recorded}", "due {recorded}, expected {expected}"),
    Reason.POINTS_SPENT: Text("抵现积分应为 {expected}, 记录为 {recorded}", "spent {recorded}, expected {expected}"),
    Reason.EARNED: Text("应得 {expected}, 记录为 {recorded}", "earned {recorded}, expected {expected}"),
    Reason.COUPONS: Text("缺少券码 {expected}", "does not record the code {expected}"),
    Reason.USES: Text("次卡应扣 {expected} 次, 记录为 {recorded}", "took {recorded} uses, expected {expected}"),
    Reason.TENDERS: Text("收款合计应为 {expected}, 记录为 {recorded}", "tenders settle {recorded}, due {expected}"),
}
"""A clause for each reason; the names in braces are those of `Difference`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a sale that is not what the rules give; `expected` and `recorded` are as a person reads them.

    `field` is a path such as ``lines[2].adjustments[tier.gold]``.
    """

    field: str
    reason: Reason
    expected: str = ""
    recorded: str = ""

    def sentence(self, language: str) -> str:
        """It in words; `language` is ``zh_CN`` or ``en``."""
        clause = SENTENCES[self.reason].in_language(language)
        return f"{self.field}: {clause.format(expected=self.expected, recorded=self.recorded)}"


@dataclass(frozen=True, slots=True)
class Undecided:
    """A part of a sale that was taken at its word."""

    field: str
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Audit:
    """What pricing a sale again came to."""

    differences: tuple[Difference, ...] = ()
    undecided: tuple[Undecided, ...] = ()


def unknown_programme(sale: SaleCompleted) -> Audit:
    """The audit of a sale whose programme's version nobody published."""
    version = str(sale.programme_version)
    return Audit((Difference("programme_version", Reason.PROGRAMME_UNKNOWN, recorded=version),))


def reprice(sale: SaleCompleted, at: datetime, programme: Programme, product_of: ProductOf, store: str) -> Audit:
    """Price a sale again by the published programme of its version, as it was recorded `at` in `store`.

    Benefits that the sale does not use are taken as declined: that a till gave less than it might is no difference.
    """
    nets = [line.list_amount.fen - sum([each.amount.fen for each in line.adjustments]) for line in sale.lines]
    found = list(_standing_alone(sale, nets, at, programme))
    if any(each.reason in (Reason.TORN, Reason.ENGINE_NEWER) for each in found):
        return Audit(tuple(found))
    doubts: list[Undecided] = []
    lines = tuple([_line(sale, place, programme, product_of, found, doubts) for place in range(len(sale.lines))])
    doubts += [Undecided(rule, Doubt.AUDIENCE) for rule in narrowed(programme, sale.rules).granted]
    if ORDER_BY_HAND in sale.rules:
        doubts.append(Undecided(ORDER_BY_HAND, Doubt.BY_HAND))
    found += _pass_uses(sale, programme)
    differences, assumed = _compare_all(sale, nets, at, programme, lines, store)
    if assumed:
        doubts.append(Undecided(assumed, Doubt.OPEN))
    if any(_is_gift_for_points(offer) for offer in programme.offers):
        # A gift changes no price, so no line names the points that it cost.
        doubts += [Undecided(each.field, Doubt.GIFT) for each in differences if each.reason is Reason.POINTS_SPENT]
        differences = [each for each in differences if each.reason is not Reason.POINTS_SPENT]
    if differences and sale.engine_version < ENGINE_VERSION:
        doubts.append(Undecided("engine_version", Doubt.ENGINE_OLDER))
    elif not any(doubt.doubt is Doubt.NO_PRODUCT for doubt in doubts):
        found += differences
    return Audit(tuple(found), tuple(doubts))


def _is_gift_for_points(offer: Offer) -> bool:
    return offer.points_cost > 0 and isinstance(offer.give, FreeGift)


def is_over(held: HeldTier | None, sale: SaleCompleted) -> bool:
    """Whether a member's last recorded promise had run out before a sale, which then reviewed it."""
    return held is not None and held.until is not None and held.until < sale.business_day


def check_tier(
    sale: SaleCompleted, programme: Programme, standing: Standing, held: HeldTier | None = None
) -> Difference | None:
    """Whether a sale was priced at a tier above what all that the member ever did reaches.

    `standing` is the member's at any later time: what a till knew when it sold is part of it.  Where the promise of the
    tier that is `held` was over, what its review leaves is what counts (domain.md §2.6).
    """
    codes = [tier.code for tier in programme.tiers]
    reached = tier_of(programme, standing).code
    if held is not None and is_over(held, sale):
        reached = held_now(programme, held, standing, sale.business_day).code
    if sale.member is None or sale.tier not in codes or codes.index(sale.tier) <= codes.index(reached):
        return None
    return Difference("tier", Reason.TIER_NOT_REACHED, reached, sale.tier)


def _standing_alone(
    sale: SaleCompleted, nets: Sequence[int], at: datetime, programme: Programme
) -> Iterator[Difference]:
    """What is seen without pricing anything."""
    if len(sale.programme_hash) < HASH_BYTES or not programme.hash.startswith(sale.programme_hash):
        published = programme.hash[: max(HASH_BYTES, len(sale.programme_hash))].hex()
        yield Difference("programme_hash", Reason.PROGRAMME_OTHER, published, sale.programme_hash.hex())
    if sale.engine_version > ENGINE_VERSION:
        yield Difference("engine_version", Reason.ENGINE_NEWER, str(ENGINE_VERSION), str(sale.engine_version))
    yield from _torn(sale, nets)
    day = programme.business_day(at)
    if sale.business_day != day and sale.business_day != programme.business_day(at - PRICED_BEFORE):
        yield Difference("business_day", Reason.BUSINESS_DAY, str(day), str(sale.business_day))
    paid = 0
    for place, tender in enumerate(sale.tenders):
        paid += tender.amount.fen
        change = tender.handed.fen - tender.amount.fen
        if tender.amount.fen < 0 or change < 0 or (change and tender.method is not TenderMethod.CASH):
            yield Difference(f"tenders[{place}].handed", Reason.TENDERS, str(tender.amount), str(tender.handed))
    if paid != sum(nets):
        yield Difference("tenders", Reason.TENDERS, str(sale.due), str(Money(paid)))


def _torn(sale: SaleCompleted, nets: Sequence[int]) -> Iterator[Difference]:
    """What the engine could not even read."""
    count = len(sale.rules)
    for place, (line, net) in enumerate(zip(sale.lines, nets, strict=True)):
        if line.quantity.milli <= 0 or line.unit_price.fen < 0 or line.list_amount.fen < 0 or net < 0:
            yield Difference(f"lines[{place}]", Reason.TORN)
        for each in line.adjustments:
            if not 0 <= each.rule < count or (each.step is Step.PASS and not line.unit_price):
                yield Difference(f"lines[{place}].adjustments", Reason.TORN)
    for place, used in enumerate(sale.passes):
        if not 0 <= used.line < len(sale.lines) or not 0 <= used.uses <= used.units or used.revenue.fen < 0:
            yield Difference(f"passes[{place}]", Reason.TORN)


def _pass_uses(sale: SaleCompleted, programme: Programme) -> Iterator[Difference]:
    """Whether a use left its pass for every unit; a pass for a period loses none."""
    for place, (used, settled) in enumerate(zip(sale.passes, settled_as_recorded(sale), strict=True)):
        good = programme.pass_good(settled.template)
        for_period = isinstance(good, PassTemplate) and good.kind is PassKind.TIME
        uses = 0 if for_period else used.units
        if good is not None and used.uses != uses:
            yield Difference(f"passes[{place}].uses", Reason.USES, str(uses), str(used.uses))


def _line(
    sale: SaleCompleted,
    place: int,
    programme: Programme,
    product_of: ProductOf,
    found: list[Difference],
    doubts: list[Undecided],
) -> CartLine:
    line = sale.lines[place]
    sold = programme.pass_of_line(line.sku)
    known = product_of(line.sku, line.revision) if line.revision else None
    product = known if sold is None else sold.as_product
    read = read_line(sale, line, product)
    if read.by_hand is not None:
        doubts.append(Undecided(f"lines[{place}].adjustments[{LINE_BY_HAND}]", Doubt.BY_HAND))
    if read.vouchers:
        doubts.append(Undecided(f"lines[{place}].adjustments[{VOUCHER}]", Doubt.VOUCHER))
    if product is None:
        doubts.append(Undecided(f"lines[{place}]", Doubt.NO_PRODUCT))
    elif product.price != line.unit_price:
        found.append(
            Difference(f"lines[{place}].unit_price", Reason.CATALOGUE, str(product.price), str(line.unit_price))
        )
    if read.amount is not None:
        # A scale prints the amount, and the weight follows from it; whole pieces have no label.
        if line.quantity.is_whole and not (product is not None and product.weighed):
            counted = str(line.quantity.price(line.unit_price))
            found.append(Difference(f"lines[{place}].list_amount", Reason.LIST_AMOUNT, counted, str(line.list_amount)))
        else:
            doubts.append(Undecided(f"lines[{place}].list_amount", Doubt.PRINTED_AMOUNT))
    return read


def _compare_all(
    sale: SaleCompleted,
    nets: Sequence[int],
    at: datetime,
    programme: Programme,
    lines: tuple[CartLine, ...],
    store: str,
) -> tuple[list[Difference], str]:
    """The differences of the first reading, unless another one has none: then what that one assumed."""
    context = Context(store=store)
    plain: list[Difference] | None = None
    for reading in readings(sale, at, programme, lines):
        differences = _compare(sale, nets, reading, context)
        if not differences:
            return [], reading.assumed
        plain = differences if plain is None else plain
    return plain or [], ""


def _compare(sale: SaleCompleted, nets: Sequence[int], reading: Reading, context: Context) -> list[Difference]:
    quote = reading.quote(sale.business_day, context)
    found: list[Difference] = []
    if quote.tier != sale.tier:
        found.append(Difference("tier", Reason.TIER, quote.tier, sale.tier))
    for place, line in enumerate(sale.lines):
        if not _is_as_expected(sale.rules, line, quote.lines[place]):
            found += _line_differences(sale.rules, place, line, quote)
    earning = quote.earning
    if found:
        if quote.due != sale.due:
            found.append(Difference("due", Reason.DUE, str(quote.due), str(sale.due)))
        earning = _earned_as_recorded(sale, nets, quote, reading.programme)
    found += _point_differences(sale, quote, earning)
    missing = list(quote.coupons)
    for code in sale.coupons:
        if code in missing:
            missing.remove(code)
    found += [Difference("coupons", Reason.COUPONS, expected=code) for code in missing]
    return found


def _is_as_expected(rules: Sequence[RuleId], line: SaleLine, priced: QuoteLine) -> bool:
    """Whether every rule took off a line what it takes off now, in the same order."""
    expected, recorded = priced.rulings.parts_of(priced.index), line.adjustments
    if len(expected) != len(recorded):
        return False
    for (ruling, fen), theirs in zip(expected, recorded, strict=True):
        if fen != theirs.amount.fen or ruling.rule != rules[theirs.rule] or ruling.step != theirs.step:
            return False
    return True


def _line_differences(rules: Sequence[RuleId], place: int, line: SaleLine, quote: Quote) -> Iterator[Difference]:
    expected = quote.lines[place].adjustments
    totals: dict[tuple[str, int], list[int]] = {}
    for mine in expected:
        totals.setdefault((mine.rule, mine.step), [0, 0])[0] += mine.amount.fen
    for theirs in line.adjustments:
        totals.setdefault((rules[theirs.rule], theirs.step), [0, 0])[1] += theirs.amount.fen
    for (rule, _step), (ours, recorded) in totals.items():
        if ours != recorded:
            yield Difference(f"lines[{place}].adjustments[{rule}]", Reason.RULE, str(Money(ours)), str(Money(recorded)))


def _earned_as_recorded(sale: SaleCompleted, nets: Sequence[int], quote: Quote, programme: Programme) -> Earning:
    """What the recorded nets earn: a wrong net is one difference, and what follows from it is not another."""
    lines = [replace(mine, net=Money(fen)) for mine, fen in zip(quote.lines, nets, strict=True)]
    taken = [(part.method, part.amount.fen) for part in settled_by(sale.tenders, sale.draws)]
    return reckon(lines, quote.earning, programme, taken, has_member=sale.member is not None)


def _point_differences(sale: SaleCompleted, quote: Quote, earning: Earning) -> Iterator[Difference]:
    if sale.points_spent != quote.points_spent:
        yield Difference(
            "points_spent", Reason.POINTS_SPENT, str(quote.points_spent.count), str(sale.points_spent.count)
        )
    if sale.points_base != earning.base:
        yield Difference("points_base", Reason.EARNED, str(earning.base.count), str(sale.points_base.count))
    if sale.points_bonus != earning.bonus:
        yield Difference("points_bonus", Reason.EARNED, str(earning.bonus.count), str(sale.points_bonus.count))
    if sale.growth != earning.growth:
        yield Difference("growth", Reason.EARNED, str(earning.growth.count), str(sale.growth.count))
    if sale.spend != earning.spend:
        yield Difference("spend", Reason.EARNED, str(earning.spend), str(sale.spend))
