"""Goods that have to be asked about: what they weigh, or what an unknown code is (Ctrl+N)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from posapp.application import goods
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.staff import Right
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.form import FormFact
from posapp.ui.checkout.item_modes import ItemMode, NewItemMode, WeightMode
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import CompleteMode, TenderMode
from posapp.ui.checkout.words import offer_undo, warning
from posapp.ui.figures import money_text
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.domain.catalogue import Product
    from posapp.domain.ids import StaffId
    from posapp.domain.sale import CartLine
    from posapp.ui.checkout.desk import Desk


class ItemKeys:
    """The sheets of a weight and of a new item."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about goods that are being asked about; then it is done or under way."""
        mode = self._owner.session.mode
        if isinstance(intent, do.NewItem):
            self._open_new(intent)
            return True
        if not isinstance(mode, WeightMode | NewItemMode):
            return False
        match intent:
            case do.FormEdited(values=values, ticked=ticked):
                self._owner.change(mode=_typed(mode, dict(values), ticked=ticked))
            case do.FormSubmitted(values=values, ticked=ticked):
                now = _typed(mode, dict(values), ticked=ticked)
                self._weighed(now) if isinstance(now, WeightMode) else self._named(now)
            case do.ScanReceived():
                self._owner.change(mode=None)
                return False  # what is scanned goes where it belongs
            case _:
                return False
        return True

    def _refused(self, mode: ItemMode, error: InvalidField) -> None:
        self._owner.change(mode=replace(mode, error=error, revision=next(self._revisions)))

    # -- by weight ---------------------------------------------------------------

    def take(self, product: Product, typed: str = "") -> None:
        """Put goods into the basket: so many pieces or so much weight where that was typed, else asking for a weight.

        `typed` came before the key of a quick item, or before `*` and then the goods: number first, then key.
        """
        owner = self._owner
        if product.weighed and not typed:
            owner.change(mode=WeightMode(product, revision=next(self._revisions)), toast=None)
            return
        try:
            quantity = goods.typed_quantity(product, typed) if typed else Quantity.pieces(1)
        except InvalidField as error:
            owner.report(error)
            return
        self.put(goods.line_of(product, owner.language, quantity), product)

    def put(self, line: CartLine, product: Product | None, toast: Notice | None = None) -> None:
        """Put a line into the basket; what was asked for it is closed, and what else is open stays open."""
        owner = self._owner
        if product is not None:
            owner.session = replace(owner.session, products={**owner.session.products, product.sku: product})
        if isinstance(owner.session.mode, WeightMode | NewItemMode | CompleteMode):
            owner.session = replace(owner.session, mode=None)
        owner.edit(edits.add_line(owner.session.basket, line), toast=toast)

    def _weighed(self, mode: WeightMode) -> None:
        try:
            quantity = goods.typed_quantity(mode.product, mode.text)
        except InvalidField as error:
            self._refused(mode, error)
            return
        self.put(goods.line_of(mode.product, self._owner.language, quantity), mode.product)

    # -- a new item ---------------------------------------------------------------

    def _open_new(self, intent: do.NewItem) -> None:
        """Ctrl+N: of the code that was just said to be unknown, or, with nothing unknown, at a typed price."""
        owner = self._owner
        if isinstance(owner.session.mode, TenderMode):
            owner.toast(warning("item.not_while_paying", detail="item.not_while_paying_next"))
            return
        offered = owner.session.toast.action.intent if owner.session.toast and owner.session.toast.action else None
        code = intent.code or (offered.code if isinstance(offered, do.NewItem) else "")
        owner.leave_complete()
        mode = NewItemMode(code, {"price": intent.typed}, once=not code, revision=next(self._revisions))
        owner.change(mode=mode, toast=None)

    def _named(self, mode: NewItemMode) -> None:
        name = mode.values.get("name", "")
        try:
            price = Money.parse(mode.values.get("price", ""))
        except InvalidField:
            self._refused(mode, InvalidField("price", "type a price", "请输入价格"))
            return
        if mode.once or not mode.code:
            self._within(mode, price, lambda: self._sell_once(mode, name, price))
        elif not name:
            self._refused(mode, InvalidField("name", "a product needs a name", "新商品要有名称"))
        else:
            self._within(mode, price, lambda: self._make(mode, name, price))

    def _within(self, mode: NewItemMode, price: Money, then: Callable[[], None]) -> None:
        """Do it where the cashier may type such a price, or when somebody else has agreed."""
        owner = self._owner
        if owner.cashier.limits.cover(Right.OPEN_PRICE, price.fen):
            then()
            return
        from posapp.application.staff.approving import Ask  # noqa: PLC0415 - rarely asked: the till starts without it

        def granted(_who: StaffId) -> None:
            then()

        facts = (FormFact(msg("item.name"), mode.values.get("name", "") or msg("item.open")),)
        priced = FormFact(msg("item.price"), money_text(price.fen), strong=True)
        ask = Ask(Right.OPEN_PRICE, price.fen, mode.code or owner.session.basket.cart.id.hex)
        owner.ask_approval(ask, lambda _language: (*facts, priced), granted)

    def _sell_once(self, mode: NewItemMode, name: str, price: Money) -> None:
        from posapp.application.new_goods import open_line  # noqa: PLC0415 - start-up cost

        try:
            line = open_line(name, price, self._owner.shell.receipt_labels()["open_item"])
        except InvalidField as error:
            self._refused(mode, error)
            return
        self.put(line, None)

    def _make(self, mode: NewItemMode, name: str, price: Money) -> None:
        from posapp.application.new_goods import new_product  # noqa: PLC0415 - start-up cost

        owner = self._owner

        def work() -> Product | InvalidField:
            try:
                return new_product(owner.till, mode.code, name, price)
            except InvalidField as error:
                return error

        def made(result: Product | InvalidField) -> None:
            if isinstance(result, InvalidField):
                self._refused(mode, result)
                return
            said = msg("item.made", name=result.name(owner.language))
            toast = Notice(Tone.SUCCESS, "package", said, msg("item.made_detail"), offer_undo(do.Undo()))
            self.put(goods.line_of(result, owner.language), result, toast)

        owner.work(work, made)


def _typed(mode: ItemMode, values: dict[str, str], *, ticked: bool) -> ItemMode:
    if isinstance(mode, WeightMode):
        return replace(mode, text=values.get("weight", ""), error=None)
    return replace(mode, values=values, once=ticked or not mode.code, error=None)
