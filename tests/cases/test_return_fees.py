"""A fee for bringing goods back, and the tier that spares it (domain.md §1, X-15), through the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.quote_document import quote_document
from posapp.application.refund_receipts import refund_receipt_of
from posapp.application.refunds import CompletedRefund, RefundRequest, complete_refund, preview_return, undo_sale
from posapp.application.returnable import Returnable, open_return
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import FeeWithheld, SaleRefunded, Tender
from posapp.domain.ids import MemberId, Sku
from posapp.domain.programme import parse_programme
from posapp.domain.programme.returns import ReturnReason
from posapp.domain.refund import Sold
from posapp.domain.refund_audit import refund_excess
from posapp.domain.sale import CartLine, TenderMethod
from posapp.hardware.receipt_text import render
from posapp.storage import sales
from tests.cases.points_shop import MANAGER, NO_RATES, at, is_sound, member_of, new_member, shop
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, SteppingClock, labels

CASH, CARD = TenderMethod.CASH, TenderMethod.BANK_CARD
FREE = [{"id": "free", "name": {"zh_CN": "免费退换", "en": "Free returns"}, "tiers": ["gold"], "grant": "free_returns"}]
AMOUNT = {"fee": [{"amount": "3.00"}]}


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 11, 10))


@pytest.fixture
def open_shop(tmp_path: Path, clock: SteppingClock) -> Iterator[Any]:
    made: list[Till] = []

    def found(returns: dict[str, Any] | None = None, **changes: object) -> Till:
        made.append(shop(tmp_path, clock, returns=returns, entitlements=FREE, **changes))
        return made[-1]

    yield found
    for till in made:
        assert is_sound(till)
        till.database.close()


def buy(till: Till, *prices: str, who: MemberId | None = None, count: int = 1, by_card: str = "0") -> CompletedSale:
    """Sell a line for each price, `by_card` of it by bank card and the rest for cash."""
    cart = replace(new_cart(till), member=who)
    for place, yuan in enumerate(prices):
        cart = cart.add(CartLine(Sku(f"T{place}"), f"tea {place}", Quantity.pieces(count), Money.parse(yuan)))
    quote = price_cart(till, cart, member_of(till, who) if who is not None else None)
    card = Money.parse(by_card)
    tenders = tuple(
        Tender(method, fen, fen) for method, fen in ((CARD, card), (CASH, quote.due - card)) if fen
    )  # fmt: skip
    return complete_sale(till, SaleRequest(cart, quote, till.programme, tenders, CASHIER))


def opened(till: Till, done: CompletedSale) -> Returnable:
    with till.database.read() as connection:
        found = sales.find(connection, done.recorded.stream, done.recorded.sequence)
    assert found is not None
    return open_return(till, found.position)


def give_back(
    till: Till, done: CompletedSale, *pieces: int, reason: ReturnReason = ReturnReason.CHANGED_MIND
) -> CompletedRefund:
    """So many pieces of each line; everything where none are named."""
    original = opened(till, done)
    coming = tuple(1000 * count for count in pieces) or original.everything
    request = RefundRequest(
        till.entropy.bytes(16), original.position, original.before, coming, CASHIER, MANAGER, reason
    )
    return complete_refund(till, request)


def handed(event: SaleRefunded) -> dict[TenderMethod, int]:
    return {tender.method: tender.handed.fen for tender in event.tenders}


def posted(done: CompletedRefund) -> dict[Account, int]:
    return {one.account: one.amount for one in done.recorded.transaction.postings}


def view_of(till: Till, done: CompletedSale) -> Sold:
    return opened(till, done).view


def test_X15_a_silver_member_pays_the_fee_and_a_gold_member_with_free_returns_does_not(
    open_shop: Any, clock: SteppingClock
) -> None:
    till = open_shop(AMOUNT)
    silver, gold = new_member(till, 1), new_member(till, 2)
    buy(till, "600.00", who=silver)
    buy(till, "2500.00", who=gold)
    sold = {who: buy(till, "50.00", who=who) for who in (silver, gold)}
    clock.step(days=1)
    preview = preview_return(till, opened(till, sold[silver]), (1000,))
    assert (preview.returned.fee, preview.spared, preview.cash) == (Money(300), Money(0), Money(4700))
    paid = give_back(till, sold[silver]).refund
    assert paid.fees == (FeeWithheld(CASH, Money(300)),)
    assert handed(paid) == {CASH: 4700}
    preview = preview_return(till, opened(till, sold[gold]), (1000,))
    assert (preview.returned.fee, preview.spared, preview.cash) == (Money(0), Money(300), Money(5000))
    assert preview.spared_by is not None
    assert preview.spared_by.zh == "免费退换"
    spared = give_back(till, sold[gold]).refund
    assert (spared.fees, handed(spared)) == ((), {CASH: 5000})


def test_X15_the_tier_of_the_day_of_the_return_spares_it_and_not_that_of_the_sale(
    open_shop: Any, clock: SteppingClock
) -> None:
    till = open_shop(AMOUNT)
    who = new_member(till)
    first = buy(till, "50.00", who=who)
    clock.step(days=1)
    assert preview_return(till, opened(till, first), (1000,)).returned.fee == Money(300)
    buy(till, "2500.00", who=who)
    assert preview_return(till, opened(till, first), (1000,)).returned.fee == Money(0)


def test_X15_a_shop_without_a_fee_charges_none(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop()
    done = buy(till, "50.00")
    clock.step(days=30)
    refunded = give_back(till, done)
    assert refunded.refund.fees == ()
    assert Account.RETURN_FEES not in posted(refunded)


def test_X15_the_fee_is_the_shops_income_on_an_account_of_its_own(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop({"fee": [{"rate": 1000}]})
    done = buy(till, "50.00", by_card="20.00")
    clock.step(days=1)
    refunded = give_back(till, done)
    assert posted(refunded) == {
        Account.SALES: 5000,
        Account.CASH: -2700,
        Account.BANK_CARD: -1800,
        Account.RETURN_FEES: -500,
    }
    assert refunded.refund.amount == Money(5000), "what the goods had cost stays what they had cost"


@pytest.mark.parametrize("reason", [ReturnReason.FAULTY, ReturnReason.WRONG_ITEM])
def test_X15_what_the_shop_answers_for_is_never_charged(
    open_shop: Any, clock: SteppingClock, reason: ReturnReason
) -> None:
    till = open_shop(AMOUNT)
    done = buy(till, "50.00", count=2)
    clock.step(days=1)
    assert preview_return(till, opened(till, done), (1000,), reason=reason).returned.fee == Money(0)
    event = give_back(till, done, 1, reason=reason).refund
    assert (event.reason, event.fees) == (reason, ())
    assert give_back(till, done, 1).refund.fee == Money(300), "the other piece is charged as one"


def test_X15_a_sale_keeps_the_rules_that_it_was_made_under(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop(AMOUNT)
    done = buy(till, "50.00")
    publish(till, returns={"fee": [{"amount": "9.00"}]})
    clock.step(days=1)
    original = opened(till, done)
    assert preview_return(till, original, (1000,)).returned.fee == Money(300)
    elsewhere = replace(original, programme=till.programme)
    assert preview_return(till, elsewhere, (1000,)).returned.fee == Money(0), "rules that nobody agreed to"


def test_X15_a_void_costs_nothing(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop(AMOUNT)
    undone = undo_sale(till, buy(till, "50.00").recorded, CASHIER)
    assert (undone.refund.is_void, undone.refund.fees) == (True, ())
    same_day = buy(till, "50.00", count=2)
    assert preview_return(till, opened(till, same_day), (1000,)).returned.fee == Money(300), "a part is no void"
    clock.step(hours=2)
    assert give_back(till, same_day).refund.fees == ()
    late = buy(till, "50.00")
    clock.instant = at(2026, 11, 11)
    assert give_back(till, late).refund.fee == Money(300)


def test_X15_undoing_after_midnight_is_free_as_well(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop(AMOUNT, day_ends="00:00")
    clock.instant = at(2026, 11, 11, 8).replace(hour=15, minute=59, second=40)
    done = buy(till, "50.00")
    clock.step(seconds=40)
    undone = undo_sale(till, done.recorded, CASHIER)
    assert (undone.refund.is_void, undone.refund.fees) == (False, ())


def test_X15_the_first_rule_that_names_the_goods_and_has_begun_counts(open_shop: Any, clock: SteppingClock) -> None:
    rules = [
        {"on": {"skus": ["T0"]}, "rate": 0},
        {"after_days": 7, "rate": 1000, "amount": "1.00"},
        {"after_days": 2, "rate": 500},
    ]
    till = open_shop({"fee": rules})
    done = buy(till, "40.00", "50.00")
    fees = []
    for _day in range(9):
        fees.append(preview_return(till, opened(till, done), (1000, 1000)).returned.fee.fen)
        clock.step(days=1)
    assert fees == [0, 0, 250, 250, 250, 250, 250, 600, 600]


def test_X15_a_fee_is_never_more_than_the_money_that_goes_back(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop({"fee": [{"amount": "80.00"}]})
    done = buy(till, "50.00")
    clock.step(days=1)
    event = give_back(till, done).refund
    assert (event.fee, handed(event)) == (Money(5000), {})


def test_X15_cash_stays_payable_in_coins_and_comes_out_the_same_in_parts(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop({"fee": [{"rate": 333}]}, round_off="jiao")
    parts, whole = buy(till, "9.99", "7.77", count=3), buy(till, "9.99", "7.77", count=3)
    clock.step(days=1)
    done = [give_back(till, parts, *pieces).refund for pieces in ((1, 2), (2, 0), (0, 1))]
    one = give_back(till, whole).refund
    assert all(fen % 10 == 0 for event in (*done, one) for fen in handed(event).values())
    assert sum(handed(event)[CASH] for event in done) == handed(one)[CASH]
    assert sum(event.fee.fen for event in done) == one.fee.fen > 0
    exact = one.tenders[0].amount.fen
    assert 0 <= handed(one)[CASH] - exact < 10, "rounded in the buyer's favour"
    assert refund_excess(parts.sale, done, view_of(till, parts)) == []


def test_X15_the_receipt_of_the_return_shows_the_fee(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop(AMOUNT)
    done = buy(till, "50.00")
    clock.step(days=1)
    for language, words in (("zh_CN", "退货费"), ("en", "Return fee")):
        lines = render(
            refund_receipt_of(till, give_back(till, buy(till, "50.00", count=2), 1), language), labels(language)
        )
        fee = next(line for line in lines if line.startswith(words))
        assert fee.endswith("-3.00")
        assert any("￥47.00" in line for line in lines)
    assert "退货费" not in "\n".join(
        render(refund_receipt_of(till, give_back(till, done, reason=ReturnReason.FAULTY), "zh_CN"), labels("zh_CN"))
    )


def test_X15_the_audit_finds_a_fee_that_the_rules_do_not_allow(open_shop: Any, clock: SteppingClock) -> None:
    till = open_shop({"fee": [{"after_days": 1, "amount": "3.00"}]})
    done = buy(till, "50.00", count=2)
    view = view_of(till, done)
    clock.step(days=1)
    parts = [give_back(till, done, 1).refund, give_back(till, done, 1).refund]
    assert refund_excess(done.sale, parts, view) == []
    more = replace(parts[0], fees=(FeeWithheld(CASH, Money(301)),))
    (found,) = refund_excess(done.sale, [more, parts[1]], view)
    assert found.sentence("en") == "fee: may cost 6.00, was charged 6.01"
    assert found.sentence("zh_CN")
    assert refund_excess(done.sale, [more, parts[1]]) == [], "without the rules nobody can tell"
    early = replace(parts[0], business_day=done.sale.business_day)
    assert [one.field for one in refund_excess(done.sale, [early], view)] == ["fee"]
    for free in (replace(parts[0], reason="faulty"), replace(parts[0], is_void=True)):
        (found,) = refund_excess(done.sale, [free, parts[1]])
        assert (found.field, found.returned) == ("free_of_charge", "3.00")
        assert found.sentence("zh_CN")


# -- documents ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("returns", "field"),
    [
        ({"fees": []}, "returns.fees"),
        ({"fee": [{}]}, "returns.fee[0].rate"),
        ({"fee": [{"rate": 10_001}]}, "returns.fee[0].rate"),
        ({"fee": [{"amount": 3}]}, "returns.fee[0].amount"),
        ({"fee": [{"rate": 1, "after_days": -1}]}, "returns.fee[0].after_days"),
        ({"fee": [{"rate": 1, "on": {"colour": ["red"]}}]}, "returns.fee[0].on.colour"),
        ({"fee": [{"rate": 1, "on": {"full_price_only": True}}]}, "returns.fee[0].on.full_price_only"),
    ],
)
def test_a_fee_that_cannot_be_read_is_refused_by_the_name_of_its_field(returns: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        parse_programme({"version": 1, "tiers": [{"code": "a"}], "returns": returns})
    assert refused.value.field == field


def test_X15_a_document_shows_the_fee_of_its_refunds() -> None:
    programme = {"version": 1, "tiers": NO_RATES, "returns": AMOUNT, "entitlements": FREE}
    document: dict[str, Any] = {
        "programme": programme,
        "member": {"spend": "600.00"},
        "cart": {"lines": [{"sku": "tea", "price": "10.00", "quantity": 4}]},
        "steps": [
            {"do": "sell"},
            {"do": "refund", "lines": [{"sku": "tea", "quantity": 1}]},
            {"do": "refund", "lines": [{"sku": "tea", "quantity": 1}], "reason": "faulty"},
            {"do": "refund", "lines": [{"sku": "tea", "quantity": 1}], "member": {"spend": "2500.00"}},
            {"do": "void"},
        ],
    }
    answers = quote_document(document)["steps"][1:]
    assert [(one.get("fee"), one["cash_paid"]) for one in answers] == [
        ("3.00", "7.00"),
        (None, "10.00"),
        (None, "10.00"),
        (None, "10.00"),
    ]
    document["steps"][2]["reason"] = "bored"
    with pytest.raises(InvalidField) as refused:
        quote_document(document)
    assert refused.value.field == "steps[2].reason"
