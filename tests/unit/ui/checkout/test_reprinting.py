"""A new member's card on paper: its code is read back as the same member, who only earns with it."""

from __future__ import annotations

from posapp.application.receipt import CardSlip
from posapp.application.slip_rows import Style
from posapp.domain.sale import Identification
from posapp.domain.scan_code import CodeKind, classify
from posapp.hardware.receipt_layout import lay_out
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.unit.ui.checkout.shells import PlainShell


def test_a_new_card_is_printed_and_its_code_is_the_member(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.FunctionKey(3))
    desk.handle(do.NewCardSubmitted("13957166099", name="王小明"))
    member = desk.session.basket.member
    assert member is not None
    desk.handle(do.PrintCard())
    (slip,) = shell.printed
    assert isinstance(slip, CardSlip)
    assert (slip.name, slip.number) == ("王**", member.card_number)
    assert classify(slip.code, tendering=False).kind is CodeKind.MEMBER_STATIC
    rows = lay_out(slip, shell.receipt_labels(), 32)
    assert [row.text for row in rows if row.style is Style.QR] == [slip.code]
    desk.handle(do.DetachMember())
    desk.handle(do.ScanReceived(slip.code))
    again = desk.session.basket
    assert again.member is not None
    assert again.member.id == member.id
    assert again.cart.identified_by is Identification.STATIC_CARD


def test_without_a_member_there_is_no_card_to_print(desk: CheckoutPresenter, shell: PlainShell) -> None:
    desk.handle(do.PrintCard())
    assert shell.printed == []
    assert desk.session.toast is not None
