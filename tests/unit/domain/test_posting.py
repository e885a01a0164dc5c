"""Each event moves exactly the value it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import UnbalancedTransaction
from posapp.domain.events import (
    BalanceOpened,
    BonusLapsed,
    CheckInUndone,
    LotPart,
    MemberEnrolled,
    Step,
    Tender,
    WorkshopAttended,
)
from posapp.domain.ids import AssetId, RuleId, StaffId
from posapp.domain.ledger import EMPTY_TRANSACTION
from posapp.domain.posting import post
from posapp.domain.posting.sale import DISCOUNT_ACCOUNT
from posapp.domain.posting.tenders import TENDER_ACCOUNT
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from tests.unit.domain.samples import MEMBER, member_sale, whole_refund

DAY = BusinessDay.of(date(2026, 11, 18))


def test_a_member_sale_moves_money_points_growth_and_spend() -> None:
    postings = [(p.account, p.amount, p.holder) for p in post(member_sale()).postings]
    assert postings == [
        (Account.SALES, -18000, b""),
        (Account.CASH, 14500, b""),
        (Account.MEMBER_DISCOUNT, 2700, b""),
        (Account.POINTS_DISCOUNT, 800, b""),
        (Account.MEMBER_POINTS, 145, MEMBER),
        (Account.POINTS_ISSUED, -145, b""),
        (Account.MEMBER_POINTS, -800, MEMBER),
        (Account.POINTS_REDEEMED, 800, b""),
        (Account.MEMBER_GROWTH, 145, MEMBER),
        (Account.GROWTH_ISSUED, -145, b""),
        (Account.MEMBER_SPEND, 14500, MEMBER),
        (Account.SPEND_RECORDED, -14500, b""),
    ]


def test_a_sale_whose_tenders_miss_the_due_amount_by_a_fen_cannot_be_posted() -> None:
    short = replace(member_sale(), tenders=(Tender(TenderMethod.CASH, Money(14499), Money(20000)),))
    with pytest.raises(UnbalancedTransaction, match="FEN"):
        post(short)


def test_an_anonymous_sale_moves_money_only() -> None:
    units = {p.account.unit.name for p in post(replace(member_sale(), member=None)).postings}
    assert units == {"FEN"}


def test_opening_balances_conserve_totals() -> None:
    event = BalanceOpened(MEMBER, DAY, Points(300), Growth(20), Money(12345), 4, "import")
    held = {p.account: p.amount for p in post(event).postings if p.holder}
    assert held == {
        Account.MEMBER_POINTS: 300,
        Account.MEMBER_GROWTH: 20,
        Account.MEMBER_SPEND: 12345,
        Account.MEMBER_VISITS: 4,
    }


def test_opening_a_card_moves_nothing() -> None:
    assert post(MemberEnrolled(MEMBER, "860322911206", DAY, StaffId("c1"), "counter", "1")) is EMPTY_TRANSACTION


def test_a_check_in_that_is_taken_back_leaves_nothing() -> None:
    said = (DAY, StaffId("c1"), MEMBER, RuleId("tea"))
    came, undone = post(WorkshopAttended(*said)).postings, post(CheckInUndone(*said)).postings
    assert [(each.account, each.holder, -each.amount) for each in undone] == [
        (each.account, each.holder, each.amount) for each in came
    ]


def test_every_tender_and_every_step_has_an_account() -> None:
    # What stored value pays is told by its lots.
    assert set(TENDER_ACCOUNT) == set(TenderMethod) - {TenderMethod.STORED_VALUE}
    assert set(DISCOUNT_ACCOUNT) == set(Step)


def test_a_whole_refund_leaves_nothing_of_the_sale() -> None:
    totals: dict[tuple[Account, bytes], int] = {}
    for event in (member_sale(), whole_refund()):
        for posting in post(event).postings:
            key = (posting.account, posting.holder)
            totals[key] = totals.get(key, 0) + posting.amount
    assert set(totals.values()) == {0}


def test_cash_that_is_rounded_up_in_a_refund_is_round_off() -> None:
    refund = whole_refund()
    (cash,) = refund.tenders
    generous = replace(refund, tenders=(replace(cash, handed=Money(14507)),))
    amounts = {p.account: p.amount for p in post(generous).postings if not p.holder}
    assert (amounts[Account.CASH], amounts[Account.ROUND_OFF]) == (-14507, 7)


def test_a_refund_whose_tenders_miss_what_came_back_cannot_be_posted() -> None:
    refund = whole_refund()
    (cash,) = refund.tenders
    with pytest.raises(UnbalancedTransaction):
        post(replace(refund, tenders=(replace(cash, amount=Money(14499), handed=Money(14499)),)))


def test_bonus_that_lapses_is_counted_on_its_lot_and_once_was_on_nobodys() -> None:
    lot = AssetId(b"l" * 16)
    now = BonusLapsed(DAY, MEMBER, AssetId(b"c" * 16), (LotPart(lot, Money(0), Money(500)),), by_lot=True)
    moved = [
        [(p.account, p.amount, p.holder) for p in post(each).postings] for each in (now, replace(now, by_lot=False))
    ]
    assert moved == [
        [(Account.STORED_BONUS, -500, lot), (Account.BONUS_LAPSED_FROM_LOT, 500, lot)],
        [(Account.STORED_BONUS, -500, lot), (Account.BONUS_LAPSED, 500, b"")],
    ]
