"""JSON → the passes of a programme."""

from __future__ import annotations

from typing import Final

from posapp.domain.errors import InvalidField
from posapp.domain.programme.parse_selector import read_selector
from posapp.domain.programme.passes import Component, PassKind, PassTemplate
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.selector import EVERY_LINE, Selector
from posapp.domain.text import Text
from posapp.domain.validity import FOREVER, Span, Validity

_MOST_USES: Final = 10_000


def read_validity(fields: Fields | None) -> Validity:
    """Read ``{"type": "months", "count": 3}``; absent is for ever.  Raises `InvalidField`."""
    if fields is None:
        return FOREVER
    span = Span(fields.choice("type", [each.value for each in Span]))
    counted = span in (Span.DAYS, Span.MONTHS)
    until = fields.day("until") if span is Span.UNTIL else None
    if span is Span.UNTIL and until is None:
        raise InvalidField(fields.at("until"), "is missing", "缺少该字段")
    validity = Validity(span, fields.integer("count", low=1, high=36_500) if counted else 0, until)
    fields.finish()
    return validity


def read_pass(value: Json, path: str) -> PassTemplate:
    """Read one pass.  Raises `InvalidField`."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    kind = PassKind(fields.choice("kind", [each.value for each in PassKind]))
    made = PassTemplate(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        kind=kind,
        price_fen=fields.fen("price", 0),
        validity=read_validity(fields.inner("valid")),
        uses=fields.integer("uses", low=1, high=_MOST_USES) if kind is PassKind.COUNT else 0,
        unit_fen=fields.fen("unit_price", 0),
        per_day=fields.optional_integer("per_day", 1, _MOST_USES),
        on=_selector(fields),
        components=fields.items("components", _component) if kind is PassKind.BUNDLE else (),
        points=fields.integer("points", low=1) if kind is PassKind.POINTS else 0,
        transferable=fields.flag("transferable", True),
    )
    fields.finish()
    _check(made, fields)
    return made


def _check(made: PassTemplate, fields: Fields) -> None:
    if made.kind is PassKind.TIME and made.validity.span is Span.FOREVER:
        raise InvalidField(fields.at("valid"), "a pass for a period must end", "时卡要有截止日")
    if made.kind is PassKind.BUNDLE and not made.components:
        raise InvalidField(fields.at("components"), "a bundle needs at least one part", "套餐券至少要有一项")
    if made.kind is PassKind.BENEFIT and made.price_fen:
        raise InvalidField(fields.at("price"), "a benefit card is given, not sold", "权益卡只送不卖")
    names = [each.id for each in made.components]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidField(fields.at(f"components[{index}].id"), f"{name!r} is used twice", f"{name!r} 重复")


def _component(value: Json, path: str) -> Component:
    fields = Fields(value, path)
    code = fields.identifier("id")
    part = Component(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        value_fen=fields.fen("value"),
        uses=fields.integer("uses", 1, 1, _MOST_USES),
        on=_selector(fields),
    )
    if part.value_fen == 0:
        raise InvalidField(fields.at("value"), "must be more than nothing", "应大于零")
    fields.finish()
    return part


def _selector(fields: Fields) -> Selector:
    return read_selector(fields.raw("on"), fields.at("on")) if fields.has("on") else EVERY_LINE
