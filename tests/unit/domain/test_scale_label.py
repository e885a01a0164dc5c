"""Labels of scales: what their digits carry, and which of them a shop's scales print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.errors import InvalidField
from posapp.domain.scale_label import OWN_PREFIXES, ScaleLabel, ScaleRules, read_rules, read_scale_label, written

PREFIXES = st.frozensets(st.sampled_from(OWN_PREFIXES))


def test_thirteen_digits_carry_the_price_or_the_weight_and_eighteen_both() -> None:
    assert read_scale_label("2201234012564") == ScaleLabel("01234", 1256, None)
    assert read_scale_label("250123400735018735") == ScaleLabel("01234", 1873, 735)
    by_weight = ScaleRules(weights=frozenset({27}))
    assert read_scale_label("2701234007352", by_weight) == ScaleLabel("01234", None, 735)
    assert read_scale_label("270123400735018735", by_weight) == ScaleLabel("01234", 1873, 735)
    with pytest.raises(ValueError, match="13 or 18"):
        read_scale_label("22012340")


@given(PREFIXES, PREFIXES)
def test_rules_are_read_as_they_are_written(amounts: frozenset[int], weights: frozenset[int]) -> None:
    rules = ScaleRules(amounts, weights - amounts)
    assert read_rules(written(rules.amounts), written(rules.weights)) == rules


def test_a_range_is_written_short_and_read_as_people_type_it() -> None:
    assert written(frozenset({20, 21, 22, 24, 26, 27})) == "20-22, 24, 26-27"
    assert read_rules(" 20–22，24 ", "29") == ScaleRules(frozenset({20, 21, 22, 24}), frozenset({29}))
    assert read_rules("", "") == ScaleRules(frozenset())


@pytest.mark.parametrize("text", ["19", "30", "20-30", "24-20", "2", "x", "20-", "-24", "２０", "200", "20 to 24"])
def test_what_no_scale_prints_is_refused(text: str) -> None:
    for amounts, weights, field in ((text, "", "amounts"), ("", text, "weights")):
        with pytest.raises(InvalidField) as refused:
            read_rules(amounts, weights)
        assert refused.value.field == field


def test_a_prefix_cannot_carry_both() -> None:
    with pytest.raises(InvalidField) as refused:
        read_rules("20-24", "24-26")
    assert (refused.value.field, refused.value.reason_en) == ("weights", "24 carries the price already")
