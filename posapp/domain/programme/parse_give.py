"""JSON → what an offer gives."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from posapp.domain.errors import InvalidField
from posapp.domain.programme.gives import (
    Bundle,
    BuyGet,
    Each,
    FreeGift,
    Give,
    How,
    Off,
    QuantityTiers,
    Reward,
    SpendLadder,
    Units,
)
from posapp.domain.programme.parse_selector import read_selector
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.selector import Selector

KINDS = (
    "percent",
    "rate",
    "amount",
    "price",
    "amount_each",
    "buy_get",
    "nth",
    "cheapest",
    "bundle",
    "spend_ladder",
    "quantity_tiers",
    "gift",
)
ANY: Sequence[How] = tuple(How)
NO_PRICE: Sequence[How] = (How.PERCENT, How.RATE, How.AMOUNT)


def read_give(fields: Fields | None, path: str, *, bought: bool) -> Give:
    """Read a give; `bought` says whether the offer's condition names goods of its own.  Raises `InvalidField`."""
    if fields is None:
        raise InvalidField(path, "is missing", "缺少该字段")
    kind = fields.choice("type", KINDS)
    give = _read(kind, fields, bought=bought)
    fields.finish()
    return give


def _read(kind: str, fields: Fields, *, bought: bool) -> Give:
    match kind:
        case "percent" | "rate" if fields.has("max_quantity"):
            return Each(_reward(fields, (How(kind),)), _optional_milli(fields, "max_quantity"))
        case "percent" | "rate" | "amount":
            return Off(_reward(fields, (How(kind),)))
        case "price":
            return Each(_reward(fields, (How.PRICE,)), _optional_milli(fields, "max_quantity"))
        case "amount_each":
            return Each(_reward(fields, (How.AMOUNT,)), _optional_milli(fields, "max_quantity"))
        case "buy_get":
            buy, get = fields.integer("buy", low=1, high=10_000), fields.integer("get", 1, 1, 10_000)
            reward = _reward(fields, ANY, FREE)
            same = fields.flag("same_product", False)
            return BuyGet(reward, buy, get) if bought else Units(reward, buy + get, get, same)
        case "nth":
            size = fields.integer("n", low=1, high=10_000)
            return Units(_reward(fields, ANY), size, 1, fields.flag("same_product", False))
        case "cheapest":
            return Units(_reward(fields, ANY, FREE), 0, fields.integer("count", 1, 1, 10_000), False)
        case "bundle":
            parts = fields.items("parts", _part)
            if not parts:
                raise InvalidField(fields.at("parts"), "needs at least one part", "至少需要一个组成")
            return Bundle(_reward(fields, ANY), parts)
        case "spend_ladder":
            return SpendLadder(_ascending(fields, fields.items("steps", _spend_step)))
        case "quantity_tiers":
            return QuantityTiers(
                _ascending(fields, fields.items("steps", _quantity_step)), fields.flag("same_product", True)
            )
        case _:
            return FreeGift(fields.text("sku"), fields.scaled("quantity", 3, 1000))


FREE = Reward(How.RATE, 0)


def _reward(fields: Fields, allowed: Sequence[How], default: Reward | None = None) -> Reward:
    """Read exactly one of ``percent``, ``rate``, ``amount``, ``price``."""
    given = [how for how in How if fields.has(how.value)]
    if not given and default is not None:
        return default
    if len(given) != 1 or given[0] not in allowed:
        listed = ", ".join(how.value for how in allowed)
        raise InvalidField(fields.path, f"needs exactly one of {listed}", f"应恰好给出 {listed} 之一")
    how = given[0]
    value: int
    match how:
        case How.PERCENT:
            value = fields.scaled("percent", 2)
            if value > 10_000:
                raise InvalidField(fields.at("percent"), "must be at most 100", "不能超过 100")
        case How.RATE:
            value = fields.rate("rate")
        case How.AMOUNT | How.PRICE:
            value = fields.fen(how.value)
    return Reward(how, value)


def _optional_milli(fields: Fields, name: str) -> int | None:
    return fields.scaled(name, 3) if fields.has(name) else None


def _part(value: Json, path: str) -> tuple[Selector, int]:
    fields = Fields(value, path)
    part = read_selector(fields.raw("of"), fields.at("of")), fields.integer("count", 1, 1, 10_000)
    fields.finish()
    return part


def _spend_step(value: Json, path: str) -> tuple[int, Reward]:
    fields = Fields(value, path)
    step = fields.fen("min_amount"), _reward(fields, NO_PRICE)
    fields.finish()
    return step


def _quantity_step(value: Json, path: str) -> tuple[int, Reward]:
    fields = Fields(value, path)
    step = fields.scaled("min_quantity", 3), _reward(fields, ANY)
    fields.finish()
    return step


def _ascending(fields: Fields, steps: tuple[tuple[int, Reward], ...]) -> tuple[tuple[int, Reward], ...]:
    bounds = [least for least, _reward in steps]
    if not steps or any(upper <= lower for lower, upper in pairwise(bounds)):
        raise InvalidField(
            fields.at("steps"), "must be one or more steps in rising order", "应为由低到高的一个或多个档位"
        )
    return steps
