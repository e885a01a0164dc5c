"""Finding members: by phone, its last four digits or any three, by card, by name, by pinyin.

Each way has an index of its own and takes well under a millisecond at a million members (stack.md).  A way that
matches very many looks at no more than `CANDIDATES` of them, latest members first; of those, the members who were
last at this store come first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, literal_column, select, text

from posapp.domain.ids import MemberId
from posapp.domain.member import Member, Profile
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from posapp.storage.members import STANDING_ACCOUNTS, national_digits, standing_of
from posapp.storage.prepared import Prepared
from posapp.storage.schema import card, held_balance, holder, member, member_here, member_spelling
from posapp.storage.spelling import folded, has_hanzi, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement, Connection

CANDIDATES = 1_000
_LAST_FOUR = 4
_TRIGRAM = 3
_PHONE_DIGITS = 11
_AFTER_DIGITS = ":"
_AFTER_EVERYTHING = "\U0010ffff"
_NUMBER = re.compile(r"\+?[\d\s-]+")


def _results(keys: Callable[[], Select[Any]], names: str) -> Prepared:
    """The members behind a query of candidate keys, with their standing, in one statement.

    Which of them to show is decided on the keys alone: fetching a member costs a page or three, deciphered.
    """
    return Prepared(lambda: _with_standing(keys()), f"{names} wanted")


def _with_standing(keys: Select[Any]) -> Select[Any]:
    found = keys.limit(literal_column(str(CANDIDATES))).subquery("found")
    first = (
        select(found.c.member_key, member_here.c.day)
        .select_from(found.outerjoin(member_here, member_here.c.member_key == found.c.member_key))
        .order_by(member_here.c.day.desc().nulls_last(), found.c.member_key.desc())
        .limit(bindparam("wanted"))
        .subquery("first")
    )
    return (
        select(*_columns())
        .select_from(
            first.join(member, member.c.member_key == first.c.member_key).outerjoin(
                holder, holder.c.holder == member.c.member_id
            )
        )
        .order_by(first.c.day.desc().nulls_last(), first.c.member_key.desc())
    )


def _columns() -> list[ColumnElement[Any]]:
    """What is shown of a member: profile, balances, days."""
    balances = [
        select(held_balance.c.settled + held_balance.c.pending)
        .where(held_balance.c.holder == member.c.member_id, held_balance.c.account == literal_column(str(int(account))))
        .scalar_subquery()
        for account in STANDING_ACCOUNTS
    ]
    days = [holder.c[name] for name in ("visits", "orders", "first_day", "last_day")]
    return [*(member.c[name] for name in _PROFILE_COLUMNS), *balances, *days]


_PROFILE_COLUMNS = ("member_id", "card_number", "phone_e164", "name", "birthday", "marketing", "joined")
_key = member.c.member_key


def _where(*conditions: Any) -> Select[Any]:
    return select(_key).where(*conditions)


def _ending(*more: Any) -> Select[Any]:
    reversed_phone = member.c.phone_reversed
    return _where(reversed_phone >= bindparam("reversed"), reversed_phone < bindparam("reversed_end"), *more)


def _part(*more: Any) -> Select[Any]:
    return (
        select(literal_column("member.member_key").label("member_key"))
        .select_from(text("member_phone_search CROSS JOIN member ON member.member_key = member_phone_search.rowid"))
        .where(text("member_phone_search MATCH :trigrams AND instr(member.phone, :part) > 0"), *more)
        .order_by(text("member_phone_search.rowid DESC"))
    )


def _in_index(table: str, name: str) -> Select[Any]:
    """Every row of a full-text index that matches the bound value of this name, latest members first."""
    return (
        select(literal_column("rowid").label("member_key"))
        .select_from(text(table))
        .where(text(f"{table} MATCH :{name}"))
        .order_by(text("rowid DESC"))
    )


_IN_NAME = "instr(member.name, :in_name) > 0"

# There is one at most, and nothing to put in order.
_BY_ID = Prepared(
    lambda: (
        select(*_columns())
        .select_from(member.outerjoin(holder, holder.c.holder == member.c.member_id))
        .where(member.c.member_id == bindparam("who"))
    ),
    "who",
)
_BY_PHONE = _results(lambda: _where(member.c.phone == bindparam("digits")), "digits")
_BY_CARD = _results(
    lambda: (
        select(_key).join(card, card.c.member_id == member.c.member_id).where(card.c.card_number == bindparam("number"))
    ),
    "number",
)
_BY_ENDING = _results(_ending, "reversed reversed_end")
_BY_PART = _results(_part, "trigrams part")
# Three digits are one trigram, which is exact by itself.
_BY_THREE = _results(lambda: _in_index("member_phone_search", "trigram"), "trigram")
_BY_ENDING_AND_NAME = _results(lambda: _ending(text(_IN_NAME)), "reversed reversed_end in_name")
_BY_PART_AND_NAME = _results(lambda: _part(text(_IN_NAME)), "trigrams part in_name")
_BY_NAME = _results(lambda: _in_index("member_name_search", "phrase"), "phrase")
_BY_SPELLING = _results(
    lambda: (
        select(member_spelling.c.member_key)
        .where(
            member_spelling.c.spelling >= bindparam("spelling"), member_spelling.c.spelling < bindparam("spelling_end")
        )
        .distinct()
    ),
    "spelling spelling_end",
)
_RECENT = _results(lambda: select(_key).order_by(_key.desc()), "")


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
    by_card = [] if has_hanzi(query) else _run(connection, _BY_CARD, (query.upper().replace(" ", ""),), limit)
    return by_card or _by_text(connection, query, limit)


def find(connection: Connection, identity: MemberId) -> Member | None:
    """A member by id."""
    row = _BY_ID.run(driver(connection), (identity,)).fetchone()
    return _member(row) if row is not None else None


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


def _by_number(connection: Connection, query: str, name: str, limit: int) -> list[Member]:
    digits = "".join(re.findall(r"\d", query))
    if query.startswith("+86") or (len(digits) == _PHONE_DIGITS + 2 and digits.startswith("861")):
        digits = digits[2:]
    for statement, values in _narrowed_ways(digits, name) if name else _number_ways(digits):
        found = _run(connection, statement, values, limit)
        if found:
            return found
    return []


def _number_ways(digits: str) -> Iterator[tuple[Prepared, tuple[str, ...]]]:
    """The ways to read digits, the most telling first; the first that finds somebody is taken."""
    if len(digits) > _LAST_FOUR:
        yield _BY_PHONE, (digits,)
        yield _BY_CARD, (digits,)
    if _LAST_FOUR <= len(digits) <= _PHONE_DIGITS:
        yield _BY_ENDING, _backwards(digits)
        yield _BY_PART, (_trigrams(digits), digits)
    if len(digits) == _TRIGRAM:
        yield _BY_THREE, (_trigrams(digits),)


def _narrowed_ways(digits: str, name: str) -> Iterator[tuple[Prepared, tuple[str, ...]]]:
    yield _BY_ENDING_AND_NAME, (*_backwards(digits), name)
    yield _BY_PART_AND_NAME, (_trigrams(digits), digits, name)


def _backwards(digits: str) -> tuple[str, str]:
    """The range of reversed numbers that begin with these digits reversed."""
    return digits[::-1], digits[::-1] + _AFTER_DIGITS


def _trigrams(digits: str) -> str:
    parts = {digits[start : start + _TRIGRAM] for start in range(len(digits) - _TRIGRAM + 1)}
    return " AND ".join(f'"{part}"' for part in sorted(parts))


def _by_text(connection: Connection, query: str, limit: int) -> list[Member]:
    if has_hanzi(query):
        phrase = " ".join(tokens(query))
        return _run(connection, _BY_NAME, (f'"{phrase}"',), limit)
    spelling = "".join(tokens(query))
    return _run(connection, _BY_SPELLING, (spelling, spelling + _AFTER_EVERYTHING), limit) if spelling else []


def _run(connection: Connection, statement: Prepared, values: tuple[Any, ...], limit: int) -> list[Member]:
    return [_member(row) for row in statement.run(driver(connection), (*values, limit)).fetchall()]


def _member(row: tuple[Any, ...]) -> Member:
    identity, number, phone, name, birthday, marketing, joined = row[: len(_PROFILE_COLUMNS)]
    return Member(
        MemberId(identity),
        number,
        Profile(phone, name, birthday, bool(marketing)),
        standing_of(row[len(_PROFILE_COLUMNS) :]),
        BusinessDay(joined) if joined is not None else None,
    )
