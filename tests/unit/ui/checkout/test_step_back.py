"""A member who is looked for while paying is found for that payment: the till is paying again afterwards."""

from __future__ import annotations

import pytest

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import TenderMode
from posapp.ui.checkout.sheets import CompleteSheet, LookupSheet, NewCardSheet, TenderSheet
from tests.unit.ui.checkout.counter import scan, sheet_of
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture
def paying(desk: CheckoutPresenter) -> CheckoutPresenter:
    scan(desk, "明前龙井")
    desk.handle(do.PayKey())
    return desk


def entry(desk: CheckoutPresenter) -> str:
    assert isinstance(desk.session.mode, TenderMode)
    return desk.session.mode.entry


def test_picking_among_several_goes_back_to_paying(paying: CheckoutPresenter, shell: PlainShell) -> None:
    without = paying.session.quote.due
    for text in ("6", "60", "602", "6021"):
        paying.handle(do.TenderEdited(text))
    paying.handle(do.FunctionKey(2, "6021"))
    assert isinstance(sheet_of(shell), LookupSheet)
    paying.handle(do.PickRow(1))
    assert isinstance(sheet_of(shell), TenderSheet)
    assert shell.state.member is not None
    assert entry(paying) == "", "the number of a member is no amount"
    assert paying.session.quote.due <= without
    paying.handle(do.TenderFinished("9999"))
    assert isinstance(sheet_of(shell), CompleteSheet)


def test_a_number_of_one_member_keeps_paying_too(paying: CheckoutPresenter, shell: PlainShell) -> None:
    paying.handle(do.TenderEdited("7166021"))
    paying.handle(do.FunctionKey(2, "7166021"))
    assert shell.state.member is not None
    assert entry(paying) == ""


def test_typing_on_in_the_search_and_escape_lead_back_to_paying(paying: CheckoutPresenter, shell: PlainShell) -> None:
    paying.handle(do.TenderEdited("300"))
    paying.handle(do.FunctionKey(2))
    paying.handle(do.LookupEdited("60"))
    paying.handle(do.LookupEdited("6021"))
    assert isinstance(sheet_of(shell), LookupSheet)
    paying.handle(do.EscPressed())
    assert isinstance(sheet_of(shell), TenderSheet)
    assert entry(paying) == "300", "what was keyed in before is still to be paid with"
    paying.handle(do.EscPressed())
    assert sheet_of(shell) is None


def test_a_card_opened_while_paying_is_on_that_sale(paying: CheckoutPresenter, shell: PlainShell) -> None:
    paying.handle(do.FunctionKey(3))
    assert isinstance(sheet_of(shell), NewCardSheet)
    paying.handle(do.NewCardSubmitted("13900001234", "", "", marketing=False))
    assert isinstance(sheet_of(shell), TenderSheet)
    assert shell.state.member is not None
    assert shell.state.member.phone_masked.endswith("1234")


def test_a_search_from_the_goods_goes_back_to_the_goods(desk: CheckoutPresenter, shell: PlainShell) -> None:
    scan(desk, "明前龙井")
    desk.handle(do.MemberKey("6021"))
    desk.handle(do.PickRow(0))
    assert sheet_of(shell) is None
