"""A number that was silent for long is on the sale only once it is known whose it is (domain.md §2.9).

The question never holds the sale up: Esc sells without the member, and goods are scanned on under it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Final

from posapp.application import member_life as life
from posapp.application.member_life import Authority, Factor
from posapp.application.staff.approving import Ask
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Member
from posapp.domain.sale import Identification
from posapp.domain.staff import Right
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_recognising import REASSIGN, reassign_facts, recognise_facts
from posapp.ui.checkout.session import NewCardMode, ReassignMode, RecogniseMode
from posapp.ui.checkout.step_back import paying_under
from posapp.ui.messages import msg

_SECOND_FACTOR: Final = "second factor"
_RECYCLED: Final = "recycled number"


class Recognising:
    """Asks for a second factor, and gives a number to a new person where it has changed hands."""

    def __init__(self, owner: Desk, known: Callable[[Member, Identification], None]) -> None:
        self._owner, self._known = owner, known
        self._revisions = count(1)

    def ask(self, member: Member, how: Identification) -> None:
        """Ask for something besides the number before this member is on the sale."""
        owner, under = self._owner, self._owner.session.mode

        def asked(factors: tuple[Factor, ...]) -> None:
            opened = RecogniseMode(
                member, how, factors, factors[0], paying_under(under), revision=next(self._revisions)
            )
            owner.change(mode=opened, toast=None)

        owner.work(lambda: life.factors_of(owner.till, member), asked)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about one of the two dialogs; then it is done or under way."""
        match self._owner.session.mode:
            case RecogniseMode() as mode:
                return self._on_question(mode, intent)
            case ReassignMode() as mode:
                return self._on_reassigning(mode, intent)
            case _:
                return False

    # -- who is it ---------------------------------------------------------------

    def _on_question(self, mode: RecogniseMode, intent: do.Intent) -> bool:
        match intent:
            case do.FormSubmitted(values=values):
                self._answer(mode, dict(values).get("answer", ""))
            case do.FormPicked(code=code) if code == REASSIGN:
                self._begin_reassigning(mode)
            case do.FunctionKey(number=3):
                self._begin_reassigning(mode)
            case do.FormPicked(code=code, place=place):
                picked = next((one for one in mode.factors if one.value == code), None)
                if picked is None and 0 <= place < len(mode.factors):
                    picked = mode.factors[place]
                self._owner.change(
                    mode=replace(mode, factor=picked or mode.factor, error=None, revision=next(self._revisions))
                )
            case do.FormEdited() | do.CashKey() | do.TenderMethodChosen():
                pass  # what stands in the field is no amount
            case do.EscPressed():
                sold_without = Notice(Tone.INFO, "user", msg("recognise.without_member"), msg("recognise.goes_on"))
                self._owner.change(mode=mode.under, toast=sold_without)
            case _:
                return False
        return True

    def _answer(self, mode: RecogniseMode, answer: str) -> None:
        owner = self._owner
        if mode.factor is Factor.PERSON:
            ask = Ask(Right.MEMBER_RECORDS, 1, mode.member.id.hex(), _SECOND_FACTOR)
            facts = recognise_facts(mode, owner.till.business_day())
            owner.ask_approval(ask, lambda _language: facts, lambda _who: self._recognised(mode, mode.how))
            return

        def check() -> Identification | InvalidField:
            try:
                return life.recognise(owner.till, mode.member, mode.how, mode.factor, answer)
            except InvalidField as error:
                return error

        def checked(result: Identification | InvalidField) -> None:
            if isinstance(result, InvalidField):
                owner.change(mode=replace(mode, error=result, revision=next(self._revisions)))
            else:
                self._recognised(mode, result)

        owner.work(check, checked)

    def _recognised(self, mode: RecogniseMode, how: Identification) -> None:
        owner = self._owner
        owner.session = replace(owner.session, mode=mode.under)
        self._known(mode.member, how)

    # -- the number has changed hands ---------------------------------------------------------------

    def _begin_reassigning(self, mode: RecogniseMode) -> None:
        """What waits for the server says so at once, before anybody is asked to agree."""
        try:
            life.require_network(online=self._owner.online)
        except InvalidField as error:
            self._owner.change(mode=replace(mode, error=error))
            return
        self._owner.change(mode=ReassignMode(mode, revision=next(self._revisions)), toast=None)

    def _on_reassigning(self, mode: ReassignMode, intent: do.Intent) -> bool:
        owner, member = self._owner, mode.back.member
        match intent:
            case do.FormSubmitted():
                ask = Ask(Right.MEMBER_RECORDS, 1, member.id.hex(), _RECYCLED)
                facts = reassign_facts(member)
                owner.ask_approval(ask, lambda _language: facts, lambda who: self._reassign(mode, who))
            case do.FormEdited() | do.FormPicked() | do.FunctionKey(number=3):
                pass
            case do.EscPressed():
                owner.change(mode=replace(mode.back, error=None, revision=next(self._revisions)))
            case _:
                return False
        return True

    def _reassign(self, mode: ReassignMode, approver: StaffId) -> None:
        owner, phone = self._owner, mode.back.member.profile.phone_e164
        by = Authority(owner.cashier.id, approver, owner.online)

        def reassign() -> MemberId | InvalidField:
            try:
                return life.reassign_number(owner.till, phone, by)
            except InvalidField as error:
                return error

        def reassigned(result: MemberId | InvalidField) -> None:
            if isinstance(result, InvalidField):
                owner.change(mode=replace(mode, error=result))
                return
            # The newcomer's card is one Enter away, with their number in it.
            done = Notice(Tone.SUCCESS, "user-plus", msg("recognise.reassigned"), msg("recognise.reassigned_next"))
            opened = NewCardMode(phone.removeprefix("+86"), revision=-next(self._revisions), under=mode.back.under)
            owner.change(mode=opened, toast=done)

        owner.work(reassign, reassigned)
