"""JSON → what a programme says of returns."""

from __future__ import annotations

from typing import Final

from posapp.domain.errors import InvalidField
from posapp.domain.programme.parse_selector import read_selector
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.programme.returns import ReturnFee
from posapp.domain.selector import EVERY_LINE

_MOST_DAYS: Final = 36_500


def read_returns(fields: Fields | None) -> tuple[ReturnFee, ...]:
    """Read the `returns` section: its fees; absent is none.  Raises `InvalidField`."""
    if fields is None:
        return ()
    fees = fields.items("fee", _fee)
    fields.finish()
    return fees


def _fee(value: Json, path: str) -> ReturnFee:
    fields = Fields(value, path)
    if not (fields.has("rate") or fields.has("amount")):
        raise InvalidField(fields.at("rate"), "needs a rate, an amount or both", "缺少费率 rate 或金额 amount")
    fee = ReturnFee(
        on=read_selector(fields.raw("on"), fields.at("on")) if fields.has("on") else EVERY_LINE,
        after_days=fields.integer("after_days", 0, 0, _MOST_DAYS),
        rate=fields.rate("rate", 0),
        amount_fen=fields.fen("amount", 0),
    )
    if fee.on.full_price_only:
        raise InvalidField(
            fields.at("on.full_price_only"), "says nothing about goods that come back", "不适用于退货的商品"
        )
    fields.finish()
    return fee
