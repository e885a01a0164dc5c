"""Intents about giving goods back: finding the sale, choosing lines and quantities, undoing the last sale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from posapp.application import members, returnable
from posapp.application.checkout import CompletedSale
from posapp.application.receipts import receipt_of
from posapp.application.refund_receipts import refund_receipt_of
from posapp.application.refunds import (
    UNDO_WITHIN,
    CompletedRefund,
    RefundRequest,
    complete_refund,
    preview_return,
    undo_sale,
)
from posapp.application.returnable import ListedSale, Returnable, ReturnableLine
from posapp.application.staff.approving import Ask
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded
from posapp.domain.ids import StaffId
from posapp.domain.member import Member
from posapp.domain.programme.returns import ReturnReason
from posapp.domain.refund_record import NOBODY
from posapp.domain.scan_code import CodeKind, classify
from posapp.domain.staff import Right
from posapp.domain.time import BusinessDay
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.reprinting import reprint
from posapp.ui.checkout.screen_staff import refund_facts
from posapp.ui.checkout.session import CompleteMode, ReturnedMode, ReturnFindMode, ReturnMode, TenderMode
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.words import trouble, warning

_PHONE_DIGITS = 11
_PAYMENTS = (do.CashKey, do.PayKey, do.TenderMethodChosen, do.TenderFinished, do.QuickCashChosen)
_PAYMENT_KEYS = (9, 10, 11, 12)


class Returning:
    """Returns and voids."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revision = 0

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about something coming back; then it is under way."""
        mode = self._owner.session.mode
        match intent:
            case do.FunctionKey(number=9, shift=shift, typed=typed) if shift or self._nothing_to_pay():
                self._open(typed)
                return True
            case do.ScanReceived(text=text) if returnable.is_receipt_number(text) and not isinstance(mode, TenderMode):
                self._owner.leave_complete()
                self._receipt(text)
                return True
            case do.Undo():
                return self._undo()
            case _:
                pass
        match mode:
            case ReturnFindMode():
                return _pays(intent) or self._find_key(mode, intent)
            case ReturnMode():
                return _pays(intent) or self._line_key(mode, intent)
            case ReturnedMode() if self._goes_on(intent):
                self._owner.leave_complete()
                return True
            case _:
                return False

    def _nothing_to_pay(self) -> bool:
        """With an empty counter F9 alone means returns, as F6 alone means taking up a parked sale."""
        session = self._owner.session
        return session.mode is None and not session.quote.lines

    def _goes_on(self, intent: do.Intent) -> bool:
        """Whether it leaves a finished return; where nothing waits to be paid, the key of paying does too."""
        pays_nothing = intent in (do.PayKey(), do.FunctionKey(9)) and not self._owner.session.quote.lines
        return pays_nothing or intent in (do.NextSale(), do.EnterPressed(""))

    # -- finding the sale ---------------------------------------------------------------

    def _open(self, typed: str) -> None:
        owner = self._owner
        owner.leave_complete()
        member = owner.session.basket.member
        if typed:
            self._receipt(typed)
        elif member is not None:
            self._list_members((member,))
        else:
            self._list_day(owner.till.business_day())

    def _find_key(self, mode: ReturnFindMode, intent: do.Intent) -> bool:
        owner = self._owner
        match intent:
            case do.EnterPressed(typed=typed) if typed:
                self._typed(typed)
            case do.EnterPressed():
                self._pick(mode, mode.selected)
            case do.PickRow(index=index):
                self._pick(mode, index)
            case do.RowMoved(by=by):
                selected = max(0, min(len(mode.rows) - 1, mode.selected + by))
                owner.change(mode=replace(mode, selected=selected))
            case do.ReturnDayMoved(by=by):
                day = mode.day.plus(by) if not mode.people else mode.day
                self._list_day(min(day, owner.till.business_day()))
            case do.MemberKey(typed=typed) | do.FunctionKey(number=2, typed=typed):
                self._by_member(typed)
            case do.ScanReceived(text=text):
                self._scanned(text)
            case do.ReturnEdited():
                owner.change(toast=None)
            case _:
                return False
        return True

    def _typed(self, typed: str) -> None:
        """A receipt number, or a whole phone number."""
        if len(typed) == _PHONE_DIGITS and typed.isdigit():
            self._by_member(typed)
        else:
            self._receipt(typed)

    def _scanned(self, text: str) -> None:
        owner = self._owner
        code = classify(text, tendering=False)
        if code.kind in (CodeKind.MEMBER_DYNAMIC, CodeKind.MEMBER_STATIC):
            owner.work(lambda: members.identify(owner.till, code.text)[0], lambda found: self._list_members((found,)))
        elif code.kind is CodeKind.PHONE:
            self._by_member(code.text[-_PHONE_DIGITS:])
        else:
            owner.toast(warning("return.not_a_receipt", detail="return.not_a_receipt_next", code=text[:24]))

    def _receipt(self, typed: str) -> None:
        owner = self._owner

        def found(result: tuple[list[ListedSale], Returnable | None]) -> None:
            rows, original = result
            if original is not None:
                self._show(original)
            else:
                day = rows[0].summary.business_day
                owner.change(mode=ReturnFindMode(tuple(rows), day, revision=self._next()), toast=None)

        def look() -> tuple[list[ListedSale], Returnable | None]:
            rows = returnable.find_receipt(owner.till, typed)
            return rows, returnable.open_return(owner.till, rows[0].summary.position) if len(rows) == 1 else None

        owner.work(look, found)

    def _by_member(self, typed: str) -> None:
        owner = self._owner
        attached = owner.session.basket.member
        if not typed:
            if attached is not None:
                self._list_members((attached,))
            return

        def found(result: members.Found) -> None:
            if result.members:
                self._list_members(result.members)
            else:
                owner.toast(warning("toast.no_member", detail="return.no_member_next", query=typed[:24]))

        owner.work(lambda: members.find_members(owner.till, typed), found)

    def _list_members(self, people: tuple[Member, ...]) -> None:
        owner = self._owner
        ids = [one.id for one in people]
        self._list(lambda: returnable.sales_of_members(owner.till, ids), owner.till.business_day(), people)

    def _list_day(self, day: BusinessDay) -> None:
        self._list(lambda: returnable.sales_of_day(self._owner.till, day), day, ())

    def _list(self, look: Callable[[], list[ListedSale]], day: BusinessDay, people: tuple[Member, ...]) -> None:
        revision = self._next()

        def listed(rows: list[ListedSale]) -> None:
            self._owner.change(mode=ReturnFindMode(tuple(rows), day, people, 0, revision), toast=None)

        self._owner.work(look, listed)

    def _pick(self, mode: ReturnFindMode, index: int) -> None:
        if 0 <= index < len(mode.rows):
            owner, position = self._owner, mode.rows[index].summary.position
            owner.work(lambda: returnable.open_return(owner.till, position), lambda found: self._show(found, mode))

    def _show(self, original: Returnable, found: ReturnFindMode | None = None) -> None:
        if found is None and isinstance(self._owner.session.mode, ReturnFindMode):
            found = self._owner.session.mode
        first = next((place for place, line in enumerate(original.lines) if line.left.milli), 0)
        coming = (0,) * len(original.lines)
        request = self._owner.till.entropy.bytes(16)
        mode = ReturnMode(original, coming, request, first, revision=self._next(), found=found)
        self._owner.change(mode=mode, toast=warning("return.nothing_left") if original.is_empty else None)

    # -- choosing what comes back ---------------------------------------------------------------

    def _line_key(self, mode: ReturnMode, intent: do.Intent) -> bool:
        match intent:
            case do.EnterPressed(typed=typed):
                self._confirm(mode, typed)
            case do.EscPressed():
                self._owner.change(mode=mode.found, toast=None)
            case do.ReprintReceipt():
                self._reprint(mode.original)
            case do.ReturnEdited(text=text):
                self._quantity(mode, text)
            case do.RowMoved(by=by):
                selected = max(0, min(len(mode.coming) - 1, mode.selected + by))
                fresh = replace(mode, selected=selected, untyped=None, revision=self._next())
                self._owner.change(mode=fresh, toast=None)
            case do.LineStep(by=by):
                self._step(mode, mode.selected, by)
            case do.PickRow(index=index) if 0 <= index < len(mode.coming):
                self._step(mode, index, 1 if mode.coming[index] < mode.original.lines[index].left.milli else 0)
            case do.ReturnAll():
                everything = mode.original.everything
                fresh = replace(mode, untyped=None, revision=self._next())
                self._choose(fresh, (0,) * len(everything) if mode.coming == everything else everything)
            case do.ReturnReasonTurned():
                reasons = list(ReturnReason)
                reason = reasons[(reasons.index(mode.reason) + 1) % len(reasons)]
                self._choose(replace(mode, reason=reason), mode.coming)
            case do.ScanReceived(text=text):
                self._scanned_goods(mode, text)
            case _:
                return False
        return True

    def _next(self) -> int:
        self._revision += 1
        return self._revision

    def _quantity(self, mode: ReturnMode, text: str) -> None:
        """Digits set the quantity of the selected line, as they are typed.

        An empty input is what stood there before: the first digits of a scan arrive as if typed, and are taken back.
        """
        before = mode.coming if mode.untyped is None else mode.untyped
        if not text:
            self._choose(replace(mode, untyped=None), before)
            return
        try:
            milli = mode.original.lines[mode.selected].typed(text).milli
        except InvalidField as error:
            self._owner.toast(trouble(error, self._owner.language))
            return
        self._owner.change(mode=replace(mode, untyped=before))
        self._set(replace(mode, untyped=before), mode.selected, milli)

    def _step(self, mode: ReturnMode, place: int, by: int) -> None:
        line = mode.original.lines[place]
        milli = (line.left.milli if by > 0 else 0) if line.whole else mode.coming[place] + 1000 * by
        fresh = replace(mode, selected=place, untyped=None, revision=self._next())
        self._set(fresh, place, max(0, milli))

    def _scanned_goods(self, mode: ReturnMode, text: str) -> None:
        """Scanning what lies on the counter counts it, line after line where a product has several."""
        same = [place for place, line in enumerate(mode.original.lines) if line.barcode == text]
        open_lines = [place for place in same if mode.coming[place] < mode.original.lines[place].left.milli]
        if open_lines:
            self._step(mode, open_lines[0], 1)
        elif same:
            self._refuse_more(mode.original.lines[same[0]])
        else:
            self._owner.toast(warning("return.not_in_sale", detail="return.not_in_sale_next"))

    def _set(self, mode: ReturnMode, place: int, milli: int) -> None:
        line = mode.original.lines[place]
        if line.whole and milli:
            milli = line.left.milli
        if milli > line.left.milli:
            self._refuse_more(line)
            return
        self._choose(mode, (*mode.coming[:place], milli, *mode.coming[place + 1 :]))

    def _refuse_more(self, line: ReturnableLine) -> None:
        owner = self._owner
        if line.is_pass:
            owner.toast(warning("return.line_pass"))
            return
        owner.toast(warning("return.only_left", name=line.name(owner.language), left=line.figure(line.left)))

    def _choose(self, mode: ReturnMode, coming: tuple[int, ...]) -> None:
        owner = self._owner
        preview = None
        if any(coming):
            try:
                online = owner.session.sync.kind is not SyncKind.OFFLINE
                limits = owner.cashier.limits
                preview = preview_return(owner.till, mode.original, coming, limits, mode.reason, online=online)
            except InvalidField as error:
                owner.toast(trouble(error, owner.language))
                return
        owner.change(mode=replace(mode, coming=coming, preview=preview), toast=None)

    def _confirm(self, mode: ReturnMode, typed: str) -> None:
        owner = self._owner
        line = mode.original.lines[mode.selected]
        if typed and _was_refused(line, typed, mode.coming[mode.selected]):
            self._quantity(mode, typed)  # say it again, and give nothing back
        elif mode.preview is None:
            owner.toast(warning("return.nothing_left" if mode.original.is_empty else "return.choose"))
        elif mode.preview.needs_approver:
            ask = Ask(Right.CASH_REFUND, mode.preview.cash_of_sale.fen, mode.original.sale.receipt_number)
            facts = refund_facts(mode.original, mode.preview)
            owner.ask_approval(ask, lambda _language: facts, lambda approver: self._refund(mode, approver))
        else:
            self._refund(mode)

    def _refund(self, mode: ReturnMode, approver: StaffId = NOBODY) -> None:
        owner = self._owner
        request = RefundRequest(
            request=mode.request,
            position=mode.original.position,
            before=mode.original.before,
            coming=mode.coming,
            cashier=owner.cashier,
            approver=approver,
            reason=mode.reason,
            online=owner.session.sync.kind is not SyncKind.OFFLINE,
        )
        self._give_back(lambda: complete_refund(owner.till, request))

    def _reprint(self, original: Returnable) -> None:
        """The receipt of the sale that is open, however old; what the member had then is not printed again."""
        owner = self._owner
        sold = CompletedSale(original.recorded, original.sale, None, None)
        names = {place: line.name(owner.language) for place, line in enumerate(original.lines)}
        units = {place: line.unit for place, line in enumerate(original.lines)}
        labels = owner.shell.receipt_labels()
        reprint(owner, receipt_of(owner.till, sold, None, names, labels, owner.language, units=units))

    # -- doing it ---------------------------------------------------------------

    def _give_back(self, job: Callable[[], CompletedRefund]) -> None:
        owner = self._owner

        def work() -> tuple[CompletedRefund, Member | None]:
            done = job()
            attached = owner.session.basket.member
            return done, members.find_member(owner.till, attached.id) if attached is not None else None

        def finished(result: tuple[CompletedRefund, Member | None]) -> None:
            done, member = result
            basket = owner.session.basket
            if member is not None and basket.member is not None and basket.member.id == member.id:
                # Points that came back or were taken change what the sale on the counter may use.
                basket = replace(basket, member=member)
            receipt = refund_receipt_of(owner.till, done, owner.language)
            owner.change(
                mode=ReturnedMode(done, receipt),
                basket=basket,
                quote=owner.price(basket),
                last_receipt=receipt,
                last_sale=None,
                toast=None,
            )
            owner.shell.print_receipt(receipt)
            owner.shell.payments_changed()

        owner.work(work, finished)

    def _undo(self) -> bool:
        """Undo the sale that was completed last, where there is no step of the basket to undo (ux.md §6)."""
        owner = self._owner
        session = owner.session
        sold: Recorded | None = session.last_sale
        fresh = session.mode is None and not session.undo and not session.quote.lines
        if sold is None or not (fresh or isinstance(session.mode, CompleteMode)):
            return False
        if owner.till.clock.now() - sold.at > UNDO_WITHIN:
            if isinstance(session.mode, CompleteMode):
                owner.toast(warning("return.too_late", detail="return.too_late_next"))
            return True
        self._give_back(lambda: undo_sale(owner.till, sold, owner.cashier))
        return True


def _was_refused(line: ReturnableLine, typed: str, milli: int) -> bool:
    """Whether the input says anything else than what is chosen to come back."""
    try:
        return not line.whole and line.typed(typed).milli != milli
    except InvalidField:
        return True


def _pays(intent: do.Intent) -> bool:
    """Whether a key would pay: under an open return nothing is, because the sale on the counter is out of sight."""
    return isinstance(intent, _PAYMENTS) or (isinstance(intent, do.FunctionKey) and intent.number in _PAYMENT_KEYS)
