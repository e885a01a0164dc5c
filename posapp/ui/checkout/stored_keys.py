"""Intents about stored value: Ctrl+T pays in (once more: closes the card), F11 pays with it, the PIN in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application.checkout import price_cart
from posapp.application.stored_value.cards import card_by_code, find_card, renew_card, stored_cards
from posapp.application.stored_value.pin import check_pin
from posapp.application.stored_value.spending import StoredPayment, is_proven, payable, plan_payment
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import PlannedTender
from posapp.domain.pricing.settlement import PRINCIPAL
from posapp.domain.sale import Identification
from posapp.domain.stored_card import StoredCard
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.paying import Paying
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.checkout.stored_modes import PinMode, StoredShare
from posapp.ui.checkout.words import warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.ui.checkout.stored_forms import StoredForms


class StoredKeys:
    """Paying with a card; what pays in and closes is in `stored_forms`."""

    def __init__(self, owner: Desk, paying: Paying) -> None:
        self._owner, self._paying = owner, paying
        self._forms: StoredForms | None = None
        self._revision = 0
        self._waiting: PinMode | None = None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about stored value; then it is done or under way."""
        owner = self._owner
        scanned = isinstance(intent, do.ScanReceived)
        self._waiting = owner.session.mode if scanned and isinstance(owner.session.mode, PinMode) else None
        match intent:
            case do.FunctionKey(number=11, typed=typed) | do.TenderMethodChosen(method="stored_value", typed=typed):
                self._pay(typed)
            case do.TenderRemoved(tender_id="stored") if isinstance(owner.session.mode, TenderMode):
                owner.session = replace(owner.session, mode=replace(owner.session.mode, stored=None))
                owner.reprice(owner.session.basket)
            case do.FormSubmitted(values=values) if isinstance(owner.session.mode, PinMode):
                self._check_pin(owner.session.mode, dict(values).get("pin", ""))
            case do.FormEdited() if isinstance(owner.session.mode, PinMode):
                pass
            case _:
                return self._in_form(intent)
        return True

    def _in_form(self, intent: do.Intent) -> bool:
        if self._forms is None:
            if not isinstance(intent, do.TopUp):
                return False
            from posapp.ui.checkout.stored_forms import StoredForms  # noqa: PLC0415 - start-up cost

            self._forms = StoredForms(self._owner)
        return self._forms.handle(intent)

    def go_on(self) -> None:
        """The basket was priced again: where the member's code came instead of their PIN, the card pays now."""
        waiting, session = self._waiting, self._owner.session
        if waiting is None or session.mode is not None or session.basket.cart.member != waiting.card.owner:
            return
        self._waiting = None
        if is_proven(self._owner.till, session.basket.cart.identified_by, online=self._owner.online):
            self._take(waiting.card, waiting.amount)

    def _pay(self, typed: str) -> None:
        owner = self._owner
        wanted = entered(typed)
        if isinstance(owner.session.mode, CompleteMode) or not owner.session.quote.lines:
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
        elif owner.session.basket.member is None:
            owner.toast(warning("stored.need_member", detail="stored.need_member_detail"))
        elif typed and wanted is None:
            owner.toast(warning("toast.not_an_amount", typed=typed[:12]))
        else:
            self._find_balance(wanted)

    def _find_balance(self, wanted: Money | None) -> None:
        owner, till = self._owner, self._owner.till
        member, online = owner.session.basket.member, owner.online

        def look() -> tuple[StoredCard, Money, Money] | None:
            if member is None or till.programme.stored_value is None:
                return None
            today = till.business_day()
            if online:
                till.hold(member.id)
            cards = [card for card in stored_cards(till, member.id) if card.spendable(today)]
            best = max(cards, key=lambda card: card.spendable(today), default=None)
            return (best, best.spendable(today), payable(till, best, online=online)) if best is not None else None

        def found(result: tuple[StoredCard, Money, Money] | None) -> None:
            if result is None:
                owner.toast(warning("stored.no_balance", detail="stored.no_balance_detail"))
                return
            card, have, most = result
            due = price_cart(till, owner.session.basket.cart, member, (PlannedTender(PRINCIPAL),)).due
            amount = min(due, wanted) if wanted is not None else min(due, most)
            if amount > most or not amount:
                key = "stored.offline_most" if most < have else "stored.short"
                owner.toast(warning(key, detail="stored.rest_otherwise", most=most.fen))
            elif is_proven(till, owner.session.basket.cart.identified_by, online=online):
                self._take(card, amount)
            else:
                self._revision += 1
                owner.change(mode=PinMode(card, amount, revision=self._revision), toast=None)

        owner.work(look, found)

    def _take(self, card: StoredCard, amount: Money, code: str = "") -> None:
        """The card pays so much: all of the sale at once, or a part, and the rest is still to be paid."""
        owner, till = self._owner, self._owner.till
        basket, today = owner.session.basket, till.business_day()
        online = owner.online
        have = card.spendable(today)
        share = StoredShare(
            StoredPayment(card.id, amount, code, online),
            tuple(plan_payment(card, amount, today)),
            have,
            have - amount,
        )
        whole = price_cart(till, basket.cart, basket.member, share.planned)
        if whole.due == amount:
            self._paying.complete((), whole, share)
        else:
            self._paying.open(share)

    def present(self, code: str, unknown: Notice) -> None:
        """Pay with an unnamed card that was scanned: as much as it holds.  One that ran out is renewed first (W-15)."""
        owner, till = self._owner, self._owner.till
        online = owner.online
        terms = till.programme.stored_value
        if terms is None or all(kind.named for kind in terms.cards):
            owner.toast(unknown)
            return

        def look() -> tuple[StoredCard, Money] | None:
            try:
                card = card_by_code(till, code)
            except InvalidField:
                return None
            if card.is_expired(till.business_day()):
                card = renew_card(till, card.id)
            return card, payable(till, card, online=online)

        def found(result: tuple[StoredCard, Money] | None) -> None:
            if result is None:
                owner.toast(unknown)
                return
            card, most = result
            basket = owner.session.basket
            due = price_cart(till, basket.cart, basket.member, (PlannedTender(PRINCIPAL),)).due
            if not owner.session.quote.lines or not most:
                left = msg("stored.card_holds", balance=card.balance.fen)
                owner.toast(Notice(Tone.INFO, "wallet", left))
                return
            self._take(card, min(due, most), code)

        owner.work(look, found)

    def _check_pin(self, mode: PinMode, pin: str) -> None:
        owner, till = self._owner, self._owner.till
        member = owner.session.basket.member
        if member is None:
            owner.change(mode=None)
            return

        def check() -> StoredCard | InvalidField:
            try:
                check_pin(till, member.id, pin)
            except InvalidField as error:
                return error
            return find_card(till, mode.card.id)

        def checked(result: StoredCard | InvalidField) -> None:
            if isinstance(result, InvalidField):
                self._revision += 1
                owner.change(mode=replace(mode, error=result, revision=self._revision))
                return
            basket = owner.session.basket
            cart = replace(basket.cart, identified_by=Identification.PIN)
            owner.session = replace(owner.session, mode=None)
            owner.reprice(replace(basket, cart=cart))
            self._take(result, mode.amount)

        owner.work(check, checked)
