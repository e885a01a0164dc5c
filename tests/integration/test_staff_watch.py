"""The report on people, from what they really did at a till (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application import shifts
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.demo_staff import demo_staff
from posapp.application.members import find_members
from posapp.application.refunds import RefundRequest, complete_refund, undo_sale
from posapp.application.returnable import open_return
from posapp.application.staff import signing_in
from posapp.application.staff.approving import Ask, approve
from posapp.application.staff.watching import staff_report
from posapp.application.stored_value.bonus import NOBODY, grant_bonus
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.opening import OpeningValue, import_opening_value
from posapp.bootstrap.staff_report import print_staff
from posapp.domain.amounts import Money, Quantity
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.sale import CartLine, Identification, TenderMethod
from posapp.domain.staff import Right
from posapp.domain.staff_watch import Pair
from posapp.storage import sales
from tests.integration.demo_shop import lin
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.checkout import CompletedSale
    from posapp.application.till import Cashier, Till
    from posapp.domain.ids import AssetId
    from posapp.domain.member import Member
    from tests.integration.tills import SteppingClock

HONEST, CROOK = replace(CASHIER, id=StaffId("1002")), replace(CASHIER, id=StaffId("1003"))
BOSS = StaffId("2001")


def sell(till: Till, cashier: Cashier, member: Member | None = None, by_hand: ByHand | None = None) -> CompletedSale:
    line = CartLine(Sku("x"), "x", Quantity.pieces(1), Money(1000), by_hand=by_hand)
    cart = new_cart(till).add(line)
    if member is not None:
        cart = replace(cart, member=member.id, identified_by=Identification.PHONE)
    quote = price_cart(till, cart, member)
    paid = (Tender(TenderMethod.CASH, quote.due, quote.due),)
    return complete_sale(till, SaleRequest(cart, quote, till.programme, paid, cashier))


def give_back(till: Till, sold: CompletedSale, cashier: Cashier) -> None:
    with till.database.read() as connection:
        place = sales.find(connection, sold.recorded.stream, sold.recorded.sequence)
    assert place is not None
    original = open_return(till, place.position)
    number = sold.sale.receipt_number.encode()
    complete_refund(till, RefundRequest(number, original.position, original.before, original.everything, cashier))


def test_bonus_that_nobody_paid_for_is_counted_with_who_agreed(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    card = charged_card(till)
    alone = replace(HONEST, limits=replace(HONEST.limits, bonus_by_hand=1_000))
    grant_bonus(till, b"a", card, Money(1_000), "漏送", alone, NOBODY)
    grant_bonus(till, b"b", card, Money(2_050), "茶洒了", alone, BOSS)
    today = till.business_day()
    made = staff_report(till, today, today).tallies[HONEST.id]
    assert (made.bonus, made.bonus_amount, made.bonus_agreed) == (2, Money(3_050), 1)
    assert HONEST.id not in staff_report(till, today.plus(-1), today.plus(-1)).tallies
    print_staff(till, today, today)
    assert "bonus by hand 2 (30.50); agreed to by another person 1" in capsys.readouterr().out


def charged_card(till: Till) -> AssetId:
    values = [OpeningValue(lin(till).id, Money(80_000), Money(16_000), "old-1")]
    import_opening_value(till, values, "main", CASHIER.id, "old system")
    return stored_cards(till, lin(till).id)[0].id


def other_members(till: Till) -> list[Member]:
    return [one for one in find_members(till, "6021").members if one.id != lin(till).id]


@pytest.fixture
def watched(till: Till, clock: SteppingClock) -> Till:
    """A day on which one cashier puts her own card on strangers' sales, and returns what nobody brought."""
    demo_staff(till)
    for _ in range(20):
        sell(till, HONEST)
    for _ in range(11):
        sell(till, CROOK, lin(till))
    sell(till, CROOK, other_members(till)[0])
    for _ in range(9):
        sell(till, HONEST, other_members(till)[0])
    yesterday = [
        sell(till, CROOK),
        sell(till, CROOK),
        sell(till, HONEST, by_hand=ByHand(HandKind.UNIT_PRICE, 700, "damaged", BOSS, 3_000)),
    ]
    clock.step(days=1)
    for sold in yesterday[:2]:
        give_back(till, sold, CROOK)
    undo_sale(till, sell(till, HONEST).recorded, HONEST)
    return till


def test_what_each_did_and_what_is_worth_a_look(watched: Till) -> None:
    today = watched.business_day()
    made = staff_report(watched, today.plus(-1), today)
    honest, crook = made.tallies[HONEST.id], made.tallies[CROOK.id]
    assert (honest.sales, honest.refunds, honest.voids) == (31, 0, 1)
    assert (honest.by_hand, honest.by_hand_amount) == (1, Money(300))
    assert (honest.by_hand_reasons, honest.by_hand_agreed) == ({"damaged": 1}, 1)
    assert (crook.sales, crook.refunds, crook.refunded, crook.refund_rate) == (14, 2, Money(2000), 1429)
    assert made.outliers == (CROOK.id,)
    assert [(one.member, one.sales) for one in made.busy] == [
        (lin(watched).id, 11), (other_members(watched)[0].id, 10),
    ]  # fmt: skip
    assert made.pairs == (Pair(CROOK.id, lin(watched).id, 11, 9167),), "nine member sales are too few for a share"


def test_other_days_are_left_out(watched: Till) -> None:
    today = watched.business_day()
    made = staff_report(watched, today, today)
    assert (made.tallies[CROOK.id].sales, made.tallies[CROOK.id].refunds) == (0, 2)
    assert (made.busy, made.pairs, made.outliers) == ((), (), ())


def test_answers_no_sales_and_wrong_pins_are_counted_per_person(watched: Till) -> None:
    till, today = watched, watched.business_day()
    ask = Ask(Right.CASH_REFUND, 50_000, "261017-02-0001")
    for number, pin in (("1003", "3571"), ("2001", "0000"), ("2001", "8024")):
        try:
            approve(till, ask, CROOK, number, pin)
        except InvalidField:
            continue
    with pytest.raises(InvalidField):
        signing_in.sign_in(till, "1002", "0000", CROOK)
    shifts.open_drawer(till, "change", CROOK)
    made = staff_report(till, today, today)
    crook, manager = made.tallies[CROOK.id], made.tallies[StaffId("2001")]
    assert (crook.asked, dict(crook.refused), crook.no_sales) == (3, {"same": 1, "wrong": 1}, 1)
    assert (manager.agreed, manager.wrong_pins) == (1, 1)
    assert made.tallies[HONEST.id].wrong_pins == 1


def test_the_printed_report_names_people_and_no_phone(watched: Till, capsys: pytest.CaptureFixture[str]) -> None:
    today = watched.business_day()
    print_staff(watched, today.plus(-1), today)
    out = capsys.readouterr().out
    for words in ("1003 俞志远  ← 退货偏多", "refunds 2 20.00 (14.29%)", lin(watched).card_number, "(91.67%)"):
        assert words in out
    assert "6021" not in out
