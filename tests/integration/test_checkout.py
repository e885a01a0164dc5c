"""Use cases over a real encrypted database: open a card, sell, spend points, restart, read the receipt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application.cash import cash_tender
from posapp.application.checkout import PointsShort, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import by_plu, line_of, line_of_label, search
from posapp.application.holding import held_sales, hold_sale, resume_sale
from posapp.application.members import find_member, find_members, identify, open_card
from posapp.application.phone_code import shown_now
from posapp.application.receipts import receipt_of
from posapp.application.scale_labels import set_rules
from posapp.application.till import Till
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.card import StaticCard, static_code
from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.domain.sale import Cart, Identification
from posapp.domain.scale_label import read_rules
from posapp.hardware.receipt_text import render
from posapp.storage import card_steps
from tests.integration.tills import CASHIER, SteppingClock, labels, reopened


def lin(till: Till) -> Member:
    listed = next(member for member in find_members(till, "6021").members if member.profile.name == "林晓梅")
    found = find_member(till, listed.id)
    assert found is not None
    return found


def basket(till: Till, *words: str) -> Cart:
    cart = new_cart(till)
    for word in words:
        cart = cart.add(line_of(search(till, word)[0], "zh_CN"))
    return cart


def attached(cart: Cart, member: Member, how: Identification = Identification.LAST_FOUR) -> Cart:
    return replace(cart, member=member.id, identified_by=how)


def sell(till: Till, cart: Cart, member: Member | None, handed: Money | None = None) -> SaleRequest:
    quote = price_cart(till, cart, member)
    return SaleRequest(cart, quote, till.programme, (cash_tender(quote.due, handed),), CASHIER)


def test_a_member_sale_moves_points_and_prints(till: Till) -> None:
    member = lin(till)
    cart = attached(basket(till, "明前龙井", "燕麦拿铁 大杯"), member)
    request = sell(till, cart, member, Money(20000))
    done = complete_sale(till, request)
    assert done.sale.list_total == Money(15400)
    assert done.sale.due == Money(13090), "gold pays 85 折"
    assert done.sale.change == Money(6910)
    assert done.before is not None
    assert done.after is not None
    assert done.after.points.count - done.before.points.count == 130
    assert done.after.visits == done.before.visits + 1 == 43
    assert lin(till).standing == done.after
    names = {index: line.name for index, line in enumerate(cart.lines)}
    text = "\n".join(render(receipt_of(till, done, member, names, labels(), "zh_CN"), labels()))
    for words in ("金卡 8.5 折", "￥130.90", "69.10", "3482 → 3612", "林**"):
        assert words in text
    assert "待同步" not in text, "a till without a server waits for nobody"
    till.has_server = True
    waiting = "\n".join(render(receipt_of(till, done, member, names, labels(), "zh_CN"), labels()))
    assert "待同步" in waiting


def test_completing_a_basket_twice_is_completing_it_once(till: Till) -> None:
    member = lin(till)
    request = sell(till, attached(basket(till, "明前龙井"), member), member)
    first, second = complete_sale(till, request), complete_sale(till, request)
    assert second.recorded == first.recorded
    assert lin(till).standing == first.after


def test_points_are_spent_in_blocks_by_who_proved_to_be_the_member(till: Till) -> None:
    member = lin(till)
    cart = replace(attached(basket(till, "明前龙井"), member, Identification.DYNAMIC_CODE), points_wanted=800)
    request = sell(till, cart, member)
    assert request.quote.points_spent == Points(800)
    assert request.quote.due == Money(10880 - 800)
    done = complete_sale(till, request)
    assert done.after is not None
    assert done.after.points.count == 3482 - 800 + 100
    unproved = replace(cart, identified_by=Identification.LAST_FOUR)
    assert price_cart(till, unproved, member).points_spent == Points(0)


def test_points_that_are_gone_are_not_spent_twice(till: Till) -> None:
    member = lin(till)
    carts = [
        replace(attached(basket(till, "明前龙井"), member, Identification.DYNAMIC_CODE), points_wanted=3400)
        for _ in range(2)
    ]
    big = [replace(cart, lines=(replace(cart.lines[0], quantity=Quantity.pieces(5)),)) for cart in carts]
    first, second = (sell(till, cart, member) for cart in big)
    assert first.quote.points_spent == Points(3400)
    complete_sale(till, first)
    with pytest.raises(PointsShort):
        complete_sale(till, second)


def test_a_new_card_counts_from_its_first_sale_and_opening_it_again_finds_it(till: Till) -> None:
    opened = open_card(till, "139 5716 6021", CASHIER.id)
    assert opened.created
    assert opened.member.profile.masked_phone == "139 **** 6021"
    again = open_card(till, "+8613957166021", CASHIER.id, name="别人")
    assert not again.created
    assert again.member.id == opened.member.id
    cart = attached(basket(till, "明前龙井"), opened.member, Identification.NEW_CARD)
    done = complete_sale(till, sell(till, cart, opened.member))
    assert done.sale.due == Money(12160), "the first card pays 95 折"
    assert done.after is not None
    assert done.after.points == Points(121)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "1395716"}, "phone"),
        ({"birthday": "0631"}, "birthday"),
        ({"name": "名" * 41}, "name"),
    ],
)
def test_a_card_with_a_bad_field_is_refused_and_nothing_is_written(
    till: Till, changes: dict[str, str], field: str
) -> None:
    before = find_members(till, "6021").total
    arguments = {"phone": "13957160001", **changes}
    with pytest.raises(InvalidField) as caught:
        open_card(till, arguments.pop("phone"), CASHIER.id, **arguments)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert find_members(till, "6021").total == before


def test_tenders_must_settle_the_quote(till: Till) -> None:
    request = sell(till, basket(till, "明前龙井"), None)
    short = replace(request, tenders=(cash_tender(Money(100)),))
    with pytest.raises(InvalidField, match=r"127\.00 is still to be paid"):
        complete_sale(till, short)
    with pytest.raises(InvalidField, match="basket is empty"):
        complete_sale(till, replace(request, cart=replace(request.cart, lines=())))
    with pytest.raises(InvalidField, match="too much"):
        complete_sale(till, replace(request, tenders=(cash_tender(Money(12900)),)))


def test_receipt_numbers_run_without_gaps_and_survive_a_restart(
    till: Till, tmp_path: Path, clock: SteppingClock
) -> None:
    numbers = [
        complete_sale(till, sell(till, basket(till, "燕麦拿铁 大杯"), None)).sale.receipt_number for _ in range(2)
    ]
    again = reopened(till, tmp_path)
    numbers.append(complete_sale(again, sell(again, basket(again, "燕麦拿铁 大杯"), None)).sale.receipt_number)
    clock.step(days=1)
    numbers.append(complete_sale(again, sell(again, basket(again, "燕麦拿铁 大杯"), None)).sale.receipt_number)
    assert numbers == ["261017-02-0001", "261017-02-0002", "261017-02-0003", "261018-02-0001"]
    again.database.close()


def test_member_day_multiplies_and_doubles(till: Till, clock: SteppingClock) -> None:
    """W-42: gold on the 18th pays 85 折 × 9 折, and 100.00 earns double after the floor."""
    clock.step(days=1)
    member = lin(till)
    tea = basket(till, "明前龙井").lines[0]
    cart = attached(replace(new_cart(till), lines=(replace(tea, unit_price=Money(10000)),)), member)
    request = sell(till, cart, member)
    assert request.quote.due == Money(7650)
    assert complete_sale(till, request).sale.points_base == Points(76)
    assert request.quote.earning.points == Points(152)


def test_a_parked_sale_survives_a_restart_and_is_taken_up_once(till: Till, tmp_path: Path) -> None:
    cart = basket(till, "明前龙井", "燕麦拿铁 大杯")
    assert hold_sale(till, cart, "红衣服") == 1
    with pytest.raises(InvalidField, match="nothing to park"):
        hold_sale(till, new_cart(till))
    again = reopened(till, tmp_path)
    assert [held.label for held in held_sales(again)] == ["红衣服"]
    assert resume_sale(again, cart.id) == cart
    with pytest.raises(InvalidField, match="taken up already"):
        resume_sale(again, cart.id)
    again.database.close()


def test_cards_and_phone_codes_identify_without_a_network(till: Till) -> None:
    member = lin(till)
    number = int(member.card_number)
    printed = static_code(till.keys.member_key, StaticCard(number, 1))
    assert identify(till, printed) == (member, Identification.STATIC_CARD)
    shown = shown_now(till, number)
    assert identify(till, shown) == (member, Identification.DYNAMIC_CODE)
    with pytest.raises(InvalidField, match="used before"):
        identify(till, shown)
    unknown = static_code(till.keys.member_key, StaticCard(999_999, 1))
    for digits in (unknown, printed[:-1] + str((int(printed[-1]) + 1) % 10)):
        with pytest.raises(InvalidField):
            identify(till, digits)


def test_a_phones_code_is_good_once_also_after_a_restart(till: Till, tmp_path: Path, clock: SteppingClock) -> None:
    number = int(lin(till).card_number)
    code = shown_now(till, number)
    identify(till, code)
    again = reopened(till, tmp_path)
    with pytest.raises(InvalidField, match="used before"):
        identify(again, code)
    clock.step(seconds=30)
    identify(again, shown_now(till, number))
    clock.step(seconds=90)
    with pytest.raises(InvalidField, match="does not know this card"):
        identify(again, shown_now(till, 999_999))
    with again.database.read() as connection:
        assert card_steps.last(connection, 999_999) > 0
        assert card_steps.last(connection, number) == -1, "no code of that step is good any more: it is forgotten"
    again.database.close()


def test_a_scale_label_keeps_its_printed_amount(till: Till) -> None:
    orange = search(till, "散称砂糖橘")[0]
    label = f"22{int(orange.plu):05d}01485"
    check = (10 - sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(label))) % 10) % 10
    line = line_of_label(till, label + str(check), "zh_CN")
    assert line.list_amount == Money(1485)
    assert line.quantity == Quantity(1500), "14.85 at 9.90 a 500 g is 1.5 of them"
    with pytest.raises(InvalidField, match="PLU 99999"):
        line_of_label(till, "2299999014855", "zh_CN")
    assert by_plu(till, "99999") is None


def test_a_scale_label_with_a_weight_costs_what_the_goods_cost_now(till: Till) -> None:
    set_rules(till, read_rules("22", "27"))
    plu = int(search(till, "散称砂糖橘")[0].plu)
    line = line_of_label(till, f"27{plu:05d}007350", "zh_CN")
    assert line.quantity == Quantity(1470), "735 g at a price for 500 g"
    assert line.list_amount == Money(1455), "9.90 × 1.47, half up"
    with pytest.raises(InvalidField, match="nothing was weighed"):
        line_of_label(till, f"27{plu:05d}000000", "zh_CN")
    bag = search(till, "美式 中杯")[0]
    with pytest.raises(InvalidField, match="sold by the"):
        line_of_label(till, f"27{int(bag.plu):05d}007350", "zh_CN")
