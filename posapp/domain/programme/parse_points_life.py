"""`points_life` and `rewards` of a programme document."""

from __future__ import annotations

from posapp.domain.errors import InvalidField
from posapp.domain.programme.points_life import CheckIn, PointsLife, Review, Rewards, Share
from posapp.domain.programme.reader import Fields, Json

MOST_MONTHS = 120
MOST_FREEZE_DAYS = 60


def read_points_life(fields: Fields | None) -> PointsLife | None:
    """How long points live; None where they live for ever."""
    if fields is None:
        return None
    life = PointsLife(
        months=fields.integer("months", 12, 1, MOST_MONTHS),
        freeze_days=fields.optional_integer("freeze_days", 0, MOST_FREEZE_DAYS),
        expected_rate=fields.rate("expected", 10_000),
        earlier=fields.items("earlier", _earlier),
    )
    fields.finish()
    return life


def _earlier(value: Json, path: str) -> PointsLife:
    fields = Fields(value, path)
    life = PointsLife(
        months=fields.integer("months", low=1, high=MOST_MONTHS),
        freeze_days=fields.optional_integer("freeze_days", 0, MOST_FREEZE_DAYS),
    )
    fields.finish()
    return life


def read_rewards(fields: Fields | None) -> Rewards:
    """What is earned without buying."""
    if fields is None:
        return Rewards()
    rewards = Rewards(
        check_in=_check_in(fields.inner("check_in")),
        share=_share(fields.inner("share")),
        review=_review(fields.inner("review")),
        manual_most=fields.integer("manual_most", 500),
    )
    fields.finish()
    return rewards


def _check_in(fields: Fields | None) -> CheckIn | None:
    if fields is None:
        return None
    rule = CheckIn(
        points=fields.integer("points", 5),
        bonus=fields.integer("bonus", 20),
        every=fields.integer("every", 7, 1, 366),
        growth=fields.flag("growth", True),
    )
    if not rule.points and not rule.bonus:
        raise InvalidField(fields.at("points"), "a check-in must earn something", "签到应有积分")
    fields.finish()
    return rule


def _share(fields: Fields | None) -> Share:
    if fields is None:
        return Share()
    rule = Share(
        enabled=fields.flag("enabled", False),
        points=fields.integer("points", 10, 1),
        growth=fields.flag("growth", True),
    )
    fields.finish()
    return rule


def _review(fields: Fields | None) -> Review | None:
    if fields is None:
        return None
    rule = Review(points=fields.integer("points", 15, 1), growth=fields.flag("growth", False))
    fields.finish()
    return rule
