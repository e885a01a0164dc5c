"""Goods come back that stored value paid for: the golden order of domain.md §2.3, and the traps of §8."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from posapp.application.refunds import CompletedRefund, RefundRequest, complete_refund, undo_sale
from posapp.application.returnable import open_return
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.refund_audit import refund_excess
from posapp.domain.sale import TenderMethod
from posapp.storage import sales
from tests.cases.stored_shop import Shop, line
from tests.integration.tills import CASHIER, SteppingClock

DAY_18 = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def golden(shops: Any, clock: SteppingClock) -> Shop:
    """G1: 20.00 of a lot of 1000 + 200, the rest in cash."""
    clock.instant = DAY_18
    card_shop: Shop = shops(spend=200_000)
    card_shop.top_up("1000.00", plan="p1000")
    goods = [line("A", "59.00"), line("B", "12.90", 3), line("C", "8.80", 1, "no_discount", "no_points")]
    with card_shop.till.database.write() as connection:
        products = [Product(one.sku, 1, one.name, one.name, "", one.unit_price, tags=one.tags) for one in goods]
        card_shop.till.reference.put_products(connection, products)
    card_shop.buy(
        *(replace(one, revision=1) for one in goods),
        wallet="20.00",
        codes=("FIVE",),
        points=3500,
    )
    clock.step(days=1)
    return card_shop


def position(card_shop: Shop) -> int:
    with card_shop.till.database.read() as connection:
        return sales.recent(connection, 1)[0].position


def give_back(card_shop: Shop, *coming: int, online: bool = True) -> CompletedRefund:
    """Return so many pieces of each line of the last sale."""
    original = open_return(card_shop.till, position(card_shop))
    request = RefundRequest(
        bytes([len(original.refunds)]),
        original.position,
        original.before,
        tuple(count * 1000 for count in coming),
        CASHIER,
        online=online,
    )
    return complete_refund(card_shop.till, request)


def figures(done: CompletedRefund) -> tuple[int, int, int, int]:
    """Principal and bonus restored, cash exact and as it was handed out."""
    event = done.refund
    cash = next(tender for tender in event.tenders if tender.method is TenderMethod.CASH)
    principal = sum(part.principal.fen for part in event.restores)
    return principal, sum(part.bonus.fen for part in event.restores), cash.amount.fen, cash.handed.fen


def test_G1_returning_B_gives_back_principal_5_35_bonus_1_07_and_cash_7_60(shops: Any, clock: SteppingClock) -> None:
    card_shop = golden(shops, clock)
    before = card_shop.card()
    points = card_shop.member().standing.points.count
    done = give_back(card_shop, 0, 3, 0)
    assert figures(done) == (535, 107, 754, 760)
    assert (done.refund.points_back.count, done.refund.points_taken.count) == (1386, 26)
    assert card_shop.member().standing.points.count == points + 1386 - 26
    assert card_shop.card().balance.fen == before.balance.fen + 642


def test_G1_line_by_line_everything_comes_back_exactly(shops: Any, clock: SteppingClock) -> None:
    card_shop = golden(shops, clock)
    done = [give_back(card_shop, 0, 3, 0), give_back(card_shop, 1, 0, 0), give_back(card_shop, 0, 0, 1)]
    assert [figures(one)[3] for one in done] == [760, 1150, 440]
    assert sum(figures(one)[3] for one in done) == 2350
    assert [figures(one)[:2] for one in done] == [(535, 107), (815, 163), (317, 63)]
    card = card_shop.card()
    assert (card.principal.fen, card.balance.fen) == (100_000, 120_000), "the lot is whole again"


def test_6_bonus_does_not_become_principal_by_returning_piece_by_piece(shops: Any, clock: SteppingClock) -> None:
    card_shop = golden(shops, clock)
    parts = [give_back(card_shop, 0, 1, 0) for _piece in range(3)]
    assert [sum(figures(one)[n] for one in parts) for n in (0, 1, 2)] == [535, 107, 754]
    sale = card_shop.sold[-1].sale
    assert refund_excess(sale, [one.refund for one in parts]) == []
    twice = [*(one.refund for one in parts), parts[0].refund]
    assert any(each.field.startswith("restores") or "quantity" in each.field for each in refund_excess(sale, twice))


def test_a_lot_that_was_exhausted_since_holds_something_again(card_shop: Shop) -> None:
    card_shop.top_up("200.00")
    card_shop.buy(line("a", "50.00", 1, "no_discount"), wallet="50.00")
    first = position(card_shop)
    card_shop.buy(line("b", "150.00", 1, "no_discount"), wallet="150.00")
    assert card_shop.card().balance.fen == 0
    original = open_return(card_shop.till, first)
    done = complete_refund(card_shop.till, RefundRequest(b"r", first, original.before, (1000,), CASHIER))
    assert [tender.method for tender in done.refund.tenders] == [TenderMethod.STORED_VALUE], "never cash"
    assert card_shop.card().balance.fen == 5000


def test_the_last_sale_undone_restores_the_card(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    undo_sale(card_shop.till, card_shop.sold[-1].recorded, CASHIER)
    assert (card_shop.card().principal.fen, card_shop.card().balance.fen) == (100_000, 120_000)


def test_section_5_1_offline_little_goes_back_on_a_card(card_shop: Shop) -> None:
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.buy(line("a", "300.00", 1, "no_discount"), wallet="300.00")
    with pytest.raises(InvalidField, match=r"offline, 200\.00 is the most that goes back on a card"):
        give_back(card_shop, 1, online=False)
    give_back(card_shop, 1)
    assert card_shop.card().balance.fen == 120_000
