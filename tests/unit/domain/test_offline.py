"""What a till may do without its server, row by row of domain.md §5.1."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.offline import DEFAULT_POLICY, IN_REACH, Action, Leases, OfflinePolicy, Reach
from posapp.domain.programme import parse_programme

HOUR = timedelta(hours=1)
SILENT = Reach(HOUR)
PROVEN = replace(SILENT, settled=100_000, by_pin=True)
LENT = (Action.SPEND_STORED, Action.SPEND_POINTS, Action.USE_PASS, Action.USE_COUPON)
NEVER = (
    Action.TOP_UP,
    Action.CLOSE_STORED,
    Action.LAPSE_BONUS,
    Action.TRANSFER,
    Action.CHANGE_MEMBER,
    Action.DRAW,
    Action.JOIN_WORKSHOP,
    Action.SCAN_PAY,
    Action.REFUND_OF_OTHERS,
)


@pytest.mark.parametrize(
    ("action", "state", "most"),
    [
        (Action.SPEND_POINTS, SILENT, 2_000),
        (Action.SPEND_POINTS, replace(SILENT, used=500), 1_500),
        (Action.SPEND_POINTS, Reach(24 * HOUR), 2_000),
        (Action.SPEND_POINTS, Reach(24 * HOUR + timedelta(seconds=1)), 0),
        (Action.SPEND_STORED, PROVEN, 10_000),
        (Action.SPEND_STORED, replace(PROVEN, settled=8_000), 4_000),
        (Action.SPEND_STORED, replace(PROVEN, used=9_999), 1),
        (Action.USE_COUPON, replace(SILENT, of_this_store=True), 2_000),
        (Action.USE_COUPON, SILENT, 0),
        (Action.USE_PASS, SILENT, 1),
        (Action.USE_PASS, replace(SILENT, used=1), 0),
        (Action.REFUND_CASH, SILENT, 20_000),
        (Action.REFUND_STORED, SILENT, 20_000),
    ],
)
def test_the_limits_are_those_of_the_table(action: Action, state: Reach, most: int) -> None:
    assert DEFAULT_POLICY.most(action, state) == most
    assert DEFAULT_POLICY.may(action, most, state) is None
    refused = DEFAULT_POLICY.may(action, most + 1, state)
    assert refused is not None
    assert "断网" in refused.zh
    assert "offline" in refused.en


def test_a_coupon_of_this_till_has_no_limit() -> None:
    assert DEFAULT_POLICY.most(Action.USE_COUPON, replace(SILENT, issued_here=True)) is None
    assert DEFAULT_POLICY.may(Action.USE_COUPON, 1 << 40, replace(SILENT, issued_here=True)) is None


@pytest.mark.parametrize("action", NEVER)
def test_what_two_tills_must_not_do_at_once_waits_whatever_a_programme_says(action: Action) -> None:
    loosest = OfflinePolicy(cash_only_after_hours=8_760, stored_needs_pin=False, printed_coupons=True)
    for policy in (DEFAULT_POLICY, loosest):
        assert policy.may(action, 0, replace(PROVEN, silent=timedelta(0))) is not None
        assert policy.may(action, 1 << 40, IN_REACH) is None


def test_stored_value_takes_the_pin_unless_the_programme_says_otherwise() -> None:
    by_code = replace(PROVEN, by_pin=False)
    refused = DEFAULT_POLICY.may(Action.SPEND_STORED, 1, by_code)
    assert refused is not None
    assert "密码" in refused.zh
    assert replace(DEFAULT_POLICY, stored_needs_pin=False).may(Action.SPEND_STORED, 1, by_code) is None


@pytest.mark.parametrize("action", [each for each in Action if each is not Action.CASH_SALE])
def test_after_72_hours_only_cash_is_taken(action: Action) -> None:
    just_before = replace(PROVEN, silent=72 * HOUR - timedelta(seconds=1), of_this_store=True)
    long_ago = replace(just_before, silent=72 * HOUR, issued_here=True)
    refused = DEFAULT_POLICY.may(action, 0, long_ago)
    assert refused is not None
    assert DEFAULT_POLICY.may(Action.CASH_SALE, 1 << 40, long_ago) is None
    if action not in NEVER:
        assert "72" in refused.zh
        assert "72" in refused.en
        assert DEFAULT_POLICY.most(action, long_ago) == 0
    if action not in (*NEVER, Action.USE_PRINTED_COUPON):
        assert DEFAULT_POLICY.may(action, 0, just_before) is None


@pytest.mark.parametrize("action", LENT)
def test_with_leases_only_nothing_else_of_a_balance_is_spent(action: Action) -> None:
    policy = replace(DEFAULT_POLICY, leases=Leases.ONLY)
    assert policy.most(action, PROVEN) == 0
    assert policy.most(action, replace(PROVEN, lease=30, used=99)) == 30
    assert policy.most(action, replace(PROVEN, issued_here=True, of_this_store=True)) == 0
    assert policy.window_limit(action, 1 << 30) == 0
    there = Reach(None, lease=30, has_server=True)
    assert policy.most(action, there) == 30
    assert policy.may(action, 30, there) is None
    assert policy.may(action, 31, there) is not None, "the network alone is not enough"
    assert policy.may(action, 31, IN_REACH) is None, "a till without a server is its own authority"


@pytest.mark.parametrize("action", LENT)
def test_with_leases_first_the_limits_come_on_top(action: Action) -> None:
    policy = replace(DEFAULT_POLICY, leases=Leases.FIRST)
    plain = policy.most(action, PROVEN)
    assert plain is not None
    assert policy.most(action, replace(PROVEN, lease=30)) == plain + 30
    assert policy.may(action, 1 << 30, Reach(None, has_server=True)) is None


@given(st.sampled_from(list(Action)), st.integers(0, 1 << 20), st.integers(0, 100), st.integers(0, 1 << 20))
def test_may_and_most_say_the_same(action: Action, amount: int, hours: int, used: int) -> None:
    state = replace(PROVEN, silent=hours * HOUR, used=used, of_this_store=True)
    most = DEFAULT_POLICY.most(action, state)
    if action is Action.USE_PRINTED_COUPON or most is None:
        return
    allowed = DEFAULT_POLICY.may(action, amount, state) is None
    if action in NEVER or DEFAULT_POLICY.is_cash_only(state):
        assert not allowed
        assert most == 0
    else:
        assert allowed is (amount <= most)


def programme(**keys: object) -> OfflinePolicy:
    return parse_programme({"version": 1, "tiers": [{"code": "only"}], **keys}).offline


def test_a_programme_sets_the_limits_and_the_rest_is_the_table() -> None:
    assert programme() == DEFAULT_POLICY
    read = programme(
        offline={
            "cash_only_after_hours": 24,
            "stored_value": {"most": "50.00", "share": 10_000, "pin": False},
            "points": {"most": "5.00", "hours": 8},
            "coupons": {"most": "10.00", "printed": True},
            "pass_uses_a_day": 2,
            "refunds": {"cash": "100.00", "stored_value": "80.00"},
            "leases": "only",
            "write_off_most": "5.00",
        }
    )
    assert read == OfflinePolicy(24, 500, 8, 5_000, 10_000, False, 1_000, True, 2, 10_000, 8_000, Leases.ONLY, 500)


def test_what_programmes_of_before_say_still_counts() -> None:
    cards = {"cards": [{"code": "main"}], "offline": {"most": "50.00", "share": 10_000}}
    before = programme(stored_value=cards, coupons={"offline": {"most": "7.00", "printed": True}})
    assert (before.stored_most_fen, before.stored_share) == (5_000, 10_000)
    assert (before.coupon_most_fen, before.printed_coupons) == (700, True)
    now = programme(stored_value=cards, offline={"stored_value": {"most": "60.00"}})
    assert (now.stored_most_fen, now.stored_share) == (6_000, 10_000)
