"""Every screen in every look: painted, audited for cut labels and faint texts, and saved where that is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from bench.screens.contrast import read_contrast
from bench.screens.fitting import misfits
from bench.screens.stations import walked
from bench.screens.walk import Walk
from posapp.ui.context import UiContext
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.i18n import Language, Translator
from posapp.ui.main_window import MainWindow
from posapp.ui.theme import THEMES, ThemeName


@dataclass(frozen=True, slots=True)
class Look:
    """How a window looks: language, theme, size, scale in percent."""

    language: Language
    theme: ThemeName
    size: tuple[int, int]
    scale: int = 100

    def __str__(self) -> str:
        scale = f"_{self.scale}" if self.scale != 100 else ""
        return f"{self.size[0]}x{self.size[1]}_{self.theme.value}_{self.language.value}{scale}"

    def context(self) -> UiContext:
        """Theme, words and scale of a window."""
        return UiContext(THEMES[self.theme], Translator(self.language), self.scale)


@dataclass(slots=True)
class Audit:
    """What was found: `problems` by picture, the pairs of ink and ground that were met, and how many pictures."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    pictures: int = 0

    def look_at(self, name: str, window: QWidget) -> None:
        """Audit what a window shows."""
        read = read_contrast(window)
        found = [*misfits(window), *(f"{one.ratio} : 1 {one.text!r} {one.ink} on {one.ground}" for one in read.faint)]
        self.pairs |= read.pairs
        self.pictures += 1
        if found:
            self.problems[name] = found


def paint(look: Look, walk: Walk) -> Iterator[tuple[str, QWidget]]:
    """Each screen of a walk in a window of that look, and each of the customer's in theirs."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = MainWindow(look.context())
    window.resize(*look.size)
    window.show()
    window.activateWindow()
    window.build()
    application.processEvents()
    # The customer's window is scaled to its screen, whatever the cashier's is.
    display = CustomerDisplay(replace(look, scale=100).context())
    display.show()
    try:
        for name, state in walk.screens.items():
            window.render_state(state)
            application.processEvents()
            yield name, window
        for name, shown in walk.displays.items():
            display.render_state(shown)
            application.processEvents()
            yield f"customer_{name}", display
    finally:
        for one in (window, display):
            one.close()
            one.deleteLater()


def run(looks: tuple[Look, ...], out: Path | None = None, only: tuple[str, ...] = ()) -> Audit:
    """Audit every screen in each look, and save the pictures into a folder where one is given."""
    audit = Audit()
    walks: dict[Language, Walk] = {}
    for look in looks:
        if look.language not in walks:
            walks[look.language] = walked(look.language.value)
        for name, window in paint(look, walks[look.language]):
            if only and name not in only:
                continue
            audit.look_at(f"{name} {look}", window)
            if out is not None:
                window.grab().save(str(out / f"{name}_{look}.png"))
    return audit


def every_look(scales: tuple[int, ...] = (100,), sizes: tuple[tuple[int, int], ...] = ()) -> tuple[Look, ...]:
    """Each language in each theme, size and scale."""
    return tuple(
        Look(language, theme, size, scale)
        for language in Language
        for theme in ThemeName
        for size in sizes or ((1366, 768), (1920, 1080))
        for scale in scales
    )
