"""A member's file: identity, wallets, consents and benefits as one reading of the database (domain.md X-01, W-47)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.member_life.consenting import known_record
from posapp.application.members import known
from posapp.application.passes import HeldPass, held_passes
from posapp.application.stored_value.cards import stored_cards
from posapp.application.till import Till
from posapp.application.workshops import Seating, seatings
from posapp.domain.asset import AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.member import HeldTier, Member, Membership
from posapp.domain.programme.entitlements import Entitlement, entitlements_of
from posapp.domain.stored_card import StoredCard
from posapp.domain.tier import TierProgress, held_now, progress
from posapp.domain.time import BusinessDay
from posapp.storage import assets, coupons, member_entries, member_search, member_states


@dataclass(frozen=True, slots=True)
class FileCoupon:
    """A coupon that is still good, or a benefit card."""

    code: str
    template: str
    last_day: BusinessDay | None
    transferable: bool


@dataclass(frozen=True, slots=True)
class FileCard:
    """A card that is or was a member's; `retired` is since when it is no longer good."""

    number: str
    current: bool
    retired: BusinessDay | None


@dataclass(frozen=True, slots=True)
class MemberFile:
    """Everything that a till shows of one member.  `tier` is what they hold today, `towards` how far the next is."""

    member: Member
    membership: Membership
    tier: HeldTier
    towards: TierProgress
    stored: tuple[StoredCard, ...]
    passes: tuple[HeldPass, ...]
    coupons: tuple[FileCoupon, ...]
    cards: tuple[FileCard, ...]
    entitlements: tuple[Entitlement, ...]
    workshops: tuple[Seating, ...] = ()


def open_file(till: Till, member: MemberId) -> MemberFile:
    """Read a member's file.  Raises `InvalidField` where this till does not know them."""
    today = till.business_day()
    with till.database.read() as connection:
        membership = known_record(till, connection, member).membership
        found = member_search.find(connection, member)
        if found is None:
            raise InvalidField("member", "this till does not know this member", "本机没有这位会员的资料")
        who = known(till, connection, found)
        held_coupons = _coupons(till, connection, member, today)
        cards = _cards(connection, who)
        workshops = seatings(till, connection, who)
    held = held_now(till.programme, who.held_tier, who.standing, today)
    return MemberFile(
        member=who,
        membership=membership,
        tier=held,
        towards=progress(till.programme, who.standing, held),
        stored=tuple(stored_cards(till, member)),
        passes=held_passes(till, member),
        coupons=held_coupons,
        cards=cards,
        entitlements=entitlements_of(till.programme.entitlements, held.code),
        workshops=workshops,
    )


def _coupons(till: Till, connection: Connection, member: MemberId, today: BusinessDay) -> tuple[FileCoupon, ...]:
    found = [
        FileCoupon(
            held.asset.code,
            held.asset.template,
            held.asset.last_day,
            till.programme.coupons.template(held.asset.template).transferable,
        )
        for held in assets.of_owner(connection, member)
        if held.asset.kind is AssetKind.COUPON
        and coupons.state_of(held.balances).is_open
        and (held.asset.last_day is None or today <= held.asset.last_day)
    ]
    never = today.plus(10**6)
    return tuple(sorted(found, key=lambda one: (one.last_day or never, one.code)))


def _cards(connection: Connection, member: Member) -> tuple[FileCard, ...]:
    found = [
        FileCard(number, number == member.card_number, member_states.revoked_on(connection, number))
        for number in {member.card_number, *member_entries.cards_of(connection, member.id)}
        if number
    ]
    return tuple(sorted(found, key=lambda one: (not one.current, one.number)))
