"""Intents about passes: F8 lets them settle what they are for in the basket.

Where they are for nothing in it, and with Shift, F8 lists them and what can be bought: picking one uses it by itself,
or sells it.
"""

from __future__ import annotations

from dataclasses import replace

from posapp.application import goods, passes
from posapp.application.passes import HeldPass, PassUse, UsedPass
from posapp.domain.amounts import Quantity
from posapp.domain.pricing import Status
from posapp.domain.pricing.by_pass import KIND, PASS_RULE
from posapp.domain.programme.passes import PassTemplate
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.wallet_modes import PassesMode
from posapp.ui.checkout.words import named, offer_undo, said, warning
from posapp.ui.messages import msg

_MOST_DIGITS = 3


class PassKeys:
    """The list of passes, and the last use, which can be taken back while its notice stands."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._last: tuple[Notice, UsedPass] | None = None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about passes; then it is done or under way."""
        match intent:
            case do.FunctionKey(number=8, typed=typed, shift=shift):
                self._open(typed, listed=shift)
            case do.BuyPass(pass_id=wanted):
                self._buy(wanted)
            case do.ToggleBenefit(benefit_id=benefit) if benefit.startswith(PASS_RULE):
                self._settle("")
            case do.Undo() if self._last is not None and self._owner.session.toast is self._last[0]:
                self._take_back(self._last[1])
            case _:
                return self._rows(intent)
        return True

    def _rows(self, intent: do.Intent) -> bool:
        mode = self._owner.session.mode
        if not isinstance(mode, PassesMode):
            return False
        return handle_rows(self._owner, mode, mode.count, lambda index: self._pick(mode, index), intent)

    def _open(self, typed: str, *, listed: bool) -> None:
        owner = self._owner
        owner.leave_complete()
        member = owner.session.basket.member
        if member is None:
            owner.toast(warning("passes.need_member", detail="passes.need_member_detail"))
            return
        if typed and (not typed.isdigit() or len(typed) > _MOST_DIGITS or int(typed) == 0):
            owner.toast(warning("toast.need_number"))
            return
        uses = int(typed) if typed else 1
        if not listed and owner.session.mode is None and self._settle(typed):
            return

        def found(held: tuple[HeldPass, ...]) -> None:
            owner.change(mode=PassesMode(held, owner.till.programme.passes, uses), toast=None)

        owner.work(lambda: passes.held_passes(owner.till, member.id), found)

    def _settle(self, typed: str) -> bool:
        """With n, passes settle n units of the basket; F8 alone lets them settle one, or nothing where they did.

        False where they are for nothing in it.
        """
        owner = self._owner
        basket, wanted = owner.session.basket, int(typed) if typed else 1
        if not typed and basket.cart.pass_uses:
            owner.edit(edits.ask_passes(basket, owner.till.programme, 0))
            return True
        asked = edits.ask_passes(basket, owner.till.programme, wanted)
        if not asked.cart.pass_uses:
            return False
        short = warning("passes.only_so_many", uses=asked.cart.pass_uses) if asked.cart.pass_uses < wanted else None
        owner.edit(asked, toast=short)
        refused = next((one for one in owner.session.quote.benefits if one.kind == KIND), None)
        if refused is not None and refused.status is not Status.APPLIED:
            notice = Notice(Tone.WARN, "alert-triangle", said(owner.explain(refused.explanation)))
            if refused.status is Status.NEEDS_IDENTIFICATION:
                owner.ask_proof(msg("ladder.count_card"), notice)
            else:
                owner.toast(notice)
        return True

    def _pick(self, mode: PassesMode, index: int) -> None:
        if index < len(mode.held):
            self._use(mode.held[index], mode.uses)
        else:
            self._sell(mode.templates[index - len(mode.held)], mode.uses)

    def _sell(self, template: PassTemplate, pieces: int) -> None:
        """A pass is paid like goods: it becomes a line of the sale."""
        owner = self._owner
        product = template.as_product
        line = goods.line_of(product, owner.language, Quantity.pieces(pieces))
        owner.session = replace(
            owner.session, mode=None, products={**owner.session.products, product.sku: product}
        )  # fmt: skip
        owner.edit(edits.add_line(owner.session.basket, line))

    def _buy(self, wanted: str) -> None:
        """The pass that a new card was opened with; what was said of the card stays."""
        template = self._owner.till.programme.pass_template(wanted)
        if template is not None:
            welcome = self._owner.session.toast
            self._sell(template, 1)
            self._owner.toast(welcome)

    def _use(self, held: HeldPass, uses: int) -> None:
        owner = self._owner
        cart = owner.session.basket.cart
        asked = PassUse(
            request=owner.till.entropy.bytes(16),
            asset=held.asset.id,
            uses=uses,
            cashier=owner.cashier,
            identified_by=cart.identified_by,
            online=owner.session.sync.kind is not SyncKind.OFFLINE,
        )

        def used(done: UsedPass) -> None:
            name = named(held.name, owner.language)
            key = "passes.used" if done.event.uses else "passes.visited"
            title = msg(key, name=name, uses=done.event.entries, before=done.before, after=done.after)
            notice = Notice(Tone.SUCCESS, "circle-check", title, None, offer_undo(do.Undo()))
            self._last = (notice, done)
            owner.change(mode=None, toast=notice)
            owner.read_wallet()

        owner.work(lambda: passes.use_pass(owner.till, asked), used)

    def _take_back(self, used: UsedPass) -> None:
        owner = self._owner
        self._last = None

        def taken_back(_nothing: None) -> None:
            owner.toast(Notice(Tone.INFO, "arrow-back-up", msg("passes.taken_back", left=used.before)))
            owner.read_wallet()

        owner.work(lambda: passes.take_back_use(owner.till, used, owner.cashier), taken_back)
