"""Limits of rules: how often they were used, checked and counted with the sale, and freed when it is undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.events import RuleUsesCounted, SaleCompleted
from posapp.domain.ids import MemberId, RuleId
from posapp.domain.programme import Programme
from posapp.domain.programme.offer import Limits, Offer
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import Uses
from posapp.storage import coupons
from posapp.storage.coupons import UseCount


def limited(programme: Programme) -> list[Offer]:
    """The offers whose uses are counted."""
    return [offer for offer in programme.offers if _is_limited(offer.limits)]


def read_uses(till: Till, connection: Connection, member: MemberId | None) -> tuple[Uses, Uses]:
    """How often limited rules were used by a member and by everybody; a few look-ups a limited rule."""
    rules = [offer.id for offer in limited(till.programme)]
    found = coupons.uses(connection, rules, till.business_day().ordinal, member)
    own = Uses(
        {rule: count.by_member for rule, count in found.items()},
        {rule: count.by_member_today for rule, count in found.items()},
    )
    every = Uses(
        {rule: count.ever for rule, count in found.items()}, {rule: count.today for rule, count in found.items()}
    )
    return own, every


def used_up(
    till: Till, connection: Connection, rules: Collection[RuleId], day: BusinessDay, member: MemberId | None
) -> Text | None:
    """Why a sale by these rules cannot be completed any more, where a limit was reached meanwhile."""
    named = [offer for offer in limited(till.programme) if offer.id in rules]
    found = coupons.uses(connection, [offer.id for offer in named], day.ordinal, member)
    for offer in named:
        most = _reached(offer.limits, found[offer.id])
        if most is not None:
            return Text(
                f"「{offer.name.zh}」已用满 {most} 次，已重新计价",
                f"“{offer.name.en}” was used {most} times already; the sale is priced again without it",
            )
    return None


def count_uses(till: Till, connection: Connection, sale: SaleCompleted, programme: Programme) -> None:
    """Count the uses of a sale that was just recorded, in its transaction."""
    _record(till, connection, sale, [offer for offer in limited(programme) if offer.id in sale.rules], back=False)


def free_uses(till: Till, connection: Connection, sale: SaleCompleted, programme: Programme) -> None:
    """Free the uses of a sale of which nothing is left, in the transaction of its last refund.

    Rules that count undone orders too (`count_voided`) keep theirs.
    """
    freed = [offer for offer in limited(programme) if offer.id in sale.rules and not offer.limits.count_voided]
    _record(till, connection, sale, freed, back=True)


def _record(till: Till, connection: Connection, sale: SaleCompleted, offers: Sequence[Offer], *, back: bool) -> None:
    if not offers:
        return
    rules = tuple(RuleId(offer.id) for offer in offers)
    event = RuleUsesCounted(sale.business_day, sale.member, sale.receipt_number, rules, back)
    till.log.append(connection, event, till.clock.now())


def _is_limited(limits: Limits) -> bool:
    return (limits.per_member, limits.per_member_day, limits.per_day, limits.total) != (None, None, None, None)


def _reached(limits: Limits, count: UseCount) -> int | None:
    """The limit that is reached, if one is."""
    pairs = (
        (limits.total, count.ever),
        (limits.per_day, count.today),
        (limits.per_member, count.by_member),
        (limits.per_member_day, count.by_member_today),
    )
    return next((most for most, used in pairs if most is not None and used >= most), None)
