"""Whom a message to members may reach: only those who agreed, and not those who took it back (W-44, domain.md §3.4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.programme.messages import MemberMessage
from posapp.domain.tier import held_now
from posapp.storage import held_tiers, members
from posapp.storage.schema import member as member_table


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message goes to, and how many it must not go to."""

    message: MemberMessage
    recipients: tuple[MemberId, ...]
    opted_out: int


def audience_of(till: Till, message: str) -> Audience:
    """Who gets a message of the programme.  Raises `InvalidField` for one that there is not."""
    found = next((one for one in till.programme.messages if one.id == message), None)
    if found is None:
        raise InvalidField("message", f"{message!r} is no message here", f"没有 {message!r} 这条消息")
    agreed: list[MemberId] = []
    opted_out = 0
    with till.database.read() as connection:
        reachable = select(member_table.c.member_id, member_table.c.marketing).where(member_table.c.phone != "")
        for who, marketing in connection.execute(reachable.order_by(member_table.c.member_key)).all():
            if found.tiers and _tier(till, connection, MemberId(who)) not in found.tiers:
                continue
            if marketing:
                agreed.append(MemberId(who))
            else:
                opted_out += 1
    return Audience(found, tuple(agreed), opted_out)


def _tier(till: Till, connection: Connection, who: MemberId) -> str:
    """The tier that a member holds today."""
    recorded = held_tiers.find(connection, who)
    return held_now(till.programme, recorded, members.standing(connection, who), till.business_day()).code
