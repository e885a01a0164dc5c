"""Whose day it is: members by birthday, by the day they were last seen, and those of this store; never all of them.

Every query goes on after a key, so that a long list is worked through in small pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, literal_column, select

from posapp.domain.ids import MemberId
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import holder, member, member_here

if TYPE_CHECKING:
    from sqlalchemy import ColumnClause, Connection

_PERSON = (member.c.member_key, member.c.member_id)
_BIRTHDAY: ColumnClause[str] = literal_column("substr(birthday, -4)")
_born = select(*_PERSON).where(
    literal_column("birthday <> ''"), _BIRTHDAY.between(bindparam("first"), bindparam("last"))
)
_BORN = Prepared(
    _born.where(member.c.member_key > bindparam("after")).order_by(member.c.member_key).limit(bindparam("most")),
    "first last after most",
)
_LAST_SEEN = Prepared(
    select(*_PERSON)
    .select_from(holder.join(member, member.c.member_id == holder.c.holder))
    .where(holder.c.last_day.between(bindparam("first"), bindparam("last")))
    .where(member.c.member_key > bindparam("after"))
    .order_by(member.c.member_key)
    .limit(bindparam("most")),
    "first last after most",
)
_SEEN_HERE = Prepared(
    select(*_PERSON)
    .select_from(member_here.join(member, member.c.member_key == member_here.c.member_key))
    .where(and_(member_here.c.day >= bindparam("first"), member_here.c.member_key > bindparam("after")))
    .order_by(member_here.c.member_key)
    .limit(bindparam("most")),
    "first after most",
)
_HERE = Prepared(
    select(func.count()).select_from(member_here).where(member_here.c.member_key == bindparam("key")), "key"
)

Person = tuple[int, MemberId]
"""A member's running number on this till, and their id."""


def born(connection: Connection, first: str, last: str, after: int, most: int) -> list[Person]:
    """Members whose birthday lies between two days ``MMDD`` of a year, whatever the year of birth."""
    return _people(_BORN.run(driver(connection), (first, last, after, most)).fetchall())


def last_seen(connection: Connection, first: int, last: int, after: int, most: int) -> list[Person]:
    """Members whose last business day with a sale, at any store, lies between two ordinals."""
    return _people(_LAST_SEEN.run(driver(connection), (first, last, after, most)).fetchall())


def seen_here(connection: Connection, since: int, after: int, most: int) -> list[Person]:
    """Members who bought at this store on or after a business day."""
    return _people(_SEEN_HERE.run(driver(connection), (since, after, most)).fetchall())


def is_of_this_store(connection: Connection, key: int) -> bool:
    """Whether a member, by running number, ever bought at this store."""
    ((count,),) = _HERE.run(driver(connection), (key,)).fetchall()
    return bool(count)


def _people(rows: list[tuple[int, bytes]]) -> list[Person]:
    return [(key, MemberId(who)) for key, who in rows]
