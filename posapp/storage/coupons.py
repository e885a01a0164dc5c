"""What the ledger says of coupons, of occurrences, and of how often a rule was used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import msgspec
from sqlalchemy import bindparam, func, literal_column, select

from posapp.domain.accounts import Account
from posapp.domain.coupon_code import batch_id, coupon_id, given_id, use_ids
from posapp.domain.coupon_report import CouponEvent
from posapp.domain.encoding import KINDS, from_values, number_of
from posapp.domain.events import CouponsIssued, SaleCompleted
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import asset, event, held_balance, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded
    from posapp.domain.ids import MemberId

_GIVEN_AT_ONCE = 32
_BALANCE = Prepared(
    select(held_balance.c.settled + held_balance.c.pending).where(
        held_balance.c.holder == bindparam("holder"), held_balance.c.account == bindparam("account")
    ),
    "holder account",
)
_issues = select(held_balance.c.settled + held_balance.c.pending).where(
    held_balance.c.holder == asset.c.asset_id, held_balance.c.account == literal_column(str(int(Account.COUPON_ISSUED)))
)
# An asset whose issue has not arrived here yet counts; one whose issue was taken back does not.
_OF_TEMPLATE = Prepared(
    select(func.count())
    .select_from(asset)
    .where(asset.c.owner == bindparam("owner"), asset.c.template == bindparam("template"))
    .where(func.coalesce(_issues.scalar_subquery(), 1) > 0),
    "owner template",
)
_NEXT_OF_STREAM = Prepared(
    select(event.c.sequence, event.c.canonical)
    .select_from(event.join(stream, stream.c.stream_key == event.c.stream_key))
    .where(
        stream.c.device == bindparam("device"),
        stream.c.incarnation == bindparam("incarnation"),
        event.c.sequence > bindparam("after"),
        event.c.kind.in_([literal_column(str(number_of(kind))) for kind in (CouponsIssued, SaleCompleted)]),
    )
    .order_by(event.c.sequence)
    .limit(_GIVEN_AT_ONCE),
    "device incarnation after",
)

_ABOUT_COUPONS = [number for number, (_version, kind) in KINDS.items() if kind in get_args(CouponEvent)]


@dataclass(frozen=True, slots=True)
class CouponState:
    """What happened to a coupon: how often it was issued, redeemed less returned, and voided."""

    issued: int
    redeemed: int
    voided: int

    @property
    def is_open(self) -> bool:
        """Whether it may be redeemed, as far as the ledger goes (docs/adr/0010)."""
        return self.issued > 0 >= self.redeemed and self.voided <= 0


@dataclass(frozen=True, slots=True)
class UseCount:
    """How often one rule was used: by everybody ever and today, by a member ever and today."""

    ever: int
    today: int
    by_member: int = 0
    by_member_today: int = 0


def state(connection: Connection, code: str) -> CouponState:
    """What happened to the coupon of a code; a code that nobody issued was issued nought times."""
    holder = coupon_id(code)
    accounts = (Account.COUPON_ISSUED, Account.COUPON_REDEEMED, Account.COUPON_VOIDED)
    return CouponState(*(_balance(connection, holder, account) for account in accounts))


def state_of(balances: Mapping[Account, int]) -> CouponState:
    """The same from balances that were read already."""
    return CouponState(
        balances.get(Account.COUPON_ISSUED, 0),
        balances.get(Account.COUPON_REDEEMED, 0),
        balances.get(Account.COUPON_VOIDED, 0),
    )


def batch_size(connection: Connection, batch: int) -> int:
    """How many codes of a batch were opened and not claimed; nought where it was not opened as far as is known here."""
    return _balance(connection, batch_id(batch), Account.COUPON_ISSUED)


def has_happened(connection: Connection, rule: str, member: MemberId, occurrence: str) -> bool:
    """Whether a rule gave something to a member on an occurrence already."""
    return _balance(connection, given_id(rule, member, occurrence), Account.OCCURRENCE) > 0


def ever_issued(connection: Connection, owner: MemberId, template: str) -> int:
    """How many assets of a template a member has or had, those left out whose giving was taken back."""
    ((count,),) = _OF_TEMPLATE.run(driver(connection), (owner, template)).fetchall()
    return int(count)


def given_with(connection: Connection, place: StreamId, sequence: int) -> list[Recorded]:
    """What was given right after a sale, before the next one at its till; its own gifts are among that."""
    found: list[Recorded] = []
    for number, canonical in _NEXT_OF_STREAM.run(
        driver(connection), (place.device, place.incarnation, sequence)
    ).fetchall():
        one = from_values(place, number, msgspec.msgpack.decode(canonical))
        if isinstance(one.event, SaleCompleted):
            break
        found.append(one)
    return found


def uses(connection: Connection, rules: Sequence[str], day: int, member: MemberId | None) -> dict[str, UseCount]:
    """How often rules were used, undone sales left out."""
    return {
        rule: UseCount(*(_balance(connection, holder, Account.RULE_USES) for holder in use_ids(rule, day, member)))
        for rule in rules
    }


def recorded(connection: Connection) -> Iterator[Recorded]:
    """Every event of this store that can be about coupons, in the order in which it is recorded here."""
    query = (
        select(event.c.sequence, event.c.canonical, stream.c.device, stream.c.incarnation)
        .join(stream)
        .where(event.c.kind.in_(_ABOUT_COUPONS), event.c.projected == 1)
        .order_by(event.c.position)
    )
    for row in connection.execute(query):
        place = StreamId(DeviceId(row.device), Incarnation(row.incarnation))
        yield from_values(place, row.sequence, msgspec.msgpack.decode(row.canonical))


def _balance(connection: Connection, holder: bytes, account: Account) -> int:
    row = _BALANCE.run(driver(connection), (holder, int(account))).fetchone()
    return int(row[0]) if row is not None else 0
