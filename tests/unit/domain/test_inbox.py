"""What may be done about an exception: whatever it is, each way balances, costs what it says, and has words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Points
from posapp.domain.events import ExceptionClosed, GiftRedeemed, LotPart, Recorded, StoredValueOpened
from posapp.domain.ids import AssetId, DeviceId, Incarnation, MemberId, StaffId, StreamId
from posapp.domain.inbox.case import Case, LedgerLine
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.inbox.remedies import Option, Terms, options_of
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.domain.posting import post
from posapp.domain.posting.inbox import closing_of
from posapp.domain.time import BusinessDay

STREAM = StreamId(DeviceId(b"d" * 16), Incarnation(b"i" * 8))
NOW = datetime(2026, 11, 18, tzinfo=UTC)
DAY = BusinessDay.of(NOW.date())
ANNE = MemberId(b"a" * 16)
TERMS = Terms(20_00, lambda points: points)
GIFT = GiftRedeemed(ANNE, DAY, StaffId("u"), "lamp", Points(300), lapsing=False, counted=True, programme_version=1)
LOT = LotPart(AssetId(b"l" * 16), Money(5), Money(0))
OPENED = StoredValueOpened(DAY, StaffId("u"), ANNE, AssetId(b"c" * 16), (LOT,), "x")
CLOSED = ExceptionClosed(DAY, StaffId("u"), StaffId("9"), AssetId(b"e" * 16), "debt", "left", ANNE, (), Money(0), "")
Shown = GiftRedeemed | StoredValueOpened | ExceptionClosed
OVERDRAWN = (Account.STORED_PRINCIPAL, Account.STORED_BONUS, Account.PASS_USES, Account.STOCK)
ALWAYS = {ExceptionKind.DEBT: Account.MEMBER_DEBT, ExceptionKind.POINTS_OVERSPENT: Account.MEMBER_POINTS}


def line(event: Shown | None) -> LedgerLine:
    return LedgerLine("S1", STREAM, 1, None if event is None else Recorded(STREAM, 1, NOW, event, post(event)))


def case(kind: ExceptionKind, amount: int, account: Account | None = None, *lines: LedgerLine) -> Case:
    holder = b"h" * 16 if account else b""
    return Case(AssetId(b"e" * 16), kind, "S1", NOW, STREAM, 1, "", holder, account, amount, lines)


def closed(one: Case, option: Option) -> ExceptionClosed:
    who, cost = (StaffId("u"), StaffId("9")), Money(option.cost_fen)
    return ExceptionClosed(DAY, *who, one.item, one.kind, option.remedy, None, option.entries, cost, "")


@given(
    st.sampled_from(ExceptionKind),
    st.integers(1, 10**9),
    st.sampled_from([*OVERDRAWN, None]),
    st.sampled_from([GIFT, OPENED, CLOSED, None]),
)
def test_every_way_balances_and_has_words(
    kind: ExceptionKind, amount: int, account: Account | None, event: Shown | None
) -> None:
    one = case(kind, amount, ALWAYS.get(kind, account), line(event))
    options = options_of(one, TERMS)
    assert 1 <= len(options) <= 3
    assert len({each.remedy for each in options}) == len(options)
    for option in options:
        # A transaction that does not balance cannot be made.
        moved = post(closed(one, option))
        assert closing_of(one.item) in {each.holder for each in moved.postings}
        assert min(option.cost_fen, option.member_fen) == 0, "one side bears it"
        texts = (title_of(one), option_words(one, option), cost_words(option))
        assert all(words.zh and words.en and "{" not in words.zh + words.en for words in texts)
        assert all(words.en[0].isupper() for words in texts), "each stands alone"


@pytest.mark.parametrize(("fen", "first"), [(20_00, Remedy.WRITE_OFF), (20_01, Remedy.OWED)])
def test_the_shop_bears_little_and_asks_for_much(fen: int, first: Remedy) -> None:
    one = case(ExceptionKind.OVERDRAFT, fen, Account.STORED_PRINCIPAL, line(OPENED))
    assert options_of(one, TERMS)[0].remedy is first
    stranger = options_of(replace(one, lines=()), TERMS)
    assert [each.remedy for each in stranger] == [Remedy.WRITE_OFF, Remedy.PAID], "nobody is known who could owe it"


@pytest.mark.parametrize("account", OVERDRAWN)
def test_what_is_put_back_on_a_balance_is_what_was_missing(account: Account) -> None:
    one = case(ExceptionKind.OVERDRAFT, 7, account, line(OPENED))
    for option in options_of(one, TERMS):
        back = sum(each.amount for each in option.entries if each.account is account and each.holder == one.holder)
        assert back == 7


def test_what_was_paid_too_much_of_a_debt_goes_back() -> None:
    (option,) = options_of(case(ExceptionKind.DEBT, -300, Account.MEMBER_DEBT), TERMS)
    assert option.remedy is Remedy.PAID_BACK
    moved = {each.account: each.amount for each in option.entries}
    assert moved == {
        Account.MEMBER_DEBT: 300,
        Account.DEBTS_RECORDED: -300,
        Account.CASH: -300,
        Account.RECEIVABLE: 300,
    }
    assert "3.00" in title_of(case(ExceptionKind.DEBT, -300, Account.MEMBER_DEBT)).en


def test_what_came_second_is_reversed_whole() -> None:
    option = options_of(case(ExceptionKind.CLOSED_TWICE, 0, None, line(CLOSED)), TERMS)[0]
    assert option.remedy is Remedy.REVERSED
    assert [(each.account, each.amount) for each in option.entries] == [
        (each.account, -each.amount) for each in post(CLOSED).postings
    ]
