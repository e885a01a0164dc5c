"""Finding members: by phone, its last four digits or any three, by card, by name, by pinyin.

Each way has an index of its own and takes well under a millisecond at a million members (stack.md).  A way that
matches very many looks at no more than `CANDIDATES` of them, latest members first; of those, the members who were
last at this store come first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, func, literal_column, select, text

from posapp.domain.ids import MemberId
from posapp.domain.member import Member, Profile
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from posapp.storage.members import STANDING_ACCOUNTS, national_digits, standing_of
from posapp.storage.prepared import Prepared
from posapp.storage.schema import card, held_balance, holder, member, member_spelling
from posapp.storage.spelling import folded, has_hanzi, tokens

if TYPE_CHECKING:
    from sqlalchemy import Connection

CANDIDATES = 300
_LAST_FOUR = 4
_TRIGRAM = 3
_PHONE_DIGITS = 11
_AFTER_DIGITS = ":"
_AFTER_EVERYTHING = "\U0010ffff"
_NUMBER = re.compile(r"\+?[\d\s-]+")


def _results(keys: Select[Any], names: str) -> Prepared:
    """The members behind a query of candidate keys, with their standing, in one statement."""
    found = keys.limit(literal_column(str(CANDIDATES))).subquery("found")
    visited = (
        select(
            member,
            holder.c.visits,
            holder.c.orders,
            holder.c.first_day,
            holder.c.last_day,
            holder.c.here_day,
        )
        .select_from(
            found.join(member, member.c.member_key == found.c.member_key).outerjoin(
                holder, holder.c.holder == member.c.member_id
            )
        )
        .where(func.instr(member.c.name, bindparam("in_name")) > literal_column("0"))
        .order_by(holder.c.here_day.desc().nulls_last(), member.c.member_key.desc())
        .limit(bindparam("wanted"))
        .subquery("visited")
    )
    balances = [
        select(held_balance.c.settled + held_balance.c.pending)
        .where(
            held_balance.c.holder == visited.c.member_id, held_balance.c.account == literal_column(str(int(account)))
        )
        .scalar_subquery()
        for account in STANDING_ACCOUNTS
    ]
    columns = [visited.c[name] for name in _PROFILE_COLUMNS]
    days = [visited.c[name] for name in ("visits", "orders", "first_day", "last_day")]
    query = select(*columns, *balances, *days).order_by(
        visited.c.here_day.desc().nulls_last(), visited.c.member_key.desc()
    )
    return Prepared(query, f"{names} in_name wanted")


_PROFILE_COLUMNS = ("member_id", "card_number", "phone_e164", "name", "birthday", "marketing", "joined")
_key = member.c.member_key

_BY_ID = _results(select(_key).where(member.c.member_id == bindparam("who")), "who")
_BY_PHONE = _results(select(_key).where(member.c.phone == bindparam("digits")), "digits")
_BY_CARD = _results(
    select(_key).join(card, card.c.member_id == member.c.member_id).where(card.c.card_number == bindparam("number")),
    "number",
)
_BY_ENDING = _results(
    select(_key).where(
        member.c.phone_reversed >= bindparam("reversed"), member.c.phone_reversed < bindparam("reversed_end")
    ),
    "reversed reversed_end",
)
_BY_PART = _results(
    select(literal_column("member.member_key").label("member_key"))
    .select_from(text("member_phone_search CROSS JOIN member ON member.member_key = member_phone_search.rowid"))
    .where(text("member_phone_search MATCH :trigrams AND instr(member.phone, :part) > 0"))
    .order_by(text("member_phone_search.rowid DESC")),
    "trigrams part",
)
_BY_NAME = _results(
    select(literal_column("rowid").label("member_key"))
    .select_from(text("member_name_search"))
    .where(text("member_name_search MATCH :phrase"))
    .order_by(text("rowid DESC")),
    "phrase",
)
_BY_SPELLING = _results(
    select(member_spelling.c.member_key)
    .where(member_spelling.c.spelling >= bindparam("spelling"), member_spelling.c.spelling < bindparam("spelling_end"))
    .distinct(),
    "spelling spelling_end",
)


def search(connection: Connection, typed: str, *, limit: int = 20) -> list[Member]:
    """Members that match what was typed, those who were last here first; empty for what is too short to tell.

    Digits: a whole phone number or card number, the last four, or any three and more.  Text: a name in hanzi, or the
    beginning of its pinyin or initials.  Both, as in ``王6021``: the digits, narrowed by the name.
    """
    query = folded(typed).strip()
    if _NUMBER.fullmatch(query):
        return _by_number(connection, query, "", limit)
    digits = "".join(re.findall(r"\d", query))
    name = re.sub(r"[\d\s]", "", query)
    if len(digits) >= _TRIGRAM and has_hanzi(name):
        return _by_number(connection, digits, name, limit)
    by_card = _run(connection, _BY_CARD, (query.upper().replace(" ", ""),), limit)
    return by_card or _by_text(connection, query, limit)


def find(connection: Connection, identity: MemberId) -> Member | None:
    """A member by id."""
    return next(iter(_run(connection, _BY_ID, (identity,), 1)), None)


def by_phone(connection: Connection, phone_e164: str) -> Member | None:
    """The member with this number in E.164 form."""
    found = _run(connection, _BY_PHONE, (national_digits(phone_e164),), 8)
    return next((one for one in found if one.profile.phone_e164 == phone_e164), None)


def by_card(connection: Connection, card_number: str) -> list[Member]:
    """Whoever was given a card of this number: one, unless two offline tills drew the same."""
    return _run(connection, _BY_CARD, (card_number,), 8)


def recent(connection: Connection, limit: int = 20) -> list[Member]:
    """Members who joined last."""
    return _run(connection, _RECENT, (), limit)


_RECENT = _results(select(_key).order_by(_key.desc()), "")


def _by_number(connection: Connection, query: str, name: str, limit: int) -> list[Member]:
    digits = "".join(re.findall(r"\d", query))
    if query.startswith("+86") or (len(digits) == _PHONE_DIGITS + 2 and digits.startswith("861")):
        digits = digits[2:]
    for statement, values in _number_ways(digits):
        found = _run(connection, statement, values, limit, name)
        if found:
            return found
    return []


def _number_ways(digits: str) -> list[tuple[Prepared, tuple[str, ...]]]:
    ways: list[tuple[Prepared, tuple[str, ...]]] = []
    if len(digits) > _LAST_FOUR:
        ways += [(_BY_PHONE, (digits,)), (_BY_CARD, (digits,))]
    if _LAST_FOUR <= len(digits) <= _PHONE_DIGITS:
        backwards = digits[::-1]
        ways.append((_BY_ENDING, (backwards, backwards + _AFTER_DIGITS)))
    if _TRIGRAM <= len(digits) <= _PHONE_DIGITS:
        trigrams = {digits[start : start + _TRIGRAM] for start in range(len(digits) - _TRIGRAM + 1)}
        ways.append((_BY_PART, (" AND ".join(f'"{part}"' for part in sorted(trigrams)), digits)))
    return ways


def _by_text(connection: Connection, query: str, limit: int) -> list[Member]:
    if has_hanzi(query):
        phrase = " ".join(tokens(query))
        return _run(connection, _BY_NAME, (f'"{phrase}"',), limit)
    spelling = "".join(tokens(query))
    return _run(connection, _BY_SPELLING, (spelling, spelling + _AFTER_EVERYTHING), limit) if spelling else []


def _run(
    connection: Connection, statement: Prepared, values: tuple[Any, ...], limit: int, name: str = ""
) -> list[Member]:
    rows = statement.run(driver(connection), (*values, name, limit)).fetchall()
    return [_member(row) for row in rows]


def _member(row: tuple[Any, ...]) -> Member:
    identity, number, phone, name, birthday, marketing, joined = row[: len(_PROFILE_COLUMNS)]
    return Member(
        MemberId(identity),
        number,
        Profile(phone, name, birthday, bool(marketing)),
        standing_of(row[len(_PROFILE_COLUMNS) :]),
        BusinessDay(joined) if joined is not None else None,
    )
