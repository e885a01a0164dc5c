"""Building a receipt from a recorded sale, so that a reprint says what the first one said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from posapp.application.checkout import CompletedSale
from posapp.application.receipt import Receipt, ReceiptLine, ReceiptMember
from posapp.application.till import Till
from posapp.domain.amounts import Money, Points
from posapp.domain.by_hand import ORDER_BY_HAND, reason_words
from posapp.domain.events import LineAdjustment, Recorded, SaleCompleted, SaleLine, Step
from posapp.domain.ids import RuleId
from posapp.domain.member import Member
from posapp.domain.points_held import PointsOnDay
from posapp.domain.pricing import rate_words
from posapp.domain.pricing.by_pass import ANY_PASS, PASS_RULE
from posapp.domain.programme import Programme
from posapp.domain.text import Text

Labels = Mapping[str, str]
_TIER_PREFIX = "tier."


def receipt_of(
    till: Till,
    done: CompletedSale,
    member: Member | None,
    names: Mapping[int, str],
    labels: Labels,
    language: str,
    points: PointsOnDay | None = None,
    units: Mapping[int, str] = MappingProxyType({}),
) -> Receipt:
    """The receipt of a completed sale.

    `names` gives the product's name by line index, `labels` are the receipt's fixed words in `language`.  `points` are
    the member's after the sale, where some are frozen or lapse; the `member` knows them as they were before.  `units`
    are the weights that prices are for, by line index, of goods that were weighed.
    """
    sale, programme = done.sale, till.programme
    words = {rule: rule_words(programme, rule, labels, language) for rule in sale.rules}
    reasons = {each.line: reason_words(each.reason).in_language(language) for each in sale.by_hand}
    words[ORDER_BY_HAND] = _with_reason(words.get(ORDER_BY_HAND, ""), reasons.get(None))
    return Receipt(
        shop=till.identity.shop_name,
        store=till.identity.store_name,
        till=str(till.identity.number),
        number=sale.receipt_number,
        local_time=local_time(done.recorded, programme.zone),
        cashier=sale.cashier,
        lines=tuple(
            replace(_line(sale, index, names, words, reasons.get(index)), unit=units.get(index, ""))
            for index in range(len(sale.lines))
        ),
        list_total=sale.list_total,
        ladder=_ladder(sale, words),
        due=sale.due,
        tenders=tuple((tender.method, tender.amount, tender.handed) for tender in sale.tenders),
        change=sale.change,
        member=_member(programme, done, (member, points), language, pending_sync=till.has_server),
        approvers=tuple(dict.fromkeys(each.approver for each in sale.by_hand if each.approver)),
    )


def _with_reason(words: str, reason: str | None) -> str:
    return f"{words} {reason}" if reason else words


def rule_words(programme: Programme, rule: RuleId, labels: Labels, language: str) -> str:
    """The words of a rule: a tier with its rate, an offer, campaign or pass by its name, the rest from the labels."""
    if rule.startswith(_TIER_PREFIX):
        tier = programme.tier(rule.removeprefix(_TIER_PREFIX))
        return f"{tier.name.in_language(language)} {rate_words(tier.rate, language)}"
    if rule.startswith(PASS_RULE):
        good = programme.pass_good(rule.removeprefix(PASS_RULE))
        return (good.name if good is not None else ANY_PASS).in_language(language)
    names: dict[str, Text] = {offer.id: offer.name for offer in programme.offers}
    names |= {campaign.id: campaign.name for campaign in programme.campaigns}
    if rule in names:
        return names[rule].in_language(language)
    return labels.get(f"rule.{rule}", rule)


def local_time(recorded: Recorded, zone: ZoneInfo) -> str:
    """When it was, on the shop's wall clock."""
    return f"{recorded.at.astimezone(zone):%Y-%m-%d %H:%M}"


def _line(
    sale: SaleCompleted, index: int, names: Mapping[int, str], words: Mapping[RuleId, str], reason: str | None
) -> ReceiptLine:
    line: SaleLine = sale.lines[index]

    def note(adjustment: LineAdjustment) -> str:
        said = words[sale.rules[adjustment.rule]]
        return _with_reason(said, reason) if adjustment.step is Step.LINE_MANUAL else said

    return ReceiptLine(
        name=names.get(index) or line.name or line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        list_amount=line.list_amount,
        net=line.net,
        notes=tuple((note(a), a.amount) for a in line.adjustments if a.amount),
    )


def _ladder(sale: SaleCompleted, words: Mapping[RuleId, str]) -> tuple[tuple[str, Money], ...]:
    totals = [0] * len(sale.rules)
    for line in sale.lines:
        for adjustment in line.adjustments:
            totals[adjustment.rule] += adjustment.amount.fen
    return tuple((words[rule], Money(total)) for rule, total in zip(sale.rules, totals, strict=True) if total)


def _member(
    programme: Programme,
    done: CompletedSale,
    whose: tuple[Member | None, PointsOnDay | None],
    language: str,
    *,
    pending_sync: bool,
) -> ReceiptMember | None:
    member, points = whose
    if member is None or done.before is None or done.after is None:
        return None
    return ReceiptMember(
        name=discreet(member.profile.name),
        masked_phone=member.profile.masked_phone,
        tier=programme.tier(done.sale.tier).name.in_language(language),
        points_before=done.before.points if points is None else Points(member.points_on(points.day).available),
        points_after=done.after.points if points is None else Points(points.available),
        points_frozen=Points(points.frozen if points is not None else 0),
        points_earned=Points(done.sale.points_base.count + done.sale.points_bonus.count),
        points_spent=done.sale.points_spent,
        pending_sync=pending_sync,
    )


def discreet(name: str) -> str:
    """A receipt may be left behind: the family name alone, as in 林**, and a Latin name's first word."""
    if not name:
        return ""
    if name.isascii():
        return name.split(maxsplit=1)[0]
    return name[0] + "*" * (len(name) - 1)
