"""The JSON Schemas accept what the engine reads and describe what it answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no annotations

from posapp.application.quote_document import quote_document
from posapp.domain.errors import InvalidField
from posapp.domain.programme import parse_programme
from tests.cases.test_cases import CASES
from tests.cases.test_documentation import EXAMPLES

SCHEMAS = Path("resources/schemas")


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


PROGRAMME, DOCUMENT, ANSWER = validator("programme"), validator("quote-document"), validator("quote-answer")
DOCUMENTS = [case.values[0]["document"] for case in CASES if isinstance(case.values[0], dict)]
DOCUMENTS += [json.loads(document) for (_kind, document), _answer in EXAMPLES]


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_documents_and_answers_follow_their_schemas(number: int) -> None:
    document = DOCUMENTS[number]
    DOCUMENT.validate(document)
    PROGRAMME.validate(document["programme"])
    ANSWER.validate(quote_document(document))


def test_the_demo_programme_follows_its_schema() -> None:
    PROGRAMME.validate(json.loads(Path("resources/demo/programme.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "changes",
    [
        {"tears": []},
        {"version": 0},
        {"tiers": []},
        {"tiers": [{"code": "a", "rate": 10_001}]},
        {"tiers": [{"code": "a", "rate": "8500"}]},
        {"round_off": "up"},
        {"offers": [{"id": "x", "give": {"type": "magic"}}]},
        {"offers": [{"id": "x", "give": {"type": "percent", "amount": "1.00"}}]},
        {"offers": [{"id": "x", "give": {"type": "nth", "n": 2}}]},
        {"offers": [{"id": "x", "give": {"type": "nth", "n": 2, "rate": 1, "price": "1.00"}}]},
        {"offers": [{"id": "x", "give": {"type": "bundle", "price": "9.00", "parts": []}}]},
        {"offers": [{"id": "x", "give": {"type": "amount", "amount": 5}}]},
        {"offers": [{"id": "x", "give": {"type": "amount", "amount": "-5.00"}}]},
        {"offers": [{"id": "x", "on": {"colour": ["red"]}, "give": {"type": "percent", "percent": "5"}}]},
        {"passes": [{"id": "a", "kind": "count"}]},
        {"passes": [{"id": "a", "kind": "count", "uses": 10, "points": 5}]},
        {"passes": [{"id": "a", "kind": "time", "price": "300.00"}]},
        {"passes": [{"id": "a", "kind": "time", "valid": {"type": "months"}}]},
        {"passes": [{"id": "a", "kind": "time", "valid": {"type": "until"}}]},
        {"passes": [{"id": "a", "kind": "bundle"}]},
        {"passes": [{"id": "a", "kind": "bundle", "components": [{"id": "b"}]}]},
        {"passes": [{"id": "a", "kind": "benefit", "price": "9.00"}]},
        {"coupons": {"templates": [{"valid": {"type": "this_month"}}]}},
        {"coupons": {"templates": [{"offer": "x", "valid": {"type": "this_month", "count": 1}}]}},
        {"coupons": {"batches": [{"number": 10000, "template": "x", "codes": 1}]}},
        {"coupons": {"offline": {"most": 20}}},
        {"offline": {"points": {"most": 20}}},
        {"offline": {"stored_value": {"pin": 1}}},
        {"offline": {"leases": "sometimes"}},
        {"offline": {"cash_only_after_hours": 0}},
        {"offline": {"top_up": True}},
        {"triggers": [{"id": "t", "on": "full_moon", "give": {"points": 5}}]},
        {"triggers": [{"id": "t", "on": "absent_days", "give": {"points": 5}}]},
        {"triggers": [{"id": "t", "on": "enrolled", "give": {"points": 5}, "inviter": {"points": 5}}]},
        {"triggers": [{"id": "t", "on": "enrolled"}]},
        {"returns": {"fees": []}},
        {"returns": {"fee": [{}]}},
        {"returns": {"fee": [{"amount": 3}]}},
        {"returns": {"fee": [{"rate": 1, "on": {"full_price_only": True}}]}},
    ],
)
def test_schema_and_reader_refuse_the_same(changes: dict[str, Any]) -> None:
    document = {"version": 1, "tiers": [{"code": "only"}], **changes}
    assert not PROGRAMME.is_valid(document)
    with pytest.raises(InvalidField):
        parse_programme(document)
