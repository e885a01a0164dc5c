"""A shell without a window: work runs at once, or when the test says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from posapp.application.devices import Gear
from posapp.application.payments import Charge
from posapp.application.receipt import Slip
from posapp.resources import resource_path
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.keymap import STANDARD, Keymap

T = TypeVar("T")


@dataclass(slots=True)
class PlainShell:
    """Keeps the last state and what was printed.  With `held` true, work waits for `release`."""

    held: bool = False
    states: list[CheckoutState] = field(default_factory=list)
    printed: list[Slip] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    nudges: int = 0
    drawer_opened: int = 0
    papers: list[tuple[str, list[str]]] = field(default_factory=list)
    language: str = "zh_CN"
    keymap: Keymap = STANDARD
    theme: str = "light"
    scale: int = 100
    tried: list[Gear] = field(default_factory=list)
    renewed: list[Gear] = field(default_factory=list)
    watching: bool = False
    rests: list[float] = field(default_factory=list)
    _waiting: list[Callable[[], None]] = field(default_factory=list)
    _resting: list[Callable[[], None]] = field(default_factory=list)
    _submitted: int = 0
    _waking: bool = False

    @property
    def state(self) -> CheckoutState:
        """What is on the screen."""
        return self.states[-1]

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run a job, now or later."""
        self._submitted += 1

        def run() -> None:
            try:
                result = job()
            except Exception as error:  # noqa: BLE001 - whatever fails is the presenter's to say
                failed(error)
            else:
                done(result)

        if self.held:
            self._waiting.append(run)
        else:
            run()

    def release(self) -> None:
        """Let the work that waits run."""
        while self._waiting or self._rest_is_over():
            while self._waiting:
                self._waiting.pop(0)()

    def submit_aside(
        self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """As all other work: here nothing is beside anything."""
        self.submit(job, done, failed)

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        """Keep how long it should rest, and do it at once or when work is released."""
        self.rests.append(seconds)
        self._resting.append(job)
        if not (self.held or self._waking):
            self.release()

    def _rest_is_over(self) -> bool:
        """Let what rested go on; whether any of it had work to do, instead of resting again."""
        jobs, self._resting, submitted = self._resting, [], self._submitted
        self._waking = True
        for job in jobs:
            job()
        self._waking = False
        return self._submitted != submitted

    def show(self, state: CheckoutState) -> None:
        """Keep a state."""
        self.states.append(state)

    def print_receipt(self, receipt: Slip) -> None:
        """Keep a receipt."""
        self.printed.append(receipt)

    def charge(self, charge: Charge) -> None:
        """Keep a charge."""
        self.charges.append(charge)

    def payments_changed(self) -> None:
        """Count it."""
        self.nudges += 1

    def print_lines(self, number: str, lines: list[str]) -> None:
        """Keep a contract."""
        self.papers.append((number, lines))

    def choose_folder(self, start: str, chosen: Callable[[str], None]) -> None:
        """Whoever is asked takes what was offered."""
        chosen(start)

    def open_drawer(self) -> None:
        """Count it."""
        self.drawer_opened += 1

    def has_display(self) -> bool:
        """There is no window at all."""
        return False

    def try_device(self, gear: Gear) -> None:
        """Keep which."""
        self.tried.append(gear)

    def renew_device(self, gear: Gear) -> None:
        """Keep which."""
        self.renewed.append(gear)

    def watch_camera(self, *, on: bool) -> None:
        """Keep whether."""
        self.watching = on

    def switch_scale(self, percent: int) -> None:
        """Keep the size."""
        self.scale = percent

    def switch_language(self, tag: str) -> str:
        """Switch the language."""
        self.language = tag or ("en" if self.language == "zh_CN" else "zh_CN")
        return self.language

    def use_keymap(self, keymap: Keymap) -> None:
        """Keep it."""
        self.keymap = keymap

    def switch_theme(self, name: str) -> None:
        """Switch the theme."""
        self.theme = name

    def receipt_labels(self) -> dict[str, str]:
        """The words of receipts."""
        loaded: dict[str, str] = json.loads(resource_path("receipts", f"{self.language}.json").read_text("utf-8"))
        return loaded
