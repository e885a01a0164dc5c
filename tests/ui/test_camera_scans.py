"""A code before the camera, or on a serial line, does in the till what the same code from a keyboard scanner does."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Callable
from pathlib import Path
from random import Random

import cv2
import pytest

from bench.decoders.scenes import HEIGHT, WIDTH, empty_frames, shoot, view_of
from bench.decoders.subjects import Grey, subject
from posapp.application.chosen_devices import ChosenScanners
from posapp.application.goods import search
from posapp.application.till import printed_card
from posapp.domain.card import static_code
from posapp.domain.sale import Identification
from posapp.ui.checkout.notice import Tone
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until


def _held(kind: str, text: str) -> list[Grey]:
    """A second and a half of a hand that holds a code."""
    random = Random(5)  # noqa: S311 - the same film every time
    face = subject(kind, random, text)
    return [shoot(face, view_of("none", kind, random), random) for _ in range(9)] * 5


def _film(path: Path, frames: list[Grey]) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (WIDTH, HEIGHT))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()


def _tone(counter: Counter) -> Tone | None:
    return counter.session.toast.tone if counter.session.toast is not None else None


def _codes(counter: Counter) -> tuple[str, str]:
    """The barcode of some goods, and a member's printed card."""
    till = counter.presenter.till
    goods = next(one for one in search(till, "有机全脂牛奶") if one.barcode)
    with till.database.read() as connection:
        number = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = '13857166021'").scalar_one()
    return goods.barcode, static_code(till.keys.member_key, printed_card(int(number)))


@pytest.fixture
def reopened(tmp_path: Path, make_window: MakeWindow) -> Callable[..., tuple[Counter, tuple[str, str]]]:
    """Opens the demo shop's till with scanners; `prepare` is given its codes before."""

    def reopen(chosen: ChosenScanners, prepare: Callable[[tuple[str, str]], None]) -> tuple[Counter, tuple[str, str]]:
        window = make_window()
        before = open_counter(tmp_path, window)
        with before.presenter.till.database.write() as connection:
            chosen.keep(connection)
        codes = _codes(before)
        before.close()
        prepare(codes)
        return open_counter(tmp_path, window, founded=True), codes

    return reopen


def test_goods_and_a_card_held_before_the_camera(
    tmp_path: Path, reopened: Callable[..., tuple[Counter, tuple[str, str]]]
) -> None:
    path = tmp_path / "counter.avi"
    empty = list(empty_frames(3, 8))

    def prepare(codes: tuple[str, str]) -> None:
        goods, card = codes
        _film(path, [*empty, *_held("EAN-13", goods), *empty, *_held("printed card", card), *empty])

    counter, (goods, _) = reopened(ChosenScanners(camera=str(path)), prepare)
    try:
        until(lambda: counter.session.basket.cart.identified_by is Identification.STATIC_CARD, "the card")
        (line,) = counter.session.basket.cart.lines
        assert counter.session.products[line.sku].barcode == goods
        # The film is over: to the till, the camera was unplugged.
        until(
            lambda: counter.session.toast is not None and counter.session.toast.tone is Tone.WARN, "the camera is gone"
        )
        before = counter.session.basket.cart.lines[0].quantity
        counter.scan(goods)
        until(lambda: counter.session.basket.cart.lines[0].quantity.milli > before.milli, "the keyboard still scans")
    finally:
        counter.close()


def test_goods_and_a_card_on_a_serial_line(reopened: Callable[..., tuple[Counter, tuple[str, str]]]) -> None:
    cable, line = pty.openpty()
    counter, (goods, card) = reopened(ChosenScanners(serial=os.ttyname(line)), lambda _: None)
    try:
        # What came before the till listened is dropped: it may be of yesterday.
        until(lambda: not termios.tcgetattr(line)[3] & termios.ICANON, "the line is raw")
        os.write(cable, f"{goods}\r\n{card}\r\n".encode())
        until(lambda: counter.session.basket.cart.identified_by is Identification.STATIC_CARD, "the card")
        assert [line.quantity.milli for line in counter.session.basket.cart.lines] == [1000]
    finally:
        counter.close()
        os.close(cable)
        os.close(line)
