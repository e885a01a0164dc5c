"""The pole display of one window: shows the newest figure, off the window's thread; what came meanwhile is left out."""

from __future__ import annotations

import threading
from collections.abc import Callable

from posapp.application.devices import Device, Gear, Health
from posapp.application.ports import Figure, Pole
from posapp.domain.amounts import Money

Shown = tuple[Money, Figure] | None
TRIAL: Shown = (Money(123_456), Figure.TOTAL)


class PoleWriter:
    """Give it figures from any thread; `report` hears, in the thread that writes, when the display is lost or back."""

    def __init__(
        self, pole: Pole, run: Callable[[Callable[[], None]], object], report: Callable[[Device], None]
    ) -> None:
        self._pole, self._run, self._report = pole, run, report
        self._turn, self._room = threading.Lock(), threading.Lock()
        self._wanted: list[Shown] = []
        self._said: Health | None = None

    def show(self, figure: Shown) -> None:
        """Show a figure, or nothing; returns at once."""
        with self._room:
            idle = not self._wanted
            self._wanted[:] = [figure]
        if idle:
            self._run(self._write)

    def _write(self) -> None:
        # One writer at a time, and each takes what is newest by then.
        with self._turn:
            with self._room:
                newest = self._wanted.pop()
            state = self.put(newest)
            if state.health is not self._said:
                self._said = state.health
                self._report(state)

    def put(self, figure: Shown) -> Device:
        """Show a figure and wait for it; returns how the display is."""
        try:
            if figure is None:
                self._pole.clear()
            else:
                self._pole.show(*figure)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Device(
                Gear.POLE,
                Health.FAULT,
                en=f"The pole display shows nothing: {reason}. Selling goes on; check its cable and power.",
                zh=f"顾显屏没有显示：{reason}。收银照常；请检查连线和电源。",
            )
        return Device(Gear.POLE, Health.WORKS)
