"""What may be done about the wallet: give, void or hand on a coupon, replace a card; and merging two members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from posapp.application import coupons
from posapp.application import member_life as life
from posapp.application.gifts_given import Given
from posapp.application.member_life import Authority, MergePreview
from posapp.application.staff.approving import Ask
from posapp.domain.errors import InvalidField
from posapp.domain.events import MembersMerged
from posapp.domain.member import Member
from posapp.domain.staff import Right
from posapp.domain.text import Text
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import called, chosen, form_sheet, from_to, subject, ways
from posapp.ui.checkout.sheets import ChoiceRow
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.member_file import FileCoupon

_REASONS: Final = ("lost", "damaged", "expired")


@dataclass(frozen=True, slots=True)
class Template:
    """A coupon of the programme, and how many the member has."""

    code: str
    name: Text
    held: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Templates:
    """The coupons that may be given."""

    every: tuple[Template, ...]
    title: ClassVar[Message] = msg("file.title_give")
    take: ClassVar[Message] = msg("file.pick_template")
    nothing: ClassVar[Message] = msg("file.no_templates")

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:
        """One a coupon."""
        return tuple(
            ChoiceRow(
                one.code,
                named(one.name, language),
                msg("file.template_held", held=one.held)
                if one.most is None
                else msg("file.template_most", held=one.held, most=one.most),
                None,
            )
            for one in self.every
        )

    def form(self, place: int, doing: Doing) -> GiveCoupon:
        """Give the one that was picked."""
        return GiveCoupon(self.every[place], doing.till.entropy.bytes(16).hex())


@dataclass(frozen=True, slots=True)
class GiveCoupon:
    """Give a coupon by hand; `request` makes a second press the same gift."""

    template: Template
    request: str

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        held = self.template.held
        return form_sheet(
            mode,
            "give",
            language,
            facts=(
                FormFact(named(self.template.name, language), ""),
                FormFact(msg("file.before"), count_text(held)),
                FormFact(msg("file.after"), count_text(held + 1), strong=True),
            ),
            hint=msg("file.give_hint"),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        who = mode.back.file.member.id
        given: tuple[Given, ...] = coupons.issue_coupon(
            doing.till, who, self.template.code, doing.cashier, self.request
        )
        if not given:
            raise InvalidField("template", "the days of this coupon are over", "这种券已过有效期，没有发出")
        until = given[0].last_day
        name = named(self.template.name, doing.language)
        return Done(msg("file.given", name=name), msg("coupons.until", day=str(until)) if until is not None else None)


@dataclass(frozen=True, slots=True)
class VoidCoupon:
    """Make a coupon worthless."""

    coupon: FileCoupon
    name: Text

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "void",
            language,
            fields=(FormField("reason", msg("file.reason"), mode.text("reason"), words=True, wide=True),),
            facts=(
                FormFact(named(self.name, language), ""),
                FormFact(msg("file.code"), self.coupon.code),
                FormFact(msg("file.before"), msg("file.coupon_open")),
                FormFact(msg("file.after"), msg("file.coupon_void"), strong=True),
            ),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        gone = coupons.void(doing.till, [self.coupon.code], mode.text("reason"), doing.cashier)
        return Done(msg("file.voided" if gone else "file.voided_before", name=named(self.name, doing.language)))


@dataclass(frozen=True, slots=True)
class HandOn:
    """Hand a coupon on to another member."""

    code: str
    name: Text
    receiver: Member

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "hand_on",
            language,
            facts=(
                FormFact(named(self.name, language), ""),
                FormFact(msg("file.code"), self.code),
                FormFact(msg("file.before"), called(mode.back.file.member)),
                FormFact(msg("file.after"), called(self.receiver), strong=True),
            ),
            hint=msg("file.hand_on_hint"),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:  # noqa: ARG002 - as every dialog
        """Do it.  Raises `InvalidField`."""
        coupons.transfer(doing.till, self.code, self.receiver.id, doing.cashier, online=doing.online)
        return Done(msg("file.handed_on", name=named(self.name, doing.language), who=called(self.receiver)))


@dataclass(frozen=True, slots=True)
class ReplaceCard:
    """Another card in place of one that was lost, broke or ended."""

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "card",
            language,
            ways=ways(mode, _REASONS, "file.card_"),
            facts=(
                FormFact(msg("file.card"), mode.back.file.member.card_number),
                FormFact(msg("file.after"), msg("file.card_new"), strong=True),
            ),
            hint=msg("file.card_hint"),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        number = life.replace_card(doing.till, mode.back.file.member.id, chosen(mode, _REASONS), doing.cashier.id)
        return Done(msg("file.card_replaced", number=number), msg("file.card_replaced_detail"))


# -- two memberships of one person ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Merge:
    """What is the other's becomes this member's."""

    other: Member
    preview: MergePreview

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        now, moved = mode.back.file.member.standing, self.preview
        counts = (
            ("balance.points", now.points.count, moved.points.count),
            ("balance.growth", now.growth.count, moved.growth.count),
            ("balance.visits", now.visits, moved.visits),
        )
        facts = [FormFact(msg("file.merged_in"), called(self.other))]
        facts += [FormFact(msg(label), from_to(count_text(own), count_text(own + more))) for label, own, more in counts]
        spend = money_text(now.spend.fen), money_text(now.spend.fen + moved.spend.fen)
        facts.append(FormFact(msg("file.spend"), from_to(*spend)))
        if moved.debt.fen:
            facts.append(FormFact(msg("file.debt_moved"), money_text(moved.debt.fen)))
        facts.append(FormFact(msg("file.assets_moved"), count_text(moved.asset_count), strong=True))
        return form_sheet(
            mode,
            "merge",
            language,
            facts=tuple(facts),
            hint=msg("file.merge_hint"),
        )

    def ask(self, mode: FileFormMode) -> Ask:
        """One person less."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode), "merge")

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        by = Authority(doing.cashier.id, mode.approver, doing.online)
        life.merge_members(doing.till, mode.back.file.member.id, self.other.id, by)
        return Done(msg("file.merged", who=called(self.other)), msg("file.merged_detail"))


@dataclass(frozen=True, slots=True)
class Merges:
    """The merges that can still be taken back."""

    every: tuple[MembersMerged, ...]
    title: ClassVar[Message] = msg("file.title_unmerge")
    take: ClassVar[Message] = msg("file.pick_merge")
    nothing: ClassVar[Message] = msg("file.no_merges")

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:  # noqa: ARG002 - as every list
        """One a merge."""
        return tuple(
            ChoiceRow(
                one.merged.hex(),
                msg("file.merge_of", day=str(one.business_day)),
                msg("file.merge_moved", points=one.points.count, assets=len(one.assets)),
                None,
            )
            for one in self.every
        )

    def form(self, place: int, doing: Doing) -> UndoMerge:  # noqa: ARG002 - as every list
        """Take back the one that was picked."""
        return UndoMerge(self.every[place])


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """The same figures and the same things go back."""

    merge: MembersMerged

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        now, back = mode.back.file.member.standing, self.merge
        points = from_to(count_text(now.points.count), count_text(now.points.count - back.points.count))
        growth = from_to(count_text(now.growth.count), count_text(now.growth.count - back.growth.count))
        return form_sheet(
            mode,
            "unmerge",
            language,
            facts=(
                FormFact(msg("balance.points"), points),
                FormFact(msg("balance.growth"), growth),
                FormFact(msg("file.assets_back"), count_text(len(back.assets)), strong=True),
            ),
        )

    def ask(self, mode: FileFormMode) -> Ask:
        """Two persons again."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode), "unmerge")

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        life.undo_merge(doing.till, self.merge.merged, Authority(doing.cashier.id, mode.approver, doing.online))
        return Done(msg("file.unmerged"))
