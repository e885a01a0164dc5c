"""Whether a rule is meant for a member who stands at the counter, beside any sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.passes.holding import is_void_card, pass_tags
from posapp.domain.amounts import Points
from posapp.domain.campaign import EVERYONE
from posapp.domain.pricing import Context, MemberView
from posapp.domain.pricing.candidates import Circumstances, is_meant
from posapp.domain.tier import held_now
from posapp.storage import assets, held_tiers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.application.till import Till
    from posapp.domain.campaign import Audience
    from posapp.domain.member import Member


def is_for(till: Till, connection: Connection, audience: Audience, member: Member) -> bool:
    """Whether an audience holds a member now: by tier, benefit card, birthday, orders and store."""
    if audience == EVERYONE:
        return True
    standing, today = member.standing, till.business_day()
    view = MemberView(
        id=member.id,
        tier=held_now(till.programme, held_tiers.find(connection, member.id), standing, today).code,
        standing=standing,
        birthday=member.profile.birthday,
        joined=member.joined,
        tags=_tags(till, connection, member) if audience.tags else frozenset(),
        paid_orders=standing.orders,
        spendable=Points(max(0, standing.points.count)),
    )
    minute = till.programme.minute_of_day(till.clock.now())
    return is_meant(audience, Circumstances(view, Context(store=till.identity.store), today, minute))


def _tags(till: Till, connection: Connection, member: Member) -> frozenset[str]:
    owned = assets.of_owner(connection, member.id)
    return pass_tags([held.asset for held in owned if not is_void_card(held)], till.business_day())
