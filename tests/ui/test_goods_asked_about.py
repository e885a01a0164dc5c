"""Goods that have to be asked about, by real keys: a weight, an unknown code, a price without a code, paying begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from posapp.application.goods import search
from posapp.storage import documents
from posapp.ui.checkout.item_modes import NewItemMode, WeightMode
from posapp.ui.checkout.session import CompleteMode, HeldMode, TenderMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from posapp.ui.i18n import Language
from posapp.ui.messages import msg
from tests.ui.counters import scan_member, until
from tests.ui.fitting import misfits
from tests.ui.test_staff import ALT, CTRL, SHIFT, pin

if TYPE_CHECKING:
    from tests.ui.counters import Counter

UNKNOWN = "6921168509256"


def toast(counter: Counter) -> str:
    return counter.session.toast.title.key if counter.session.toast is not None else ""


def in_basket(counter: Counter) -> list[tuple[str, int, int]]:
    lines = zip(counter.session.basket.cart.lines, counter.session.quote.lines, strict=True)
    return [(line.name, line.quantity.milli, priced.net.fen) for line, priced in lines]


def paying(counter: Counter) -> bool:
    return isinstance(counter.session.mode, TenderMode)


def meet(counter: Counter) -> None:
    """Scan what the shop does not know, and press Ctrl+N."""
    counter.scan(UNKNOWN)
    until(lambda: toast(counter) == "toast.unknown_code", "said")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_N, CTRL)
    until(lambda: isinstance(counter.session.mode, NewItemMode), "the sheet")
    assert misfits(counter.window) == []


def test_four_digits_that_no_product_has_tell_how_a_member_is_found(counter: Counter) -> None:
    counter.type("5678")
    counter.press(Qt.Key.Key_Return)
    until(lambda: toast(counter) == "toast.unknown_code", "said")
    said = counter.session.toast
    assert said is not None
    assert said.detail == msg("toast.unknown_code_member")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_0, CTRL)
    until(lambda: counter.presenter.language == "en", "English")
    assert misfits(counter.window) == []


def test_a_weighed_quick_item_asks_for_its_weight(counter: Counter) -> None:
    counter.press(Qt.Key.Key_4, ALT)
    until(lambda: isinstance(counter.session.mode, WeightMode), "the weight")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    assert isinstance(counter.session.mode, WeightMode), "nothing is no weight"
    counter.type("1.2")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "in the basket")
    (line,) = counter.session.basket.cart.lines
    assert line.quantity.milli == 2_400, "1.2 kg of what is sold by 500 g"
    assert line.list_amount.fen == round(line.unit_price.fen * 2.4)
    assert counter.figures == ["1.2 kg"], "as the scale shows it"
    counter.type("0.5*")
    until(lambda: counter.figures == ["0.5 kg"], "weighed again: kilograms here too")


def test_a_parked_weight_is_taken_up_in_kilograms_after_another_sale(counter: Counter) -> None:
    counter.type("0.75")
    counter.press(Qt.Key.Key_5, ALT)
    until(lambda: counter.figures == ["0.75 kg"], "in the basket")
    counter.press(Qt.Key.Key_F6)
    until(lambda: counter.session.parked == 1, "parked")
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "another customer's sale")
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_F6, SHIFT)
    until(lambda: isinstance(counter.session.mode, HeldMode), "the parked sales")
    counter.press(Qt.Key.Key_1)
    until(lambda: counter.figures == ["0.75 kg"], "the weight, as it was")
    counter.press(Qt.Key.Key_F10)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    assert "0.75 kg x 15.80/500g" in counter.paper("*-0002")


def test_number_first_then_the_quick_key_asks_nothing(counter: Counter) -> None:
    counter.type("0.75")
    counter.press(Qt.Key.Key_5, ALT)
    until(lambda: len(in_basket(counter)) == 1, "in the basket")
    counter.type("3")
    counter.press(Qt.Key.Key_8, ALT)
    until(lambda: len(in_basket(counter)) == 2, "three bags")
    assert [milli for _name, milli, _fen in in_basket(counter)] == [1_500, 3_000]
    counter.type("1.5")
    counter.press(Qt.Key.Key_8, ALT)
    assert len(in_basket(counter)) == 2, "half a bag is none"


def test_an_unknown_code_becomes_a_product_here_and_for_the_other_tills(counter: Counter) -> None:
    meet(counter)
    counter.type("15.9")
    counter.press(Qt.Key.Key_Return)
    assert isinstance(counter.session.mode, NewItemMode), "a product needs a name"
    counter.press(Qt.Key.Key_Tab)
    counter.type("soda")
    counter.press(Qt.Key.Key_Return)
    until(lambda: len(in_basket(counter)) == 1, "in the basket")
    counter.press(Qt.Key.Key_Z, CTRL)
    assert in_basket(counter) == []
    counter.scan(UNKNOWN)
    until(lambda: len(in_basket(counter)) == 1, "known from now on")
    assert in_basket(counter)[0][1:] == (1_000, 1_590)
    till = counter.presenter.till
    with till.database.read() as connection:
        waiting = [one.key for one in documents.outbox(connection, 10_000) if one.collection == documents.PRODUCT]
    assert f"code-{UNKNOWN}" in waiting
    assert [one.barcode for one in search(till, "soda")] == [UNKNOWN]


def test_a_dear_price_is_agreed_to_by_somebody_else(counter: Counter) -> None:
    meet(counter)
    counter.type("250")
    counter.press(Qt.Key.Key_Tab)
    counter.type("kettle")
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person")
    assert misfits(counter.window) == []
    pin(counter, "8024")
    until(lambda: len(in_basket(counter)) == 1, "in the basket")
    assert in_basket(counter)[0][2] == 25_000


def test_an_open_item_takes_its_price_first_and_needs_no_name(counter: Counter) -> None:
    counter.type("12.5")
    counter.press(Qt.Key.Key_N, CTRL)
    until(lambda: isinstance(counter.session.mode, NewItemMode), "the sheet")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "in the basket")
    assert (counter.keys, in_basket(counter)) == (6, [("自由金额", 1_000, 1_250)])
    counter.type("20+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    done = counter.session.mode
    assert isinstance(done, CompleteMode)
    assert done.receipt.lines[0].name == "自由金额"


def test_goods_scanned_while_paying_are_not_added_and_it_says_how(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    milk = search(counter.presenter.till, "有机全脂牛奶")[0].barcode
    for code, said in (
        (milk, "toast.goods_while_paying"),
        (UNKNOWN, "toast.code_while_paying"),
        ("QIXIANG-77", "toast.unknown_while_paying"),
    ):
        counter.scan(code)
        until(lambda said=said: toast(counter) == said, said)  # type: ignore[misc]
        assert misfits(counter.window) == []
    assert isinstance(counter.session.mode, TenderMode)
    assert len(in_basket(counter)) == 1
    counter.press(Qt.Key.Key_Escape)
    counter.scan(milk)
    until(lambda: len(in_basket(counter)) == 2, "with the basket open it is")


def test_the_sheets_fit_in_english(counter: Counter) -> None:
    counter.window.set_language(Language.EN)
    meet(counter)
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "a price first")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Escape)
    counter.press(Qt.Key.Key_4, ALT)
    until(lambda: isinstance(counter.session.mode, WeightMode), "the weight")
    assert misfits(counter.window) == []


def test_a_member_who_is_named_while_paying_is_attached_and_paying_goes_on(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.press(Qt.Key.Key_F9)
    until(lambda: paying(counter), "paying")
    scan_member(counter)
    assert paying(counter)
    assert counter.session.quote.due.fen < 12_800
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "sold")
    done = counter.session.mode
    assert isinstance(done, CompleteMode)
    assert done.done.sale.member is not None
