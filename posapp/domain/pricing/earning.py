"""What a sale earns (domain.md §2.4): points once per order, growth, and the spend that tiers are measured by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posapp.domain.amounts import Growth, Money, Points, allocate
from posapp.domain.campaign import Campaign
from posapp.domain.ids import RuleId
from posapp.domain.pricing.inputs import Method, Settlement
from posapp.domain.pricing.quote import Earning, Quote, QuoteLine
from posapp.domain.programme import Programme, Text, Tier


def earn(quote: Quote, programme: Programme, tenders: Iterable[Settlement]) -> Earning:
    """What the sale earns with the tenders that were really taken.

    Tenders settle the lines one after the other in proportion to what each line still owes; what tenders that do not
    earn paid of a line is no basis for it.
    """
    taken = [(tender.method, tender.amount.fen) for tender in tenders]
    return reckon(quote.lines, quote.earning, programme, taken, has_member=quote.has_member)


def reckon(
    lines: Sequence[QuoteLine],
    preview: Earning,
    programme: Programme,
    taken: Sequence[tuple[Method, int]],
    *,
    has_member: bool,
) -> Earning:
    """Base, bonus, growth and spend of priced lines; the multiplier is that of `preview`."""
    if not has_member:
        return Earning()
    nets = [line.net.fen for line in lines]
    unearning = unearning_shares(nets, taken, programme)
    by_net = programme.earn.order_wide_reduces
    points_basis = pieces = spend = 0
    for line, net, share in zip(lines, nets, unearning, strict=True):
        if line.earns:
            points_basis += (net if by_net else earning_fen(line, programme)) - share
            pieces += line.paid_pieces
        if line.counts:
            spend += net - share
    base, bonus = programme.earn.with_bonus(points_basis, pieces, preview.times_hundredths)
    return Earning(
        base=Points(base),
        bonus=Points(bonus),
        times_hundredths=preview.times_hundredths,
        multiplier_rule=preview.multiplier_rule,
        multiplier_name=preview.multiplier_name,
        growth=Growth(max(0, spend) * programme.growth_hundredths // 10_000),
        spend=Money(max(0, spend)),
    )


def earning_fen(line: QuoteLine, programme: Programme) -> int:
    """What a line earns on before tenders: its net, unless what was taken off the whole order is not to count."""
    if programme.earn.order_wide_reduces:
        return line.net.fen
    return line.net.fen + sum(each.amount.fen for each in line.adjustments if each.order_wide)


def unearning_shares(nets: Sequence[int], taken: Sequence[tuple[Method, int]], programme: Programme) -> list[int]:
    """For each line, the fen that tenders which do not earn paid of it."""
    shares = [0] * len(nets)
    if not any(method in programme.not_earning for method, _fen in taken):
        return shares
    for (method, _fen), parts in zip(taken, settle_lines(nets, [fen for _method, fen in taken]), strict=True):
        if method in programme.not_earning:
            shares = [share + part for share, part in zip(shares, parts, strict=True)]
    return shares


def settle_lines(nets: Sequence[int], amounts: Sequence[int]) -> list[list[int]]:
    """How tenders settle lines: one after the other, each over what every line still owes (domain.md §2.3).

    What exceeds the lines settles nothing; the last tender that covers the rest takes exactly the rest.
    """
    left = list(nets)
    settled: list[list[int]] = []
    for amount in amounts:
        parts = allocate(min(max(0, amount), sum(left)), left)
        left = [owed - part for owed, part in zip(left, parts, strict=True)]
        settled.append(parts)
    return settled


def best_multiplier(tier: Tier, campaigns: Sequence[Campaign]) -> Earning:
    """The best multiplier of base points, never a product of several (domain.md §2.4); nothing earned yet."""
    times, rule, name = 100, None, None
    offered: list[tuple[int, RuleId, Text]] = [(tier.times_hundredths, RuleId(f"tier.{tier.code}"), tier.name)]
    offered += [(campaign.times_hundredths, RuleId(campaign.id), campaign.name) for campaign in campaigns]
    for hundredths, code, label in offered:
        if hundredths > times:
            times, rule, name = hundredths, code, label
    return Earning(times_hundredths=times, multiplier_rule=rule, multiplier_name=name)
