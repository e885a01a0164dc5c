"""What may be done about the person: their number, name and birthday, a guardian, their own data, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posapp.application import member_life as life
from posapp.application.member_life import Authority, Leaving
from posapp.application.member_profile import birthday_open_on, edit_profile
from posapp.application.staff.approving import Ask
from posapp.domain.errors import InvalidField
from posapp.domain.staff import Right
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.folders import browse
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import chosen, form_sheet, subject, ways
from posapp.ui.checkout.screen_recognising import reassign_facts
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text
from posapp.ui.messages import Words, msg

_PROOFS: Final = ("otp", "id")


@dataclass(frozen=True, slots=True)
class RevealNumber:
    """Show the whole number: who may, and why, is recorded."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        masked = mode.back.file.member.profile.masked_phone
        return form_sheet(
            mode,
            "reveal",
            language,
            fields=(FormField("reason", msg("file.reason"), mode.text("reason"), words=True, wide=True),),
            facts=(FormFact(msg("file.shown_now"), masked),),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        number = life.reveal_number(doing.till, mode.back.file.member.id, doing.cashier, mode.text("reason"))
        return Done(msg("file.revealed"), msg("file.revealed_detail"), revealed=_spaced(number))


@dataclass(frozen=True, slots=True)
class EditProfile:
    """Change name and birthday."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        profile, opens = mode.back.file.member.profile, birthday_open_on(mode.back.file.membership)
        facts = [
            *_change("file.name", profile.name, mode.text("name")),
            *_change("file.birthday", profile.birthday, mode.text("birthday")),
        ]
        if opens is not None:
            facts.append(FormFact(msg("file.birthday_opens"), str(opens)))
        return form_sheet(
            mode,
            "edit",
            language,
            fields=(
                FormField("name", msg("file.name"), mode.text("name"), words=True),
                FormField("birthday", msg("file.birthday"), mode.text("birthday"), msg("file.birthday_hint")),
            ),
            facts=tuple(facts),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        edit_profile(doing.till, mode.back.file.member.id, mode.text("name"), mode.text("birthday"))
        return Done(msg("file.edited"))


@dataclass(frozen=True, slots=True)
class ChangeNumber:
    """Another number: the old one answers a code, or a paper and a second person do."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        masked = mode.back.file.member.profile.masked_phone
        return form_sheet(
            mode,
            "number",
            language,
            fields=(FormField("phone", msg("file.new_number"), mode.text("phone"), msg("file.number_hint")),),
            ways=ways(mode, _PROOFS, "file.proof_"),
            facts=(FormFact(msg("file.before"), masked), FormFact(msg("file.after"), mode.text("phone"), strong=True)),
        )

    def ask(self, mode: FileFormMode) -> Ask:
        """Another number for this member."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode))

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        by = Authority(doing.cashier.id, mode.approver, doing.online)
        life.change_number(doing.till, mode.back.file.member.id, mode.text("phone"), chosen(mode, _PROOFS), by)
        return Done(msg("file.number_changed"), msg("file.number_changed_detail"))


@dataclass(frozen=True, slots=True)
class ReassignNumber:
    """The number came to somebody new: this member keeps everything but the number (§2.9, 二次放号)."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        facts = reassign_facts(mode.back.file.member)
        return form_sheet(mode, "reassign", language, facts=facts, hint=msg("recognise.reassign_why"))

    def ask(self, mode: FileFormMode) -> Ask:
        """This member's number is to be somebody else's."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode))

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        by = Authority(doing.cashier.id, mode.approver, doing.online)
        life.reassign_number(doing.till, mode.back.file.member.profile.phone_e164, by)
        return Done(msg("recognise.reassigned"), msg("file.reassigned_detail"))


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who agrees for a child; an empty name takes it back."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "guardian",
            language,
            fields=(FormField("guardian", msg("file.guardian_name"), mode.text("guardian"), words=True, wide=True),),
            facts=_change("file.consent_guardian", mode.back.file.membership.guardian, mode.text("guardian")),
            hint=msg("data.text", text=life.consent_text("guardian", language)),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        name = mode.text("guardian")
        life.set_guardian(doing.till, mode.back.file.member.id, name, doing.cashier.id)
        return Done(msg("file.guardian_set", name=name) if name else msg("file.guardian_gone"))


@dataclass(frozen=True, slots=True)
class ExportData:
    """The member's own data as a file for them (PIPL 45)."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "export",
            language,
            fields=(FormField("folder", msg("file.folder"), mode.text("folder"), words=True, wide=True),),
            methods=(browse(),),
            facts=(FormFact(msg("file.export_kind"), "JSON"),),
            hint=msg("file.export_hint"),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        path = life.write_export(doing.till, mode.back.file.member.id, Path(mode.text("folder")).expanduser())
        return Done(msg("file.exported"), msg("data.text", text=str(path)))


@dataclass(frozen=True, slots=True)
class Leave:
    """Leaving: what is still owed is settled first, and the points are given up by their own word."""

    leaving: Leaving

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        unsettled = tuple(
            FormFact(named(what, language), msg("file.settle_first"), strong=True) for what in self.leaving.unsettled
        )
        points = FormFact(msg("file.points_given_up"), count_text(self.leaving.points.count))
        vouchers = FormFact(msg("file.coupons_given_up"), count_text(len(mode.back.file.coupons)))
        return form_sheet(
            mode,
            "leave",
            language,
            fields=(FormField("reason", msg("file.reason"), mode.text("reason"), words=True, wide=True),),
            facts=(*unsettled, points, vouchers),
            tick=None if self.leaving.unsettled else msg("file.leave_tick"),
            hint=msg("file.leave_settle" if self.leaving.unsettled else "file.leave_hint"),
            can_submit=not self.leaving.unsettled,
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        if not mode.ticked:
            raise InvalidField("tick", "the member agrees to it first: tick the box", "先由会员确认，再勾选")
        reason = mode.text("reason") or "asked"
        life.forget_member(doing.till, self.leaving, reason, doing.cashier.id, online=doing.online)
        return Done(msg("file.left"), msg("file.left_detail"), closed=True)


def _change(label: str, before: str, after: str) -> tuple[FormFact, ...]:
    """What stands there, and what will, where that differs."""
    nothing: Words = msg("file.not_given")
    now = FormFact(msg(label), before or nothing)
    return (now,) if before == after else (now, FormFact(msg("file.after"), after or nothing, strong=True))


def _spaced(phone_e164: str) -> str:
    """``138 5716 6021``: 3-4-4 (ux.md §9)."""
    digits = phone_e164.removeprefix("+86")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if not digits.startswith("+") else digits
