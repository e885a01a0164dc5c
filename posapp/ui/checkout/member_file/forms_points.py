"""What may be done about points and tier: points by hand, a tier by hand, the reward for a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posapp.application import points
from posapp.application.staff.approving import Ask
from posapp.application.tiers import give_tier
from posapp.domain.errors import InvalidField
from posapp.domain.programme import Programme
from posapp.domain.programme.reader import parse_day
from posapp.domain.staff import Right
from posapp.ui.checkout.file_modes import Doing, Done, FileFormMode
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.member_file.frame import chosen, form_sheet, named_ways, reason_of, subject
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.application.member_history import HistoryEntry

_STARS = ("5", "4", "3", "2", "1")


@dataclass(frozen=True, slots=True)
class PointsByHand:
    """Add or take points; a second person agrees, and a shift has a limit."""

    available: int
    most: int

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        change = _whole(mode.text("points"))
        after = count_text(self.available + change) if change is not None else count_text(self.available)
        return form_sheet(
            mode,
            "points",
            language,
            fields=(
                FormField("points", msg("file.points_change"), mode.text("points"), msg("file.points_hint")),
                FormField("note", msg("file.reason"), mode.text("note"), words=True, wide=True),
            ),
            facts=(
                FormFact(msg("file.before"), count_text(self.available)),
                FormFact(msg("file.after"), after, strong=True),
                FormFact(msg("file.shift_most"), count_text(self.most)),
            ),
        )

    def ask(self, mode: FileFormMode) -> Ask:
        """How many points, and why."""
        return Ask(Right.POINTS_BY_HAND, abs(self._change(mode)), subject(mode), reason_of(mode))

    def _change(self, mode: FileFormMode) -> int:
        change = _whole(mode.text("points"))
        if change is None:
            raise InvalidField("points", "enter a whole number such as 50 or -50", "请输入整数，如 50 或 -50")
        return change

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        change = self._change(mode)
        given = points.change_by_hand(
            doing.till,
            mode.back.file.member.id,
            change,
            doing.cashier,
            mode.approver,
            mode.text("note"),
        )
        return Done(msg("file.points_changed", before=given.before.points.count, after=given.after.points.count))


@dataclass(frozen=True, slots=True)
class TierByHand:
    """Give a tier until a day."""

    programme: Programme

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        tiers = self.programme.tiers
        now = self.programme.tier(mode.back.file.tier.code)
        then = self.programme.tier(self._chosen(mode))
        return form_sheet(
            mode,
            "tier",
            language,
            fields=(
                FormField("until", msg("file.tier_last_day"), mode.text("until"), msg("file.tier_last_day_hint")),
                FormField("note", msg("file.reason"), mode.text("note"), words=True, wide=True),
            ),
            ways=named_ways(mode, [(tier.code, named(tier.name, language)) for tier in tiers]),
            facts=(
                FormFact(msg("file.before"), named(now.name, language)),
                FormFact(msg("file.after"), named(then.name, language), strong=True),
            ),
        )

    def _chosen(self, mode: FileFormMode) -> str:
        return chosen(mode, [tier.code for tier in self.programme.tiers])

    def ask(self, mode: FileFormMode) -> Ask:
        """Which tier, and why."""
        return Ask(Right.MEMBER_RECORDS, 1, subject(mode), reason_of(mode))

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        change = give_tier(
            doing.till,
            mode.back.file.member.id,
            self._chosen(mode),
            parse_day(mode.text("until"), "until") if mode.text("until") else None,
            doing.cashier,
            mode.approver,
            mode.text("note"),
        )
        before, after = (
            named(self.programme.tier(held.code).name, doing.language) for held in (change.before, change.after)
        )
        return Done(msg("file.tier_given", before=before, after=after))


@dataclass(frozen=True, slots=True)
class RewardReview:
    """The reward for a review of an order, the same whatever it says (W-26)."""

    entry: HistoryEntry
    reward: int

    def sheet(self, mode: FileFormMode, language: str) -> FormSheet:
        """What is asked, and what would follow."""
        return form_sheet(
            mode,
            "review",
            language,
            ways=tuple(
                FormChoice(
                    code, msg("file.stars", stars=int(code)), chosen=code == chosen(mode, _STARS), key=f"Alt {n}"
                )
                for n, code in enumerate(_STARS, 1)
            ),
            facts=(
                FormFact(msg("file.order"), self.entry.number),
                FormFact(msg("balance.points"), msg("gifts.plus", points=self.reward), strong=True),
            ),
            hint=msg("file.review_hint"),
        )

    def act(self, mode: FileFormMode, doing: Doing) -> Done:
        """Do it.  Raises `InvalidField`."""
        stars = int(chosen(mode, _STARS))
        given = points.reward_review(doing.till, self.entry.position, stars, doing.cashier)
        return Done(msg("file.rewarded", points=given.change.points))


def _whole(text: str) -> int | None:
    """A signed count as it is typed; None for anything else."""
    digits = text.strip().removeprefix("+").replace("−", "-")
    number = digits.removeprefix("-")
    return int(digits) if number.isascii() and number.isdigit() and len(number) <= 9 else None
