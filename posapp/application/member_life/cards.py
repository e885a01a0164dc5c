"""Cards: how long one lasts, and another in place of one that was lost, broke or ended (W-14, W-15, §2.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posapp.application.card_numbers import draw_card_number
from posapp.application.member_life.consenting import known_record
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import CardReplaced
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.time import BusinessDay
from posapp.storage import member_states

NOTICE_DAYS = (30, 7)
"""So many days before a card ends its holder is told (W-15)."""
REASONS = frozenset({"lost", "damaged", "expired"})


@dataclass(frozen=True, slots=True)
class CardNotice:
    """What is to be said of a card: it ended, or ends in so many days."""

    last_day: BusinessDay
    days_left: int

    @property
    def has_ended(self) -> bool:
        """Whether it is no longer good, and is replaced before anything else; what stands on it stands."""
        return self.days_left < 0


def card_notice(last: BusinessDay | None, today: BusinessDay) -> CardNotice | None:
    """What to say today of a card that is good until a day: from thirty days before its end on, and after it."""
    if last is None or last.ordinal - today.ordinal > max(NOTICE_DAYS):
        return None
    return CardNotice(last, last.ordinal - today.ordinal)


def replace_card(till: Till, member: MemberId, reason: str, operator: StaffId) -> str:
    """Give a member another card and retire the old one; return the new number.  Works offline.

    Points, stored value, passes and coupons are the member's and not the card's: nothing moves.
    """
    if reason not in REASONS:
        raise InvalidField("reason", f"{reason!r} is none of lost, damaged, expired", "原因只能是遗失、损坏或到期")
    today = till.business_day()
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        number = draw_card_number(till, connection)
        last_day = till.programme.card_validity.last_day(today)
        event = CardReplaced(member, today, operator, record.card_number, number, reason, last_day)
        till.log.append(connection, event, till.clock.now())
        membership = replace(record.membership, card_until=last_day)
        till.reference.put_member(connection, member, replace(record, card_number=number, membership=membership))
        till.reference.revoke_card(connection, record.card_number, today)
    till.committed()
    return number


def check_card(till: Till, number: str) -> None:
    """Raise `InvalidField` where a card was retired: it was reported lost, or another took its place."""
    with till.database.read() as connection:
        since = member_states.revoked_on(connection, number)
    if since is not None:
        raise InvalidField(
            "code",
            f"this card was retired on {since}; find the member by phone",
            f"此卡已于 {since} 挂失或换卡，按手机号找会员",
        )
