"""The devices of a till in its window: tried, set up and used without a restart, each with a real one behind it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import cv2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from bench.decoders.scenes import HEIGHT, WIDTH, shoot, view_of
from bench.decoders.subjects import subject
from posapp.application.devices import Gear, Health
from posapp.application.goods import search
from posapp.application.ports import Figure
from posapp.application.printing.setup import Paper, Way, printer_setup
from posapp.bootstrap.customer_display import CustomerScreen
from posapp.domain.amounts import Money
from posapp.hardware import escpos
from posapp.hardware.pole_display import shown as pole_bytes
from posapp.ui.checkout.device_modes import DevicesMode, SetupMode
from posapp.ui.checkout.device_sheet import DeviceSheet
from posapp.ui.checkout.intents import SetLanguage
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.customer_display.state import Idle
from posapp.ui.i18n import Language
from tests.printers import TcpPrinter
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def printer() -> Iterator[TcpPrinter]:
    with TcpPrinter() as there:
        yield there


def _open(counter: Counter, gear: Gear) -> None:
    """Ctrl+I, and down to a device."""
    if not isinstance(counter.session.mode, DevicesMode):
        counter.press(Qt.Key.Key_I, CTRL)
        until(lambda: isinstance(counter.session.mode, DevicesMode), "the devices")
    while _selected(counter) is not gear:
        counter.press(
            Qt.Key.Key_Down if list(Gear).index(_selected(counter)) < list(Gear).index(gear) else Qt.Key.Key_Up
        )


def _selected(counter: Counter) -> Gear:
    mode = counter.session.mode
    assert isinstance(mode, DevicesMode)
    return mode.devices[mode.selected].gear


def _sheet(counter: Counter) -> DeviceSheet:
    sheet = counter.window.view.sheet
    assert isinstance(sheet, DeviceSheet)
    return sheet


def _state(counter: Counter, gear: Gear) -> str:
    """What the chip of a device says."""
    return counter.window.ctx.text(_sheet(counter).rows[list(Gear).index(gear)].state)


def _health(counter: Counter, gear: Gear) -> Health | None:
    device = counter.session.heard.get(gear)
    return device.health if device is not None else None


def _chip(counter: Counter) -> str:
    chip = counter.window.findChild(QWidget, "device_fault")
    return chip.accessibleName() if chip is not None and chip.isVisible() else ""


def _said(counter: Counter) -> str:
    notice = _sheet(counter).notice
    text = counter.window.ctx.text
    return f"{text(notice.title)} {text(notice.detail)}" if notice is not None else ""


def fill(counter: Counter, name: str, text: str, shown: Callable[[], bool] | None = None) -> None:
    """Type into a field of the open dialog: a tap, and its text over what stood there."""
    field = counter.window.findChild(QLineEdit, f"form_{name}")
    assert field is not None
    field.setFocus()
    field.selectAll()
    counter.press(Qt.Key.Key_Delete)
    for character in text:
        field.insert(character)
    until(shown or (lambda: _typed(counter, name) == text), f"{name} typed")


def _typed(counter: Counter, name: str) -> str:
    mode = counter.session.mode
    return mode.text(name) if isinstance(mode, SetupMode) else ""


def _set_up(counter: Counter, gear: Gear) -> None:
    _open(counter, gear)
    counter.type("2")
    until(lambda: isinstance(counter.session.mode, SetupMode), "the dialog")


def _save(counter: Counter) -> None:
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, DevicesMode), "the list again")


def _connect_printer(counter: Counter, there: TcpPrinter) -> None:
    _set_up(counter, Gear.PRINTER)
    counter.press(Qt.Key.Key_2, ALT)
    counter.press(Qt.Key.Key_6, ALT)
    until(lambda: getattr(counter.session.mode, "choice", "") == "tcp", "a network printer")
    fill(counter, "address", there.address)
    _save(counter)


def test_a_printer_is_set_up_tried_and_prints_the_next_sale_without_a_restart(
    counter: Counter, printer: TcpPrinter
) -> None:
    _connect_printer(counter, printer)
    setup = printer_setup(counter.presenter.till)
    assert (setup.way, setup.address, setup.paper, setup.drawer) == (Way.TCP, printer.address, Paper.MM80, True)
    _open(counter, Gear.PRINTER)
    counter.type("1")
    until(lambda: _state(counter, Gear.PRINTER) == "正常", "the printer works")
    (slip,) = printer.head.slips
    assert "测试".encode("gb18030") in slip
    _open(counter, Gear.DRAWER)
    counter.press(Qt.Key.Key_Return)
    until(lambda: bytes(printer.head.printed).count(escpos.KICK) == 1, "the drawer's pulse")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the basket")
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "the sale")
    until(lambda: len(printer.head.slips) == 2, "its receipt")
    assert b"128.00" in printer.head.slips[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.ZH_CN, ("缺纸", "收银照常")), (Language.EN, ("out of paper", "Sales go on"))],
)
def test_a_fault_is_said_in_plain_words_and_what_to_do(
    counter: Counter, printer: TcpPrinter, language: Language, words: tuple[str, str]
) -> None:
    if language is Language.EN:
        counter.press(Qt.Key.Key_0, CTRL)
    _connect_printer(counter, printer)
    printer.head.paper = False
    _open(counter, Gear.PRINTER)
    counter.type("1")
    until(lambda: _health(counter, Gear.PRINTER) is Health.FAULT, "the fault")
    for part in words:
        assert part in _said(counter)
    assert printer.head.slips == []
    assert misfits(counter.window) == []


def test_an_address_that_says_nothing_is_refused_in_the_dialog(counter: Counter) -> None:
    _set_up(counter, Gear.PRINTER)
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_3, ALT)
    until(lambda: getattr(counter.session.mode, "choice", "") == "device", "a device file")
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "the refusal")
    assert isinstance(counter.session.mode, SetupMode)
    assert printer_setup(counter.presenter.till).way is Way.FOLDER


def test_a_pole_display_shows_the_total_and_the_change_and_a_lost_one_is_said(counter: Counter) -> None:
    near, far = os.openpty()
    path = os.ttyname(far)
    _set_up(counter, Gear.POLE)
    fill(counter, "path", path)
    _save(counter)
    _open(counter, Gear.POLE)
    until(lambda: _heard(near, b"\x0c"), "nothing while nobody is served")
    counter.type("1")
    until(lambda: _heard(near, pole_bytes(Money(123_456), Figure.TOTAL)), "the test")
    until(lambda: _state(counter, Gear.POLE) == "正常", "the display works")
    counter.press(Qt.Key.Key_Escape)
    counter.scan_goods("明前龙井")
    until(lambda: _heard(near, pole_bytes(Money(12_800), Figure.TOTAL)), "the total")
    counter.type("+")
    until(lambda: isinstance(counter.session.mode, TenderMode), "paying")
    counter.type("200")
    until(lambda: _heard(near, pole_bytes(Money(7_200), Figure.CHANGE)), "the change")
    os.close(near)
    os.close(far)
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.mode, CompleteMode), "the sale goes through")
    counter.scan_goods("明前龙井")
    until(lambda: _health(counter, Gear.POLE) is Health.FAULT, "the display is lost")
    until(lambda: _chip(counter) == "顾显没连上", "the top bar says so")


_RECEIVED = bytearray()


def _read(near: int) -> bytes:
    """What a terminal was sent since the last look."""
    os.set_blocking(near, False)
    got = bytearray()
    try:
        while part := os.read(near, 4096):
            got += part
    except BlockingIOError:
        pass
    return bytes(got)


def _heard(near: int, wanted: bytes) -> bool:
    _RECEIVED.extend(_read(near))
    return bytes(_RECEIVED).endswith(wanted)


def test_a_camera_is_chosen_and_shows_what_it_sees_and_reads_and_sells_nothing_meanwhile(
    counter: Counter, tmp_path: Path
) -> None:
    code = next(one for one in search(counter.presenter.till, "有机全脂牛奶") if one.barcode).barcode
    random = Random(5)  # noqa: S311 - the same film every time
    face = subject("EAN-13", random, code)
    film = tmp_path / "counter.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (WIDTH, HEIGHT))
    frames = [shoot(face, view_of("none", "EAN-13", random), random) for _ in range(9)]
    for frame in frames * 20:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    _set_up(counter, Gear.CAMERA)
    assert misfits(counter.window) == []
    fill(counter, "camera", str(film))
    _save(counter)
    _open(counter, Gear.CAMERA)
    until(lambda: _sheet(counter).picture is not None, "a picture")
    until(lambda: code in counter.window.ctx.text(_sheet(counter).read), "what was read")
    assert misfits(counter.window) == []
    assert counter.session.basket.cart.lines == ()
    assert _health(counter, Gear.CAMERA) is Health.WORKS


def test_a_keyboard_scanner_is_tried_in_the_list_and_a_payment_code_is_not_shown(counter: Counter) -> None:
    _open(counter, Gear.SCANNER)
    code = search(counter.presenter.till, "明前龙井")[0].barcode
    counter.scan(code)
    until(lambda: code in counter.window.ctx.text(_sheet(counter).read), "the code")
    counter.scan("134567890123459902")
    until(lambda: "付款码" in counter.window.ctx.text(_sheet(counter).read), "the kind of code")
    assert "9902" not in counter.window.ctx.text(_sheet(counter).read)
    assert counter.session.basket.cart.lines == ()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [100, 130])
def test_the_list_fits(tmp_path: Path, make_window: MakeWindow, language: Language, scale: int) -> None:
    counter = open_counter(tmp_path, make_window(language=language, scale=scale))
    try:
        counter.presenter.handle(SetLanguage(language.value))
        for gear in Gear:
            _open(counter, gear)
            assert misfits(counter.window) == [], gear
    finally:
        counter.close()


def test_the_button_in_the_top_bar_opens_the_list(counter: Counter) -> None:
    button: QWidget | None = counter.window.findChild(QWidget, "devices")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: isinstance(counter.session.mode, DevicesMode), "the devices")


def test_the_customers_display_is_set_up_shown_in_another_language_and_put_away(counter: Counter) -> None:
    screen = CustomerScreen(counter.app, counter.window)
    _set_up(counter, Gear.DISPLAY)
    assert misfits(counter.window) == []
    counter.press(Qt.Key.Key_2, ALT)
    fill(counter, "join", "https://card.example/j")
    _save(counter)
    until(lambda: screen.open is not None, "the display")
    assert screen.open is not None
    display = screen.open.window
    until(lambda: isinstance(display.state, Idle) and display.state.join == "https://card.example/j", "the code")
    assert _state(counter, Gear.DISPLAY) == "正常"
    assert printer_setup(counter.presenter.till).join == "https://card.example/j"
    _set_up(counter, Gear.DISPLAY)
    counter.press(Qt.Key.Key_5, ALT)
    _save(counter)
    until(lambda: screen.open is not None and screen.open.window is not display, "another display")
    assert screen.open is not None
    assert screen.open.window.ctx.translator.language is Language.EN
    _set_up(counter, Gear.DISPLAY)
    counter.press(Qt.Key.Key_3, ALT)
    _save(counter)
    until(lambda: screen.open is None, "no display")
    until(lambda: _state(counter, Gear.DISPLAY) == "没有", "the list says so")


def test_labels_of_the_shops_scales_are_set_up_refused_where_no_scale_prints_them_and_sold(counter: Counter) -> None:
    """29 is no label until somebody says so; then its digits are grams, without a restart."""
    till = counter.presenter.till
    plu = int(search(till, "散称砂糖橘")[0].plu)
    body = f"29{plu:05d}00735"
    label = body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)
    _set_up(counter, Gear.SCANNER)
    fill(counter, "scale_weights", "30")
    counter.press(Qt.Key.Key_Return)
    until(lambda: getattr(counter.session.mode, "error", None) is not None, "the refusal")
    assert misfits(counter.window) == []
    fill(counter, "scale_weights", "29")
    _save(counter)
    counter.press(Qt.Key.Key_Escape)
    counter.scan(label)
    until(lambda: bool(counter.session.basket.cart.lines), "the oranges")
    assert [line.quantity.milli for line in counter.session.basket.cart.lines] == [1470]
