"""Leaving: what must be settled first, what is given up, and personal data gone (domain.md §2.9; PIPL 47)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from posapp.application.coupons import void_all
from posapp.application.member_life.consenting import known_record
from posapp.application.member_life.online import require_network
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import MemberForgotten
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Membership, MemberState, Profile
from posapp.domain.text import Text
from posapp.storage import assets
from posapp.storage.assets import HeldAsset

_DEBT: Final = Text("欠本店的款（Ctrl+E）", "what this member owes (Ctrl+E)")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaving comes to: `unsettled` must be paid first, either way; `points` are given up."""

    member: MemberId
    points: Points
    unsettled: tuple[Text, ...]


def preview_leaving(till: Till, member: MemberId) -> Leaving:
    """What stands in the way, and what would be given up."""
    with till.database.read() as connection:
        return _leaving(connection, member)


def forget_member(till: Till, leaving: Leaving, reason: str, operator: StaffId, *, online: bool = True) -> None:
    """Erase a member's personal data; the ledger keeps what was settled, under a hash that names nobody.

    `leaving` is what the member was shown and agreed to.  Raises `InvalidField` where something is unsettled, or where
    the points are others by now; offline too, because another till may just have been paid by them (domain.md §5.1).
    """
    require_network(online=online)
    if leaving.unsettled:
        first = leaving.unsettled[0]
        raise InvalidField("member", f"{first.en} is settled first", f"先结清{first.zh}")
    with till.database.write() as connection:
        now = _leaving(connection, leaving.member)
        if now != leaving:
            raise InvalidField("points", "the points changed meanwhile; look again", "积分有变动，重新看一下")
        record = known_record(till, connection, leaving.member)
        if record.membership.state is not MemberState.ACTIVE:
            raise InvalidField("member", "left or merged already", "已注销或已合并")
        event = MemberForgotten(leaving.member, till.business_day(), operator, leaving.points, reason)
        till.log.append(connection, event, till.clock.now())
        void_all(till, connection, leaving.member, "left", operator)
        till.reference.revoke_card(connection, record.card_number, till.business_day())
        gone = replace(record, profile=Profile(""), membership=Membership(MemberState.FORGOTTEN))
        till.reference.put_member(connection, leaving.member, gone)
    till.committed()


def _leaving(connection: Connection, member: MemberId) -> Leaving:
    balances = assets.balances(connection, member)
    owed = [_DEBT] if balances.get(Account.MEMBER_DEBT, 0) > 0 else []
    owed += [words for held in assets.of_owner(connection, member) if (words := _unsettled(held)) is not None]
    return Leaving(member, Points(balances.get(Account.MEMBER_POINTS, 0)), tuple(owed))


def _unsettled(held: HeldAsset) -> Text | None:
    """What is still owed on an asset: paid-in money, or uses that were paid for."""
    principal = held.on(Account.STORED_PRINCIPAL)
    if principal > 0:
        return Text("储值余额", "the stored value")
    paid = held.asset.terms.get("paid", 0)
    if held.on(Account.PASS_USES) > 0 and isinstance(paid, int) and paid > 0:
        name = str(held.asset.terms.get("zh", held.asset.template))
        return Text(name, str(held.asset.terms.get("en", name)))
    return None
