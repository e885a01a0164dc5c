"""The quote command's documents: what cannot be used is refused by the path of its field, and nothing is priced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posapp.application.quote_document import quote_document
from posapp.domain.errors import InvalidField

PROGRAMME: dict[str, Any] = {"version": 1, "tiers": [{"code": "only"}], "points": {"earn": {}, "redeem": {}}}
LINE: dict[str, Any] = {"sku": "a", "price": "10.00"}
PERCENT = {"type": "percent", "percent": 5}


def document(**changes: Any) -> dict[str, Any]:
    return {"programme": PROGRAMME, "cart": {"lines": [LINE]}, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"programme": None}, "programme"),
        ({"programme": {**PROGRAMME, "tiers": []}}, "programme.tiers"),
        ({"cart": None}, "cart"),
        ({"cart": []}, "cart"),
        ({"carts": {}}, "carts"),
        ({"format": 2}, "format"),
        ({"now": "yesterday"}, "now"),
        ({"now": "2026-11-18T12:00:00"}, "now"),
        ({"business_day": "18.11.2026"}, "business_day"),
        ({"cart": {"lines": [{"sku": "a"}]}}, "cart.lines[0].price"),
        ({"cart": {"lines": [{"price": "1.00"}]}}, "cart.lines[0].sku"),
        ({"cart": {"lines": [{**LINE, "price": 10}]}}, "cart.lines[0].price"),
        ({"cart": {"lines": [{**LINE, "price": "10.005"}]}}, "cart.lines[0].price"),
        ({"cart": {"lines": [{**LINE, "quantity": -1}]}}, "cart.lines[0].quantity"),
        ({"cart": {"lines": [{**LINE, "quantity": 1.5}]}}, "cart.lines[0].quantity"),
        ({"cart": {"lines": [{**LINE, "colour": "red"}]}}, "cart.lines[0].colour"),
        ({"cart": {"lines": [{**LINE, "vouchers": [{"code": "v"}]}]}}, "cart.lines[0].vouchers[0].amount"),
        ({"cart": {"lines": [{**LINE, "tax": {"rate": -5}}]}}, "cart.lines[0].tax.rate"),
        ({"cart": {"lines": [], "points": "all"}}, "cart.points"),
        ({"cart": {"lines": [], "chosen": {"x": 1}}}, "cart.chosen.x"),
        ({"cart": {"lines": [], "identified_by": "face"}}, "cart.identified_by"),
        ({"member": {"tier": "gold"}}, "member.tier"),
        ({"member": {"birthday": "1301"}}, "member.birthday"),
        ({"member": {"coupons": [{"offer": "x"}]}}, "member.coupons[0].code"),
        ({"member": {"coupons": [{"offer": "x", "code": "c"}]}}, "member.coupons[0].offer"),
        ({"cart": {"lines": [], "chosen": {"nope": True}}}, "cart.chosen.nope"),
        ({"programme": {**PROGRAMME, "offers": [{"id": "x", "on": ["a"], "give": PERCENT}]}}, "programme.offers[0].on"),
        (
            {"programme": {**PROGRAMME, "offers": [{"id": "x", "takes_units": True, "give": PERCENT}]}},
            "programme.offers[0].takes_units",
        ),
        ({"member": {"stored_value": {"principal": "1.00"}}}, "member.stored_value"),
        ({"tenders": [{"method": "shells"}]}, "tenders[0].method"),
        ({"member": {}, "tenders": [{"method": "stored_value", "amount": "1.00"}]}, "tenders[0].amount"),
        ({"context": {"uses": {"x": "1"}}}, "context.uses.x"),
        ({"steps": {}}, "steps"),
        ({"steps": [{}, {"do": "dance"}]}, "steps[1].do"),
        ({"steps": [{"do": "refund"}]}, "steps[0].do"),
        ({"steps": [{"set_quantity": {"b": 1}}]}, "steps[0].set_quantity.b"),
        ({"steps": [{"cart": {"lines": [{}]}}]}, "steps[0].cart.lines[0].sku"),
        ({"steps": [{"do": "sell"}, {"do": "refund", "lines": [{"sku": "b"}]}]}, "steps[1].lines[0].sku"),
        ({"steps": [{"do": "sell"}, {"do": "refund", "lines": [{"index": 1}]}]}, "steps[1].lines[0].index"),
        (
            {"steps": [{"do": "sell"}, {"do": "refund", "lines": [{"index": 0, "quantity": 2}]}]},
            "steps[1].lines[0].quantity",
        ),
    ],
)
def test_a_refusal_names_the_field(changes: dict[str, Any], field: str) -> None:
    given = {name: value for name, value in document(**changes).items() if value is not None}
    with pytest.raises(InvalidField) as caught:
        quote_document(json.dumps(given).encode())
    assert caught.value.field == field
    assert caught.value.reason_zh
    assert caught.value.reason_en


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        ({"quantities": 2}, "is not a known field; did you mean: quantity", "不是已知字段，是否为：quantity"),
        (
            {"colour": "red"},
            "is not a known field; known here are: amount, category, ",
            "不是已知字段，此处可用：amount、",
        ),
        ({"quantity": 0.5}, 'must be a whole number or a text such as "0.5"', "应为整数或小数文本"),
        ({"price": 10}, 'must be a decimal text such as "12.90"', "应为小数文本"),
    ],
)
def test_a_refusal_says_what_would_do(line: dict[str, Any], english: str, chinese: str) -> None:
    with pytest.raises(InvalidField) as caught:
        quote_document(document(cart={"lines": [{**LINE, **line}]}))
    assert caught.value.reason_en.startswith(english)
    assert caught.value.reason_zh.startswith(chinese)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"cart": 1, "cart": 2}'])
def test_bytes_that_are_no_document_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidField):
        quote_document(data)


def test_the_programme_may_come_from_a_file_of_its_own() -> None:
    answer = quote_document({"cart": {"lines": [LINE]}}, json.dumps(PROGRAMME).encode())
    assert answer["due"] == "10.00"


def test_the_same_document_gives_the_same_answer_and_is_left_alone() -> None:
    given = document(steps=[{"set_quantity": {"a": 3}}, {"do": "sell"}, {"do": "void"}], member={"points": 5})
    before = json.dumps(given)
    assert quote_document(given) == quote_document(given)
    assert json.dumps(given) == before


def test_a_step_changes_what_it_names_and_null_removes() -> None:
    answer = quote_document(
        document(
            member={"points": 1000},
            cart={"lines": [LINE], "points": 500},
            steps=[{}, {"cart": {"points": None}}, {"member": None}],
        )
    )
    assert [step["due"] for step in answer["steps"]] == ["5.00", "10.00", "10.00"]
    assert [step["earning"]["points"] for step in answer["steps"]] == [5, 10, 0]
