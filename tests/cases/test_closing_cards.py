"""Closing stored-value cards through the use cases: the worked examples of domain.md §3.2 and the traps of §8."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from posapp.application.liabilities import entries_of, report
from posapp.application.stored_value.bonus import lapse_bonuses
from posapp.application.stored_value.custody import custody_gauge
from posapp.application.stored_value.settlement import CloseRequest, close_card, preview_close
from posapp.domain.accounts import Account, Unit
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from tests.cases.stored_shop import Shop, line
from tests.integration.tills import CASHIER, SteppingClock

ALL_TIME = BusinessDay(1)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2026, 3, 2, 4, 0, tzinfo=UTC))


def used(card_shop: Shop, amount: str, kind: str = "main", days: int = 20) -> None:
    """1000 + 200 are paid in, so much is used, and the days for changing one's mind pass."""
    card_shop.top_up("1000.00", plan="p1000", kind=kind)
    if amount != "0":
        card_shop.buy(line("a", amount, 1, "no_discount"), wallet=amount, kind=kind)
    card_shop.clock.step(days=days)


def closing(card_shop: Shop, ground: Ground, kind: str = "main", **changes: Any) -> CloseRequest:
    return CloseRequest(card_shop.card(kind).id, ground, CASHIER, payee="林晓梅", **changes)


def refund(card_shop: Shop, ground: Ground, kind: str = "main") -> int:
    return preview_close(card_shop.till, closing(card_shop, ground, kind)).refund.fen


# ------------------------------------------------------------------------------------- §3.2, the worked examples


def test_art_18_not_the_buyers_fault_returns_500(card_shop: Shop) -> None:
    used(card_shop, "600.00")
    assert refund(card_shop, Ground.MERCHANT) == 50_000


def test_art_19_at_the_buyers_wish_returns_400_where_it_was_sold_at_list(card_shop: Shop) -> None:
    used(card_shop, "600.00")
    assert refund(card_shop, Ground.BUYER) == 40_000


def test_art_19_at_the_buyers_wish_returns_333_33_where_it_was_sold_at_nine_tenths(card_shop: Shop) -> None:
    used(card_shop, "600.00", "vip")
    assert refund(card_shop, Ground.BUYER, "vip") == 33_333
    assert refund(card_shop, Ground.MERCHANT, "vip") == 50_000


def test_8_a_buyer_is_never_asked_for_more(card_shop: Shop) -> None:
    used(card_shop, "950.00", "vip")
    done = close_card(card_shop.till, closing(card_shop, Ground.BUYER, "vip"))
    assert done.event.refund.fen == 0
    assert done.closing.forfeited.fen == 20_833, "what was left of the principal"


def test_7_principal_first_does_not_return_too_little(shops: Any) -> None:
    for policy, left in (("principal_first", 40_000), ("bonus_first", 60_000), ("proportional", 50_000)):
        card_shop = shops(consumption=policy)
        used(card_shop, "600.00")
        assert card_shop.card().principal.fen == left
        assert refund(card_shop, Ground.MERCHANT) == 50_000, "the calculator uses the law and never the balance"


def test_the_contract_stands_where_it_is_better_for_the_buyer(shops: Any) -> None:
    card_shop = shops(buyer_basis="article_18")
    used(card_shop, "600.00")
    assert refund(card_shop, Ground.BUYER) == 50_000


def test_a_contract_keeps_what_it_promised(shops: Any) -> None:
    """Art 9: a programme that is changed afterwards changes nothing of what was sold."""
    card_shop = shops(buyer_basis="article_18", consumption="principal_first")
    card_shop.top_up("1000.00", plan="p1000")
    terms = card_shop.till.programme.stored_value
    assert terms is not None
    card_shop.till.programme = replace(card_shop.till.programme, stored_value=replace(terms, buyer_basis=19))
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    card_shop.clock.step(days=20)
    assert (card_shop.card().principal.fen, refund(card_shop, Ground.BUYER)) == (40_000, 50_000)


def test_art_14_within_seven_days_and_unused_everything_returns(card_shop: Shop) -> None:
    used(card_shop, "0", days=6)
    seen = preview_close(card_shop.till, closing(card_shop, Ground.BUYER))
    assert (seen.refund.fen, seen.contracts[0].article) == (100_000, 14)
    card_shop.clock.step(days=2)
    assert preview_close(card_shop.till, closing(card_shop, Ground.BUYER)).contracts[0].article == 19


def test_art_14_a_used_top_up_within_seven_days_returns_by_the_ratio(card_shop: Shop) -> None:
    used(card_shop, "600.00", days=3)
    assert refund(card_shop, Ground.BUYER) == 50_000


def test_15_days_are_counted_as_the_law_counts_them(card_shop: Shop, clock: SteppingClock) -> None:
    clock.instant = datetime(2026, 2, 10, 4, 0, tzinfo=UTC)
    card_shop.top_up("1000.00", plan="p1000")
    seen = preview_close(card_shop.till, closing(card_shop, Ground.BUYER)).contracts[0]
    assert (str(seen.cooling_off_until), seen.calendar_known) == ("2026-02-24", True)
    clock.instant = datetime(2026, 2, 24, 12, 0, tzinfo=UTC)
    assert refund(card_shop, Ground.BUYER) == 100_000
    clock.instant = datetime(2026, 2, 25, 4, 0, tzinfo=UTC)
    assert refund(card_shop, Ground.COOLING_OFF) == 100_000, "nothing was used: the wish returns it all too"
    assert preview_close(card_shop.till, closing(card_shop, Ground.BUYER)).contracts[0].article == 19


def test_cooling_off_is_longer_in_jiangsu_and_may_deduct_its_cost(shops: Any) -> None:
    card_shop = shops(merchant={"entity": "enterprise", "province": "jiangsu"})
    used(card_shop, "0", days=15)
    seen = preview_close(card_shop.till, closing(card_shop, Ground.COOLING_OFF, at_cost=Money(500)))
    assert (str(seen.contracts[0].cooling_off_until), seen.refund.fen) == ("2026-03-17", 99_500)


def test_a_year_whose_holidays_are_not_published_says_so(card_shop: Shop, clock: SteppingClock) -> None:
    clock.instant = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
    card_shop.top_up("1000.00", plan="p1000")
    seen = preview_close(card_shop.till, closing(card_shop, Ground.BUYER)).contracts[0]
    assert (str(seen.cooling_off_until), seen.calendar_known) == ("2027-03-08", False)


def test_arts_16_17_interest_runs_from_the_day_of_asking(card_shop: Shop) -> None:
    used(card_shop, "600.00", days=40)
    asked = card_shop.till.business_day().plus(-30)
    by_merchant = preview_close(card_shop.till, closing(card_shop, Ground.MERCHANT, asked=asked))
    assert (by_merchant.refund.fen, by_merchant.interest.fen) == (50_000, 123), "500 × 3.0% × 30/365"
    at_wish = preview_close(card_shop.till, closing(card_shop, Ground.BUYER, asked=asked))
    assert (at_wish.refund.fen, at_wish.interest.fen) == (40_000, 49), "400 × 1.5% × 30/365"
    paid = close_card(card_shop.till, closing(card_shop, Ground.MERCHANT, asked=asked)).recorded.transaction.postings
    moved = {posting.account: posting.amount for posting in paid if posting.account.unit is Unit.FEN}
    assert moved == {
        Account.PREPAID_LIABILITY: 50_000,
        Account.PREPAID_INTEREST: 123,
        Account.BANK_TRANSFER: -50_123,
    }, "nothing is forfeited, and the interest is a cost"


def test_art_22_days_are_returned_by_days() -> None:
    """The time card itself is a pass; its arithmetic is `refund_of_days` (see the traps)."""
    from posapp.domain.stored_value import refund_of_days  # noqa: PLC0415 - one example alone needs it

    assert refund_of_days(365_000, 365, 200) == 200_000


def test_bonus_that_lapsed_was_not_used(card_shop: Shop) -> None:
    card_shop.top_up("300.00", plan="p300")
    card_shop.clock.step(days=120)
    assert refund(card_shop, Ground.BUYER) == 30_000
    assert lapse_bonuses(card_shop.till, card_shop.card().id).fen == 3000
    assert refund(card_shop, Ground.BUYER) == 30_000
    assert refund(card_shop, Ground.MERCHANT) == 30_000


# ----------------------------------------------------------------------------------------- paying it out, once


def test_a_closed_card_is_paid_once_to_an_account_of_the_same_name(card_shop: Shop) -> None:
    used(card_shop, "600.00")
    request = closing(card_shop, Ground.MERCHANT, seen=Money(60_000))
    for bad, why in (
        (replace(request, payee="王小明"), "own name"),
        (replace(request, method=TenderMethod.CASH), "not in cash"),
        (replace(request, method=TenderMethod.STORED_VALUE), "paid out in money"),
        (replace(request, seen=Money(70_000)), "changed meanwhile"),
        (replace(request, approver=CASHIER.id), "somebody else"),
    ):
        with pytest.raises(InvalidField, match=why):
            close_card(card_shop.till, bad)
    done = close_card(card_shop.till, request)
    assert (done.event.refund.fen, done.closing.forfeited.fen, done.before.fen) == (50_000, 0, 60_000)
    assert card_shop.card().balance.fen == 0
    with pytest.raises(InvalidField, match="nothing stands"):
        close_card(card_shop.till, request)
    card_shop.top_up("200.00", paper=None)
    assert (card_shop.card().balance.fen, len(card_shop.card().lots)) == (20_000, 1), "the old contract is done with"


def test_small_remainders_go_out_in_cash(card_shop: Shop) -> None:
    card_shop.top_up("100.00")
    card_shop.clock.step(days=20)
    done = close_card(card_shop.till, closing(card_shop, Ground.BUYER, method=TenderMethod.CASH))
    assert done.event.refund.fen == 10_000


def test_offline_no_card_is_closed(card_shop: Shop) -> None:
    used(card_shop, "600.00")
    card_shop.till.has_server = True
    with pytest.raises(InvalidField, match="no card is closed while offline"):
        close_card(card_shop.till, closing(card_shop, Ground.MERCHANT, online=False))
    assert close_card(card_shop.till, closing(card_shop, Ground.MERCHANT)).event.refund.fen == 50_000


# -------------------------------------------------------------------------------------------------------- reports


def test_the_liability_of_any_day_is_its_entries(card_shop: Shop) -> None:
    till = card_shop.till
    first = till.business_day()
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.clock.step(days=1)
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    card_shop.clock.step(days=30)
    last = till.business_day()
    close_card(till, closing(card_shop, Ground.BUYER))
    principal, bonus = report(till, "stored-value", first, last).movements
    assert (principal.open, principal.close, principal.owed, principal.entries) == (0, 0, 0, 3)
    assert {name: amount for name, amount in principal.columns.items() if amount} == {
        "topped_up": 100_000,
        "spent": -50_000,
        "closed": -50_000,
    }
    assert {name: amount for name, amount in bonus.columns.items() if amount} == {
        "granted": 20_000,
        "spent": -10_000,
        "closed": -10_000,
    }
    then = report(till, "stored-value", first.plus(1), first.plus(1))
    assert [(each.open, each.close) for each in then.movements] == [(100_000, 50_000), (20_000, 10_000)]
    assert then.movements[0].owed == 50_000, "the money that is owed is what stands on the cards"
    assert then.differences == ()
    listed = list(entries_of(till, "stored-value", ALL_TIME, last))
    assert [(entry.kind, entry.amounts["principal"]) for entry in listed] == [
        ("StoredValueToppedUp", 100_000),
        ("SaleCompleted", -50_000),
        ("StoredValueClosed", -50_000),
    ]
    with pytest.raises(InvalidField, match="not one of stored-value"):
        report(till, "kindness", first, last)


def test_the_custody_gauge_alerts_at_four_fifths(card_shop: Shop) -> None:
    for _time in range(2):
        card_shop.top_up("1000.00", plan="p1000")
    gauge = custody_gauge(card_shop.till)
    assert (gauge.balance.fen, gauge.most, gauge.used, gauge.is_alert) == (200_000, Money(400_000), 5000, False)
    assert gauge.custody == Money(0), "the last quarter ended with nothing"
    for _time in range(2):
        card_shop.top_up("600.00", plan="", kind="vip")
    gauge = custody_gauge(card_shop.till)
    assert (gauge.used, gauge.is_alert) == (8000, True)
    card_shop.clock.instant = datetime(2026, 4, 2, 4, 0, tzinfo=UTC)
    gauge = custody_gauge(card_shop.till)
    assert (gauge.last_quarter.fen, gauge.custody) == (320_000, Money(64_000)), "20% of it, for an issuer of scale"
    assert card_shop.till.business_day() == BusinessDay.of(date(2026, 4, 2))
