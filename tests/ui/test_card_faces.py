"""The face of a card, in a real window: chosen when it is opened, changed later, seen on the panel (W-08, X-06)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posapp.application.card_faces import choose_own, choose_picture
from posapp.application.members import find_member
from posapp.domain.errors import InvalidField
from posapp.storage.verify import verify
from posapp.ui.checkout.file_modes import FileMode
from posapp.ui.checkout.screen import screen_of
from posapp.ui.checkout.session import NewCardMode
from posapp.ui.faces import Face
from posapp.ui.widgets.card_face import CardFace
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.member_files import ALT, attach, begin, form, member_id, open_file, submit, toast

FACE = 9


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    opened = open_counter(tmp_path, make_window())
    yield opened
    report = verify(opened.presenter.till.database)
    assert report.ok, report.differences
    opened.close()


def panel_face(counter: Counter) -> Face:
    shown = screen_of(counter.presenter.session, counter.presenter.surroundings()).member
    assert shown is not None
    return shown.face


def red() -> bytes:
    """A picture of the shop's own."""
    out = BytesIO()
    Image.new("RGB", (750, 1334), "#B01010").save(out, "PNG")
    return out.getvalue()


def test_the_face_is_chosen_when_the_card_is_opened(counter: Counter) -> None:
    counter.press(Qt.Key.Key_F3)
    until(lambda: isinstance(counter.session.mode, NewCardMode), "a new card")
    counter.type("13957166099")
    button = counter.window.view.findChild(QWidget, "card_face")
    assert button is not None
    for name in ("本店默认", "随等级", "青玉", "银灰"):
        until(lambda name=name: button.accessibleName().startswith(f"卡面：{name}"), name)  # type: ignore[misc]
        counter.press(Qt.Key.Key_F3)
    until(lambda: button.accessibleName().startswith("卡面：墨金"), "the fourth turn")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the card is open")
    assert panel_face(counter) == Face("gold"), "and what was typed stayed"
    known = find_member(counter.presenter.till, member_id(counter, "13957166099"))
    assert known is not None
    assert known.face == "gold"


def test_a_members_card_wears_another_face_and_the_panel_shows_it(counter: Counter) -> None:
    attach(counter)
    assert panel_face(counter) == Face("gold"), "by her tier"
    open_file(counter)
    begin(counter, FACE)
    counter.press(Qt.Key.Key_5, ALT)
    until(lambda: form(counter).card is not None and form(counter).card.face == Face("diamond"), "seen first")  # type: ignore[union-attr]
    submit(counter)
    assert toast(counter) == "卡面已换：夜钻"
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.mode is None, "the sale again")
    assert panel_face(counter) == Face("diamond")


def test_the_shops_picture_is_worn_unless_a_member_chose_otherwise(counter: Counter) -> None:
    till = counter.presenter.till
    with pytest.raises(InvalidField, match="no card face"):
        choose_own(till, member_id(counter), "picture")
    choose_picture(till, red())
    counter.presenter.reload_shop()
    until(lambda: counter.session.face == red(), "the shop's picture")
    attach(counter)
    assert panel_face(counter) == Face("gold", red())
    card = counter.window.view.findChild(CardFace)
    assert card is not None
    pixel = card.grab().toImage().pixelColor(card.width() // 2, 3)
    assert (pixel.red() > 40, pixel.green() < 20, pixel.blue() < 20) == (True, True, True), pixel.name()
    open_file(counter)
    begin(counter, FACE)
    assert len(form(counter).ways) == 6
    counter.press(Qt.Key.Key_1, ALT)
    submit(counter)
    counter.press(Qt.Key.Key_Escape)
    until(lambda: not isinstance(counter.session.mode, FileMode), "closed")
    assert panel_face(counter) == Face("gold"), "by her tier, at her wish"
