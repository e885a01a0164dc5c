"""How long points live, and what members earn and reach without buying: check-in, sharing, reviews (W-24 to W-26)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from posapp.domain.point_lots import check_in_points, last_valid_day
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

PLATFORM_RISK = Text(
    "微信外部链接规则把积分列为诱导分享，链接或账号可能被封；是否开启由商家自行承担",
    "WeChat's rules name points as an inducement to share: links or the account may be blocked, at the shop's own risk",
)
"""What an owner must hear before sharing is rewarded (domain.md §3.5)."""


@dataclass(frozen=True, slots=True)
class PointsLife:
    """Points of a month are good until the end of the `months`-th month after it (domain.md §2.7).

    With `freeze_days` they may be spent from so many days after the earning on, when nothing can be returned any more;
    None where the shop never froze points (a shop that stops writes 0).  `earlier` are the rules by which points were
    earned before: what was promised stays promised.  `expected_rate` is the share that is expected to be spent, in
    basis points, for the liability (domain.md §7).
    """

    months: int = 12
    freeze_days: int | None = None
    expected_rate: int = 10_000
    earlier: tuple[PointsLife, ...] = ()

    @property
    def freezes(self) -> bool:
        """Whether what is earned waits before it may be spent, or did."""
        return self.freeze_days is not None

    def last_day(self, earned: BusinessDay) -> BusinessDay:
        """The last valid day of what is earned on a day."""
        return last_valid_day(earned, self.months)

    def free_day(self, earned: BusinessDay) -> BusinessDay | None:
        """The first day on which what is earned may be spent; None where that is at once."""
        return earned.plus(self.freeze_days) if self.freeze_days else None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Points for each natural day on which a member checks in, and `bonus` more on each `every`-th in a row (W-24).

    `growth` says that they raise the tier as well (W-18).
    """

    points: int = 5
    bonus: int = 20
    every: int = 7
    growth: bool = True

    def of_streak(self, streak: int) -> int:
        """The points of the so-manieth day in a row."""
        return check_in_points(streak, self.points, self.bonus, self.every)


@dataclass(frozen=True, slots=True)
class Share:
    """Points for sharing, at most once a natural day.  Off unless the shop takes the risk (`PLATFORM_RISK`; W-25)."""

    enabled: bool = False
    points: int = 10
    growth: bool = True


NOT_SHARED: Final = Share()


@dataclass(frozen=True, slots=True)
class Review:
    """Points for the review of an order, once an order, whatever it says (W-26)."""

    points: int = 15
    growth: bool = False


@dataclass(frozen=True, slots=True)
class Rewards:
    """What is earned without buying; None is not offered.

    `manual_most` is the most points that a cashier may add or take by hand in a shift (domain.md §5.4).
    """

    check_in: CheckIn | None = None
    share: Share = field(default=NOT_SHARED)
    review: Review | None = None
    manual_most: int = 500


NO_REWARDS: Final = Rewards()
