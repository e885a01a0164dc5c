"""Numbers as a cashier reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.ui.figures import (
    MINUS,
    count_text,
    grouped_phone_text,
    money_text,
    percent_off_text,
    short_money_text,
    signed_count_text,
    signed_money_text,
    zhe_text,
)


@given(st.integers(-(10**12), 10**12))
def test_money_text_says_exactly_the_fen(fen: int) -> None:
    text = money_text(fen)
    assert text.startswith(MINUS) == (fen < 0)
    assert int(text.replace(",", "").replace(".", "").replace(MINUS, "-")) == fen
    assert text[-3] == "."


@pytest.mark.parametrize(
    ("fen", "plain", "signed", "short"),
    [(0, "0.00", "0.00", "0"), (7120, "71.20", "+71.20", "71.20"), (10000, "100.00", "+100.00", "100")],
)
def test_money_in_its_three_forms(fen: int, plain: str, signed: str, short: str) -> None:
    assert (money_text(fen), signed_money_text(fen), short_money_text(fen)) == (plain, signed, short)


def test_counts() -> None:
    assert count_text(3482) == "3,482"
    assert count_text(-406) == "−406"
    assert signed_count_text(197) == "+197"


@given(st.integers(1, 9_999))
def test_both_names_of_a_rate_mean_the_same(rate_bp: int) -> None:
    paid = zhe_text(rate_bp).removesuffix(" 折")
    off = percent_off_text(rate_bp).removesuffix("% off")
    whole, _, part = paid.partition(".")
    assert int(whole + part.ljust(3, "0")) == rate_bp
    whole, _, part = off.partition(".")
    assert 10_000 - int(whole + part.ljust(2, "0")) == rate_bp


def test_a_phone_is_grouped_while_it_is_typed() -> None:
    typed = [grouped_phone_text("13957166021"[:length]) for length in (0, 2, 3, 4, 7, 8, 11)]
    assert typed == ["", "13", "139", "139 5", "139 5716", "139 5716 6", "139 5716 6021"]
