"""Opening a card at the counter and finding who is standing there, with or without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter_ns

from sqlalchemy import Connection

from posapp.application.card_numbers import draw_card_number
from posapp.application.gifts_given import Given
from posapp.application.import_members import OpeningMember, normalise_birthday
from posapp.application.member_life.cards import check_card
from posapp.application.member_life.consenting import (
    CONSENT_VERSION,
    GUARDIAN,
    MARKETING,
    MEMBERSHIP,
    record_consent,
)
from posapp.application.member_life.numbers import owner_of
from posapp.application.phone import normalise_phone
from posapp.application.phone_code import use_up
from posapp.application.till import Till
from posapp.application.triggers import on_enrolment
from posapp.domain.amounts import Money
from posapp.domain.card import card_text, read_static_code
from posapp.domain.errors import InvalidField
from posapp.domain.events import BalanceOpened, MemberEnrolled
from posapp.domain.ids import MEMBER_ID_BYTES, MemberId, StaffId
from posapp.domain.member import PLAIN_MEMBERSHIP, Member, Membership, Profile, Standing
from posapp.domain.minor import needs_guardian
from posapp.domain.sale import Identification
from posapp.storage import held_tiers, member_search, member_states, stored_value
from posapp.storage import members as member_rows
from posapp.storage import points as point_rows
from posapp.storage.members import MemberRecord

MAX_NAME_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class OpenedCard:
    """A card, and whether it is new: a number that already has one gets that one.  `given` is what it brought."""

    member: Member
    created: bool
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Members that match, how many members there are in all, and how long the look-up took on this till.

    `stored` is what those who have stored value may spend of it; of one match alone it is not asked.
    """

    members: tuple[Member, ...]
    total: int
    microseconds: int
    stored: Mapping[MemberId, Money] = field(default_factory=dict)


def open_card(
    till: Till,
    phone: str,
    operator: StaffId,
    *,
    name: str = "",
    birthday: str = "",
    marketing: bool = False,
    guardian: str = "",
    channel: str = "counter",
    face: str = "",
) -> OpenedCard:
    """Open a card; the phone number alone suffices (X-20).  Works offline: two tills mint the same member.

    What was agreed to is recorded with the words that were shown (domain.md §3.3).  `guardian` names who agreed for a
    child under fourteen, `face` is how the card looks (`domain.card_face`).  Raises `InvalidField` naming
    `phone`, `name`, `birthday` or `guardian`.
    """
    profile = _profile(phone, name, birthday, marketing)
    if needs_guardian(profile.birthday, till.business_day()) and not guardian.strip():
        raise InvalidField(
            "guardian", "under fourteen a guardian agrees; name them", "未满 14 周岁需监护人同意，请填写监护人"
        )
    with till.database.write() as connection:
        identity = owner_of(till, connection, profile.phone_e164)
        before = member_search.find(connection, identity)
        if before is not None and before.profile.phone_e164:
            return OpenedCard(known(till, connection, before), created=False)
        agreed = [MEMBERSHIP, *([MARKETING] if marketing else []), *([GUARDIAN] if guardian.strip() else [])]
        membership = Membership(guardian=guardian.strip(), face=face)
        _enrol(till, connection, identity, profile, operator, channel, agreed, membership)
        opened = member_search.find(connection, identity)
        if opened is None:
            raise LookupError("the card that was just opened cannot be found")
        opened = replace(opened, face=face)
        given = on_enrolment(till, connection, opened)
    till.committed()
    return OpenedCard(opened, created=True, given=given)


def find_members(till: Till, typed: str, limit: int = 20) -> Found:
    """Look members up by whatever was typed: phone, last four digits, part of it, card, name, pinyin (X-24)."""
    started = perf_counter_ns()
    with till.database.read() as connection:
        matches = member_search.search(connection, typed, limit=limit)
        # Only one that is attached at once is priced; of a list, names and tiers are shown.
        found = tuple(known(till, connection, one, points=len(matches) == 1) for one in matches)
        stored = _stored(till, connection, found) if len(found) > 1 else {}
        total = member_rows.count(connection)
    return Found(found, total, (perf_counter_ns() - started) // 1000, stored)


def _stored(till: Till, connection: Connection, members: Iterable[Member]) -> dict[MemberId, Money]:
    if till.programme.stored_value is None:
        return {}
    today = till.business_day()
    return {
        one.id: Money(sum(card.spendable(today).fen for card in cards))
        for one in members
        if (cards := stored_value.cards_of(connection, one.id))
    }


def find_member(till: Till, identity: MemberId) -> Member | None:
    """A member by id, as they stand now."""
    with till.database.read() as connection:
        found = member_search.find(connection, identity)
        return known(till, connection, found) if found is not None else None


def known(till: Till, connection: Connection, member: Member, *, points: bool = True) -> Member:
    """A member with what is not in the search: the tier that was recorded, points by lot, the card's face."""
    life = till.programme.points_life if points else None
    held = point_rows.held(connection, member.id, life, till.business_day()) if life is not None else None
    membership = member_states.membership(connection, member.id)
    return replace(
        member,
        points=held,
        held_tier=held_tiers.find(connection, member.id),
        face=membership.face,
        card_until=membership.card_until,
    )


def stranger(till: Till) -> Member:
    """Somebody who would open a card now, for showing what a card brings; never recorded."""
    return Member(MemberId(bytes(MEMBER_ID_BYTES)), "", Profile(""), Standing(), till.business_day())


def identify(till: Till, digits: str) -> tuple[Member, Identification]:
    """Whose printed card or phone code this is, verified without a network (scanner.md, Member code).

    A phone's code is used up by this.  Raises `InvalidField` for a code that is not ours, was used, has run out, cannot
    be checked here or belongs to a card that was retired or that this till does not know yet.
    """
    if digits.startswith("97"):
        how, number = Identification.DYNAMIC_CODE, use_up(till, digits)
    else:
        how, number = Identification.STATIC_CARD, read_static_code(till.keys.member_key, digits).number
    check_card(till, card_text(number))
    with till.database.read() as connection:
        owners = [known(till, connection, one) for one in member_search.by_card(connection, card_text(number))]
    if len(owners) != 1:
        raise InvalidField(
            "code", "this till does not know this card yet; use the phone", "本机还没有这张卡，按手机号找"
        )
    return owners[0], how


def import_opening_members(till: Till, members: Iterable[OpeningMember], operator: StaffId, source: str) -> int:
    """Bring in members with opening balances, in one transaction; who is known already is left alone (W-33).

    Returns how many were brought in.
    """
    done = 0
    with till.database.write() as connection:
        for opening in members:
            identity = owner_of(till, connection, opening.profile.phone_e164)
            if member_search.find(connection, identity) is not None:
                continue
            _enrol(till, connection, identity, opening.profile, operator, source, ())
            till.log.append(
                connection,
                BalanceOpened(
                    identity, till.business_day(), opening.points, opening.growth, opening.spend, opening.visits, source
                ),
                till.clock.now(),
            )
            done += 1
    till.committed()
    return done


def checked_name(name: str) -> str:
    """A name with single spaces.  Raises `InvalidField` where it is too long."""
    name = " ".join(name.split())
    if len(name) > MAX_NAME_CHARACTERS:
        raise InvalidField("name", f"longer than {MAX_NAME_CHARACTERS} characters", f"超过 {MAX_NAME_CHARACTERS} 个字")
    return name


def _profile(phone: str, name: str, birthday: str, marketing: bool) -> Profile:
    return Profile(normalise_phone(phone), checked_name(name), normalise_birthday(birthday), marketing)


def _enrol(
    till: Till,
    connection: Connection,
    identity: MemberId,
    profile: Profile,
    operator: StaffId,
    channel: str,
    agreed: Sequence[str],
    membership: Membership = PLAIN_MEMBERSHIP,
) -> None:
    """Give somebody a card.  Who was brought in from an earlier system agreed to nothing here."""
    number = draw_card_number(till, connection)
    today = till.business_day()
    version = CONSENT_VERSION if agreed else ""
    event = MemberEnrolled(identity, number, today, operator, channel, version)
    till.log.append(connection, event, till.clock.now())
    membership = replace(membership, card_until=till.programme.card_validity.last_day(today))
    record = MemberRecord(profile, number, today, membership)
    for purpose in agreed:
        record = record_consent(till, connection, identity, record, purpose, True, operator, channel)
    till.reference.put_member(connection, identity, record)
