"""A shell without a window: work is done at once, and what the till says to devices goes nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from posapp.application.devices import Gear
from posapp.application.payments import Charge
from posapp.application.receipt import Slip
from posapp.resources import resource_path
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.keymap import Keymap

T = TypeVar("T")


@dataclass(slots=True)
class StillShell:
    """Keeps the last state that was shown."""

    language: str
    state: CheckoutState | None = None

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Do it now."""
        try:
            result = job()
        except Exception as error:  # noqa: BLE001 - whatever fails is the presenter's to say
            failed(error)
        else:
            done(result)

    submit_aside = submit

    def later(self, _seconds: float, _job: Callable[[], None]) -> None:
        """Nothing happens later in a picture."""

    def show(self, state: CheckoutState) -> None:
        """Keep a state."""
        self.state = state

    def print_receipt(self, _receipt: Slip) -> None:
        """There is no printer."""

    def print_lines(self, _number: str, _lines: list[str]) -> None:
        """The same."""

    def charge(self, _charge: Charge) -> None:
        """Nobody answers: the payment stays under way."""

    def payments_changed(self) -> None:
        """Nobody looks."""

    def choose_folder(self, start: str, chosen: Callable[[str], None]) -> None:
        """Take what was offered."""
        chosen(start)

    def open_drawer(self) -> None:
        """There is no drawer."""

    def has_display(self) -> bool:
        """Let the list show one."""
        return True

    def try_device(self, _gear: Gear) -> None:
        """It stays being tried."""

    def renew_device(self, _gear: Gear) -> None:
        """There is none."""

    def watch_camera(self, *, on: bool) -> None:
        """There is none."""

    def use_keymap(self, _keymap: Keymap) -> None:
        """Nobody strikes keys."""

    def switch_scale(self, _percent: int) -> None:
        """There is no window."""

    def switch_language(self, tag: str) -> str:
        """Switch the language."""
        self.language = tag or self.language
        return self.language

    def switch_theme(self, _name: str) -> None:
        """There is no window."""

    def receipt_labels(self) -> dict[str, str]:
        """The words of receipts."""
        loaded: dict[str, str] = json.loads(resource_path("receipts", f"{self.language}.json").read_text("utf-8"))
        return loaded
