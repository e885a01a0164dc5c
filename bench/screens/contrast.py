"""Texts that are hard to read: each text that a window paints, against the ground that it really stands on (ux.md §8).

The ground is the commonest colour around the letters in the picture of the window, so that nobody has to say which
token lies below which.  Exempt, as in WCAG 2.2 (1.4.3): what is disabled, and what lies under the scrim of a dialog.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from posapp.ui.checkout.view.overlay import Overlay
from posapp.ui.painting import Ink, record_inks
from posapp.ui.theme import contrast_ratio

LEAST: Final = 7.0
_MARGIN: Final = 2
"""Pixels around the letters that are looked at too: of a wide letter most pixels are its own."""
_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class FaintText:
    """A text that does not stand out enough."""

    text: str
    ink: str
    ground: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the audit of one picture found: the pairs of ink and ground, and the faint texts among them."""

    pairs: frozenset[tuple[str, str]]
    faint: tuple[FaintText, ...]


def read_contrast(window: QWidget) -> Reading:
    """Paint a window and look at every text in it."""
    with record_inks() as inks:
        picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shown = [*(ink for ink in inks if _counts(ink, window)), *_typed(window)]
    pairs, faint = set(), []
    for ink in shown:
        ground = _ground(picture, ink, window)
        if ground is None:
            continue
        pairs.add((ink.colour.upper(), ground))
        ratio = contrast_ratio(ink.colour, ground)
        if ratio < LEAST:
            faint.append(FaintText(ink.text, ink.colour.upper(), ground, round(ratio, 2)))
    return Reading(frozenset(pairs), tuple(dict.fromkeys(faint)))


def _counts(ink: Ink, window: QWidget) -> bool:
    """Whether a text is one that has to be read now."""
    widget = ink.device
    if not isinstance(widget, QWidget):
        return True
    return widget.isEnabled() and not _is_under_scrim(widget, window)


def _is_under_scrim(widget: QWidget, window: QWidget) -> bool:
    overlay = next((one for one in window.findChildren(Overlay) if one.isVisible()), None)
    return overlay is not None and not overlay.isAncestorOf(widget)


def _typed(window: QWidget) -> list[Ink]:
    """What stands in inputs, which paint their own text from their palette."""
    found = []
    for edit in window.findChildren(QLineEdit):
        if edit.isVisible() and edit.text() and edit.isEnabled() and not _is_under_scrim(edit, window):
            corner = edit.mapTo(window, QPoint(0, 0))
            area = QRectF(QRect(corner, edit.size())).adjusted(4, 4, -4, -4)
            found.append(Ink(edit.text(), edit.palette().color(QPalette.ColorRole.Text).name(), area, edit))
    return found


def _ground(picture: QImage, ink: Ink, window: QWidget) -> str | None:
    """The commonest colour around a text, its own ink left out; None for a text that is out of sight."""
    whole = ink.area.toAlignedRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
    area = whole.intersected(picture.rect())
    if isinstance(ink.device, QWidget):
        # A list paints its last row whole, and shows as much of it as it has room for.
        area = area.intersected(QRect(ink.device.mapTo(window, QPoint(0, 0)), ink.device.size()))
    if area.isEmpty() or 2 * area.height() < whole.height():
        return None
    own = int(ink.colour[1:], 16)
    seen: Counter[int] = Counter()
    for y in range(area.top(), area.bottom() + 1, _STEP):
        for x in range(area.left(), area.right() + 1, _STEP):
            seen[picture.pixel(x, y) & 0xFFFFFF] += 1
    seen.pop(own, None)
    return f"#{seen.most_common(1)[0][0]:06X}" if seen else None
