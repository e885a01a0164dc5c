"""F2 or a member's code over a sale that was completed without a member: naming them late (domain.md §5.4)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from posapp.application import members
from posapp.domain.errors import InvalidField
from posapp.domain.scan_code import CodeKind, classify
from posapp.domain.staff import Right
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.claim_modes import ClaimMode
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_claim import claim_facts
from posapp.ui.checkout.session import ReturnMode
from posapp.ui.checkout.words import warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.domain.events import SaleClaimed
    from posapp.domain.ids import StaffId
    from posapp.domain.member import Member
    from posapp.ui.checkout.desk import Desk

_CODES = (CodeKind.MEMBER_DYNAMIC, CodeKind.MEMBER_STATIC)
_FEWEST = 4


class ClaimKeys:
    """The sheet in which a member is named for a sale that is done."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about naming somebody late; then it is done or under way."""
        mode = self._owner.session.mode
        if isinstance(mode, ReturnMode):
            return self._begin(mode, intent)
        if not isinstance(mode, ClaimMode):
            return False
        match intent:
            case do.FormEdited(values=values):
                self._typed(mode, dict(values).get("who", ""))
            case do.FormSubmitted():
                self._submit(mode)
            case do.ScanReceived(text=text):
                self._scanned(mode, text)
            case _:
                return False
        return True

    def _begin(self, mode: ReturnMode, intent: do.Intent) -> bool:
        scanned = isinstance(intent, do.ScanReceived) and classify(intent.text, tendering=False).kind in _CODES
        if not scanned and not (isinstance(intent, do.FunctionKey) and intent.number == 2):
            return False
        owner = self._owner
        if mode.original.sale.member is not None or mode.original.claims:
            owner.toast(warning("claim.has_member"))
            return True
        opened = ClaimMode(mode.original, revision=next(self._revisions))
        owner.change(mode=opened, toast=None)
        if isinstance(intent, do.ScanReceived):
            self._scanned(opened, intent.text)
        return True

    def _typed(self, mode: ClaimMode, text: str) -> None:
        """Four digits or more are looked up; nobody is chosen of several."""
        owner = self._owner
        now = replace(mode, text=text, member=None, found=0, preview=None, error=None)
        owner.change(mode=now)
        if len(text) < _FEWEST or not text.isdigit():
            return

        def found(result: members.Found) -> None:
            latest = owner.session.mode
            if isinstance(latest, ClaimMode) and latest.text == text:
                known = result.members[0] if len(result.members) == 1 else None
                owner.change(mode=self._with(replace(latest, found=len(result.members)), known))

        owner.work(lambda: members.find_members(owner.till, text), found)

    def _scanned(self, mode: ClaimMode, text: str) -> None:
        owner = self._owner
        code = classify(text, tendering=False)
        if code.kind not in _CODES:
            owner.change(mode=replace(mode, error=_NOT_A_MEMBER, revision=next(self._revisions)))
            return

        def identified(found: tuple[Member, object]) -> None:
            shown = replace(mode, text="", found=1, error=None, revision=next(self._revisions))
            owner.change(mode=self._with(shown, found[0]))

        owner.work(lambda: members.identify(owner.till, code.text), identified)

    def _with(self, mode: ClaimMode, member: Member | None) -> ClaimMode:
        """The same for this member, with what it would bring, or why it does not go."""
        from posapp.application.claiming import preview_claim  # noqa: PLC0415 - start-up cost

        owner = self._owner
        if member is None:
            return replace(mode, member=None, preview=None)
        try:
            preview = preview_claim(owner.till, mode.original, member.id, owner.cashier)
        except InvalidField as error:
            return replace(mode, member=None, preview=None, error=error)
        return replace(mode, member=member, preview=preview)

    def _submit(self, mode: ClaimMode) -> None:
        from posapp.application.staff.approving import Ask  # noqa: PLC0415 - start-up cost

        owner, member, preview = self._owner, mode.member, mode.preview
        if member is None or preview is None:
            owner.change(mode=replace(mode, revision=next(self._revisions)))
        elif owner.cashier.limits.cover(Right.LATE_ATTACH, preview.hours):
            self._claim(mode, member, None)
        else:
            ask = Ask(Right.LATE_ATTACH, preview.hours, mode.original.sale.receipt_number)
            facts = claim_facts(mode)
            owner.ask_approval(ask, lambda _language: facts, lambda who: self._claim(mode, member, who))

    def _claim(self, mode: ClaimMode, member: Member, approver: StaffId | None) -> None:
        from posapp.application.claiming import NOBODY, claim_sale  # noqa: PLC0415 - start-up cost

        owner = self._owner

        def claimed(event: SaleClaimed) -> None:
            name = member.profile.name or member.profile.masked_phone
            said = msg("claim.done", name=name, points=event.points.count)
            owner.change(mode=None, toast=Notice(Tone.SUCCESS, "user-check", said))

        position = mode.original.position
        owner.work(lambda: claim_sale(owner.till, position, member.id, owner.cashier, approver or NOBODY), claimed)


_NOT_A_MEMBER = InvalidField("who", "no member's code", "这不是会员码")
