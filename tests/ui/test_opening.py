"""The start of `posapp run`: an empty window first, then the checkout, ready to scan."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.window import Opening
from posapp.ui.checkout.sheets import FirstStartSheet
from posapp.ui.context import UiContext
from posapp.ui.main_window import MainWindow
from tests.ui.counters import until

_AT_FIRST_PAINT = """
import json, sys
from posapp.__main__ import prepare
options = prepare(["--data", sys.argv[1], "run"])
from posapp.bootstrap.window import open_window
application, window, opening = open_window(options.data)
window.painted.connect(lambda: (print(json.dumps(sorted(sys.modules)), flush=True), application.quit()))
application.exec()
"""
_IN_PEACE = """
import json, sys
from posapp.__main__ import prepare
options = prepare(["--data", sys.argv[1], "run"])
from posapp.bootstrap.window import open_window
application, window, opening = open_window(options.data)
from PySide6.QtCore import QTimer
from posapp.ui.app import TillApp
from posapp.ui.checkout.session import SyncKind
carried = TillApp._on_sync
def stood_alone(app, status):
    carried(app, status)
    if status.kind is SyncKind.STANDALONE:
        QTimer.singleShot(0, lambda: (print(json.dumps(sorted(sys.modules)), flush=True), application.quit()))
TillApp._on_sync = stood_alone
application.exec()
"""
_ON_A_SCREEN = """
import sys
from posapp.__main__ import prepare
options = prepare(["--data", sys.argv[1], "run"])
from posapp.bootstrap.window import open_window
application, window, opening = open_window(options.data)
window.painted.connect(lambda: (print(window.width(), window.height(), window.windowState().name), application.quit()))
application.exec()
"""
_SOURCES_READ = """
import inspect, PySide6.QtCore
from posapp.bootstrap.window import import_plainly
read = []
get = inspect.getsource
inspect.getsource = lambda module: (read.append(module), get(module))[1]
if {plainly}: import_plainly()
import posapp.ui.checkout.presenter
print(len(read))
"""


@pytest.fixture
def folder(tmp_path: Path) -> TillFolder:
    folder = TillFolder(tmp_path)
    shops = Shops(folder, SystemClock(), SystemEntropy(), 20)
    shops.demo()
    shops.close()
    return folder


@pytest.fixture
def hidden(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(UiContext())
    qtbot.addWidget(window)
    yield window
    gc.enable()
    gc.unfreeze()


def test_the_first_paint_imports_neither_the_checkout_nor_the_database(folder: TillFolder) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _AT_FIRST_PAINT, str(folder.root)], check=True, capture_output=True, text=True
    )
    loaded = set(json.loads(ran.stdout))
    heavy = {"sqlalchemy", "sqlcipher3", "httpx", "cryptography", "msgspec", "asyncio"}
    assert loaded & heavy == set()
    assert [name for name in loaded if name.startswith("posapp.ui.checkout.view.checkout")] == []
    assert "posapp.ui.first_paint" in loaded


@pytest.mark.parametrize(
    ("screen", "shown"),
    [
        ((1366, 768), "1366 768 WindowFullScreen"),
        ((1920, 1080), "1920 1080 WindowMaximized"),
        ((1280, 720), "1280 720 WindowFullScreen"),
        ((800, 800), "1366 768 WindowNoState"),
    ],
)
def test_the_window_is_as_large_as_the_screen(
    folder: TillFolder, tmp_path: Path, screen: tuple[int, int], shown: str
) -> None:
    """With a title bar above it, a screen of 1366×768 would cut the row of keys off."""
    width, height = screen
    one = {"name": "till", "x": 0, "y": 0, "width": width, "height": height}
    plugin = tmp_path / "screen.json"
    plugin.write_text(
        json.dumps({"windowFrameMargins": False, "screens": [one | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]})
    )
    ran = subprocess.run(
        [sys.executable, "-c", _ON_A_SCREEN, str(folder.root)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={plugin}"},
    )
    assert ran.stdout.strip() == shown


def test_a_till_without_a_server_never_imports_what_only_a_server_or_a_first_time_needs(folder: TillFolder) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _IN_PEACE, str(folder.root)], check=True, capture_output=True, text=True
    )
    loaded = set(json.loads(ran.stdout))
    assert loaded & {"posapp.bootstrap.carrying", "posapp.bootstrap.paying"} == set()
    needless = {"httpx", "cryptography", "alembic", "pypinyin", "phonenumbers", "cv2", "sqlalchemy.orm"}
    assert loaded & needless == set()
    assert "posapp.ui.checkout.presenter" in loaded


def test_imports_after_qt_read_no_sources() -> None:
    """The first count is what PySide does by itself; should it ever be none, `import_plainly` can go."""
    counts = [
        int(subprocess.check_output([sys.executable, "-c", _SOURCES_READ.format(plainly=plainly)]))
        for plainly in (False, True)
    ]
    assert counts[0] > 50
    assert counts[1] == 0


def test_the_till_is_ready_to_scan_and_collects_garbage_again(
    folder: TillFolder, hidden: MainWindow, qtbot: QtBot
) -> None:
    opening = Opening(folder, hidden)
    with qtbot.waitSignal(opening.ready, timeout=20_000):
        hidden.show()
    assert gc.isenabled()
    assert hidden.windowTitle() == "青禾生活"
    until(lambda: hidden.view.sheet is None, "the checkout")
    opening.close()


def test_a_window_that_is_never_painted_starts_all_the_same(
    folder: TillFolder, hidden: MainWindow, qtbot: QtBot
) -> None:
    opening = Opening(folder, hidden)
    with qtbot.waitSignal(opening.ready, timeout=20_000):
        pass
    opening.close()


def test_a_damaged_database_is_told_in_the_window(folder: TillFolder, hidden: MainWindow, qtbot: QtBot) -> None:
    data = bytearray(folder.database.read_bytes())
    data[:4096] = bytes(4096)
    folder.database.write_bytes(bytes(data))
    opening = Opening(folder, hidden)
    with qtbot.waitSignal(opening.ready, timeout=20_000):
        hidden.show()
    sheet = hidden.view.sheet
    assert isinstance(sheet, FirstStartSheet)
    assert sheet.error is not None
    assert folder.database.read_bytes() == bytes(data)
    opening.close()


def test_closing_at_once_waits_for_what_has_begun(folder: TillFolder, hidden: MainWindow, qtbot: QtBot) -> None:
    opening = Opening(folder, hidden)
    with qtbot.waitSignal(hidden.painted, timeout=20_000):
        hidden.show()
    qtbot.wait(20)
    opening.close()


def test_what_is_opened_after_closing_is_not_wired(folder: TillFolder, hidden: MainWindow, qtbot: QtBot) -> None:
    """A till that nobody closes any more would go on ticking in a window that is gone."""
    opening = Opening(folder, hidden)
    opening._begin()
    opening.close()
    qtbot.wait(200)
    assert opening._till is None
