"""Giving a pass back from a member's file: by which article, how it is paid, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from posapp.application.passes import PassReturn, PassReturnPreview, ReturnablePass, return_pass
from posapp.application.staff.approving import Ask
from posapp.application.wallet_slips import pass_back_slip
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod
from posapp.domain.staff import Right
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import chosen, form_sheet, named_ways
from posapp.ui.checkout.sheets import ChoiceRow
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

_METHODS: Final = (TenderMethod.CASH, TenderMethod.BANK_CARD)


@dataclass(frozen=True, slots=True)
class Passes:
    """The passes that something is left of and that were paid for."""

    every: tuple[ReturnablePass, ...]
    title: ClassVar[Message] = msg("file.title_pass_back")
    take: ClassVar[Message] = msg("file.pick_pass")
    nothing: ClassVar[Message] = msg("file.no_passes")

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:
        """One a pass."""
        return tuple(
            ChoiceRow(
                one.asset.id.hex(),
                named(one.name, language),
                msg("file.pass_left", left=one.left, of=one.of),
                one.paid.fen,
            )
            for one in self.every
        )

    def form(self, place: int, doing: Doing) -> GivePassBack:
        """Give back the one that was picked."""
        return GivePassBack(self.every[place], doing.till.entropy.bytes(16))


@dataclass(frozen=True, slots=True)
class GivePassBack:
    """What the law returns of a pass; another person agrees.  Asked for by `request` twice, it is one return."""

    held: ReturnablePass
    request: bytes

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        preview, _method = self._picked(mode)
        return form_sheet(
            mode,
            "pass_back",
            language,
            fields=(FormField("note", msg("file.reason"), mode.text("note"), words=True, wide=True),),
            ways=named_ways(mode, [(code, _words(*picked)) for code, picked in self._ways.items()]),
            facts=(
                FormFact(named(self.held.name, language), ""),
                FormFact(msg("file.pass_paid"), money_text(self.held.paid.fen)),
                FormFact(msg("file.pass_uses"), count_text(self.held.left)),
                FormFact(msg("file.pass_refund"), money_text(preview.refund.fen), strong=True),
            ),
            hint=msg(f"file.pass_hint_{preview.basis.value}"),
        )

    def ask(self, mode: FileFormMode) -> Ask:
        """So much goes out of the shop."""
        preview, _method = self._picked(mode)
        return Ask(Right.CASH_REFUND, preview.refund.fen, self.held.asset.template, preview.basis.value)

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        preview, method = self._picked(mode)
        paid = (Tender(method, preview.refund, preview.refund),) if preview.refund else ()
        reason = mode.text("note") or preview.basis.value
        back = PassReturn(self.request, preview, reason, paid, doing.cashier, mode.approver)
        recorded, member = return_pass(doing.till, back), mode.back.file.member
        slip = None
        if recorded is not None:
            slip = pass_back_slip(doing.till, recorded, self.held, member, doing.labels, doing.language)
        return Done(
            msg("file.pass_returned", amount=preview.refund.fen),
            named(self.held.name, doing.language),
            opens_drawer=recorded is not None and method is TenderMethod.CASH and preview.refund > Money(0),
            slip=slip,
        )

    @property
    def _ways(self) -> dict[str, tuple[PassReturnPreview, TenderMethod]]:
        return {
            f"{preview.basis.value} {method.name.lower()}": (preview, method)
            for preview in self.held.previews
            for method in _METHODS
        }

    def _picked(self, mode: FileFormMode) -> tuple[PassReturnPreview, TenderMethod]:
        return self._ways[chosen(mode, tuple(self._ways))]


def _words(preview: PassReturnPreview, method: TenderMethod) -> Message:
    ground, by = msg(f"file.pass_{preview.basis.value}"), msg(f"stored.by_{method.name.lower()}")
    return msg("file.pass_way", ground=ground, method=by)
