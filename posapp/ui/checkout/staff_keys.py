"""Intents about who stands at the till: locking, signing in, and asking another person.

While somebody is asked, nothing else is done: what the till was in the middle of is kept under the question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from posapp.application.staff import signing_in
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.intents import SetLanguage, SetScale, SetTheme
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import TenderMode
from posapp.ui.checkout.staff_modes import ApprovalMode, OwnerMode, SignInMode, StaffMode
from posapp.ui.checkout.words import warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.application.staff.approving import Approvers, Ask
    from posapp.application.staff.signing_in import Door
    from posapp.application.till import Cashier
    from posapp.domain.staff import Staff
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.form import FactsIn

T = TypeVar("T")
_ALWAYS = (SetLanguage, SetTheme, SetScale)


class StaffKeys:
    """The lock of the till, and the people who open it or agree."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)
        self._granted: Callable[[StaffId], None] = lambda _who: None

    def stand_at(self, door: Door) -> None:
        """The till was started: ask who is there, or the owner of a new shop for a PIN."""
        if door.locked:
            self._show_lock(door)
        elif door.ask_owner:
            self._owner.change(over=OwnerMode(revision=next(self._revisions)))

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about people, or has to wait until somebody has answered."""
        over = self._owner.session.over
        if isinstance(intent, _ALWAYS):
            return False
        match over:
            case None if isinstance(intent, do.LockSession):
                self._lock()
            case SignInMode():
                self._on_sign_in(over, intent)
            case ApprovalMode():
                self._on_approval(over, intent)
            case OwnerMode():
                self._on_owner(intent)
            case _:
                return False
        return True

    def ask(self, ask: Ask, facts: FactsIn, granted: Callable[[StaffId], None]) -> None:
        """Ask another person to agree; `granted` gets who did, and nothing happens where nobody does."""
        owner = self._owner
        # What another person is asked for is rare: the till starts without it.
        from posapp.application.staff.approving import approvers  # noqa: PLC0415 - see above

        def found(able: Approvers) -> None:
            self._granted = granted
            first = able.people[0].id if able.people else ""
            mode = ApprovalMode(ask, facts, able.people, first, able.by_number, owner.cashier.id)
            owner.change(over=replace(mode, revision=next(self._revisions)), toast=None)

        owner.work(lambda: approvers(owner.till, ask, owner.cashier), found)

    # -- the lock ---------------------------------------------------------------

    def _lock(self) -> None:
        """Ctrl+L.  While a payment by code is under way somebody has to watch it."""
        owner = self._owner
        mode = owner.session.mode
        if isinstance(mode, TenderMode) and mode.charging is not None:
            owner.toast(warning("staff.not_while_charging"))
            return

        def locked(door: Door) -> None:
            if door.locked:
                self._show_lock(door)
            else:
                owner.toast(warning("staff.no_pins", detail="staff.no_pins_next"))

        owner.work(lambda: signing_in.lock(owner.till), locked)

    def _show_lock(self, door: Door) -> None:
        here = self._owner.cashier.id
        number = here if any(one.id == here for one in door.people) else door.people[0].id
        self._owner.change(over=SignInMode(door.people, number, door.hint, revision=next(self._revisions)), toast=None)

    def _on_sign_in(self, mode: SignInMode, intent: do.Intent) -> None:
        owner = self._owner
        match intent:
            case do.FormPicked():
                number = _picked(mode.people, intent)
                owner.change(
                    over=replace(mode, number=number or mode.number, error=None, revision=next(self._revisions))
                )
            case do.FormSubmitted(values=values):
                given, before = dict(values), owner.cashier
                number = given.get("number", "")
                self._try(
                    lambda: signing_in.sign_in(owner.till, number, given.get("pin", ""), before),
                    self._signed_in,
                    lambda error: replace(mode, number=number, error=error, revision=next(self._revisions)),
                )
            case _:
                pass

    def _signed_in(self, cashier: Cashier) -> None:
        owner = self._owner

        def let_in() -> None:
            owner.cashier = cashier
            welcome = Notice(Tone.SUCCESS, "user-check", msg("staff.signed_in", name=cashier.name))
            owner.change(over=None, toast=welcome)

        # The lock is lifted once keys mean what they mean to this cashier.
        owner.read_keys(cashier, let_in)

    def _try(
        self, job: Callable[[], T], done: Callable[[T], None], refused: Callable[[InvalidField], StaffMode]
    ) -> None:
        """Try a PIN where the database may be waited for; a refusal is shown in the dialog."""

        def work() -> T | InvalidField:
            try:
                return job()
            except InvalidField as error:
                return error

        def tried(result: T | InvalidField) -> None:
            if isinstance(result, InvalidField):
                self._owner.change(over=refused(result))
            else:
                done(result)

        self._owner.work(work, tried)

    # -- another person ---------------------------------------------------------------

    def _on_approval(self, mode: ApprovalMode, intent: do.Intent) -> None:
        owner = self._owner
        from posapp.application.staff.approving import approve, withdraw  # noqa: PLC0415 - see `ask`

        match intent:
            case do.FormPicked():
                number = _picked(mode.people, intent)
                owner.change(
                    over=replace(mode, number=number or mode.number, error=None, revision=next(self._revisions))
                )
            case do.FormSubmitted(values=values):
                given, cashier = dict(values), owner.cashier
                number = given.get("number", "")
                self._try(
                    lambda: approve(owner.till, mode.ask, cashier, number, given.get("pin", "")),
                    self._approved,
                    lambda error: replace(mode, number=number, error=error, revision=next(self._revisions)),
                )
            case do.EscPressed():
                owner.work(lambda: withdraw(owner.till, mode.ask, owner.cashier), lambda _none: owner.change(over=None))
            case _:
                pass

    def _approved(self, who: StaffId) -> None:
        granted, self._granted = self._granted, lambda _who: None
        self._owner.change(over=None)
        granted(who)

    # -- the owner of a new shop ---------------------------------------------------------------

    def _on_owner(self, intent: do.Intent) -> None:
        owner = self._owner
        match intent:
            case do.FormSubmitted(values=values):
                given = dict(values)
                pin, again = given.get("pin", ""), given.get("again", "")
                self._try(
                    lambda: signing_in.begin_owner(owner.till, given.get("name", ""), pin, again),
                    self._signed_in,
                    lambda error: OwnerMode({"name": given.get("name", "")}, error, next(self._revisions)),
                )
            case do.EscPressed():
                later = Notice(Tone.INFO, "key", msg("staff.no_pins"), msg("staff.no_pins_next"))
                owner.work(
                    lambda: signing_in.skip_owner(owner.till), lambda _none: owner.change(over=None, toast=later)
                )
            case _:
                pass


def _picked(people: tuple[Staff, ...], intent: do.FormPicked) -> str:
    """Whose name was picked, by number or by place."""
    if intent.code:
        return intent.code
    return people[intent.place].id if 0 <= intent.place < len(people) else ""
