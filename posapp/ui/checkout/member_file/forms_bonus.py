"""Bonus by hand: a promise that was forgotten, a gesture; with a reason, and beyond one's limit another's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from posapp.application.staff.approving import Ask
from posapp.application.stored_value.bonus import grant_bonus
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.staff import Right
from posapp.domain.stored_card import StoredCard
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import form_sheet, from_to, reason_of, subject
from posapp.ui.checkout.sheets import ChoiceRow
from posapp.ui.checkout.words import named
from posapp.ui.figures import money_text
from posapp.ui.messages import Message, msg


@dataclass(frozen=True, slots=True)
class NamedCard:
    """A stored-value card of the member by its name, with what may be spent of it today."""

    card: StoredCard
    name: Text
    today: BusinessDay

    @property
    def spendable(self) -> Money:
        """Principal and bonus that may be spent."""
        return self.card.spendable(self.today)


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards that bonus may be put on; `most` is what the cashier may give alone, in fen, None for no limit."""

    every: tuple[NamedCard, ...]
    most: int | None
    title: ClassVar[Message] = msg("file.title_bonus")
    take: ClassVar[Message] = msg("file.pick_card")
    nothing: ClassVar[Message] = msg("file.no_cards")

    def rows(self, language: str) -> tuple[ChoiceRow, ...]:
        """One a card."""
        return tuple(
            ChoiceRow(
                one.card.id.hex(),
                named(one.name, language),
                msg("balance.bonus_part", bonus=one.card.spendable_bonus(one.today).fen),
                one.spendable.fen,
            )
            for one in self.every
        )

    def form(self, place: int, doing: Doing) -> GiveBonus:
        """Give to the one that was picked."""
        return GiveBonus(self.every[place], self.most, doing.till.entropy.bytes(16))


@dataclass(frozen=True, slots=True)
class GiveBonus:
    """Put bonus on a card.  Asked for by `request` twice, it is one gift."""

    held: NamedCard
    most: int | None
    request: bytes

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        bonus = _typed(mode) or Money(0)
        card, before = self.held.card, self.held.spendable
        had = card.spendable_bonus(self.held.today)
        return form_sheet(
            mode,
            "bonus",
            language,
            fields=(
                FormField("bonus", msg("file.bonus_amount"), mode.text("bonus"), msg("file.bonus_amount_hint")),
                FormField("note", msg("file.reason"), mode.text("note"), words=True, wide=True),
            ),
            facts=(
                FormFact(named(self.held.name, language), ""),
                FormFact(msg("file.claim_principal"), money_text((before - had).fen)),
                FormFact(msg("file.claim_bonus"), from_to(money_text(had.fen), money_text((had + bonus).fen))),
                FormFact(
                    msg("file.bonus_balance"),
                    from_to(money_text(before.fen), money_text((before + bonus).fen)),
                    strong=True,
                ),
            ),
            hint=msg("file.bonus_hint" if self._is_alone(bonus) else "file.bonus_hint_agreed"),
        )

    def ask(self, mode: FileFormMode) -> Ask | None:
        """How much, and why; nobody is asked within the cashier's own limit."""
        bonus = _amount(mode)
        reason = reason_of(mode)
        return None if self._is_alone(bonus) else Ask(Right.BONUS_BY_HAND, bonus.fen, subject(mode), reason)

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        bonus, before = _amount(mode), self.held.spendable
        card = grant_bonus(
            doing.till, self.request, self.held.card.id, bonus, mode.text("note"), doing.cashier, mode.approver
        )
        return Done(
            msg("file.bonus_given", before=before.fen, after=card.spendable(self.held.today).fen),
            msg("file.bonus_given_detail"),
        )

    def _is_alone(self, bonus: Money) -> bool:
        return bool(bonus) and (self.most is None or bonus.fen <= self.most)


def _amount(mode: FileFormMode) -> Money:
    bonus = _typed(mode)
    if not bonus:
        raise InvalidField("bonus", "enter an amount such as 20 or 20.50", "请输入金额，如 20 或 20.50")
    return bonus


def _typed(mode: FileFormMode) -> Money | None:
    """The amount as it is typed; None for what is none."""
    try:
        typed = Money.parse(mode.text("bonus").strip().removesuffix("."))
    except InvalidField:
        return None
    return typed if typed > Money(0) else None
