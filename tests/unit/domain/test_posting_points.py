"""Points that lapse on the ledger: by lot and by month, and in reverse where something comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from posapp.domain.accounts import Account
from posapp.domain.amounts import Points
from posapp.domain.events import DrawMade, Event, GiftRedeemed, LapsedLot, PointsChanged, PointsReason, Recorded
from posapp.domain.ids import StaffId, derived_id
from posapp.domain.points_held import grace_holder, lot_holder, month_holder, month_of
from posapp.domain.points_movement import PointsFold, apply
from posapp.domain.posting import post
from posapp.domain.posting.points import spent_in_month
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import AT, MEMBER, STREAM, member_sale, whole_refund

DAY = BusinessDay.of(date(2026, 11, 18))
LAST = BusinessDay.of(date(2027, 11, 30))
GRACE = BusinessDay.of(date(2027, 2, 28))
LOT, MONTH = lot_holder(MEMBER, LAST), month_holder(MEMBER, month_of(DAY))
NOBODY = StaffId("")
GIFT = GiftRedeemed(MEMBER, DAY, StaffId("c1"), "lamp", Points(300), lapsing=True, counted=True, programme_version=1)


def held(event: Event) -> dict[tuple[Account, bytes], int]:
    found: dict[tuple[Account, bytes], int] = {}
    for posting in post(event).postings:
        if posting.holder and posting.account // 100 != 3 and posting.account // 100 != 4:
            key = (posting.account, posting.holder)
            found[key] = found.get(key, 0) + posting.amount
    return found


def test_a_sale_earns_in_its_lot_and_spends_in_its_month() -> None:
    sale = replace(member_sale(), points_last_day=LAST)
    assert held(sale) == {
        (Account.MEMBER_POINTS, MEMBER): 145 - 800,
        (Account.POINTS_ISSUED_IN_LOT, LOT): -145,
        (Account.POINTS_SPENT_IN_MONTH, MONTH): 800,
    }
    frozen = replace(sale, points_free_day=DAY.plus(7))
    assert (Account.POINTS_ISSUED_IN_LOT, lot_holder(MEMBER, LAST, DAY.plus(7))) in held(frozen)


def test_a_refund_takes_from_the_lot_and_gives_back_to_the_month_or_with_grace() -> None:
    plain = replace(whole_refund(), points_last_day=LAST)
    assert held(plain) == {
        (Account.MEMBER_POINTS, MEMBER): 800 - 145,
        (Account.POINTS_SPENT_IN_MONTH, MONTH): -800,
        (Account.POINTS_ISSUED_IN_LOT, LOT): 145,
    }
    late = replace(plain, points_lapsed=Points(300), points_grace_day=GRACE)
    assert held(late) == {
        (Account.MEMBER_POINTS, MEMBER): 800 - 145,
        (Account.POINTS_SPENT_IN_MONTH, MONTH): -500,
        (Account.POINTS_ISSUED_IN_LOT, LOT): 145,
        (Account.POINTS_ISSUED_IN_LOT, grace_holder(MEMBER, GRACE)): -300,
    }


def test_a_gift_and_its_return_undo_each_other() -> None:
    there, back = held(GIFT), held(replace(GIFT, returned_of=DAY, business_day=DAY.plus(40)))
    assert there[Account.STOCK, derived_id("gift", "lamp")] == -1
    assert there[Account.POINTS_SPENT_IN_MONTH, MONTH] == 300
    assert {key: -amount for key, amount in there.items()} == back, "in the month of the gift, not of its return"


def test_what_lapsed_is_posted_on_its_lots() -> None:
    lots = (LapsedLot(LAST, None, False, 40), LapsedLot(GRACE, None, True, 2))
    event = PointsChanged(
        MEMBER, DAY, NOBODY, NOBODY, PointsReason.EXPIRED, -42, 0, None, None, b"", "", "", lots
    )  # fmt: skip
    assert held(event) == {
        (Account.MEMBER_POINTS, MEMBER): -42,
        (Account.POINTS_EXPIRED_FROM_LOT, LOT): 40,
        (Account.POINTS_EXPIRED_FROM_LOT, grace_holder(MEMBER, GRACE)): 2,
    }


def test_a_draw_pays_and_wins_in_one_event() -> None:
    draw = DrawMade(
        MEMBER, DAY, StaffId("c1"), "lucky", 3, DAY, Points(100), True, 17, "back", "back", Points(50), LAST, False, 1
    )  # fmt: skip
    found = held(draw)
    assert found[Account.MEMBER_POINTS, MEMBER] == -50
    assert found[Account.POINTS_SPENT_IN_MONTH, MONTH] == 100
    assert found[Account.POINTS_ISSUED_IN_LOT, LOT] == -50
    assert not any(account is Account.STOCK for account, _holder in found)


def test_the_log_folds_to_what_the_postings_say_by_lot_and_month() -> None:
    """The report's reading of events and the ledger's postings agree, event by event."""
    lapsing = replace(member_sale(), points_last_day=LAST)
    events: tuple[Event, ...] = (
        lapsing,
        replace(whole_refund(), points_last_day=LAST, points_lapsed=Points(300), points_grace_day=GRACE),
        GIFT,
        replace(GIFT, returned_of=DAY),
        PointsChanged(MEMBER, DAY, NOBODY, NOBODY, PointsReason.MANUAL, -7, 0, LAST, None, b"", "", "x"),
        PointsChanged(MEMBER, DAY, NOBODY, NOBODY, PointsReason.CHECK_IN, 25, 25, LAST, None, b"o" * 16, "", ""),
    )
    for event in events:
        folds: dict[bytes, PointsFold] = {}
        apply(folds, Recorded(STREAM, 1, AT, event, post(event)))
        fold, wanted = folds[MEMBER], held(event)
        said: dict[tuple[Account, bytes], int] = {(Account.MEMBER_POINTS, MEMBER): fold.balance}
        said |= {(Account.POINTS_ISSUED_IN_LOT, key.holder(MEMBER)): -n for key, n in fold.issued.items()}
        said |= {(Account.POINTS_SPENT_IN_MONTH, month_holder(MEMBER, m)): n for m, n in fold.spent.items()}
        points = {key: amount for key, amount in wanted.items() if key[0] // 100 == 2}
        assert {key: amount for key, amount in said.items() if amount} == points, event


def test_nothing_spent_posts_nothing() -> None:
    assert [posting.amount for posting in spent_in_month(MEMBER, 0, DAY)] == [0, 0]
    quiet = replace(member_sale(), points_last_day=LAST, points_spent=Points(0))
    assert MONTH not in {posting.holder for posting in post(quiet).postings}
