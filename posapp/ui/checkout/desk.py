"""What the parts of the presenter share: the sale in hand, and the ways to change and show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from posapp.application.staff.approving import Ask
from posapp.application.till import Cashier, Till
from posapp.domain.ids import StaffId
from posapp.domain.pricing import Explanation, Quote
from posapp.domain.sale import TenderMethod
from posapp.domain.scan_code import ScanCode
from posapp.ui.checkout.form import FactsIn
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.session import Basket, CompleteMode, LookupMode, Session
from posapp.ui.checkout.shell import Shell
from posapp.ui.checkout.stored_modes import StoredShare
from posapp.ui.messages import Message

T = TypeVar("T")


class Desk(Protocol):
    """One cashier's place, as `finding`, `line_keys` and `paying` see it."""

    till: Till
    cashier: Cashier
    shell: Shell
    language: str
    session: Session

    @property
    def lookup(self) -> LookupMode | None:
        """The look-up that is open, if one is."""
        ...

    def show(self) -> None:
        """Render the session."""
        ...

    def change(self, **fields: object) -> None:
        """Change the session and show it."""
        ...

    def toast(self, notice: Notice | None) -> None:
        """Say something under the input."""
        ...

    def edit(self, basket: Basket, *, toast: Notice | None = None) -> None:
        """Change the basket; one step of undo remembers what it was."""
        ...

    def reprice(self, basket: Basket) -> None:
        """Price the basket as it is now, and show it."""
        ...

    def pay_by_code(self, code: ScanCode) -> None:
        """The buyer's payment code was scanned."""
        ...

    def price(
        self, basket: Basket, method: TenderMethod = TenderMethod.CASH, stored: StoredShare | None = None
    ) -> Quote:
        """What the basket costs when it is paid so."""
        ...

    def explain(self, explanation: Explanation) -> str:
        """An explanation of the pricing engine in the cashier's language."""
        ...

    def work(self, job: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run a job that may wait; intents that arrive meanwhile wait for it."""
        ...

    def report(self, error: Exception) -> None:
        """Something failed; the sale on the screen is still there."""
        ...

    def ask_approval(self, ask: Ask, facts: FactsIn, granted: Callable[[StaffId], None]) -> None:
        """Ask another person to agree over whatever is open; `granted` gets who did.  Refused, nothing happens."""
        ...

    def ask_proof(self, what: Message, otherwise: Notice) -> None:
        """Ask the member for their PIN, in place of their code; `otherwise` is said of one who has none."""
        ...

    @property
    def online(self) -> bool:
        """Whether the server can be reached, or there is none to ask."""

    def present_card(self, code: str, unknown: Notice) -> None:
        """A code that is no goods may be an unnamed stored-value card; `unknown` is said where it is none."""
        ...

    def read_keys(self, cashier: Cashier, then: Callable[[], None]) -> None:
        """Use the keys that hold for a cashier, then go on."""
        ...

    def read_wallet(self) -> None:
        """Read what may be used on this sale again: something changed in the wallet."""
        ...

    def read_cards(self) -> None:
        """Read the member's stored-value cards again: something changed on them."""
        ...

    def next_sale(self) -> None:
        """Clear the counter for the next customer."""
        ...

    def take_code(self, code: str) -> bool:
        """Take the code or the word of a coupon; False where it is none."""
        ...

    def leave_complete(self) -> None:
        """Leave a finished sale, if one is shown."""
        ...

    def start_empty(self, mode: CompleteMode) -> None:
        """Show a finished sale over an empty basket."""
        ...
