"""Members as this till knows them: their card, profile and standing, and how a cashier finds them.

`reference_data` writes them from profile documents; an event that opens a card only notes the card's number, because
events hold no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BLOB, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.ids import MemberId
from posapp.domain.member import PLAIN_MEMBERSHIP, VISIT_MINIMUM_FEN, Membership, MemberState, Profile, Standing
from posapp.domain.time import BusinessDay
from posapp.storage import member_states
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared, batched
from posapp.storage.schema import card, held_balance, holder, member, member_day, member_spelling
from posapp.storage.spelling import spellings, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """What a profile document says: the profile, the card, the day it was opened, and what became of it.

    Whoever was merged or forgotten is not found by phone or name, though the record of a merge keeps both.
    """

    profile: Profile
    card_number: str
    joined: BusinessDay | None = None
    membership: Membership = PLAIN_MEMBERSHIP


NOBODY = Profile("")
_COLUMNS = "member_key member_id card_number phone phone_reversed phone_e164 name birthday marketing joined"
_row = insert(member).values({name: bindparam(name) for name in _COLUMNS.split()})
_WRITE = Prepared(
    _row.on_conflict_do_update(
        index_elements=["member_id"], set_={name: _row.excluded[name] for name in _COLUMNS.split()[2:]}
    ),
    _COLUMNS,
)
_CARD = Prepared(
    insert(card)
    .values(card_number=bindparam("card_number"), member_id=bindparam("member_id"))
    .on_conflict_do_nothing(),
    "card_number member_id",
)
_SPELLING = Prepared(
    insert(member_spelling).values(spelling=bindparam("spelling"), member_key=bindparam("member_key")),
    "spelling member_key",
)
_AT_ONCE = 64
_marks = [bindparam(f"who_{place}", type_=BLOB) for place in range(_AT_ONCE)]
_KNOWN = Prepared(
    select(member.c.member_id, member.c.member_key, member.c.phone, member.c.name).where(
        member.c.member_id.in_(_marks)
    ),
    " ".join(mark.key for mark in _marks),
)
_BALANCES = Prepared(
    select(held_balance.c.account, held_balance.c.settled + held_balance.c.pending).where(
        held_balance.c.holder == bindparam("who")
    ),
    "who",
)
_ATTENDANCE = Prepared(
    select(holder.c.visits, holder.c.orders, holder.c.first_day, holder.c.last_day).where(
        holder.c.holder == bindparam("who")
    ),
    "who",
)
_REPLACE_PHONE = "INSERT OR REPLACE INTO member_phone_search(rowid, phone) VALUES (?, ?)"
_REPLACE_NAME = "INSERT OR REPLACE INTO member_name_search(rowid, name) VALUES (?, ?)"
_HERE = (
    "INSERT OR REPLACE INTO member_here(member_key, day)"
    " SELECT ?, max(day) FROM member_day WHERE member = ? HAVING max(day) IS NOT NULL"
)
_FORGET_SPELLINGS = "DELETE FROM member_spelling WHERE member_key = ?"


def national_digits(phone_e164: str) -> str:
    """The digits a cashier types: without the country code where that is China's, else with it."""
    return phone_e164.removeprefix("+86").removeprefix("+")


def write_many(connection: Connection, records: Iterable[tuple[MemberId, MemberRecord]]) -> None:
    """Insert members or replace what was known of them, search indices included."""
    raw = driver(connection)
    records = list(records)
    known = {
        who: tuple(rest)
        for part in batched([identity for identity, _record in records], _AT_ONCE)
        for who, *rest in _KNOWN.run(raw, part)
    }
    next_key = count(connection) + 1
    rows: list[tuple[Any, ...]] = []
    phones: list[tuple[int, str]] = []
    names: list[tuple[int, str]] = []
    cards: list[tuple[str, bytes]] = []
    spelt: list[tuple[str, int]] = []
    new: list[tuple[int, bytes]] = []
    states: list[tuple[MemberId, Membership]] = []
    for identity, record in records:
        active = record.membership.state is MemberState.ACTIVE
        profile = record.profile if active else NOBODY
        digits = national_digits(profile.phone_e164)
        before = known.get(identity)
        joined = record.joined.ordinal if record.joined else None
        if before is not None or record.membership != PLAIN_MEMBERSHIP:
            states.append((identity, record.membership))
        key = before[0] if before is not None else next_key
        known[identity] = (key, digits, profile.name)
        shown = (digits, digits[::-1], profile.phone_e164, profile.name, profile.birthday, int(profile.marketing))
        rows.append((key, identity, record.card_number, *shown, joined))
        if before is None:
            next_key += 1
            new.append((key, identity))
        if before is None or before[1] != digits:
            phones.append((key, digits))
        if before is None or before[2] != profile.name:
            names.append((key, " ".join(tokens(profile.name))))
            if before is not None:
                raw.execute(_FORGET_SPELLINGS, (key,))
            spelt += [(spelling, key) for spelling in spellings(profile.name)]
        if record.card_number:
            cards.append((record.card_number, identity))
    _WRITE.run_many(raw, rows)
    raw.executemany(_REPLACE_PHONE, phones)
    raw.executemany(_REPLACE_NAME, names)
    _SPELLING.run_many(raw, spelt)
    _CARD.run_many(raw, cards)
    raw.executemany(_HERE, new)
    member_states.write_many(connection, states)


def write(connection: Connection, identity: MemberId, record: MemberRecord) -> None:
    """Insert a member or replace what was known of them."""
    write_many(connection, [(identity, record)])


def count(connection: Connection) -> int:
    """How many members this till knows: rows are only ever added, and counting a million takes 130 ms."""
    total: int = driver(connection).execute("SELECT coalesce(max(member_key), 0) FROM member").fetchone()[0]
    return total


def standing(connection: Connection, identity: MemberId) -> Standing:
    """What the ledger says of a member, own pending events included; nothing at all is a standing of zeros."""
    raw = driver(connection)
    balances = dict(_BALANCES.run(raw, (identity,)).fetchall())
    row = _ATTENDANCE.run(raw, (identity,)).fetchone() or (0, 0, None, None)
    return standing_of(
        (
            *(balances.get(int(account), 0) for account in STANDING_ACCOUNTS),
            *row,
        )
    )


def shared_days(connection: Connection, one: MemberId, other: MemberId) -> int:
    """Business days on which this store saw a visit of both: merged, they are one visit each."""
    ours, theirs = member_day.alias(), member_day.alias()
    query = select(func.count()).select_from(ours.join(theirs, ours.c.day == theirs.c.day))
    enough = (ours.c.net >= VISIT_MINIMUM_FEN, theirs.c.net >= VISIT_MINIMUM_FEN)
    return connection.scalar(query.where(ours.c.member == one, theirs.c.member == other, *enough)) or 0


STANDING_ACCOUNTS = (Account.MEMBER_POINTS, Account.MEMBER_GROWTH, Account.MEMBER_SPEND, Account.MEMBER_VISITS)


def standing_of(row: tuple[Any, ...]) -> Standing:
    """A standing from (the balances of `STANDING_ACCOUNTS`, visit days, orders, first and last day)."""
    points, growth, spend, opening_visits, visits, orders, first, last = row
    return Standing(
        Points(points or 0),
        Growth(growth or 0),
        Money(spend or 0),
        (visits or 0) + (opening_visits or 0),
        orders or 0,
        BusinessDay(first) if first is not None else None,
        BusinessDay(last) if last is not None else None,
    )
