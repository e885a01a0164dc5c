"""Numbers as people type them."""

from __future__ import annotations

import pytest

from posapp.application.phone import normalise_phone
from posapp.domain.errors import InvalidField


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13800006021", "+8613800006021"),
        ("138 0000 6021", "+8613800006021"),
        ("86-138-0000-6021", "+8613800006021"),
        ("+86 138 0000 6021", "+8613800006021"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_accepted(typed: str, expected: str) -> None:
    assert normalise_phone(typed) == expected


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1395716", "还差 4 位"),
        ("12345678901", "不是手机号"),
        ("abc", "不是手机号"),
        ("+999", "不是电话号码"),
        ("", "手机号"),
    ],
)
def test_refused_with_the_field_and_a_reason(typed: str, words: str) -> None:
    with pytest.raises(InvalidField) as caught:
        normalise_phone(typed)
    assert caught.value.field == "phone"
    assert words in caught.value.reason_zh
