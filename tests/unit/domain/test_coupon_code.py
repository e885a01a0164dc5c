"""Codes of coupons: the same on every till, a slip of the finger noticed, a forgery refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.coupon_code import (
    BatchCode,
    batch_code,
    batch_codes,
    batch_of,
    given_id,
    is_coupon_code,
    member_code,
    read_batch_code,
    use_ids,
)
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.posting.tier import tier_given
from posapp.domain.scan_code import CodeKind, classify

KEY = b"k" * 32
ANNE, BERT = MemberId(b"a" * 16), MemberId(b"b" * 16)


@given(st.integers(1, 9999), st.integers(0, 9_999_999))
def test_a_printed_code_reads_back_and_scans_as_a_coupon(batch: int, serial: int) -> None:
    code = batch_code(KEY, batch, serial)
    assert read_batch_code(KEY, code) == BatchCode(batch, serial)
    assert batch_of(code) == batch
    for tendering in (False, True):
        assert classify(code, tendering=tendering).kind is CodeKind.COUPON


def test_every_wrong_digit_fails_the_check() -> None:
    code = batch_code(KEY, 12, 345)
    for place in range(2, len(code)):
        for other in set("0123456789") - {code[place]}:
            assert not is_coupon_code(code[:place] + other + code[place + 1 :])


def test_a_code_with_a_good_check_digit_that_nobody_made_is_refused() -> None:
    for forged in (batch_code(b"x" * 32, 12, 345), member_code(KEY, "r", ANNE, "1")):
        assert is_coupon_code(forged)
        with pytest.raises(InvalidField, match="made no such coupon"):
            read_batch_code(KEY, forged)
    with pytest.raises(InvalidField, match="misread"):
        read_batch_code(KEY, "96" + "1" * 21)


def test_a_members_code_follows_from_who_what_and_when() -> None:
    code = member_code(KEY, "birthday", ANNE, "2026")
    assert code == member_code(KEY, "birthday", ANNE, "2026")
    others = {
        member_code(KEY, "birthday", ANNE, "2027"),
        member_code(KEY, "birthday", BERT, "2026"),
        member_code(KEY, "birth", ANNE, "day2026"),
        member_code(KEY, "birthday", ANNE, "2026", 1),
        member_code(b"x" * 32, "birthday", ANNE, "2026"),
    }
    assert len(others | {code}) == 6
    assert batch_of(code) == 0


def test_codes_of_a_batch_are_all_different_and_a_batch_has_bounds() -> None:
    codes = list(batch_codes(KEY, 1, 2_000))
    assert len(set(codes)) == 2_000
    for batch, serial in ((0, 1), (10_000, 1), (1, 10_000_000), (1, -1)):
        with pytest.raises(ValueError, match="batch"):
            batch_code(KEY, batch, serial)


def test_uses_are_counted_for_everybody_the_day_and_the_member_apart() -> None:
    assert len(set(use_ids("r", 1, ANNE)) | set(use_ids("r", 2, BERT))) == 7
    assert use_ids("r", 1, None) == use_ids("r", 1, ANNE)[:2]


def test_a_rule_that_a_shop_calls_like_something_the_till_counts_stands_apart() -> None:
    anne = MemberId(b"a" * 16)
    assert given_id("tier", anne, "gold") != tier_given(anne, "gold")
