"""From a code, a PLU, a name or a quick key to goods in the basket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application import goods
from posapp.domain.scan_code import CodeKind, classify
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import METHODS
from posapp.ui.checkout.line_keys import number_before
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.session import GoodsMode
from posapp.ui.checkout.words import warning
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.domain.catalogue import Product
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.item_keys import ItemKeys

PLU_DIGITS = 5
_SHOWN = 24
_LAST_DIGITS = 4
_GOODS_CODES = (CodeKind.GTIN, CodeKind.SCALE_LABEL)


class GoodsFinding:
    """Whatever is looked up of the goods; `items` asks for what is not known of them."""

    def __init__(self, owner: Desk, items: ItemKeys) -> None:
        self._owner, self._items = owner, items

    def label(self, code: str) -> None:
        """A scale's label: the printed amount is the price."""
        owner = self._owner
        owner.work(
            lambda: goods.line_of_label(owner.till, code, owner.language), lambda line: self._items.put(line, None)
        )

    def by_code(self, code: str) -> None:
        """A barcode, unless it is a coupon's code."""
        if not self._owner.take_code(code):
            self._find(lambda: goods.by_barcode(self._owner.till, code), code)

    def by_plu(self, typed: str) -> None:
        """A PLU and Enter."""
        self._find(lambda: goods.by_plu(self._owner.till, typed.lstrip("0") or typed), typed)

    def by_name(self, typed: str) -> None:
        """The beginning of a name, or of its pinyin."""
        owner = self._owner
        member = owner.session.basket.member is not None

        def found(products: list[Product]) -> None:
            if len(products) == 1:
                self.add(products[0])
            elif products:
                owner.change(mode=GoodsMode(typed, tuple(products)), toast=None)
            else:
                self._unknown(typed)

        owner.work(lambda: goods.search(owner.till, typed, for_member=member), found)

    def quick(self, slot: int, typed: str) -> None:
        """Alt+1 … Alt+0, with so much of it where a number was typed before."""
        owner = self._owner
        product = next((one for one in owner.session.quick if one.quick == slot), None)
        if product is not None:
            owner.leave_complete()
            self.add(product, typed)

    def add(self, product: Product, typed: str = "") -> None:
        """Goods that were found."""
        owner = self._owner
        if isinstance(owner.session.mode, GoodsMode):
            owner.session = replace(owner.session, mode=None)
        if product.is_for_members and owner.session.basket.member is None:
            owner.toast(warning("toast.members_only", detail="toast.members_only_next"))
        else:
            self._items.take(product, typed or number_before(owner.session.toast))

    def while_paying(self, code: str) -> None:
        """Goods are taken only while the basket is open (scanner.md, Classifier): say so, and how to get there."""
        owner = self._owner
        if owner.take_code(code):
            return
        looks_like_goods = classify(code, tendering=False, scale=self._owner.till.scale).kind in _GOODS_CODES

        def found(product: Product | None) -> None:
            if product is not None:
                name = product.name(owner.language)
                owner.toast(_refused(msg("toast.goods_while_paying", name=name)))
            elif looks_like_goods:
                owner.toast(_refused(msg("toast.code_while_paying")))
            else:
                unknown = warning("toast.unknown_while_paying", detail="toast.unknown_while_paying_next")
                owner.present_card(code, unknown)

        owner.work(lambda: goods.by_barcode(owner.till, code), found)

    def _find(self, job: Callable[[], Product | None], code: str) -> None:
        def found(product: Product | None) -> None:
            if product is None:
                self._unknown(code)
            else:
                self.add(product)

        self._owner.work(job, found)

    def _unknown(self, code: str) -> None:
        """No goods have this code; with goods in the basket it may be the buyer's payment code (ux.md §6).

        A code that is goods, or a scale's label, never comes here: trap 12.
        """
        from posapp.application.new_goods import may_be_code  # noqa: PLC0415 - start-up cost

        payment = classify(code, tendering=True)
        if payment.kind in METHODS and self._owner.session.quote.lines:
            self._owner.pay_by_code(payment)
            return
        shown = code if len(code) <= _SHOWN else code[:_SHOWN] + "…"
        title = msg("toast.unknown_code", code=shown)
        if may_be_code(code):
            action = Action(msg("toast.new_item"), "Ctrl N", do.NewItem(code=code))
            # Whoever means a member and forgets F2 is told of it.
            as_member = len(code) == _LAST_DIGITS and code.isdigit()
            detail = msg("toast.unknown_code_member" if as_member else "toast.unknown_code_detail")
            unknown = Notice(Tone.DANGER, "barcode", title, detail, action)
        else:
            unknown = Notice(Tone.WARN, "alert-triangle", title, msg("toast.unknown_code_next"))
        self._owner.present_card(code, unknown)


def _refused(title: Message) -> Notice:
    back = Action(msg("toast.back_to_goods"), "Esc", do.EscPressed())
    return Notice(Tone.WARN, "barcode", title, msg("toast.goods_while_paying_next"), back)
