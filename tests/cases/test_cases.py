"""Cases that other shops' software is tested with, and our own golden order, through the public JSON format.

Each file holds cases of one idea: a document as `posapp quote` takes it, and the part of the answer that must hold.
`expectation` says how they are compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posapp.application.quote_document import quote_document
from tests.cases.expectation import assert_adds_up, assert_holds

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    answer = quote_document(json.dumps(case["document"]).encode())
    assert_holds(case["expected"], answer)
    for step in answer.get("steps", [answer]):
        assert_adds_up(step)
