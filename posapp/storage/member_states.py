"""What became of members, whose phone numbers are, and which cards are no longer good.

`reference_data` writes them from documents, so that a merge at one till is known at every other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.ids import MemberId
from posapp.domain.member import PLAIN_MEMBERSHIP, Consent, Membership, MemberState
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import member_state, number_claim, revoked_card

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


class _Body(msgspec.Struct, frozen=True, array_like=True):
    """What is kept besides the columns: the guardian, the consents, when the birthday changed, the card's face."""

    guardian: str = ""
    consents: tuple[tuple[str, bool, str, int, str], ...] = ()
    birthday_day: int | None = None
    face: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose a number is now; nobody's where `member` is None: the next who comes with it is of this `generation`."""

    member: MemberId | None
    generation: int


_row = insert(member_state).values(
    {name: bindparam(name) for name in ("member_id", "state", "survivor", "card_until", "consents")}
)
_WRITE = Prepared(
    _row.on_conflict_do_update(
        index_elements=["member_id"],
        set_={name: _row.excluded[name] for name in ("state", "survivor", "card_until", "consents")},
    ),
    "member_id state survivor card_until consents",
)
_READ = Prepared(
    select(member_state.c.state, member_state.c.survivor, member_state.c.card_until, member_state.c.consents).where(
        member_state.c.member_id == bindparam("who")
    ),
    "who",
)
_claim = insert(number_claim).values({name: bindparam(name) for name in ("number_key", "member_id", "generation")})
_CLAIM = Prepared(
    _claim.on_conflict_do_update(
        index_elements=["number_key"], set_={name: _claim.excluded[name] for name in ("member_id", "generation")}
    ),
    "number_key member_id generation",
)
_CLAIMED = Prepared(
    select(number_claim.c.member_id, number_claim.c.generation).where(number_claim.c.number_key == bindparam("key")),
    "key",
)
_REVOKE = Prepared(
    insert(revoked_card).values(card_number=bindparam("number"), day=bindparam("on_day")).on_conflict_do_nothing(),
    "number on_day",
)
_REVOKED = Prepared(select(revoked_card.c.day).where(revoked_card.c.card_number == bindparam("number")), "number")


def write_many(connection: Connection, states: Iterable[tuple[MemberId, Membership]]) -> None:
    """Insert what became of members or replace what was known of it."""
    rows = []
    for who, one in states:
        consents = tuple((c.purpose, c.granted, c.version, c.day.ordinal, c.channel) for c in one.consents)
        changed = one.birthday_day.ordinal if one.birthday_day is not None else None
        body = msgspec.msgpack.encode(_Body(one.guardian, consents, changed, one.face))
        until = one.card_until.ordinal if one.card_until is not None else None
        rows.append((who, one.state.value, one.survivor, until, body))
    _WRITE.run_many(driver(connection), rows)


def membership(connection: Connection, who: MemberId) -> Membership:
    """What became of a member; the plain membership where nothing was noted."""
    row = _READ.run(driver(connection), (who,)).fetchone()
    if row is None:
        return PLAIN_MEMBERSHIP
    state, survivor, until, body = row
    read = msgspec.msgpack.decode(body, type=_Body)
    return Membership(
        MemberState(state),
        MemberId(survivor) if survivor is not None else None,
        BusinessDay(until) if until is not None else None,
        read.guardian,
        tuple(
            Consent(purpose, granted, version, BusinessDay(day), how)
            for purpose, granted, version, day, how in read.consents
        ),
        BusinessDay(read.birthday_day) if read.birthday_day is not None else None,
        read.face,
    )


def survivor_of(connection: Connection, who: MemberId) -> MemberId:
    """Who somebody is after every merge; themselves where there was none."""
    seen = {who}
    while True:
        after = membership(connection, who).survivor
        if after is None or after in seen:
            return who
        seen.add(after)
        who = after


def write_claim(connection: Connection, number_key: bytes, claim: Claim) -> None:
    """Note whose a number is."""
    _CLAIM.run(driver(connection), (number_key, claim.member, claim.generation))


def claim_of(connection: Connection, number_key: bytes) -> Claim | None:
    """Whose a number is, where it ever changed hands."""
    row = _CLAIMED.run(driver(connection), (number_key,)).fetchone()
    return Claim(MemberId(row[0]) if row[0] is not None else None, row[1]) if row is not None else None


def revoke_card(connection: Connection, card_number: str, day: BusinessDay) -> None:
    """Note that a card is no longer good."""
    _REVOKE.run(driver(connection), (card_number, day.ordinal))


def revoked_on(connection: Connection, card_number: str) -> BusinessDay | None:
    """Since when a card is no longer good; None where it is."""
    row = _REVOKED.run(driver(connection), (card_number,)).fetchone()
    return BusinessDay(row[0]) if row is not None else None
