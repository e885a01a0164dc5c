"""Intents about the drawer: Ctrl+B is its sheet, Ctrl+D opens it without a sale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import ShiftClosed
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_shift import MOVES, REASONS
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.session import TenderMode
from posapp.ui.checkout.shift_modes import DrawerMode, DrawerQuestion, ShiftMode, ShiftStep
from posapp.ui.checkout.words import warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.application.shifts import Shift
    from posapp.domain.events import Recorded
    from posapp.ui.checkout.desk import Desk


class ShiftKeys:
    """The drawer and its shifts."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about the drawer, or has to wait until its sheet is left."""
        over = self._owner.session.over
        match over:
            case ShiftMode(counted=None):
                self._on_steps(over, intent)
            case ShiftMode():
                self._on_close(over, intent)
            case DrawerMode():
                self._on_drawer(over, intent)
            case _ if isinstance(intent, do.OpenShift | do.OpenDrawer):
                self._open(intent)
            case _:
                return False
        return True

    def _open(self, intent: do.OpenShift | do.OpenDrawer) -> None:
        owner = self._owner
        if isinstance(owner.session.mode, TenderMode):
            owner.toast(warning("shift.not_while_paying"))
        elif isinstance(intent, do.OpenDrawer):
            owner.change(over=DrawerMode(revision=next(self._revisions)), toast=None)
        else:
            from posapp.application.shifts import current  # noqa: PLC0415 - start-up cost

            owner.work(lambda: current(owner.till), self._show)

    def _show(self, shift: Shift) -> None:
        """Where the float is not told yet and nothing was sold, that is the next thing; else the count is."""
        first = shift.opening is None and not shift.totals.sales
        step = ShiftStep.OPEN if first else ShiftStep.COUNT
        self._owner.change(over=ShiftMode(shift, step, revision=next(self._revisions)), toast=None)

    def _try(self, mode: DrawerQuestion, job: Callable[[], Shift | Recorded | None], done: Callable[..., None]) -> None:
        """Do what waits for the disk; a refusal is shown in the sheet, with what was typed."""
        owner = self._owner

        def work() -> Shift | Recorded | InvalidField | None:
            try:
                return job()
            except InvalidField as error:
                return error

        def tried(result: Shift | Recorded | InvalidField | None) -> None:
            if isinstance(result, InvalidField):
                owner.change(over=replace(mode, error=result, revision=next(self._revisions)))
            else:
                done(result)

        owner.work(work, tried)

    # -- float, cash in and out, the count ---------------------------------------------------------------

    def _on_steps(self, mode: ShiftMode, intent: do.Intent) -> None:
        owner = self._owner
        match intent:
            case do.FormEdited(values=values):
                owner.change(over=replace(mode, values=dict(values), error=None))
            case do.FormPicked(code=code, place=place):
                steps = list(ShiftStep)
                step = ShiftStep(code) if code else steps[place] if 0 <= place < len(steps) else mode.step
                owner.change(over=replace(mode, step=step, error=None, revision=next(self._revisions)))
            case do.FormSubmitted(values=values):
                self._submit(replace(mode, values=dict(values)))
            case do.EscPressed() | do.OpenShift():
                owner.change(over=None)
            case _:
                pass

    def _submit(self, mode: ShiftMode) -> None:
        from posapp.application import shifts  # noqa: PLC0415 - start-up cost

        owner, step, values = self._owner, mode.step, mode.values
        till, cashier = owner.till, owner.cashier
        if step is ShiftStep.X:
            self._print(mode.shift, None)
            owner.change(over=None, toast=Notice(Tone.SUCCESS, "printer", msg("shift.x_printed")))
            return
        amount = entered(values.get("amount", ""))
        if amount is None:
            error = InvalidField("amount", "type an amount", "请输入金额")
            owner.change(over=replace(mode, error=error, revision=next(self._revisions)))
        elif step is ShiftStep.COUNT:
            opening = entered(values.get("opening", ""))
            self._try(mode, lambda: shifts.count(till, amount, opening, cashier), self._counted)
        elif step is ShiftStep.OPEN:
            self._try(mode, lambda: shifts.open_shift(till, amount, cashier), lambda _shift: self._done(mode, amount))
        else:
            move, reason = MOVES[step], values.get("reason", "")
            self._try(
                mode,
                lambda: shifts.move_cash(till, move, amount, reason, cashier),
                lambda _shift: self._moved(mode, amount),
            )

    def _moved(self, mode: ShiftMode, amount: Money) -> None:
        self._owner.shell.open_drawer()
        self._done(mode, amount)

    def _done(self, mode: ShiftMode, amount: Money) -> None:
        said = msg(f"shift.done_{mode.step.value}", amount=amount.fen)
        self._owner.change(over=None, toast=Notice(Tone.SUCCESS, "cash-register", said))

    def _counted(self, shift: Shift) -> None:
        mode = ShiftMode(shift, ShiftStep.COUNT, counted=shift.counts[-1], revision=next(self._revisions))
        self._owner.change(over=mode)

    # -- the close ---------------------------------------------------------------

    def _on_close(self, mode: ShiftMode, intent: do.Intent) -> None:
        from posapp.application.shifts import close_shift  # noqa: PLC0415 - start-up cost

        owner = self._owner
        match intent:
            case do.FormSubmitted(values=values, ticked=ticked):
                note = dict(values).get("note", "")
                self._try(
                    replace(mode, note=note),
                    lambda: close_shift(owner.till, owner.cashier, note, closes_day=ticked),
                    self._closed,
                )
            case do.EscPressed():
                owner.change(over=ShiftMode(mode.shift, ShiftStep.COUNT, revision=next(self._revisions)))
            case _:
                pass

    def _closed(self, recorded: Recorded) -> None:
        z = recorded.event
        if not isinstance(z, ShiftClosed):
            raise TypeError("a shift is closed by its Z report")
        self._print(None, recorded)
        toast = Notice(Tone.SUCCESS, "cash-register", msg("shift.closed", number=z.number), msg("shift.closed_next"))
        self._owner.change(over=None, toast=toast)

    def _print(self, shift: Shift | None, closed: Recorded | None) -> None:
        from posapp.application.shift_slips import x_slip, z_slip  # noqa: PLC0415 - start-up cost

        owner = self._owner
        labels = owner.shell.receipt_labels()
        if shift is not None:
            owner.shell.print_receipt(x_slip(owner.till, shift, owner.cashier, labels))
        if closed is not None:
            owner.shell.print_receipt(z_slip(owner.till, closed, labels))

    # -- opening without a sale ---------------------------------------------------------------

    def _on_drawer(self, mode: DrawerMode, intent: do.Intent) -> None:
        from posapp.application.shifts import open_drawer  # noqa: PLC0415 - start-up cost

        owner = self._owner
        match intent:
            case do.FormPicked(code=code, place=place):
                code = code or (REASONS[place] if 0 <= place < len(REASONS) else "")
                if code:
                    reason = owner.shell.receipt_labels()[f"drawer.{code}"]
                    owner.change(over=DrawerMode(reason, revision=next(self._revisions)))
            case do.FormSubmitted(values=values):
                reason = dict(values).get("reason", "")
                self._try(
                    replace(mode, reason=reason),
                    lambda: open_drawer(owner.till, reason, owner.cashier),
                    lambda _none: self._opened(),
                )
            case do.EscPressed():
                owner.change(over=None)
            case _:
                pass

    def _opened(self) -> None:
        self._owner.shell.open_drawer()
        self._owner.change(over=None, toast=Notice(Tone.INFO, "cash-register", msg("drawer.opened")))
