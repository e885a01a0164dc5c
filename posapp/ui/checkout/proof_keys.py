"""The member's PIN in place of their code, where points or a pass ask who stands there (ux.md §6, Identity levels)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from posapp.application.stored_value.pin import check_pin, has_pin
from posapp.domain.errors import InvalidField
from posapp.domain.sale import Identification
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.stored_modes import ProofMode

if TYPE_CHECKING:
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.notice import Notice
    from posapp.ui.messages import Message


class ProofKeys:
    """Asks for the PIN; what was wanted stands in the basket already, and applies once it is right."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def ask(self, what: Message, otherwise: Notice) -> None:
        """Ask the member on the sale; `otherwise` is said of one who has no PIN."""
        owner = self._owner
        member = owner.session.basket.member
        if member is None or owner.session.mode is not None:
            owner.toast(otherwise)
            return

        def known(has: bool) -> None:
            if has and owner.session.mode is None:
                owner.change(mode=ProofMode(what, revision=next(self._revisions)), toast=None)
            else:
                owner.toast(otherwise)

        owner.work(lambda: has_pin(owner.till, member.id), known)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was a PIN; then it is being looked at."""
        mode = self._owner.session.mode
        if not isinstance(mode, ProofMode):
            return False
        match intent:
            case do.FormSubmitted(values=values):
                self._check(mode, dict(values).get("pin", ""))
            case do.FormEdited():
                pass
            case _:
                return False
        return True

    def _check(self, mode: ProofMode, pin: str) -> None:
        owner = self._owner
        member = owner.session.basket.member
        if member is None:
            owner.change(mode=None)
            return

        def check() -> InvalidField | None:
            try:
                check_pin(owner.till, member.id, pin)
            except InvalidField as error:
                return error
            return None

        def checked(error: InvalidField | None) -> None:
            if error is not None:
                owner.change(mode=replace(mode, error=error, revision=next(self._revisions)))
                return
            basket = owner.session.basket
            owner.session = replace(owner.session, mode=None)
            owner.reprice(replace(basket, cart=replace(basket.cart, identified_by=Identification.PIN)))

        owner.work(check, checked)
