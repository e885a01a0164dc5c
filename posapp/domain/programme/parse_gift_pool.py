"""`gifts` and `draws` of a programme document."""

from __future__ import annotations

from collections.abc import Sequence

from posapp.domain.errors import InvalidField
from posapp.domain.programme.gift_pool import TOP_PRIZE_FEN, WHOLE_ODDS, Draw, Gift, Prize, PrizeKind
from posapp.domain.programme.offer import Offer
from posapp.domain.programme.parse_offer import read_window
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.text import Text


def read_gift(value: Json, path: str) -> Gift:
    """One gift of the pool."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    gift = Gift(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        points=fields.integer("points", low=1),
        stock=fields.optional_integer("stock"),
        during=read_window(fields.inner("during")),
        per_member=fields.optional_integer("per_member", 1),
        coupon=fields.identifier("coupon", ""),
        image=fields.text("image", ""),
    )
    fields.finish()
    return gift


def read_draw(value: Json, path: str) -> Draw:
    """One draw.  Its odds may not exceed the whole, its top prize not what the law allows."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    draw = Draw(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        points=fields.integer("points", 100, 1),
        prizes=fields.items("prizes", _prize),
        during=read_window(fields.inner("during")),
        per_day=fields.optional_integer("per_day", 1),
    )
    if not draw.prizes:
        raise InvalidField(fields.at("prizes"), "needs at least one prize", "至少需要一个奖品")
    if sum(prize.odds for prize in draw.prizes) > WHOLE_ODDS:
        raise InvalidField(fields.at("prizes"), "the odds exceed 10000", "中奖概率之和超过 10000")
    _check_twice([prize.id for prize in draw.prizes], f"{path}.prizes")
    fields.finish()
    return draw


def _prize(value: Json, path: str) -> Prize:
    fields = Fields(value, path)
    code = fields.identifier("id")
    kind = PrizeKind(fields.choice("kind", tuple(one.value for one in PrizeKind), PrizeKind.THING.value))
    prize = Prize(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        odds=fields.rate("odds"),
        kind=kind,
        value_fen=fields.fen("value", 0),
        stock=fields.optional_integer("stock"),
        points=fields.integer("points", low=1) if kind is PrizeKind.POINTS else 0,
        coupon=fields.identifier("coupon") if kind is PrizeKind.COUPON else "",
    )
    if prize.value_fen > TOP_PRIZE_FEN:
        raise InvalidField(fields.at("value"), "no prize may exceed ¥50,000", "奖品价值不得超过 5 万元")
    fields.finish()
    return prize


def check_pool(gifts: Sequence[Gift], draws: Sequence[Draw], offers: Sequence[Offer]) -> None:
    """Names that are used once, and coupons that there are.  Raises `InvalidField`."""
    _check_twice([gift.id for gift in gifts], "gifts")
    _check_twice([draw.id for draw in draws], "draws")
    templates = {offer.id for offer in offers if offer.by == "coupon"}
    named = [(f"gifts[{i}].coupon", gift.coupon) for i, gift in enumerate(gifts)]
    named += [
        (f"draws[{i}].prizes[{j}].coupon", prize.coupon)
        for i, draw in enumerate(draws)
        for j, prize in enumerate(draw.prizes)
    ]
    for path, coupon in named:
        if coupon and coupon not in templates:
            raise InvalidField(path, f"{coupon!r} is no coupon of this programme", f"{coupon!r} 不是本方案的券")


def _check_twice(codes: Sequence[str], path: str) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise InvalidField(f"{path}[{index}].id", f"{code!r} is used twice", f"{code!r} 重复")
