"""F7: the price of a line or of the order by hand, within what the cashier may, or with another person's word.

Number first, then key: `85 F7` is 8.5 折 of the selected line; Shift+F7 begins with the whole order.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from posapp.domain.amounts import Money
from posapp.domain.by_hand import REASONS, ByHand, HandKind, reason_words
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.pricing.hand_limits import reaches
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.price_modes import PriceMode, PriceTrial, PriceWay
from posapp.ui.checkout.screen_price import changed, price_facts
from posapp.ui.checkout.session import TenderMode
from posapp.ui.checkout.words import offer_undo, said, warning
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.session import Basket

_TENTHS_BELOW = 1_000
"""A rate below ten counts in tenths: 8.5 is 85 % of the price, as 85 is."""
_WAYS = list(PriceWay)


class PriceKeys:
    """The sheet of prices by hand."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about a price by hand; then it is done or under way."""
        mode = self._owner.session.mode
        match intent:
            case do.ScanReceived() if isinstance(mode, PriceMode):
                self._owner.change(mode=None)
                return False  # what is scanned goes where it belongs, and the price stays as it was
            case do.FunctionKey(number=7) if isinstance(mode, PriceMode):
                self._turn(mode, _WAYS[(_WAYS.index(mode.way) + 1) % len(_WAYS)])
            case do.FunctionKey(number=7, typed=typed, shift=shift):
                self._open(typed, shift=shift)
            case do.FormEdited(values=values) if isinstance(mode, PriceMode):
                self._show(replace(mode, text=dict(values).get("value", "")))
            case do.FormPicked(code=code, place=place) if isinstance(mode, PriceMode):
                self._pick(mode, code, place)
            case do.FormSubmitted(values=values) if isinstance(mode, PriceMode):
                self._submit(self._tried(replace(mode, text=dict(values).get("value", ""))))
            case _:
                return False
        return True

    def _open(self, typed: str, *, shift: bool) -> None:
        owner = self._owner
        session = owner.session
        if isinstance(session.mode, TenderMode):
            owner.toast(warning("price.not_while_paying", detail="price.not_while_paying_next"))
        elif session.mode is not None:
            return
        elif session.basket.selected is None:
            owner.toast(warning("toast.cart_empty", detail="toast.cart_empty_detail"))
        else:
            way = PriceWay.ORDER_RATE if shift else PriceWay.RATE
            self._show(PriceMode(way, session.basket.selected, typed, revision=next(self._revisions)))

    def _pick(self, mode: PriceMode, code: str, place: int) -> None:
        codes = [*_WAYS, *REASONS]
        code = code or (codes[place] if 0 <= place < len(codes) else "")
        if code in REASONS:
            self._show(replace(mode, reason=code))
        elif code:
            self._turn(mode, PriceWay(code))

    def _turn(self, mode: PriceMode, way: PriceWay) -> None:
        self._show(replace(mode, way=way, revision=next(self._revisions)))

    def _show(self, mode: PriceMode) -> None:
        self._owner.change(mode=self._tried(mode), toast=None)

    def _tried(self, mode: PriceMode) -> PriceMode:
        """The same with what would come of it: nothing typed takes back what was set before."""
        owner = self._owner
        try:
            by_hand = ByHand(*_parsed(mode), reason=mode.reason) if mode.text else None
            basket = edits.set_by_hand(owner.session.basket, None if mode.way.is_order else mode.line, by_hand)
        except InvalidField as error:
            return replace(mode, trial=None, error=error)
        quote = owner.price(basket)
        place = None if mode.way.is_order else basket.line_ids.index(mode.line)
        reach = next((one for one in reaches(basket.cart, quote) if one.line == place), None)
        beyond = reach.beyond(owner.cashier.limits) if reach is not None else ()
        return replace(mode, trial=PriceTrial(basket.cart, quote, reach, beyond), error=None)

    def _submit(self, mode: PriceMode) -> None:
        owner, trial = self._owner, mode.trial
        if trial is None or (mode.text and trial.reach is None):
            owner.change(mode=replace(mode, revision=next(self._revisions)))
        elif trial.cart == owner.session.basket.cart:
            owner.change(mode=None)
        elif not trial.beyond:
            self._set(mode, replace(owner.session.basket, cart=trial.cart))
        else:
            self._ask(mode, trial)

    def _ask(self, mode: PriceMode, trial: PriceTrial) -> None:
        from posapp.application.staff.approving import Ask  # noqa: PLC0415 - rarely asked: the till starts without it

        owner, reach = self._owner, trial.reach
        if reach is None:
            return
        (right, much), *besides = trial.beyond
        ask = Ask(right, much, trial.cart.id.hex, mode.reason, tuple(besides))

        def granted(who: StaffId) -> None:
            agreed = replace(reach.by_hand, approver=who, agreed_off=reach.off, agreed_loss=reach.loss)
            line = None if mode.way.is_order else mode.line
            self._set(mode, edits.set_by_hand(owner.session.basket, line, agreed))

        owner.ask_approval(ask, partial(price_facts, mode, owner.session), granted)

    def _set(self, mode: PriceMode, basket: Basket) -> None:
        owner = self._owner
        before = owner.session.quote.due
        reason = reason_words(mode.reason).in_language(owner.language)
        owner.session = replace(owner.session, mode=None)
        owner.edit(basket)
        words = msg("price.set" if mode.text else "price.taken_back", change=changed(before, owner.session.quote.due))
        done = Notice(Tone.SUCCESS, "pencil", words, said(reason) if mode.text else None, offer_undo(do.Undo()))
        owner.toast(done)

    def within(self, basket: Basket) -> Basket:
        """The basket without prices by hand that go further by now than somebody agreed to: goods or members changed.

        Taken back aloud, before anybody pays: a price that is not allowed is never on the screen.
        """
        owner, cart = self._owner, basket.cart
        if cart.by_hand is None and not any(line.by_hand for line in cart.lines):
            return basket
        for reach in reaches(cart, owner.price(basket)):
            if reach.beyond(owner.cashier.limits):
                line = None if reach.line is None else basket.line_ids[reach.line]
                toast = warning("price.dropped", detail="price.dropped_next")
                owner.session = replace(owner.session, toast=toast)
                return self.within(edits.set_by_hand(basket, line, None))
        return basket


def _parsed(mode: PriceMode) -> tuple[HandKind, int]:
    """What was typed, in the unit of its kind.  Raises `InvalidField`."""
    number = Money.parse(mode.text.removesuffix(".")).fen
    if mode.way in (PriceWay.RATE, PriceWay.ORDER_RATE):
        rate = number * 10 if number < _TENTHS_BELOW else number
        if not 0 < rate < 10_000:
            raise InvalidField("value", "a rate below 100: 85 or 8.5 is 15% off", "折扣填 85 或 8.5 = 8.5 折")
        return HandKind.RATE, rate
    if number < 0 or (number == 0 and mode.way is not PriceWay.PRICE):
        raise InvalidField("value", "an amount above zero", "金额须大于零")
    return (HandKind.UNIT_PRICE if mode.way is PriceWay.PRICE else HandKind.OFF), number
