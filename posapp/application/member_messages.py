"""Whom a message to members may reach: only those who agreed, and not those who took it back (W-44, domain.md §3.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from posapp.application.receipts import discreet
from posapp.application.till import Cashier, Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import NumbersListed
from posapp.domain.ids import MemberId, RuleId
from posapp.domain.member import mask_phone
from posapp.domain.programme.messages import MemberMessage
from posapp.domain.staff import REVEAL_NUMBER
from posapp.domain.text import Text
from posapp.domain.tier import held_now
from posapp.storage import held_tiers, member_search, members
from posapp.storage.schema import member as member_table

_MOST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of whom a message goes to.  Name and number are masked, unless whole ones were asked for."""

    card_number: str
    name: str
    phone: str
    tier: Text


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


def masked_recipients(till: Till, audience: Audience) -> tuple[Recipient, ...]:
    """Who they are, so far that nobody can be called: for looking at the list, and for whoever has the numbers."""
    return tuple(
        replace(one, name=discreet(one.name), phone=mask_phone(one.phone)) for one in _recipients(till, audience)
    )


def whole_recipients(till: Till, audience: Audience, person: Cashier, reason: str) -> tuple[Recipient, ...]:
    """The same with whole numbers, for who may see them; that they took them is recorded first (domain.md §3.3).

    Raises `InvalidField` without the permission, and without a reason.
    """
    if REVEAL_NUMBER not in person.permissions:
        raise InvalidField("by", "only who has the permission sees whole numbers", "没有查看完整手机号的权限")
    if not reason.strip():
        raise InvalidField("reason", "say why the whole numbers are needed", "请填写导出原因")
    found = _recipients(till, audience)
    event = NumbersListed(
        till.business_day(), person.id, RuleId(audience.message.id), len(found), reason.strip()[:_MOST_REASON]
    )
    with till.database.write() as connection:
        till.log.append(connection, event, till.clock.now())
    till.committed()
    return found


def _recipients(till: Till, audience: Audience) -> tuple[Recipient, ...]:
    found = []
    with till.database.read() as connection:
        for who in audience.recipients:
            known = member_search.find(connection, who)
            if known is not None:
                tier = till.programme.tier(_tier(till, connection, who)).name
                profile = known.profile
                found.append(Recipient(known.card_number, profile.name, profile.phone_e164, tier))
    return tuple(found)


def _tier(till: Till, connection: Connection, who: MemberId) -> str:
    """The tier that a member holds today."""
    recorded = held_tiers.find(connection, who)
    return held_now(till.programme, recorded, members.standing(connection, who), till.business_day()).code
