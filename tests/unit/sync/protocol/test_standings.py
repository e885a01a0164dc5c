"""Members' standings come back as they were packed, and what is no page of them is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import columnar, standings
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import MemberRow

DAYS = st.integers(700_000, 760_000)
AMOUNTS = st.dictionaries(st.sampled_from([201, 301, 401, 402, 501]), st.integers(-(10**12), 10**12), max_size=5)


@st.composite
def members(draw: st.DrawFn) -> MemberRow:
    visits, extra = draw(st.integers(0, 500)), draw(st.integers(-3, 500))
    first = draw(DAYS | st.none())
    last = None if first is None else first + draw(st.integers(0, 4_000))
    recent = {} if last is None else draw(st.dictionaries(st.integers(last - 31, last), st.integers(-999, 10**9)))
    return MemberRow(
        draw(st.binary(min_size=16, max_size=16)),
        draw(st.none() | st.from_regex(r"[0-9]{8}", fullmatch=True)),
        draw(DAYS | st.none()),
        tuple(sorted((account, amount) for account, amount in draw(AMOUNTS).items() if amount)),
        visits,
        visits + extra,
        first,
        last,
        tuple(sorted(recent.items(), reverse=True)),
    )


@given(st.lists(members(), min_size=1, max_size=60))
def test_they_come_back(rows: list[MemberRow]) -> None:
    assert standings.unpack(standings.pack(rows), len(rows)) == rows


def test_a_balance_of_nothing_is_none() -> None:
    row = MemberRow(b"m" * 16, None, None, ((201, 0), (301, 5)), 0, 0, None, None, ())
    assert standings.unpack(standings.pack([row]), 1) == [msgspec.structs.replace(row, balances=((301, 5),))]


def test_an_account_that_few_have_costs_the_others_nothing() -> None:
    rows = [
        MemberRow(number.to_bytes(16, "big"), None, None, ((201, number),), 1, 1, 739_000, 739_000, ())
        for number in range(1, 1_001)
    ]
    rare = [
        msgspec.structs.replace(row, balances=(*row.balances, (900 + number, 7))) if number < 30 else row
        for number, row in enumerate(rows)
    ]
    assert len(standings.pack(rare)) - len(standings.pack(rows)) < 30 * 60


ROW = (b"m" * 16, None, None, 0, 0, None, None, (), ())


@pytest.mark.parametrize(
    "page",
    [
        b"noise",
        msgspec.msgpack.encode([[201], b"noise"]),
        msgspec.msgpack.encode([["points"], columnar.encode([(*ROW, 1)])]),
        msgspec.msgpack.encode([[201, 301], columnar.encode([(*ROW, 1)])]),
        msgspec.msgpack.encode([[201], columnar.encode([(*ROW, "much")])]),
        msgspec.msgpack.encode([[], columnar.encode([ROW[:5]])]),
        msgspec.msgpack.encode([[], columnar.encode([7])]),
        msgspec.msgpack.encode([[], columnar.encode([(b"short", *ROW[1:])])]),
        msgspec.msgpack.encode([[], columnar.encode([(*ROW[:6], 4, (), ())])]),
        msgspec.msgpack.encode([[], columnar.encode([(*ROW[:7], (1,), ())])]),
        msgspec.msgpack.encode([[], columnar.encode([(*ROW[:7], "ab", "cd")])]),
    ],
)
def test_what_is_no_page_is_refused(page: bytes) -> None:
    with pytest.raises(ProtocolError):
        standings.unpack(page, 1)
