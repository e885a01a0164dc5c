"""Every screen and state of the till: nothing is cut, and every text stands out 7:1 from its ground (ux.md §8, §9)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bench.screens.contrast import read_contrast
from bench.screens.matrix import Look, every_look, paint, run
from bench.screens.stations import walked
from posapp.ui import fonts
from posapp.ui.checkout.view.overlay import Overlay
from posapp.ui.context import UiContext
from posapp.ui.i18n import Language
from posapp.ui.main_window import MainWindow
from posapp.ui.theme import ThemeName
from posapp.ui.widgets.text import Text

_DAY = Look(Language.ZH_CN, ThemeName.LIGHT, (1366, 768))
_LARGE = Look(Language.EN, ThemeName.DARK, (1366, 768), 130)
_SCREENS = 120
"""So many are met at least: a station that falls away is noticed."""


@pytest.mark.parametrize("look", [_DAY, _LARGE], ids=str)
def test_every_screen_can_be_read(qapp: QApplication, look: Look) -> None:
    assert qapp is not None
    audit = run((look,))
    assert audit.problems == {}
    assert audit.pictures >= _SCREENS
    assert len(audit.pairs) > 20


@pytest.mark.nightly
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("look", every_look(scales=(100, 115, 130)), ids=str)
def test_every_screen_can_be_read_in_every_look(qapp: QApplication, look: Look) -> None:
    assert qapp is not None
    assert run((look,)).problems == {}


def test_every_control_has_a_name_and_tab_walks_them_in_order(qapp: QApplication) -> None:
    """On every screen: each stop of Tab has a name, all are reached, a dialog is not left, and the way leads down."""
    found: dict[str, list[str]] = {}
    for name, window in paint(_DAY, walked("zh_CN")):
        if isinstance(window, MainWindow):
            window.activateWindow()
            qapp.processEvents()
            problems = _tab_problems(window)
            if problems:
                found[name] = problems
    assert found == {}


def _tab_problems(window: MainWindow) -> list[str]:
    dialog = next((one for one in window.findChildren(Overlay) if one.isVisible()), None)
    inside: QWidget = dialog if dialog is not None else window
    wanted = [one for one in inside.findChildren(QWidget) if _stops(one)]
    window.view.focus_input()
    walked_by: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in walked_by:
        walked_by.append(here)
        window.focusNextChild() if dialog is None else QTest.keyClick(here, Qt.Key.Key_Tab)
    found = [f"{one.objectName()} has no name" for one in wanted if not one.accessibleName()]
    found += [f"{one.objectName()} is not reached" for one in wanted if one not in walked_by]
    found += [f"{one.objectName()} lies under the dialog" for one in walked_by if not inside.isAncestorOf(one)]
    jumps = [(one, other) for one, other in pairwise(walked_by) if _is_before(window, other, one)]
    # The way round ends once at the top again.
    found += [f"{one.objectName()} to {other.objectName()} leads back" for one, other in jumps[1:]]
    return found


def _stops(widget: QWidget) -> bool:
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and widget.isVisible() and widget.isEnabled() and widget.width() > 0


def _is_before(window: QWidget, one: QWidget, other: QWidget) -> bool:
    """Whether a widget lies above another and no further right."""
    here, there = one.mapTo(window, QPoint(0, 0)), other.mapTo(window, QPoint(0, 0))
    return here.y() + one.height() <= there.y() and here.x() <= there.x() + 10


def test_both_languages_walk_by_the_same_screens() -> None:
    assert walked("en").screens.keys() == walked("zh_CN").screens.keys()


def test_a_faint_text_is_noticed(qapp: QApplication) -> None:
    """The audit can fail: grey on white is found with its ratio, and the same text in ink is not."""
    ctx = UiContext()
    ground = QWidget()
    ground.setStyleSheet("background: #FFFFFF")
    text = Text(ctx, 20, fonts.REGULAR, "#8A8A8A")
    text.setParent(ground)
    text.set("Points 1,234")
    text.resize(text.sizeHint())
    ground.resize(300, 60)
    ground.show()
    qapp.processEvents()
    (faint,) = read_contrast(ground).faint
    assert (faint.text, faint.ink, faint.ground) == ("Points 1,234", "#8A8A8A", "#FFFFFF")
    assert 3 < faint.ratio < 4
    text.set("Points 1,234", "t1")
    assert read_contrast(ground).faint == ()
