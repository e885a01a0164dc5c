"""Canonical bytes: what is read back is what was recorded, and any change shows in the chain."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.encoding import KINDS, chain, from_values, genesis, says_the_same, to_values
from posapp.domain.errors import UnknownKind
from posapp.domain.events import BalanceOpened, BonusLapsed, Event, LotPart, Recorded, ShiftClosed, TenderTotal
from posapp.domain.ids import AssetId, DeviceId, Incarnation, MemberId, StaffId, StreamId
from posapp.domain.posting import post
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import AT, STREAM, member_sale, recorded, whole_refund

SALE_OF_VERSION_1 = bytes.fromhex(
    "960301cf0006608aa994e000dc0012ae30322d3236313131382d30303037ce000b4a62a26331c4106d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d01"
    "a4676f6c6403c40801010101010101010192a9746965723a676f6c64a6706f696e74739297a374656101a0cd03e8cd3200cd320092930015cd"
    "078093013ccd023997a56c6174746504a0cd07d0cd0a28cd145092930015cd030c93013ccce7919401cd38a4cd4e20a0cd0320cc9100cc91cd"
    "38a49091c4106d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6ddc00246e00d1b9b06500cd38a46f00cd0a8c7200cd0320ccc901cc91ccd200d1ff6fcc"
    "c901d1fce0ccd300cd0320cd012d01cc91cd013600d1ff6fcd019101cd38a4cd019a00d1c75c"
)
REFUND_OF_VERSION_1 = bytes.fromhex(
    "960401cf0006608aa994e000dc0015ae30322d3236313131392d30303033ce000b4a63a26331a26d31ac6368616e676564206d696e64c2c410"
    "64646464646464646464646464646464c408696969696969696901ae30322d3236313131382d30303037ce000b4a62c4106d6d6d6d6d6d6d6d"
    "6d6d6d6d6d6d6d6d92a9746965723a676f6c64a6706f696e7473929400cd03e8cd320092930015cd078093013ccd02399401cd07d0cd145092"
    "930015cd030c93013ccce7919401cd38a4cd38a4a0cd0320cc91cc91cd38a490c391c4106d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6ddc00246e00"
    "cd46506500d1c75c6f00d1f5747200d1fce0ccc901cd0320ccd300d1fce0ccc901d1ff6fccd200cc91cd012d01d1ff6fcd013600cc91cd0191"
    "01d1c75ccd019a00cd38a4"
)
"""As they were written before sales knew the lots of stored value (`member_sale` and `whole_refund`)."""

amounts = st.integers(-(2**40), 2**40)


def canonical(event: Recorded) -> bytes:
    return msgspec.msgpack.encode(to_values(event))


def test_a_sale_survives_the_round_trip() -> None:
    event = recorded(5)
    assert from_values(STREAM, 5, msgspec.msgpack.decode(canonical(event))) == event


@pytest.mark.parametrize(
    ("raw", "sequence", "event"), [(SALE_OF_VERSION_1, 1, member_sale()), (REFUND_OF_VERSION_1, 2, whole_refund())]
)
def test_what_an_earlier_version_wrote_is_read_and_reads_back(raw: bytes, sequence: int, event: Event) -> None:
    values = msgspec.msgpack.decode(raw)
    read = from_values(STREAM, sequence, values)
    assert read.event == event
    assert says_the_same(read, values)
    values[3][0] = "another number"
    assert not says_the_same(read, values)


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
        3: (4, "SaleCompleted"),
        4: (4, "SaleRefunded"),
        5: (1, "StoredValueToppedUp"),
        6: (1, "BonusGranted"),
        7: (1, "StoredValueClosed"),
        8: (1, "StoredValueOpened"),
        9: (2, "BonusLapsed"),
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
        33: (2, "MembersMerged"),
        34: (2, "MergeUndone"),
        35: (1, "MemberForgotten"),
        36: (1, "NumberRevealed"),
        40: (1, "ApprovalAnswered"),
        41: (1, "SignInAnswered"),
        42: (1, "ShiftOpened"),
        43: (1, "CashMoved"),
        44: (1, "DrawerOpened"),
        45: (1, "ShiftCounted"),
        46: (2, "ShiftClosed"),
        50: (1, "GiftsTakenBack"),
        51: (2, "ClaimTransferred"),
        52: (1, "ExceptionClosed"),
        53: (1, "CheckInUndone"),
        55: (1, "SaleClaimed"),
        56: (1, "NumbersListed"),
        59: (1, "StaffChanged"),
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


def closed_shift() -> Recorded:
    nothing = Money(0)
    event = ShiftClosed(
        BusinessDay(740000), StaffId("c1"), 1, AT, Money(50000), Money(1200), nothing, nothing, nothing, nothing,
        Money(51200), 1, 0, 1, Money(1200), 0, nothing, nothing, nothing,
        (TenderTotal(TenderMethod.CASH, Money(1200), nothing),), closes_day=False, note="",
    )  # fmt: skip
    return Recorded(STREAM, 3, AT, event, post(event))


def test_bodies_of_earlier_versions_are_read_and_verified() -> None:
    """Events of before reasons by hand, fees on returns, passes on lines, stored value, points that lapse.

    A Z report moves the drawer's cash, whatever else it says.
    """
    refund = Recorded(STREAM, 2, AT, whole_refund(), post(whole_refund()))
    gone = BonusLapsed(
        BusinessDay(740000), None, AssetId(b"c" * 16), (LotPart(AssetId(b"l" * 16), Money(0), Money(5)),)
    )
    bodies = (
        (recorded(), 3, 1),
        (recorded(), 2, 2),
        (recorded(), 1, 5),
        (refund, 3, 1),
        (refund, 2, 2),
        (refund, 1, 8),
        (closed_shift(), 1, 1),
        (Recorded(STREAM, 4, AT, gone, post(gone)), 1, 1),
    )
    for entry, version, missing in bodies:
        old = to_values(entry)
        now = old[1]
        old[1] = version
        old[3] = old[3][:-missing]
        read = from_values(STREAM, entry.sequence, old)
        assert read == entry
        assert says_the_same(read, old)
        assert not says_the_same(read, [*old[:5], [*old[5][:-1], old[5][-1] + 1]])
        torn = [*old[:3], [*old[3][:-1], "x"], *old[4:]]
        assert not says_the_same(read, torn)
        assert not says_the_same(read, [old[0], now, *old[2:]]), "a body of this version is whole"
