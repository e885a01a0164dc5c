"""A real window on the offscreen platform; the platform is chosen before Qt is imported."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from posapp.ui.context import UiContext
from posapp.ui.i18n import Language, Translator
from posapp.ui.main_window import MainWindow
from posapp.ui.theme import THEMES, ThemeName
from tests.ui.counters import Counter, open_counter

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeWindow]:
    """Opens a shown window of a size, language, theme and scale."""
    windows: list[MainWindow] = []

    def make(
        *,
        size: tuple[int, int] = (1366, 768),
        language: Language = Language.ZH_CN,
        theme: ThemeName = ThemeName.LIGHT,
        scale: int = 100,
    ) -> MainWindow:
        window = MainWindow(UiContext(THEMES[theme], Translator(language), scale))
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        window.activateWindow()
        qapp.processEvents()
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.hide()


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    """A cashier at the demo shop's till."""
    opened = open_counter(tmp_path, make_window())
    yield opened
    opened.close()
