"""Every example of docs/quote-format.md is priced, and what it shows of the answer holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from posapp.application.quote_document import quote_document
from posapp.domain.programme.parse_give import KINDS
from tests.cases.expectation import assert_adds_up, assert_holds

TEXT = Path("docs/quote-format.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```json (document|answer)\n(.*?)\n```", re.DOTALL)
BLOCKS = BLOCK.findall(TEXT)
EXAMPLES = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_gives_the_answer_that_is_shown(number: int) -> None:
    (kind, document), (other_kind, shown) = EXAMPLES[number]
    assert (kind, other_kind) == ("document", "answer")
    answer = quote_document(document.encode())
    assert_holds(json.loads(shown), answer)
    for step in answer.get("steps", [answer]):
        assert_adds_up(step)


def test_there_is_an_example_of_every_kind_of_offer() -> None:
    assert len(EXAMPLES) > len(KINDS)
    for kind in KINDS:
        assert f'"type": "{kind}"' in TEXT, kind
