"""Pictures of what a member has: passes and gifts of the sale, and the member's file with its pages and dialogs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from bench.key_screens import Studio
from posapp.application.card_faces import choose_picture, choose_template
from posapp.application.members import find_members
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.stored_value.opening import OpeningValue, import_opening_value
from posapp.application.workshops import join_workshop
from posapp.domain.amounts import Money
from posapp.domain.card_face import BY_TIER
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, Page
from posapp.ui.checkout.wallet_modes import GiftsMode, PassesMode

_BACK = do.EscPressed()


def take_wallet(studio: Studio) -> None:
    """The sheets over the sale: passes and gifts."""
    _passes(studio)
    presenter = studio.presenter
    studio.ask(do.OpenGifts(), until=lambda: isinstance(presenter.session.mode, GiftsMode))
    studio.take_both("gifts")
    studio.ask(_BACK, until=lambda: presenter.session.mode is None)


def take_file(studio: Studio) -> None:
    """The member's file: who she is, her wallet, what happened, and a dialog with its effect."""
    presenter = studio.presenter

    def page(number: Page) -> Callable[[], bool]:
        return lambda: getattr(presenter.session.mode, "page", None) is number

    studio.ask(do.OpenMemberFile(), until=page(Page.PERSON))
    studio.take_both("member_file")
    _face(studio)
    studio.ask(FilePage(page=Page.WALLET), until=page(Page.WALLET))
    studio.take_both("member_wallet")
    _bonus(studio)
    studio.ask(FilePage(page=Page.HISTORY), until=page(Page.HISTORY))
    studio.take_both("member_history")
    studio.ask(FilePage(page=Page.POINTS), FileAct(0), until=lambda: isinstance(presenter.session.mode, FileFormMode))
    studio.fill(points="50", note="积分补登")
    studio.take_both("member_points")
    studio.ask(_BACK, until=page(Page.POINTS))
    _events(studio)
    studio.ask(_BACK, until=lambda: presenter.session.mode is None)


def _face(studio: Studio) -> None:
    """Another face for her card, in a shop that has a picture of its own."""
    presenter = studio.presenter
    choose_picture(presenter.till, picture_of_the_shop())
    presenter.reload_shop()
    studio.ask(until=lambda: isinstance(presenter.session.face, bytes))
    studio.ask(FileAct(8), do.FormPicked("picture"), until=lambda: isinstance(presenter.session.mode, FileFormMode))
    studio.take_both("card_face")
    studio.ask(_BACK, until=lambda: isinstance(presenter.session.mode, FileMode))
    choose_template(presenter.till, BY_TIER)
    presenter.reload_shop()
    studio.ask(until=lambda: presenter.session.face == BY_TIER)


def picture_of_the_shop() -> bytes:
    """Hills of tea under a low sun, drawn: a card's picture that nobody else has rights on."""
    picture = QImage(750, 1334, QImage.Format.Format_RGB32)
    picture.fill(QColor("#E9C58A"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#F6E7C1"))
    painter.drawEllipse(QPointF(530, 590), 62, 62)
    for place, colour in enumerate(("#8FAE7C", "#5E8F63", "#2F6B4C", "#134B37")):
        painter.setBrush(QColor(colour))
        top = 600 + 46 * place
        hill = QPainterPath(QPointF(0, 1334))
        hill.lineTo(0, top + 20 * (place % 2))
        hill.cubicTo(200, top - 80 + 90 * (place % 2), 420, top + 90 - 110 * (place % 2), 750, top - 20)
        hill.lineTo(750, 1334)
        painter.drawPath(hill)
    painter.end()
    out = QBuffer()
    out.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(out, "PNG")  # type: ignore[call-overload]
    return bytes(out.data().data())


def _bonus(studio: Studio) -> None:
    """Bonus that nobody pays for, on the card that she paid for."""
    studio.ask(FileAct(8), until=lambda: isinstance(studio.presenter.session.mode, FileFormMode))
    studio.fill(bonus="20", note="茶洒了，致歉")
    studio.take_both("member_bonus")
    studio.ask(_BACK, until=lambda: isinstance(studio.presenter.session.mode, FileMode))


def _events(studio: Studio) -> None:
    """Workshops that others have signed up for, and so has she."""
    presenter = studio.presenter
    till = presenter.till
    for one in find_members(till, "138", limit=11).members:
        join_workshop(till, one.id, "winter_tea", presenter.cashier, online=True)
    studio.ask(FilePage(page=Page.EVENTS), FileAct(0), until=lambda: presenter.session.toast is not None)
    presenter.toast(None)
    studio.take_both("member_events")


def _passes(studio: Studio) -> None:
    """The member's passes, two of which were bought earlier, as was a balance."""
    presenter = studio.presenter
    till, member = presenter.till, presenter.session.basket.member
    if member is None:
        raise LookupError("nobody to sell a pass to")
    import_opening_value(
        till, [OpeningValue(member.id, Money(80_000), Money(16_000), "A-0412")], "main", presenter.cashier.id, "A"
    )
    presenter.read_cards()
    for name, fen in (("latte10", 19_900), ("tea_room", 30_000)):
        paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),)
        sell_pass(till, PassOrder(name.encode(), member.id, name, paid, presenter.cashier))
    studio.ask(do.FunctionKey(8, shift=True), until=lambda: isinstance(presenter.session.mode, PassesMode))
    studio.take_both("passes")
    studio.ask(_BACK, until=lambda: presenter.session.mode is None)
    presenter.read_wallet()
    studio.ask(until=lambda: bool(presenter.session.basket.wallet.passes))
    studio.ask(do.LineSelected("2"), do.FunctionKey(8), until=lambda: bool(presenter.session.quote.passes))
    studio.take_both("pass_line")
    studio.ask(do.FunctionKey(8), until=lambda: not presenter.session.quote.passes)
