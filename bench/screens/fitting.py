"""What does not fit in a window: cut text, squeezed widgets, widgets that stick out or overlap (ux.md §9)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QListView, QWidget

from posapp.ui.painting import record_cuts


def misfits(window: QWidget) -> list[str]:
    """Everything that does not fit, in words; nothing is the empty list."""
    # No event loop in between: the first frame must be right already.
    with record_cuts() as cuts:
        window.grab()
    return [repr(cut) for cut in cuts] + misplaced(window) + _overlapping_siblings(window)


def _inside_list(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QListView):
            return True
        parent = parent.parentWidget()
    return False


def misplaced(window: QWidget) -> list[str]:
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


def _overlapping_siblings(window: QWidget) -> list[str]:
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
