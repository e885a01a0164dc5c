"""Adding up by columns and event by event gives the same, and the same as the domain's own fold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.encoding import to_values
from posapp.domain.events import (
    BalanceOpened,
    Event,
    LineAdjustment,
    MemberEnrolled,
    Recorded,
    SaleCompleted,
    SaleLine,
    Step,
    Tender,
)
from posapp.domain.ids import DeviceId, Incarnation, MemberId, RuleId, Sku, StaffId, StreamId
from posapp.domain.posting import post
from posapp.domain.projection import Fold, fold
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from sync.protocol import columnar
from sync.server.effects import Effects, _apart, effects_of

STREAM = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
AT = datetime(2026, 1, 1, tzinfo=UTC)
MEMBERS = [MemberId(bytes([n]) * 16) for n in range(3)]
DAYS = st.integers(739_000, 739_003).map(BusinessDay)


@st.composite
def events(draw: st.DrawFn) -> Event:
    who = draw(st.sampled_from([None, *MEMBERS]))
    day = draw(DAYS)
    kind = draw(st.integers(0, 5))
    if kind == 0 and who is not None:
        return MemberEnrolled(who, f"C{draw(st.integers(0, 9))}", day, StaffId("u"), "counter", "1")
    if kind == 1 and who is not None:
        number = draw(st.integers(-50, 500))
        return BalanceOpened(who, day, Points(number), Growth(number), Money(number * 7), abs(number) % 5, "old")
    lines = []
    for amount, off in draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 90)), min_size=1, max_size=3)):
        taken = (LineAdjustment(0, Step.TIER_RATE, Money(off)),) if off else ()
        lines.append(SaleLine(Sku("P"), 1, "", Quantity.pieces(1), Money(amount), Money(amount), taken))
    due = Money(sum(line.net.fen for line in lines))
    spent = draw(st.integers(0, 3)) if who else 0
    earned = max(due.fen, 0) // 100 if who else 0
    return SaleCompleted(
        "R1", day, StaffId("u"), who, Identification.NONE, "", 1, bytes(32), 1, (RuleId("tier"),), tuple(lines),
        (Tender(TenderMethod.CASH, due, due),), Points(spent), Points(earned), Points(0), Growth(earned),
        due if who else Money(0), (),
    )  # fmt: skip


def recorded(log: list[Event]) -> list[Recorded]:
    return [Recorded(STREAM, n, AT + timedelta(seconds=n), event, post(event)) for n, event in enumerate(log, 1)]


def rows_of(log: list[Event]) -> list[Any]:
    rows = [to_values(each) for each in recorded(log)]
    return columnar.decode(columnar.encode(rows), len(rows))


def flat(effects: Effects) -> tuple[dict[tuple[int, bytes], int], dict[tuple[bytes, int], list[int]]]:
    balances = {(account, who): n for account, each in effects.held.items() for who, n in each.items() if n}
    balances.update({(account, b""): n for account, n in effects.accounts.items() if n})
    return balances, effects.days


def of_fold(folded: Fold) -> dict[tuple[int, bytes], int]:
    return {(int(account), who): amount for (account, who), amount in folded.balances.items() if amount}


@given(st.lists(events(), max_size=40))
def test_columns_agree_with_single_events_and_with_the_domain(log: list[Event]) -> None:
    rows = rows_of(log)
    together, apart, folded = effects_of(rows), _apart(rows), fold(recorded(log))
    assert not together.refused
    assert (flat(together), together.cards) == (flat(apart), apart.cards)
    balances, days = flat(together)
    assert balances == of_fold(folded)
    assert {key: net for key, (net, _orders) in days.items()} == folded.day_net
    assert sum(orders for _net, orders in days.values()) == sum(folded.orders.values())


GOOD: list[Any] = [3, 99, 5, [], [], [101, 0, 500, 110, 0, -500]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([3, 99, 5, [], [], [101, 0, 500, 110, 0, -499]], "unbalanced in unit 1"),
        ([3, 99, 5, [], [], [101, 0, 500, 210, 0, -500]], "unbalanced"),
        ([3, 99, 5, [], [], [177, 0, 500, 110, 0, -500]], "unknown account 177"),
        ([3, 99, 5, [], [], [True, 0, 500, 110, 0, -500]], "unknown account"),
        ([3, 99, 5, [], [], [101.0, 0, 500, 110, 0, -500]], ""),
        ([3, 99, 5, [], [], [101, False, 500, 110, 0, -500]], ""),
        ([3, 99, 5, [], [], [101, 0, 1 << 41, 110, 0, -(1 << 41)]], "amount out of range"),
        ([3, 99, 5, [], [], [101, 0, 0.5, 110, 0, -0.5]], "undecodable"),
        ([3, 99, 5, [], [], [101, 0, 500, 110, 0]], "undecodable"),
        ([3, 99, 5, [], [], [201, 0, 5, 210, 0, -5]], "with holder 0"),
        ([3, 99, 5, [], [], [201, 1, 5, 210, 0, -5]], "undecodable"),
        ([3, 99, 5, [], [b"short"], [201, 1, 5, 210, 0, -5]], "undecodable"),
        ([3, 99, 5, [], [b"m" * 16], [101, 1, 5, 110, 0, -5]], "with holder 1"),
        ([3, 1, 5, [], [], []], "undecodable"),
        ([1, 1, 5, ["short", "C1", 739_000, "u", "c", "1"], [], []], "undecodable: not a member"),
        ([1, 1, 5, [b"m" * 16, 7, 739_000, "u", "c", "1"], [], []], "undecodable: not an enrolment"),
        ([1, 1, 5, [b"m" * 16, "C1", 0, "u", "c", "1"], [], []], "undecodable: not an enrolment"),
        (["3", 1, 5, [], [], []], "undecodable"),
        ([3, 1, 5], "undecodable"),
        (None, "undecodable"),
        (7, "undecodable"),
        ([3, 99, 5, [], [], 7], "undecodable"),
        ([3, 99, 5, [], [], [[], 0, 500, 110, 0, -500]], "undecodable"),
    ],
)
def test_one_bad_event_is_left_out_and_says_why(row: Any, reason: str) -> None:
    found = effects_of([GOOD, row, GOOD])
    assert list(found.refused) == [1]
    assert reason in found.refused[1]
    assert found.accounts == {Account.CASH: 1000, Account.SALES: -1000}
    assert msgspec.msgpack.encode([GOOD, row, GOOD])


def test_an_event_of_an_unknown_kind_moves_its_value() -> None:
    found = effects_of([[77, 5, 1, {"anything": 1}, [b"m" * 16], [201, 1, 5, 210, 0, -5]]])
    assert not found.refused
    assert found.held == {201: {b"m" * 16: 5}}
    assert found.days == {}


@given(st.lists(events(), max_size=20))
def test_adding_leaves_what_was_added_as_it_was(log: list[Event]) -> None:
    """A transaction that lost a race adds the same effects to a new sum."""
    one, before = effects_of(rows_of(log)), effects_of(rows_of(log))
    total = Effects()
    total.add(one)
    total.add(one)
    assert one == before
    again = Effects()
    again.add(one)
    assert (flat(again), again.cards) == (flat(before), before.cards)


SCALARS = st.none() | st.integers(-(2**63), 2**64 - 1) | st.sampled_from([101, 110, 201, 210]) | st.text(max_size=3)
ANYTHING = st.recursive(
    SCALARS | st.binary(max_size=16) | st.floats(),
    lambda inner: st.lists(inner, max_size=6).map(tuple) | st.dictionaries(st.text(max_size=1), inner, max_size=2),
    max_leaves=20,
)


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 3, 9]), st.just(1), st.just(5), ANYTHING, ANYTHING, ANYTHING) | ANYTHING)
)
def test_no_event_however_wrong_stops_the_others(rows: list[Any]) -> None:
    found = effects_of([GOOD, *rows, GOOD])
    assert {0, len(rows) + 1}.isdisjoint(found.refused)
    alone = effects_of(rows)
    assert found.accounts[Account.CASH] - alone.accounts.get(Account.CASH, 0) == 1000
