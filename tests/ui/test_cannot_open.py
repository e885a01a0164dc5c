"""A database that cannot be opened is left as it is, and the window says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from posapp.application.ports import SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.ui.app import TillApp
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import FirstStartSheet
from tests.integration.tills import SteppingClock
from tests.ui.conftest import MakeWindow
from tests.ui.counters import until


def newer_schema(folder: TillFolder) -> None:
    shops = Shops(folder, SteppingClock(), SystemEntropy(), 4)
    shops.demo()
    with shops.database.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 999")
    shops.close()


def lost_key(folder: TillFolder) -> None:
    shops = Shops(folder, SteppingClock(), SystemEntropy(), 4)
    shops.demo()
    shops.close()
    for key in (folder.root / "keys").glob("database_key*"):
        key.unlink()


def other_file(folder: TillFolder) -> None:
    lost_key(folder)
    folder.database.write_bytes(b"this is a letter, not a database" * 200)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [(newer_schema, "新版本"), (lost_key, "密钥"), (other_file, "")],
)
def test_the_window_says_why_and_leaves_the_file_alone(
    tmp_path: Path, make_window: MakeWindow, break_it: Callable[[TillFolder], None], words: str
) -> None:
    folder = TillFolder(tmp_path / "till")
    folder.make()
    break_it(folder)
    before = folder.database.read_bytes()
    window = make_window()
    shops = Shops(folder, SteppingClock(), SystemEntropy(), 4)
    app = TillApp(program_of(shops), window)
    app.start()

    def shown() -> str:
        sheet = window.view.sheet if app.presenter is not None else None
        error = sheet.error if isinstance(sheet, FirstStartSheet) else None
        return window.ctx.text(error.title) if error is not None else ""

    until(lambda: bool(shown()), "a sentence in the window")
    assert words in shown(), shown()
    assert app.presenter is not None
    app.presenter.handle(do.StartDemoShop())
    until(lambda: not window.view.sheet.busy if isinstance(window.view.sheet, FirstStartSheet) else False, "refused")
    assert not isinstance(app.presenter, CheckoutPresenter), "a new shop never overwrites a till that is there"
    app.close()
    shops.close()
    assert folder.database.read_bytes() == before
