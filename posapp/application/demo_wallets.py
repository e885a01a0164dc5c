"""What the demo shop's members hold: coupons that they were given by the programme's own rules, some days ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from posapp.application.gifts_given import Occasion, give
from posapp.application.till import Till
from posapp.domain.ids import MemberId, member_id
from posapp.domain.programme.triggers import Gifts
from posapp.domain.time import Clock

ONE_IN: Final = 8
"""So many of the other members hold a coupon."""


@dataclass(frozen=True, slots=True)
class DemoCoupon:
    """A coupon by its template, the rule and the occurrence that brought it, and how many days ago that was."""

    template: str
    rule: str
    occurrence: str
    days_ago: int = 0


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The shop's clock, some days ago."""

    clock: Clock
    days: int

    def now(self) -> datetime:
        return self.clock.now() - timedelta(days=self.days)


def hand_out(till: Till, phones: list[str], seed: int = 7) -> int:
    """Give the demo's members their coupons, in one transaction; `phones` are theirs, the regulars' first.

    Returns how many coupons there are now; doing it again gives nothing more.
    """
    # Not for secrets: a demo must look the same everywhere.
    draw = Random(seed)  # noqa: S311
    known = {offer.id for offer in till.programme.offers if offer.by == "coupon"}
    done = 0
    with till.database.write() as connection:
        for place, phone in enumerate(phones):
            who = member_id(till.keys.member_key, phone)
            for coupon in _coupons(till, place, who, draw):
                if coupon.template in known:
                    then = replace(till, clock=_Earlier(till.clock, coupon.days_ago))
                    occasion = Occasion(coupon.rule, coupon.occurrence)
                    done += len(give(then, connection, who, occasion, Gifts((coupon.template,))))
    till.committed()
    return done


def _coupons(till: Till, place: int, who: MemberId, draw: Random) -> tuple[DemoCoupon, ...]:
    # By the occurrence of the birthday's own rule, so that it does not come a second time this year.
    birthday = DemoCoupon("birthday30", "birthday_gift", str(till.business_day().date.year))
    save = DemoCoupon("save50", "save50", "claimed", 9)
    friend = DemoCoupon("friend20", "bring_a_friend", f"brought {who.hex()}", 33)
    match place:
        case 0:
            return birthday, save, friend
        case 1:
            return (friend,)
        case 2:
            return save, birthday
        case 3:
            return (DemoCoupon("welcome5", "welcome", "joined", 21),)
        case _ if draw.randrange(ONE_IN) == 0:
            back = DemoCoupon("return15", "come_back", "demo", draw.randint(1, 12))
            return (draw.choice((save, friend, back)),)
        case _:
            return ()
