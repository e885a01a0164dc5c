"""What the presenter asks of the program around it: somewhere to run work, and the window's own switches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from posapp.application.devices import Gear
from posapp.application.payments import Charge
from posapp.application.receipt import Slip
from posapp.application.till import Till
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.keymap import Keymap

T = TypeVar("T")


class Shell(Protocol):
    """The program around the checkout; a window in life, a plain object in tests."""

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run a job where the database may be waited for; the answer comes back in the presenter's own thread."""
        ...

    def submit_aside(
        self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """The same beside the database's own thread: for long reading, which no sale may wait for."""
        ...

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        """Do something in the presenter's own thread after a while, unless the till is closed by then."""
        ...

    def show(self, state: CheckoutState) -> None:
        """Render a state."""
        ...

    def print_receipt(self, receipt: Slip) -> None:
        """Print without waiting; a fault of the printer comes back as a toast, never as a lost sale."""
        ...

    def charge(self, charge: Charge) -> None:
        """Take a payment by code without waiting; its steps come back through `CheckoutPresenter.payment_news`."""
        ...

    def payments_changed(self) -> None:
        """A payment was cancelled, or is to go back: let the worker look at once."""

    def print_lines(self, number: str, lines: list[str]) -> None:
        """Print lines that are laid out already, such as a contract; a fault comes back as a toast."""
        ...

    def choose_folder(self, start: str, chosen: Callable[[str], None]) -> None:
        """Let somebody choose a folder; `chosen` is called with it, or never."""

    def open_drawer(self) -> None:
        """Open the cash drawer without waiting; a fault comes back as a toast."""
        ...

    def has_display(self) -> bool:
        """Whether the customer's window is open."""
        ...

    def try_device(self, gear: Gear) -> None:
        """Let a device do what can be seen or heard; how it went comes back through the presenter's `devices`."""
        ...

    def renew_device(self, gear: Gear) -> None:
        """Its settings changed: open it anew."""
        ...

    def watch_camera(self, *, on: bool) -> None:
        """Tell what the camera sees, or stop telling it."""
        ...

    def switch_scale(self, percent: int) -> None:
        """Switch to a size of everything, or to the next one."""
        ...

    def switch_language(self, tag: str) -> str:
        """Switch to a language, or to the other one; returns the tag in use."""
        ...

    def switch_theme(self, name: str) -> None:
        """Switch to a theme, or to the other one."""
        ...

    def use_keymap(self, keymap: Keymap) -> None:
        """From now on keys mean this, and are shown so."""
        ...

    def receipt_labels(self) -> dict[str, str]:
        """The fixed words of receipts in the language in use."""
        ...


class ShopStarter(Protocol):
    """Founds or joins a shop at the first start; each call may wait for disk or network."""

    def demo(self) -> Till:
        """The demo shop."""
        ...

    def empty(self, name: str) -> Till:
        """A shop with nothing in it."""
        ...

    def join(self, address: str, code: str) -> Till:
        """A till of an existing server."""
        ...
