"""Intents about the goods that are in the basket already."""

from __future__ import annotations

from posapp.application.goods import is_in_grams, typed_quantity
from posapp.domain.amounts import Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import BenefitOutcome, Status
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.words import offer_undo, said, trouble, warning
from posapp.ui.figures import TIMES
from posapp.ui.keymap import Preset
from posapp.ui.messages import msg

_NEXT_GOODS = "toast.next_goods"


def number_before(toast: Notice | None) -> str:
    """How many of the next goods the cashier was told that there will be; empty where nothing is said."""
    if toast is None or toast.title.key != _NEXT_GOODS:
        return ""
    return str(dict(toast.title.params)["quantity"])


class LineKeys:
    """Lines, quantities, and which benefits to use."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about the goods in the basket; then it is done."""
        owner = self._owner
        basket = owner.session.basket
        match intent:
            case do.LineSelected(line_id=line_id):
                owner.change(basket=edits.select(basket, int(line_id)))
            case do.LineMoved(by=by) if owner.session.mode is None:
                owner.change(basket=edits.move_selection(basket, by))
            case do.LineStep(by=by, line_id=line_id):
                self._step(by, line_id)
            case do.QuantityKey(typed=typed):
                self._quantity(typed)
            case do.RemoveLine() if owner.session.mode is None:
                self._remove()
            case do.ToggleBenefit(benefit_id=benefit):
                self._toggle(benefit)
            case do.FunctionKey(number=5, typed=typed):
                self._points(typed)
            case _:
                return False
        return True

    def _index(self, line_id: str | None) -> int | None:
        basket = self._owner.session.basket
        if line_id is not None and int(line_id) in basket.line_ids:
            return basket.line_ids.index(int(line_id))
        return basket.selected_index if line_id is None else None

    def _step(self, by: int, line_id: str | None) -> None:
        index = self._index(line_id)
        if index is None:
            return
        basket = self._owner.session.basket
        if basket.cart.lines[index].quantity.milli + 1000 * by <= 0:
            self._remove_at(index)
        else:
            self._owner.edit(edits.step(basket, index, by))

    def _quantity(self, typed: str) -> None:
        owner = self._owner
        index = owner.session.basket.selected_index
        if index is None or self._is_for_what_comes(index):
            self._before(typed)
            return
        product = owner.session.products.get(owner.session.basket.cart.lines[index].sku)
        try:
            quantity = Quantity.parse(typed) if typed else None
            if quantity is not None and quantity.milli and product is not None and is_in_grams(product):
                quantity = typed_quantity(product, typed)
        except InvalidField as error:
            owner.toast(trouble(error, owner.language))
            return
        if quantity is None:
            owner.toast(warning("toast.need_number"))
            return
        if not quantity.is_whole and product is not None and not product.weighed:
            owner.toast(warning("toast.whole_pieces"))
            return
        if quantity.milli == 0:
            self._remove_at(index)
            return
        owner.edit(edits.set_quantity(owner.session.basket, index, quantity))

    def _is_for_what_comes(self, index: int) -> bool:
        """In a supermarket the number comes before its goods; a line that was chosen with ↑ ↓ is meant itself."""
        session = self._owner.session
        return session.keymap.preset is Preset.SUPERMARKET and index == len(session.basket.cart.lines) - 1

    def _before(self, typed: str) -> None:
        """So many of the goods that are scanned next, as long as it is said so: `number_before` reads it there."""
        owner = self._owner
        try:
            number = Quantity.parse(typed)
        except InvalidField as error:
            owner.toast(warning("toast.need_number") if not typed else trouble(error, owner.language))
            return
        if not number.milli:
            owner.toast(warning("toast.need_number"))
            return
        owner.leave_complete()
        coming = msg(_NEXT_GOODS, quantity=str(number))
        owner.toast(Notice(Tone.INFO, "barcode", coming, msg("toast.next_goods_detail")))

    def _remove(self) -> None:
        index = self._owner.session.basket.selected_index
        if index is not None:
            self._remove_at(index)

    def _remove_at(self, index: int) -> None:
        owner = self._owner
        basket = owner.session.basket
        line = basket.cart.lines[index]
        product = owner.session.products.get(line.sku)
        title = msg(
            "toast.removed",
            name=product.name(owner.language) if product is not None else line.name,
            figure=(product.weight(line.quantity) if product is not None else "") or f"{TIMES}{line.quantity}",
        )
        detail = msg("toast.removed_detail", amount=line.list_amount.fen, lines=len(basket.cart.lines) - 1)
        notice = Notice(Tone.INFO, "trash", title, detail, offer_undo(do.Undo()))
        owner.edit(edits.remove_line(basket, index), toast=notice)

    # -- benefits ---------------------------------------------------------------

    def _toggle(self, benefit: str) -> None:
        outcome = next((one for one in self._benefits() if benefit in (one.code, one.rule)), None)
        if outcome is None:
            return
        if outcome.kind == "points":
            self._points("")
            return
        self._owner.edit(edits.choose(self._owner.session.basket, benefit, outcome.status is not Status.APPLIED))

    def _points(self, typed: str) -> None:
        """With n, F5 spends n points; F5 alone spends the most, and pressed again none."""
        owner = self._owner
        basket, quote = owner.session.basket, owner.session.quote
        if basket.member is None:
            owner.toast(warning("toast.points_need_member"))
            return
        if typed and not typed.isdigit():
            owner.toast(warning("toast.need_number"))
            return
        if not typed and quote.points_spent.count:
            owner.edit(edits.want_points(basket, None))
            return
        owner.edit(edits.want_points(basket, int(typed) if typed else quote.points_usable.count or None))
        refused = next((one for one in self._benefits() if one.kind == "points"), None)
        if refused is not None and refused.status is not Status.APPLIED:
            self._say(refused)

    def _say(self, outcome: BenefitOutcome) -> None:
        refused = Notice(Tone.WARN, "alert-triangle", said(self._owner.explain(outcome.explanation)))
        if outcome.status is Status.NEEDS_IDENTIFICATION:
            self._owner.ask_proof(msg("ladder.points"), refused)
        else:
            self._owner.toast(refused)

    def _benefits(self) -> tuple[BenefitOutcome, ...]:
        return self._owner.session.quote.benefits
