"""JSON → offers, their windows, audiences and selectors."""

from __future__ import annotations

from collections.abc import Mapping

from posapp.domain.campaign import ALWAYS, EVERYONE, Audience, Window
from posapp.domain.errors import InvalidField
from posapp.domain.programme.gives import Bundle, BuyGet, Give, Off, SpendLadder, Units
from posapp.domain.programme.offer import NO_CONDITION, NO_LIMITS, Condition, Limits, Offer
from posapp.domain.programme.parse_give import read_give
from posapp.domain.programme.parse_selector import read_selector
from posapp.domain.programme.reader import Fields, Json, parse_clock
from posapp.domain.selector import EVERY_LINE, Selector
from posapp.domain.text import Text

WAYS = ("auto", "code", "coupon", "choice", "points")


def read_offer(value: Json, path: str) -> Offer:
    """Read one offer.  Raises `InvalidField`."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    by = fields.choice("by", WAYS, "auto")
    whole_order = fields.raw("on", "order") == "order"
    if not (whole_order or isinstance(fields.raw("on"), Mapping)):
        raise InvalidField(
            fields.at("on"),
            'must be "order" or an object such as {"skus": ["A1"]}',
            '应为 "order" 或对象，如 {"skus": ["A1"]}',
        )
    on = EVERY_LINE if whole_order else read_selector(fields.raw("on"), fields.at("on"))
    when = fields.inner("when")
    give = read_give(fields.inner("give"), fields.at("give"), bought=when is not None and when.has("of"))
    cost, per_milli = _points(fields.inner("points"), fields.at("points"), by)
    if per_milli and not (isinstance(give, Units) and give.size == 0):
        raise InvalidField(fields.at("points.per_quantity"), "goes with the cheapest units only", "仅与 cheapest 同用")
    # Rewards for single units, sets or gifts are prices of lines, even where any line may take part.
    whole_order = whole_order and isinstance(give, Off | SpendLadder)
    offer = Offer(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        give=give,
        by=by,
        code=fields.text("code", code if by == "code" else ""),
        whole_order=whole_order,
        on=on,
        on_sum=fields.choice("rounding", ("line", "sum"), "sum" if whole_order else "line") == "sum",
        condition=_condition(when, on, give),
        during=read_window(fields.inner("during")),
        audience=read_audience(fields.inner("for")),
        limits=_limits(fields.inner("limits")),
        cap_fen=fields.optional_fen("cap"),
        priority=fields.integer("priority", 0, -1_000_000, 1_000_000),
        exclusive=fields.flag("exclusive", False),
        group=fields.text("group", ""),
        not_with=fields.texts("not_with"),
        instead_of_member_price=fields.choice("member_price", ("on_top", "instead"), "on_top") == "instead",
        closes_lines=fields.flag("closes_lines", False),
        floor_fen=fields.optional_fen("floor_price"),
        margin_rate=fields.rate("min_margin") if fields.has("min_margin") else None,
        points_cost=cost,
        points_per_milli=per_milli,
        takes_units=fields.flag("takes_units", False),
    )
    if offer.takes_units and (offer.instead_of_member_price or not isinstance(give, Units | BuyGet | Bundle)):
        raise InvalidField(
            fields.at("takes_units"),
            "goes with offers on single units or sets, on top of member prices",
            "仅用于按件或套餐的活动，且不与 member_price: instead 同用",
        )
    fields.finish()
    return offer


def _points(fields: Fields | None, path: str, by: str) -> tuple[int, int]:
    """The points that an offer costs: for the order, or for each so many rewarded units."""
    if (fields is None) != (by != "points"):
        raise InvalidField(path, "goes with `by`: points, and only with it", "仅与 by: points 同用")
    if fields is None:
        return 0, 0
    cost = fields.integer("cost", low=1), fields.scaled("per_quantity", 3, 0)
    fields.finish()
    return cost


def read_window(fields: Fields | None) -> Window:
    """Read when something runs.  Raises `InvalidField`."""
    if fields is None:
        return ALWAYS
    window = Window(
        since=fields.day("from"),
        until=fields.day("until"),
        weekdays=fields.integers("weekdays", 1, 7),
        month_days=fields.integers("month_days", 1, 31),
        minutes=fields.items("hours", _span),
    )
    fields.finish()
    if window.since is not None and window.until is not None and window.until < window.since:
        raise InvalidField(fields.at("until"), "lies before `from`", "早于开始日期")
    return window


def _span(value: Json, path: str) -> tuple[int, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise InvalidField(path, 'must be two times such as ["09:00", "11:00"]', '应为两个时刻，如 ["09:00", "11:00"]')
    return parse_clock(value[0], f"{path}[0]"), parse_clock(value[1], f"{path}[1]")


def read_audience(fields: Fields | None) -> Audience:
    """Read whom something is for.  Raises `InvalidField`."""
    if fields is None:
        return EVERYONE
    audience = Audience(
        members=fields.flag("members", False),
        tiers=fields.texts("tiers"),
        tags=fields.texts("tags"),
        birthday=fields.choice("birthday", ("", "day", "month"), ""),
        order_number=fields.optional_integer("order_number", low=1),
        joined_within_days=fields.optional_integer("joined_within_days"),
        channels=fields.texts("channels"),
        stores=fields.texts("stores"),
    )
    fields.finish()
    return audience


def _condition(fields: Fields | None, on: Selector, give: Give) -> Condition:
    least_fen = give.steps[0][0] if isinstance(give, SpendLadder) else 0
    if fields is None:
        return Condition(of=on, minimum_fen=least_fen) if least_fen else NO_CONDITION
    every_fen, every_milli = fields.fen("every_amount", 0), fields.scaled("every_quantity", 3, 0)
    condition = Condition(
        of=read_selector(fields.raw("of"), fields.at("of")) if fields.has("of") else on,
        minimum_fen=max(fields.fen("min_amount", 0), every_fen, least_fen),
        minimum_milli=max(fields.scaled("min_quantity", 3, 0), every_milli),
        every_fen=every_fen,
        every_milli=every_milli,
    )
    fields.raw("of", None)
    fields.finish()
    return condition


def _limits(fields: Fields | None) -> Limits:
    if fields is None:
        return NO_LIMITS
    limits = Limits(
        per_order=fields.optional_integer("per_order", low=1),
        per_member=fields.optional_integer("per_member"),
        per_member_day=fields.optional_integer("per_member_day"),
        per_day=fields.optional_integer("per_day"),
        total=fields.optional_integer("total"),
        count_voided=fields.flag("count_voided", False),
    )
    fields.finish()
    return limits
