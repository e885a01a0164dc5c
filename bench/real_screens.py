"""Pictures of the real till for the documents: a demo shop in a window, driven through one member sale."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRegularExpression, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from bench.dialog_screens import take_dialogs, take_review
from bench.file_screens import take_file, take_wallet
from bench.inbox_samples import INBOX_SAMPLES
from bench.key_screens import take_around, take_questions
from bench.receipt_pictures import JOIN
from posapp.application.chosen_devices import DisplaySetup, DisplayWay
from posapp.application.goods import search
from posapp.application.phone_code import shown_now
from posapp.application.ports import SystemEntropy
from posapp.application.printing.setup import PrinterSetup, set_printer
from posapp.bootstrap.customer_display import open_display
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.ui.app import TillApp
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.report_intents import OpenReport
from posapp.ui.checkout.session import CompleteMode, LookupMode, ReturnFindMode, ReturnMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.stored_modes import ClosingMode, TopUpMode
from posapp.ui.checkout.wallet_modes import CouponsMode
from posapp.ui.context import UiContext
from posapp.ui.customer_display.window import CustomerDisplay
from posapp.ui.i18n import Language
from posapp.ui.main_window import MainWindow
from posapp.ui.theme import ThemeName

_MEMBER_DAY = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)
_GOODS = ("明前龙井", "燕麦拿铁 大杯", "手工黄油曲奇", "有机全脂牛奶", "海盐苏打饼干", "环保购物袋")
_PIECES = {"燕麦拿铁 大杯": 2, "手工黄油曲奇": 2, "有机全脂牛奶": 3}
_MEMBER_PHONE = "13857166021"
_PATIENCE_SECONDS = 20.0
_AROUND = 12


@dataclass(frozen=True, slots=True)
class _Clock:
    """An evening on the shop's member day, so that the pictures are the same each time."""

    def now(self) -> datetime:
        """Always then."""
        return _MEMBER_DAY


@dataclass(frozen=True, slots=True)
class _Studio:
    """The window, who decides what it shows, and where pictures go."""

    window: MainWindow
    presenter: CheckoutPresenter
    out: Path
    display: CustomerDisplay

    def ask(self, *intents: do.Intent, until: Callable[[], bool]) -> None:
        """Do what a cashier asks and wait for it."""
        for intent in intents:
            self.presenter.handle(intent)
        limit = time.monotonic() + _PATIENCE_SECONDS
        while not until():
            if time.monotonic() > limit:
                raise TimeoutError(f"the till did not get there: {intents}")
            QTest.qWait(5)

    def fill(self, **values: str) -> None:
        """Type into the fields of the open dialog."""
        for name, text in values.items():
            self.type_into(f"form_{name}", text)

    def type_into(self, name: str, text: str) -> None:
        """Type into an input by its name."""
        field = self.window.view.findChild(QLineEdit, name)
        if field is None:
            raise LookupError(f"there is no input {name}")
        field.setText(text)
        QTest.qWait(20)

    def take(self, name: str, part: str = "") -> None:
        """Save what the window shows, or the part of it whose name begins so, with a little around it."""
        QTest.qWait(60)
        area = QRect()
        if part:
            named = self.window.view.findChildren(QWidget, QRegularExpression(f"^{part}"))
            shown = next(one for one in named if one.isVisible())
            corner = shown.mapTo(self.window, QPoint(0, 0))
            area = QRect(corner, shown.size()).adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
            area &= self.window.rect()
        self._save(self.window, name, area)

    def take_display(self, name: str) -> None:
        """Save what the customer sees."""
        QTest.qWait(60)
        self._save(self.display, name, QRect())

    def _save(self, shown: QWidget, name: str, area: QRect) -> None:
        """In its 256 commonest colours: to the eye the same, a third of the size.  An empty area is all of it."""
        picture = (
            shown.grab(shown.rect() if area.isEmpty() else area).toImage().convertToFormat(QImage.Format.Format_RGB32)
        )
        colours = Counter(memoryview(picture.constBits()).cast("I")).most_common(256)
        table = [colour for colour, _count in colours]
        small = picture.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither)
        path = self.out / f"{name}.png"
        if not small.save(str(path), "PNG", 0):  # type: ignore[call-overload]
            raise OSError(f"cannot write {path}")
        print(path)

    def take_both(self, name: str, part: str = "") -> None:
        """The same in Chinese and in English."""
        self.take(name, part)
        for language, code in ((Language.EN, "en"), (Language.ZH_CN, "zh_CN")):
            self.window.set_language(language)
            self.presenter.language = code
            self.presenter.tick()
            if language is Language.EN:
                self.take(f"{name}_en", part)


def take_pictures(out: Path) -> None:
    """Write the pictures into a folder."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="posapp-pictures-") as folder:
        shops = Shops(TillFolder(Path(folder)), _Clock(), SystemEntropy())
        shops.demo()
        window = MainWindow(UiContext())
        window.show()
        window.activateWindow()
        app = TillApp(program_of(shops), window)
        try:
            app.start()
            _until_open(app)
            if not isinstance(app.presenter, CheckoutPresenter):
                raise TypeError("the demo shop did not open")
            set_printer(app.presenter.till, PrinterSetup(join=JOIN))
            display = open_display(app, window, DisplaySetup(DisplayWay.WINDOW))
            if display is None:
                raise TypeError("there is no display for the customer")
            _sale(_Studio(window, app.presenter, out, display.window))
        finally:
            application.processEvents()
            app.close()
            shops.close()
            window.close()


def _until_open(app: TillApp) -> None:
    limit = time.monotonic() + _PATIENCE_SECONDS
    while not (isinstance(app.presenter, CheckoutPresenter) and app.presenter.session.quick):
        if time.monotonic() > limit:
            raise TimeoutError("the demo shop did not open")
        QTest.qWait(5)


def _sale(studio: _Studio) -> None:
    presenter = studio.presenter
    till = presenter.till
    studio.take_display("customer_idle")
    for name in _GOODS:
        product = search(till, name)[0]
        code = do.ScanReceived(product.barcode) if product.barcode else do.EnterPressed(product.plu)
        before = len(presenter.session.quote.lines)
        studio.ask(code, until=lambda before=before: len(presenter.session.quote.lines) > before)  # type: ignore[misc]
        if name in _PIECES:
            studio.ask(do.QuantityKey(str(_PIECES[name])), until=lambda: True)
    presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    studio.ask(do.FunctionKey(3, "13957166099"), until=lambda: not presenter._busy)  # noqa: SLF001
    studio.take_both("new_card")
    studio.ask(do.EscPressed(), do.MemberKey("6021"), until=lambda: isinstance(presenter.session.mode, LookupMode))
    studio.take_both("lookup")
    with till.database.read() as connection:
        number = connection.exec_driver_sql(
            "SELECT card_number FROM member WHERE phone = ?", (_MEMBER_PHONE,)
        ).scalar_one()
    scan = do.ScanReceived(shown_now(till, int(number)))
    studio.ask(do.EscPressed(), scan, until=lambda: presenter.session.basket.member is not None)
    studio.ask(do.FunctionKey(5, "800"), until=lambda: presenter.session.quote.points_spent.count == 800)
    studio.take_both("checkout")
    studio.ask(do.FunctionKey(4), until=lambda: isinstance(presenter.session.mode, CouponsMode))
    studio.take_both("coupons")
    studio.ask(do.EscPressed(), until=lambda: presenter.session.mode is None)
    for part in (take_wallet, take_file, take_dialogs, _report, take_questions, take_around, _exceptions):
        part(studio)
    studio.ask(do.TopUp(), until=lambda: _is(presenter, TopUpMode))
    studio.take_both("top_up")
    studio.ask(do.TopUp(), until=lambda: _is(presenter, ClosingMode))
    studio.take_both("wallet_closing", "form_")
    studio.ask(do.EscPressed(), until=lambda: presenter.session.mode is None)
    studio.window.set_theme(ThemeName.DARK)
    studio.take("checkout_dark")
    studio.window.set_theme(ThemeName.LIGHT)
    presenter.sync_changed(SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=_MEMBER_DAY - timedelta(minutes=37)))
    studio.take_both("offline")
    presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    studio.ask(do.PayKey(), until=lambda: presenter.session.mode is not None)
    entry = studio.window.view.findChild(QLineEdit, "tender_entry")
    if entry is None:
        raise LookupError("the paying step has no input")
    entry.insert("400")
    studio.take_both("tender")
    studio.take_display("customer_basket")
    studio.ask(do.TenderFinished("400"), until=lambda: isinstance(presenter.session.mode, CompleteMode))
    studio.take_both("complete")
    studio.take_display("customer_thanks")
    take_review(studio)
    studio.ask(do.NextSale(), do.FunctionKey(9, shift=True), until=lambda: _is(presenter, ReturnFindMode))
    studio.ask(do.EnterPressed(), until=lambda: _is(presenter, ReturnMode))
    for intent in (do.ReturnEdited("1"), do.RowMoved(2), do.LineStep(1), do.RowMoved(1), do.LineStep(1)):
        studio.ask(intent, until=lambda: True)
    studio.take_both("return")


def _exceptions(studio: _Studio) -> None:
    """What tills did against each other: a shop of the documents' own, for one till alone does nothing of the kind."""
    for english, language in ((True, Language.EN), (False, Language.ZH_CN)):
        studio.window.set_language(language)
        for name in ("inbox", "inbox_case"):
            studio.window.render_state(INBOX_SAMPLES[name](english=english))
            studio.take(f"{name}_en" if english else name)
    studio.presenter.show()


def _is(presenter: CheckoutPresenter, mode: type) -> bool:
    return isinstance(presenter.session.mode, mode)


def _report(studio: _Studio) -> None:
    """What the shop owes its members, month to date."""
    presenter = studio.presenter
    studio.ask(OpenReport(), until=lambda: getattr(presenter.session.mode, "overview", None) is not None)
    studio.take_both("report")
    studio.ask(do.EscPressed(), until=lambda: presenter.session.mode is None)
