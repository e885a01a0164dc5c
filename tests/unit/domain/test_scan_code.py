"""Codes are told apart by their digits and by what the till is doing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.scale_label import ScaleRules
from posapp.domain.scan_code import CodeKind, check_digit_is_valid, classify


@pytest.mark.parametrize(
    ("text", "tendering", "kind"),
    [
        ("97" + "1" * 39, False, CodeKind.MEMBER_DYNAMIC),
        ("98" + "1" * 29, True, CodeKind.MEMBER_STATIC),
        ("130012345678901234", True, CodeKind.WECHAT_PAY),
        ("130012345678901234", False, CodeKind.UNKNOWN),
        ("2812345678901234", True, CodeKind.ALIPAY),
        ("6212345678901234567", True, CodeKind.UNION_PAY),
        ("2201234012564", False, CodeKind.SCALE_LABEL),
        ("220123400735018735", False, CodeKind.SCALE_LABEL),
        ("6901234567892", False, CodeKind.GTIN),
        ("6901234567892", True, CodeKind.UNKNOWN),
        ("6901234567893", False, CodeKind.UNKNOWN),
        ("96385074", False, CodeKind.GTIN),
        ("13800006021", False, CodeKind.PHONE),
        ("8613800006021", True, CodeKind.PHONE),
        ("  6901234567892\r", False, CodeKind.GTIN),
        ("690123456\ud8007892", False, CodeKind.GTIN),
        ("http://example.com/x", False, CodeKind.UNKNOWN),
        ("", False, CodeKind.UNKNOWN),
        ("６９０１２３４５６７８９２", False, CodeKind.UNKNOWN),
    ],
)
def test_classes(text: str, tendering: bool, kind: CodeKind) -> None:
    assert classify(text, tendering=tendering).kind is kind


def test_only_what_this_shops_scales_print_is_a_label() -> None:
    code = "2901234012563"
    assert classify(code, tendering=False).kind is CodeKind.GTIN
    assert classify(code, tendering=False, scale=ScaleRules(weights=frozenset({29}))).kind is CodeKind.SCALE_LABEL
    assert classify("2201234012564", tendering=False, scale=ScaleRules(frozenset())).kind is CodeKind.GTIN


def test_trap_12_a_scale_label_that_looks_like_alipay_is_goods_in_the_basket_and_alipay_at_the_tender() -> None:
    label = "250123400735018735"
    rules = ScaleRules(frozenset(range(20, 30)))
    assert classify(label, tendering=False, scale=rules).kind is CodeKind.SCALE_LABEL
    assert classify(label, tendering=True, scale=rules).kind is CodeKind.ALIPAY


@pytest.mark.parametrize("code", ["6901234567892", "96385074", "012345678905", "00012345600012"])
def test_check_digits(code: str) -> None:
    assert check_digit_is_valid(code)
    assert not check_digit_is_valid(code[:-1] + str((int(code[-1]) + 1) % 10))
    assert not check_digit_is_valid(code + "0" * (15 - len(code)))


@given(st.text(max_size=60), st.booleans())
def test_no_text_can_break_the_classifier(text: str, tendering: bool) -> None:
    assert classify(text, tendering=tendering).text == text.strip()
