"""The keystroke counts of ux.md §6 are the same while the server cannot be reached, and under each preset of keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.session import NewCardMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.keymap import Keymap, Preset
from tests.ui.counters import scan_member, until
from tests.ui.test_key_counts import completed

if TYPE_CHECKING:
    from tests.ui.counters import Counter

KEYS = {"/": Qt.Key.Key_Slash} | {f"F{number}": Qt.Key(Qt.Key.Key_F1 + number - 1) for number in range(1, 13)}


@pytest.fixture(params=list(Preset))
def silent(counter: Counter, request: pytest.FixtureRequest) -> Counter:
    """A counter whose server is gone, with the habits of another till."""
    since = counter.clock.now() - timedelta(minutes=37)
    counter.presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=since))
    keymap = Keymap(request.param)
    counter.presenter.change(keymap=keymap)
    counter.app.use_keymap(keymap)
    return counter


def press(counter: Counter, standard: str) -> None:
    """The key that does on this till what this one does in the standard map."""
    counter.press(KEYS[counter.session.keymap.shown(standard)])


def counted(counter: Counter) -> int:
    """Keys since this was asked last."""
    keys, counter.keys = counter.keys, 0
    return keys


def test_every_sale_of_the_table_takes_as_many_keys_as_with_the_server(silent: Counter) -> None:
    counter = silent
    counter.scan_goods("明前龙井")
    counter.type("200+")
    completed(counter)
    assert counted(counter) == 4, "cash with change"
    counter.scan_goods("明前龙井")
    scan_member(counter)
    assert counted(counter) == 0, "the next sale, and a member by code"
    press(counter, "F10")
    completed(counter)
    assert counted(counter) == 1, "exact cash"
    counter.scan_goods("明前龙井")
    press(counter, "F3")
    until(lambda: isinstance(counter.session.mode, NewCardMode), "the card form")
    counter.type("13957166099")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.basket.member is not None, "the card opened")
    assert counted(counter) == 13, "a new card in the sale"
    counter.type("90")
    press(counter, "F7")
    until(lambda: isinstance(counter.session.mode, PriceMode), "the sheet")
    counter.press(Qt.Key.Key_Return)
    until(lambda: counter.session.mode is None, "a price by hand")
    assert counted(counter) == 4
    with counter.presenter.till.database.read() as connection:
        endings = [phone[-4:] for (phone,) in connection.exec_driver_sql("SELECT phone FROM member")]
    lonely = next(one for one in endings if endings.count(one) == 1 and one != "6099")
    counter.type(lonely)
    press(counter, "/")
    until(lambda: counter.session.basket.member is not None, "attached")
    assert counted(counter) == 5, "a member by the last four"
