"""JSON → what a programme says of stored value."""

from __future__ import annotations

from posapp.domain.errors import InvalidField
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.programme.stored_value import CLASSES, ENTITIES, CardKind, Merchant, StoredValueTerms, TopUpPlan
from posapp.domain.stored_value import Consumption
from posapp.domain.text import Text

_MOST_PARTS = 60


def read_stored_value(fields: Fields | None) -> StoredValueTerms | None:
    """Read the key ``stored_value``; absent is a shop without any.  Raises `InvalidField`."""
    if fields is None:
        return None
    top_up = fields.inner("top_up") or Fields({}, fields.at("top_up"))
    fields.has("offline")  # read by `parse_offline`
    terms = StoredValueTerms(
        merchant=_merchant(fields.inner("merchant") or Fields({}, fields.at("merchant"))),
        cards=fields.items("cards", _card),
        plans=fields.items("plans", _plan),
        consumption=Consumption(fields.choice("consumption", [each.value for each in Consumption], "proportional")),
        least_fen=top_up.fen("least", 100),
        most_fen=top_up.optional_fen("most"),
        minor_fen=top_up.fen("minors_alone", 10_000),
        buyer_basis=18 if fields.choice("buyer_basis", ("article_18", "article_19"), "article_19")[-1] == "8" else 19,
        is_suspended=fields.flag("suspended", False),
    )
    top_up.finish()
    fields.finish()
    if not terms.cards:
        raise InvalidField(fields.at("cards"), "needs at least one kind of card", "至少需要一种储值卡")
    _once(fields.at("cards"), [each.code for each in terms.cards])
    _once(fields.at("plans"), [each.code for each in terms.plans])
    return terms


def _once(path: str, codes: list[str]) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise InvalidField(f"{path}[{index}].code", f"{code!r} is used twice", f"{code!r} 重复")


def _merchant(fields: Fields) -> Merchant:
    merchant = Merchant(
        entity=fields.choice("entity", ENTITIES, "enterprise"),
        province=fields.text("province", ""),
        filing_class=fields.choice("class", CLASSES, "none"),
        licensed=fields.day("licensed"),
        revenue_fen=fields.optional_fen("revenue"),
        is_services=fields.flag("services", False),
    )
    fields.finish()
    return merchant


def _card(value: Json, path: str) -> CardKind:
    fields = Fields(value, path)
    code = fields.identifier("code")
    card = CardKind(
        code=code,
        name=fields.local_text("name", Text(code, code)),
        named=fields.flag("named", True),
        sold_rate=fields.rate("sold_rate", 10_000),
        years=fields.optional_integer("years", 1, 100),
    )
    if card.sold_rate == 0:
        raise InvalidField(fields.at("sold_rate"), "must be more than nothing", "应大于零")
    if card.named and card.years is not None:
        raise InvalidField(fields.at("years"), "a named card never lapses", "记名卡不设有效期")
    fields.finish()
    return card


def _plan(value: Json, path: str) -> TopUpPlan:
    fields = Fields(value, path)
    code = fields.identifier("code")
    pay, bonus = fields.fen("pay"), fields.fen("get", 0)
    plan = TopUpPlan(
        code=code,
        name=fields.local_text("name", Text(code, code)),
        pay_fen=pay,
        bonus_fen=bonus,
        parts=fields.integer("parts", 1, 1, _MOST_PARTS),
        bonus_days=fields.optional_integer("bonus_days", 1, 36_500),
    )
    if pay == 0:
        raise InvalidField(fields.at("pay"), "must be more than nothing", "应大于零")
    if bonus < plan.parts and plan.parts > 1:
        raise InvalidField(fields.at("parts"), "each part needs at least one fen", "每期至少一分钱")
    fields.finish()
    return plan
