"""The dialogs that pay in and that close a card: what is typed, what follows from it, and doing it once."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.pin import set_pin
from posapp.application.stored_value.settlement import CloseDone, CloseRequest, cash_most, close_card, preview_close
from posapp.application.stored_value.top_up import TopUp, TopUpDone, TopUpPreview, preview_top_up, top_up
from posapp.application.wallet_slips import closed_card_slip
from posapp.domain.amounts import Money
from posapp.domain.closing import Closing
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground
from posapp.domain.member import Member
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.stored_card import StoredCard, named_card_id
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.member_file.lines import card_name
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_stored import CLOSE, GROUNDS, METHODS
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.stored_modes import ClosingMode, TopUpMode
from posapp.ui.checkout.words import warning
from posapp.ui.figures import short_money_text
from posapp.ui.messages import msg

_CERTAIN = frozenset({Identification.DYNAMIC_CODE, Identification.NEW_CARD})


class StoredForms:
    """Top-up and closing."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revision = 0

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about one of the two dialogs; then it is done or under way."""
        mode = self._owner.session.mode
        if isinstance(intent, do.TopUp):
            if isinstance(mode, TopUpMode):
                self._open_closing(mode)
            else:
                self._open_top_up()
            return True
        if isinstance(mode, TopUpMode):
            return self._on_top_up(mode, intent)
        return isinstance(mode, ClosingMode) and self._on_closing(mode, intent)

    # -- paying in ---------------------------------------------------------------

    def _on_top_up(self, mode: TopUpMode, intent: do.Intent) -> bool:
        match intent:
            case do.FormEdited(values=values, ticked=ticked):
                self._edited(mode, dict(values), ticked=ticked)
            case do.FormPicked(code=code, place=place):
                self._picked(mode, code, place)
            case do.CashKey():
                self._ask(replace(mode, request=replace(mode.request, method=TenderMethod.CASH)))
            case do.TenderMethodChosen(method="bank_card"):
                self._ask(replace(mode, request=replace(mode.request, method=TenderMethod.BANK_CARD)))
            case do.FormSubmitted(values=values, ticked=ticked):
                self._submit(mode, dict(values), ticked=ticked)
            case do.ScanReceived(text=text) if mode.member is None:
                self._scanned(mode, text)
            case _:
                return False
        return True

    def _open_top_up(self) -> None:
        owner, till = self._owner, self._owner.till
        owner.leave_complete()
        member, terms = owner.session.basket.member, till.programme.stored_value
        kinds = terms.cards if terms is not None else ()
        kind = next((one for one in kinds if one.named is (member is not None)), None)
        if not kinds:
            owner.toast(warning("stored.not_sold"))
            return
        if kind is None:
            owner.toast(warning("stored.need_member", detail="stored.need_member_detail"))
            return
        request = TopUp(
            id=till.entropy.bytes(16),
            kind=kind.code,
            member=member.id if member is not None else None,
            cashier=owner.cashier,
            amount=Money(0),
            method=TenderMethod.CASH,
            online=owner.session.sync.kind is not SyncKind.OFFLINE,
        )
        certain = owner.session.basket.cart.identified_by in _CERTAIN
        self._revision += 1
        opened = TopUpMode(member, request, may_set_pin=certain, revision=self._revision)

        def look() -> StoredCard | None:
            if member is None:
                return None
            own = named_card_id(member.id, kind.code)
            return next((card for card in stored_cards(till, member.id) if card.id == own), None)

        owner.work(look, lambda card: owner.change(mode=replace(opened, card=card), toast=None))

    def _edited(self, mode: TopUpMode, values: dict[str, str], *, ticked: bool) -> None:
        amount = entered(values.get("amount", "")) or Money(0)
        request = _asked(mode.request, amount, values, ticked=ticked)
        self._ask(replace(mode, request=request, values=values, error=None))

    def _scanned(self, mode: TopUpMode, code: str) -> None:
        """The unnamed card that is to be charged."""
        self._revision += 1
        request, values = replace(mode.request, code=code), {**mode.values, "code": code}
        self._ask(replace(mode, request=request, values=values, error=None, revision=self._revision))

    def _picked(self, mode: TopUpMode, code: str, place: int) -> None:
        terms = self._owner.till.programme.stored_value
        plans = terms.plans if terms is not None else ()
        method = next((method for method in METHODS if method.name.lower() == code), None)
        plan = next((one for one in plans if one.code == code), plans[place] if 0 <= place < len(plans) else None)
        if code == CLOSE:
            self._open_closing(mode)
        elif method is not None:
            self._ask(replace(mode, request=replace(mode.request, method=method)))
        elif plan is not None:
            self._revision += 1
            values = {**mode.values, "amount": short_money_text(plan.pay_fen).replace(",", "")}
            request = replace(mode.request, amount=Money(plan.pay_fen), plan=plan.code)
            self._ask(replace(mode, request=request, values=values, error=None, revision=self._revision))

    def _ask(self, mode: TopUpMode) -> None:
        """Show what the top-up would do, as it is asked for now."""
        owner, till, request = self._owner, self._owner.till, mode.request
        owner.change(mode=replace(mode, preview=None if not request.amount else mode.preview))
        if not request.amount:
            return

        def look() -> TopUpPreview | None:
            try:
                return preview_top_up(till, replace(request, paper=None))
            except InvalidField:
                return None

        def seen(preview: TopUpPreview | None) -> None:
            now = owner.session.mode
            if isinstance(now, TopUpMode) and now.request.id == request.id:
                owner.change(mode=replace(now, preview=preview))

        owner.work(look, seen)

    def _submit(self, mode: TopUpMode, values: dict[str, str], *, ticked: bool) -> None:
        owner, till = self._owner, self._owner.till
        amount = entered(values.get("amount", "")) or Money(0)
        request = _asked(mode.request, amount, values, ticked=ticked)
        pin = values.get("pin", "")

        def pay_in() -> TopUpDone | InvalidField:
            try:
                if pin and mode.member is not None:
                    set_pin(till, mode.member.id, pin)
                return top_up(till, request)
            except InvalidField as error:
                return error

        def done(result: TopUpDone | InvalidField) -> None:
            if isinstance(result, InvalidField):
                owner.change(mode=replace(mode, request=request, values=values, error=result))
                return
            change = msg("tender.balance_change", before=result.before.fen, after=result.after.fen)
            owner.change(mode=None, toast=Notice(Tone.SUCCESS, "wallet", msg("stored.topped_up"), change))
            if result.recorded is not None:
                lines = result.contract_zh if owner.language.startswith("zh") else result.contract_en
                owner.shell.print_lines(result.number, list(lines))
            owner.read_cards()

        owner.work(pay_in, done)

    # -- closing ---------------------------------------------------------------

    def _open_closing(self, mode: TopUpMode) -> None:
        owner, card = self._owner, mode.card
        if card is None or mode.member is None or not card.balance:
            owner.toast(warning("stored.no_balance", detail="stored.no_balance_detail"))
            return
        online = owner.session.sync.kind is not SyncKind.OFFLINE
        request = CloseRequest(
            card.id, Ground.BUYER, owner.cashier, payee=mode.member.profile.name, seen=card.balance, online=online
        )
        self._preview(mode.member, card, request)

    def _preview(self, member: Member, card: StoredCard, request: CloseRequest) -> None:
        owner, till = self._owner, self._owner.till

        def look() -> tuple[Closing, Money]:
            return preview_close(till, request), cash_most(till)

        def seen(result: tuple[Closing, Money]) -> None:
            self._revision += 1
            closing, most = result
            owner.change(mode=ClosingMode(member, card, request, closing, most, revision=self._revision), toast=None)

        owner.work(look, seen)

    def _on_closing(self, mode: ClosingMode, intent: do.Intent) -> bool:
        match intent:
            case do.FormEdited(values=values):
                given = dict(values)
                request = replace(mode.request, payee=given.get("payee", ""), reference=given.get("reference", ""))
                self._owner.change(mode=replace(mode, request=request, error=None))
            case do.FormPicked(code=code, place=place):
                ground = next((one for one in GROUNDS if one.name.lower() == code), None)
                ground = ground or (GROUNDS[place] if 0 <= place < len(GROUNDS) else None)
                if ground is not None:
                    self._preview(mode.member, mode.card, replace(mode.request, ground=ground))
                else:
                    method = TenderMethod.CASH if code == "cash" else TenderMethod.BANK_TRANSFER
                    self._owner.change(mode=replace(mode, request=replace(mode.request, method=method), error=None))
            case do.FormSubmitted(values=values):
                self._close(mode, dict(values))
            case _:
                return False
        return True

    def _close(self, mode: ClosingMode, values: dict[str, str]) -> None:
        owner, till = self._owner, self._owner.till
        request = replace(mode.request, payee=values.get("payee", ""), reference=values.get("reference", ""))

        def pay_out() -> CloseDone | InvalidField:
            try:
                return close_card(till, request)
            except InvalidField as error:
                return error

        def done(result: CloseDone | InvalidField) -> None:
            if isinstance(result, InvalidField):
                owner.change(mode=replace(mode, request=request, error=result))
                return
            paid = msg("stored.closed_detail", number=result.event.number, amount=result.closing.payout.fen)
            name = card_name(till.programme, mode.card.kind).in_language(owner.language)
            slip = closed_card_slip(till, result, name, mode.member, owner.shell.receipt_labels())
            owner.shell.print_receipt(slip)
            if request.method is TenderMethod.CASH and result.closing.payout:
                owner.shell.open_drawer()
            toast = Notice(Tone.SUCCESS, "wallet", msg("stored.closed"), paid)
            owner.change(mode=None, toast=toast, last_receipt=slip)
            owner.read_cards()

        owner.work(pay_out, done)


def _asked(request: TopUp, amount: Money, values: dict[str, str], *, ticked: bool) -> TopUp:
    """The request as the fields stand; another amount is no plan any more."""
    plan = request.plan if amount == request.amount else ""
    code = values.get("code", "") or request.code
    return replace(request, amount=amount, plan=plan, code=code, guardian=ticked, paper=_paper(values))


def _paper(values: dict[str, str]) -> IdentityPaper | None:
    name, number = values.get("name", ""), values.get("number", "")
    return IdentityPaper(name, number) if name or number else None
