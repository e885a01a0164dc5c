"""The sheets of the drawer.  What should be in it is told only after it was counted (domain.md §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.events import CashMove
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.shift_modes import DrawerMode, DrawerQuestion, ShiftMode, ShiftStep
from posapp.ui.checkout.words import said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from datetime import tzinfo

    from posapp.domain.errors import InvalidField

REASONS: Final = ("change", "mistake", "check")
MOVES: Final = {
    ShiftStep.PAID_IN: CashMove.PAID_IN,
    ShiftStep.PAID_OUT: CashMove.PAID_OUT,
    ShiftStep.DROP: CashMove.DROP,
}


def shift_sheet(mode: DrawerQuestion, zone: tzinfo, language: str) -> FormSheet:
    """The open dialog."""
    if isinstance(mode, DrawerMode):
        return _drawer(mode, language)
    return _steps(mode, zone, language) if mode.counted is None else _close(mode, language)


def _steps(mode: ShiftMode, zone: tzinfo, language: str) -> FormSheet:
    shift, step, values = mode.shift, mode.step, mode.values
    asks_float = step is ShiftStep.COUNT and shift.opening is None
    since = shift.begun_at.astimezone(zone).strftime("%m-%d %H:%M") if shift.begun_at is not None else "—"
    return FormSheet(
        form="shift",
        title=msg("shift.title", number=shift.number),
        detail=msg("shift.since", since=since),
        submit=msg(f"shift.do_{step.value}"),
        fields=(
            FormField("amount", msg(f"shift.amount_{step.value}"), values.get("amount", ""), _hint(step), wide=True),
            FormField(
                "opening", msg("shift.opening"), values.get("opening", ""), msg("shift.opening_hint"), shown=asks_float
            ),
            FormField(
                "reason", msg("shift.reason"), values.get("reason", ""), words=True, wide=True, shown=step in MOVES
            ),
        ),
        revision=mode.revision,
        ways=tuple(
            FormChoice(each.value, msg(f"shift.step_{each.value}"), chosen=each is step, key=f"Alt {place}")
            for place, each in enumerate(ShiftStep, 1)
        ),
        facts=_facts(mode),
        facts_title=msg("shift.so_far"),
        notice=_refused(mode.error, language) or msg(f"shift.about_{step.value}"),
        tone=Tone.WARN if mode.error is not None else Tone.INFO,
        icon="cash-register",
    )


def _hint(step: ShiftStep) -> Message | None:
    return msg("shift.count_hint") if step is ShiftStep.COUNT else None


def _facts(mode: ShiftMode) -> tuple[FormFact, ...]:
    """What is no secret before the count: none of these lines tells what should be in the drawer."""
    shift = mode.shift
    opening = money_text(shift.opening.fen) if shift.opening is not None else "—"
    moves = [
        FormFact(msg(f"shift.step_{step.value}"), money_text(shift.moved[move].fen)) for step, move in MOVES.items()
    ]
    return (
        FormFact(msg("shift.sales"), count_text(shift.totals.sales)),
        FormFact(msg("shift.refunds"), count_text(shift.totals.refunds)),
        FormFact(msg("shift.no_sales"), count_text(shift.no_sales)),
        FormFact(msg("shift.opening"), opening),
        *moves,
        FormFact(msg("shift.counts"), count_text(len(shift.counts))),
    )


def _close(mode: ShiftMode, language: str) -> FormSheet:
    shift, counted = mode.shift, mode.counted
    difference = counted.counted.fen - counted.expected.fen if counted is not None else 0
    return FormSheet(
        form="shift_close",
        title=msg("shift.counted_title"),
        submit=msg("shift.close", number=shift.number),
        fields=(FormField("note", msg("shift.note"), mode.note, msg("shift.note_hint"), words=True, wide=True),),
        revision=mode.revision,
        facts=(
            FormFact(msg("shift.opening"), money_text(shift.opening.fen if shift.opening is not None else 0)),
            FormFact(msg("shift.cash_in"), money_text(shift.cash_in.fen)),
            FormFact(msg("shift.cash_out"), money_text(-shift.cash_out.fen)),
            FormFact(msg("shift.step_paid_in"), money_text(shift.moved[CashMove.PAID_IN].fen)),
            FormFact(msg("shift.step_paid_out"), money_text(-shift.moved[CashMove.PAID_OUT].fen)),
            FormFact(msg("shift.step_drop"), money_text(-shift.moved[CashMove.DROP].fen)),
            FormFact(msg("shift.expected"), money_text(shift.expected.fen)),
            FormFact(msg("shift.counted"), money_text(counted.counted.fen if counted is not None else 0)),
            FormFact(_difference(difference), money_text(difference), strong=True),
        ),
        facts_title=msg("shift.reckoning"),
        tick=msg("shift.closes_day"),
        notice=_refused(mode.error, language) or msg("shift.about_close"),
        tone=Tone.WARN if mode.error is not None or difference else Tone.SUCCESS,
        icon="cash-register",
        cancel=msg("shift.recount"),
    )


def _difference(fen: int) -> Message:
    if not fen:
        return msg("shift.exact")
    return msg("shift.over" if fen > 0 else "shift.short")


def _drawer(mode: DrawerMode, language: str) -> FormSheet:
    return FormSheet(
        form="drawer",
        title=msg("drawer.title"),
        submit=msg("drawer.do"),
        fields=(FormField("reason", msg("shift.reason"), mode.reason, msg("drawer.hint"), words=True, wide=True),),
        revision=mode.revision,
        ways=tuple(
            FormChoice(code, msg(f"drawer.{code}"), key=f"Alt {place}") for place, code in enumerate(REASONS, 1)
        ),
        notice=_refused(mode.error, language) or msg("drawer.counted"),
        tone=Tone.WARN if mode.error is not None else Tone.INFO,
        icon="cash-register",
    )


def _refused(error: InvalidField | None, language: str) -> Message | None:
    return said(sentence(error, language)) if error is not None else None
