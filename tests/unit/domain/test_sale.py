"""The basket: values, not mutation; only plain pieces of one product merge."""

from __future__ import annotations

from dataclasses import replace

from posapp.domain.amounts import Money, Quantity
from posapp.domain.by_hand import ByHand, HandKind
from posapp.domain.ids import AssetId, CartId, Sku, uuid7
from posapp.domain.sale import Cart, CartLine, LinePass, LineVoucher

TEA = CartLine(Sku("tea"), "龙井", Quantity.pieces(1), Money(12800))
EMPTY = Cart(CartId(uuid7(0, bytes(10))))


def test_scanning_the_same_goods_twice_raises_the_quantity() -> None:
    cart = EMPTY.add(TEA).add(TEA)
    assert [line.quantity for line in cart.lines] == [Quantity.pieces(2)]
    assert cart.lines[0].list_amount == Money(25600)
    assert EMPTY.lines == ()


def test_lines_with_their_own_terms_stay_apart() -> None:
    own_terms = [
        replace(TEA, amount=Money(500)),
        replace(TEA, by_hand=ByHand(HandKind.UNIT_PRICE, 100)),
        replace(TEA, member_amount=Money(9900)),
        replace(TEA, vouchers=(LineVoucher("v", Money(100)),)),
        replace(TEA, unit_price=Money(12700)),
        replace(TEA, quantity=Quantity(435)),
    ]
    for line in own_terms:
        assert len(EMPTY.add(TEA).add(line).lines) == 2
        assert len(EMPTY.add(line).add(line).lines) == 2 or line.unit_price == Money(12700)


def test_a_printed_label_is_taken_verbatim() -> None:
    assert replace(TEA, quantity=Quantity(435), amount=Money(1256)).list_amount == Money(1256)


def test_a_weighed_line_is_rounded_half_up_once() -> None:
    assert replace(TEA, quantity=Quantity(435), unit_price=Money(990)).list_amount == Money(431)


def test_changing_and_removing_lines() -> None:
    cart = EMPTY.add(TEA).add(replace(TEA, sku=Sku("latte")))
    assert cart.with_line(1, TEA).lines == (TEA, TEA)
    assert [line.sku for line in cart.without_line(0).lines] == ["latte"]


def test_passes_are_asked_for_no_more_units_than_there_are() -> None:
    one, two = LinePass(AssetId(b"1"), 2), LinePass(AssetId(b"2"), 1)
    line = replace(TEA, quantity=Quantity.pieces(3), passes=(one, two))
    assert line.with_quantity(Quantity.pieces(4)).passes == (one, two)
    assert line.with_quantity(Quantity.pieces(2)).passes == (one,)
    assert line.with_quantity(Quantity.pieces(1)).passes == (replace(one, uses=1),)


def test_goods_that_a_pass_settles_and_more_of_them_are_one_line() -> None:
    asked = replace(TEA, passes=(LinePass(AssetId(b"1"), 1),))
    cart = EMPTY.add(asked).add(TEA)
    assert [(line.quantity, line.pass_uses) for line in cart.lines] == [(Quantity.pieces(2), 1)]
    assert cart.without_passes().lines == (replace(TEA, quantity=Quantity.pieces(2)),)
