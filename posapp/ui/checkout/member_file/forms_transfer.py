"""A named card, a pass or a bundle of this member becomes another's: what moves, who has what then, who agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from posapp.application import member_life as life
from posapp.application.member_life import Authority, Claim, Notice, Transfer
from posapp.application.staff.approving import Ask
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.wallet_slips import transfer_slip
from posapp.domain.member import Member
from posapp.domain.staff import Right
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import called, chosen, form_sheet, from_to, subject, ways
from posapp.ui.checkout.sheets import ChoiceRow
from posapp.ui.checkout.words import named, said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

_NOTICES: Final = tuple(one.value for one in Notice)


@dataclass(frozen=True, slots=True)
class Claims:
    """What this member has that the other may take over."""

    every: tuple[Claim, ...]
    receiver: Member
    title: ClassVar[Message] = msg("file.title_transfer")
    take: ClassVar[Message] = msg("file.pick_claim")
    nothing: ClassVar[Message] = msg("file.no_claims")

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:
        """One a card or pass; what forbids it stands beside it."""
        return tuple(
            ChoiceRow(one.source.hex(), named(one.name, language), _state(one, language), one.amount.fen or None)
            for one in self.every
        )

    def form(self, place: int, doing: Doing) -> TransferClaim:
        """Transfer the one that was picked."""
        return TransferClaim(self.every[place], self.receiver, doing.till.entropy.bytes(16))


@dataclass(frozen=True, slots=True)
class TransferClaim:
    """One card or pass; another person agrees.  Asked for by `request` twice, it is one transfer."""

    claim: Claim
    receiver: Member
    request: bytes

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        claim, refusal = self.claim, self.claim.refusal
        paper = (
            FormField("name", msg("file.taker_name"), mode.text("name"), words=True),
            FormField("number", msg("file.taker_number"), mode.text("number")),
        )
        return form_sheet(
            mode,
            "transfer",
            language,
            fields=paper if claim.needs_paper else (),
            ways=ways(mode, _NOTICES, "file.notice_"),
            tick=msg("stored.guardian") if self._asks_guardian(mode) else None,
            facts=(FormFact(named(claim.name, language), ""), *self._facts(called(mode.back.file.member), language)),
            hint=said(sentence(refusal, language)) if refusal is not None else msg("file.transfer_hint"),
            can_submit=refusal is None,
        )

    def _facts(self, giver: str, language: str) -> tuple[FormFact, ...]:
        claim, taker = self.claim, called(self.receiver)
        if not claim.amount:
            uses, period = count_text(claim.uses), claim.for_period
            parts = claim.parts if len(claim.parts) > 1 else ()
            unit = (FormFact(msg("file.claim_days"), _state(claim, language)),) if period else ()
            return (
                *unit,
                *(FormFact(named(part.name, language), count_text(part.left)) for part in parts),
                FormFact(giver, from_to(uses, count_text(0))),
                FormFact(taker, from_to(count_text(0), uses), strong=True),
            )
        after = claim.before + claim.amount
        return (
            FormFact(msg("file.claim_principal"), money_text(claim.principal.fen)),
            FormFact(msg("file.claim_bonus"), money_text(claim.bonus.fen)),
            FormFact(giver, from_to(money_text(claim.amount.fen), money_text(0))),
            FormFact(taker, from_to(money_text(claim.before.fen), money_text(after.fen)), strong=True),
        )

    def _asks_guardian(self, mode: FileFormMode) -> bool:
        """Whether a guardian is asked for: a paper that is typed may say that the receiver is a child."""
        return self.claim.needs_guardian or mode.ticked or (mode.error is not None and mode.error.field == "guardian")

    def ask(self, mode: FileFormMode) -> Ask:
        """One record that is changed for good."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode), "transfer")

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        name, number = mode.text("name"), mode.text("number")
        wanted = Transfer(
            request=self.request,
            giver=mode.back.file.member.id,
            receiver=self.receiver.id,
            claim=self.claim,
            notice=Notice(chosen(mode, _NOTICES)),
            paper=IdentityPaper(name, number) if name or number else None,
            guardian=mode.ticked,
        )
        moved = life.transfer_claim(doing.till, wanted, Authority(doing.cashier.id, mode.approver, doing.online))
        people, slip = (mode.back.file.member, self.receiver), None
        if moved is not None:
            slip = transfer_slip(doing.till, moved, self.claim, people, doing.labels, doing.language)
        name_of_it = named(self.claim.name, doing.language)
        done = msg("file.transferred", name=name_of_it, who=called(self.receiver))
        return Done(done, msg("file.transferred_detail"), slip=slip)


def _state(claim: Claim, language: str) -> Message:
    if claim.refusal is not None:
        return said(sentence(claim.refusal, language))
    if claim.amount:
        return msg("file.lot_left", principal=claim.principal.fen, bonus=claim.bonus.fen)
    return msg("file.pass_days_left" if claim.for_period else "file.pass_left", left=claim.uses, of=claim.of)
