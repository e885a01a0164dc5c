"""Canonical bytes: what is read back is what was recorded, and any change shows in the chain."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.encoding import KINDS, chain, from_values, genesis, says_the_same, to_values
from posapp.domain.errors import UnknownKind
from posapp.domain.events import BalanceOpened, Recorded
from posapp.domain.ids import DeviceId, Incarnation, MemberId, StreamId
from posapp.domain.posting import post
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import AT, STREAM, recorded, whole_refund

amounts = st.integers(-(2**40), 2**40)


def canonical(event: Recorded) -> bytes:
    return msgspec.msgpack.encode(to_values(event))


def test_a_sale_survives_the_round_trip() -> None:
    event = recorded(5)
    assert from_values(STREAM, 5, msgspec.msgpack.decode(canonical(event))) == event


def test_decoding_and_encoding_again_gives_the_same_bytes() -> None:
    first = canonical(recorded())
    assert msgspec.msgpack.encode(msgspec.msgpack.decode(first)) == first


@given(st.binary(min_size=16, max_size=16), amounts, amounts, amounts, st.integers(0, 10**6), st.text(max_size=20))
def test_any_opening_survives_the_round_trip(
    member: bytes, points: int, growth: int, spend: int, visits: int, source: str
) -> None:
    event = BalanceOpened(
        MemberId(member), BusinessDay(740000), Points(points), Growth(growth), Money(spend), visits, source
    )
    entry = Recorded(STREAM, 1, AT, event, post(event))
    assert from_values(STREAM, 1, msgspec.msgpack.decode(canonical(entry))) == entry


@pytest.mark.parametrize("change", [(0, 999), (1, 99)])
def test_an_unknown_kind_or_a_newer_version_is_named(change: tuple[int, int]) -> None:
    values = to_values(recorded())
    values[change[0]] = change[1]
    with pytest.raises(UnknownKind, match=str(change[1])):
        from_values(STREAM, 1, values)


def test_the_chain_depends_on_stream_order_and_every_byte() -> None:
    one, two = canonical(recorded()), canonical(recorded()) + b"\x00"
    start = genesis(STREAM)
    other = genesis(StreamId(DeviceId(b"d" * 16), Incarnation(b"j" * 8)))
    heads = {chain(start, one), chain(start, two), chain(other, one), chain(chain(start, one), two)}
    assert len(heads) == 4


def test_kind_numbers_and_versions_are_pinned() -> None:
    """Numbers are in every log ever written: this list may only grow."""
    assert {number: (version, cls.__name__) for number, (version, cls) in KINDS.items()} == {
        1: (1, "MemberEnrolled"),
        2: (1, "BalanceOpened"),
        3: (2, "SaleCompleted"),
        4: (2, "SaleRefunded"),
        10: (1, "PassSold"),
        11: (1, "PassUsed"),
        12: (1, "PassUseReversed"),
        13: (1, "PassRefunded"),
        14: (1, "PassElapsed"),
        20: (1, "PointsChanged"),
        21: (1, "GiftRedeemed"),
        22: (1, "DrawMade"),
        23: (1, "DrawAnnounced"),
        24: (1, "StockSupplied"),
        25: (1, "TierSet"),
        26: (1, "WorkshopJoined"),
        27: (1, "WorkshopLeft"),
        28: (1, "WorkshopAttended"),
        30: (1, "ConsentRecorded"),
        31: (1, "CardReplaced"),
        32: (1, "NumberClaimed"),
        33: (1, "MembersMerged"),
        34: (1, "MergeUndone"),
        35: (1, "MemberForgotten"),
        36: (1, "NumberRevealed"),
        15: (1, "CouponsIssued"),
        16: (1, "CouponsVoided"),
        17: (1, "CouponTransferred"),
        18: (1, "CouponBatchOpened"),
        19: (1, "RuleUsesCounted"),
    }


def test_a_refund_survives_the_round_trip() -> None:
    refund = whole_refund()
    entry = Recorded(STREAM, 2, AT, refund, post(refund))
    assert from_values(STREAM, 2, msgspec.msgpack.decode(canonical(entry))) == entry


def test_bodies_of_the_first_version_are_read_and_verified() -> None:
    """Events that were recorded before points could lapse: two fields fewer in a sale, five in a refund."""
    for entry, missing in (
        (recorded(), 2),
        (Recorded(STREAM, 2, AT, whole_refund(), post(whole_refund())), 5),
    ):
        old = to_values(entry)
        old[1] = 1
        old[3] = old[3][:-missing]
        read = from_values(STREAM, entry.sequence, old)
        assert read == entry
        assert says_the_same(read, old)
        assert not says_the_same(read, [*old[:5], [*old[5][:-1], old[5][-1] + 1]])
        torn = [*old[:3], [*old[3][:-1], "x"], *old[4:]]
        assert not says_the_same(read, torn)
        assert not says_the_same(read, [old[0], 2, *old[2:]]), "a body of this version is whole"
