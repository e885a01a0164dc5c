"""No label, button or figure is cut, and no widget is squeezed out of its place, in any sample state (ux.md §9)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QListView, QWidget

from bench.checkout_samples import SAMPLES
from posapp.ui.context import SCALES_PERCENT
from posapp.ui.i18n import Language
from posapp.ui.main_window import MainWindow
from posapp.ui.painting import record_cuts
from tests.ui.conftest import MakeWindow

ROOMY = ((1366, 768), (1920, 1080))


def _inside_list(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QListView):
            return True
        parent = parent.parentWidget()
    return False


def _misplaced(window: MainWindow) -> list[str]:
    """Visible widgets that stick out of an ancestor, or show something and are smaller than that needs."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or _inside_list(widget) or widget.width() == 0:
            continue
        name = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()!r}"
        least = widget.minimumSizeHint()
        leaf = not widget.findChildren(QWidget)
        if leaf and (widget.width() < least.width() or widget.height() < least.height()):
            found.append(f"{name} is {widget.size().toTuple()}, needs {least.toTuple()}")
        parent = widget.parentWidget()
        if parent is not None and not parent.rect().contains(widget.geometry()):
            found.append(f"{name} at {widget.geometry().getRect()} leaves {parent.rect().getRect()}")
    return found


def _overlapping_siblings(window: MainWindow) -> list[str]:
    """Widgets of one layout that lie over each other."""
    found = []
    for parent in window.findChildren(QWidget):
        layout = parent.layout()
        if layout is None or not parent.isVisible() or not layout.metaObject().className().endswith("BoxLayout"):
            continue
        held = [layout.itemAt(position) for position in range(layout.count())]
        items = [item.widget() for item in held if item is not None]
        shown = [
            (item, QRect(item.mapTo(window, QPoint(0, 0)), item.size())) for item in items if item and item.isVisible()
        ]
        for position, (first, area) in enumerate(shown):
            for second, other in shown[position + 1 :]:
                if area.intersects(other):
                    found.append(
                        f"{type(first).__name__} {area.getRect()} over {type(second).__name__} {other.getRect()}"
                    )
    return found


def _problems(window: MainWindow, name: str, *, english: bool) -> list[str]:
    window.render_state(SAMPLES[name](english=english))
    # No event loop in between: the first frame must be right already.
    with record_cuts() as cuts:
        window.grab()
    return [repr(cut) for cut in cuts] + _misplaced(window) + _overlapping_siblings(window)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", ROOMY)
def test_every_state_fits_at_full_scale(make_window: MakeWindow, size: tuple[int, int], language: Language) -> None:
    window = make_window(size=size, language=language)
    assert (window.width(), window.height()) == size
    problems = {name: _problems(window, name, english=language is Language.EN) for name in SAMPLES}
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [scale for scale in SCALES_PERCENT if scale > 100])
def test_every_state_fits_at_larger_scales(make_window: MakeWindow, scale: int, language: Language) -> None:
    window = make_window(size=(1366, 768), language=language, scale=scale)
    problems = {name: _problems(window, name, english=language is Language.EN) for name in SAMPLES}
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize("language", list(Language))
def test_every_state_fits_a_narrow_window(make_window: MakeWindow, language: Language) -> None:
    window = make_window(size=(1024, 768), language=language)
    problems = {name: _problems(window, name, english=language is Language.EN) for name in SAMPLES}
    assert {name: found for name, found in problems.items() if found} == {}


def test_a_cut_is_noticed(make_window: MakeWindow) -> None:
    """The tests above can fail: a word longer than its place is recorded, a squeezed widget is found."""
    window = make_window()
    window.render_state(SAMPLES["member_sale"]())
    pay = window.view.findChild(QWidget, "pay")
    assert pay is not None
    pay.setFixedWidth(40)
    QApplication.processEvents()
    with record_cuts() as cuts:
        window.grab()
    assert any(cut.over_width > 0 for cut in cuts)
    assert any("pay" in line for line in _misplaced(window))
