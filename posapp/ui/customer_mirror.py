"""The customer's display shows what the till shows: the same session, through the same functions, in its own language.

Nothing is computed a second time; only what a customer may see is picked, and people are masked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer

from posapp.application.devices import Device, Gear, Health
from posapp.application.printing.setup import printer_setup
from posapp.application.receipts import discreet
from posapp.application.till import Till, printed_card
from posapp.domain.card import static_code
from posapp.domain.payment import Stage
from posapp.domain.sale import Identification
from posapp.ui.app import TillApp
from posapp.ui.checkout import state as screens
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.screen import Surroundings, screen_of
from posapp.ui.checkout.session import CompleteMode, RecogniseMode, ReturnedMode, Session, TenderMode
from posapp.ui.checkout.sheets import CompleteSheet
from posapp.ui.checkout.stored_modes import PinMode
from posapp.ui.customer_display import state as seen
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.messages import Message, msg

ITEMS = 7
"""So many lines have room."""
THANKED = timedelta(seconds=30)
"""So long a finished sale stays, unless the next one begins: balances are nobody else's."""
_SETTLE_MS, _TRIAL_MS = 20, 5_000


class Mirror(QObject):
    """Keeps one display at what one till does; the till's own window is painted first."""

    def __init__(self, app: TillApp, display: CustomerDisplay, *, shows_card: bool = True) -> None:
        super().__init__(display)
        self._app, self._display, self._join, self._shows_card = app, display, "", shows_card
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE_MS)
        self._soon.timeout.connect(self._show)
        app.shown.connect(self._soon.start)
        app.equipment.has_display = True
        app.equipment.display_wanted.connect(self._try_out)
        app.ready.connect(self.start)
        self.start()

    def start(self) -> None:
        """Show what the till does, if it is open already."""
        presenter = self._app.presenter
        if not isinstance(presenter, CheckoutPresenter):
            return

        def read(join: str) -> None:
            self._join = join
            self._soon.start()

        presenter.shell.submit(lambda: printer_setup(presenter.till).join, read, lambda _error: None)

    def _try_out(self) -> None:
        """Somebody wants to see whether the display works: it says so for a while."""
        test = seen.Idle("", "", msg("display.test"), msg("display.test_detail"))
        self._display.render_state(test)
        QTimer.singleShot(_TRIAL_MS, self, self._show)
        self._app.equipment.news.emit(Device(Gear.DISPLAY, Health.WORKS))

    def _show(self) -> None:
        presenter = self._app.presenter
        if isinstance(presenter, CheckoutPresenter):
            language = self._display.ctx.translator.language.value
            around = replace(presenter.surroundings(), language=language)
            session = presenter.session
            card = new_card_code(presenter.till, session) if self._shows_card else ""
            self._display.render_state(mirrored(session, around, self._join, card))


def new_card_code(till: Till, session: Session) -> str:
    """The digits of the card that was opened in the sale just finished; empty where none was.

    Whoever has a card shows it themselves; nobody else's code is ever on the display.
    """
    mode = session.mode
    if not isinstance(mode, CompleteMode) or mode.member is None:
        return ""
    if mode.done.sale.identified_by is not Identification.NEW_CARD:
        return ""
    return static_code(till.keys.member_key, printed_card(int(mode.member.card_number)))


def mirrored(session: Session, around: Surroundings, join: str = "", card: str = "") -> seen.DisplayState:
    """What the customer sees of a session.

    `join` is what the code for new members says, `card` the code of a card that was opened now; empty has none.
    """
    shown = screen_of(session, around)
    if isinstance(session.mode, CompleteMode | ReturnedMode) and isinstance(shown.sheet, CompleteSheet):
        if around.now - session.mode.done.recorded.at < THANKED:
            return _thanks(shown, shown.sheet, card)
    elif shown.cart.lines or shown.member is not None:
        return _basket(session, shown, join)
    return seen.Idle(
        shop=shown.top.shop,
        place=around.identity.store_name,
        headline=shown.top.occasion or msg("display.welcome"),
        detail=msg("display.welcome_detail"),
        join=join,
    )


def _thanks(shown: screens.CheckoutState, sheet: CompleteSheet, card: str) -> seen.Thanks:
    return seen.Thanks(
        shop=shown.top.shop,
        title=sheet.title or msg("display.paid", amount=sheet.paid_fen),
        change_fen=sheet.change_fen,
        change_label=sheet.change_label or msg("tender.change"),
        balances=tuple(
            seen.Balance(one.label, one.before, one.after, one.change, one.gained) for one in sheet.balances
        ),
        card=card,
    )


def _basket(session: Session, shown: screens.CheckoutState, join: str) -> seen.Basket:
    totals = shown.cart.totals
    lines = shown.cart.lines
    subtotal = totals.subtotal_fen if totals is not None else 0
    return seen.Basket(
        items=tuple(_item(line) for line in lines[-ITEMS:]),
        earlier=max(0, len(lines) - ITEMS),
        pieces=totals.pieces if totals is not None else 0,
        list_fen=totals.list_fen if totals is not None else 0,
        order_fen=shown.money.due_fen - subtotal,
        saved_fen=shown.money.saved_fen,
        due_fen=shown.money.due_fen,
        earn=shown.money.earn if shown.member is not None else None,
        holder=_holder(session, shown.member),
        join=join,
        join_saves_fen=shown.join.saves_fen,
        prompt=_prompt(session, shown.tender),
    )


def _item(line: screens.CartLine) -> seen.Item:
    why = line.adjustments[0].label if line.adjustments else ""
    figure = "" if line.quantity == "1" and not line.weight else line.figure
    return seen.Item(line.name, figure, line.list_fen, line.net_fen, why)


def _holder(session: Session, panel: screens.MemberPanel | None) -> seen.Holder | None:
    member = session.basket.member
    if panel is None or member is None:
        return None
    name = discreet(member.profile.name) or member.profile.masked_phone
    tiles = panel.balances[:3]
    return seen.Holder(
        greeting=msg("display.hello", name=name),
        tier=panel.tier_name,
        face=panel.face,
        balances=tuple((tile.label, tile.value) for tile in tiles),
    )


def _prompt(session: Session, tender: screens.TenderState) -> seen.Prompt | None:
    """What the customer is to do; while nothing is being paid, nothing."""
    mode = session.mode
    if isinstance(mode, PinMode):
        return seen.Prompt("shield-lock", msg("display.pin"), msg("display.pin_detail", amount=mode.amount.fen))
    if isinstance(mode, RecogniseMode) and mode.factor.value == "pin":
        return seen.Prompt("shield-lock", msg("display.pin"), msg("display.pin_recognise"))
    if not isinstance(mode, TenderMode):
        return None
    rest = _rest(mode, tender)
    if mode.charging is not None:
        paid = mode.charging.payment is not None and mode.charging.payment.stage is Stage.PAID
        return None if paid else seen.Prompt("qrcode", msg("display.charging"), rest)
    if mode.by_code:
        return seen.Prompt("qrcode", msg("display.show_code"), rest)
    if tender.change_fen is None:
        return seen.Prompt("cash", msg("display.pay"), rest)
    received = tender.remaining_fen + tender.change_fen
    return seen.Prompt("cash", msg("display.change", amount=tender.change_fen), msg("display.got", amount=received))


def _rest(mode: TenderMode, tender: screens.TenderState) -> Message:
    if mode.stored is not None:
        return msg("display.rest", stored=mode.stored.payment.amount.fen, rest=tender.remaining_fen)
    return msg("display.amount", amount=tender.remaining_fen)
