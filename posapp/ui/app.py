"""The program in a window: wires the presenter to the window, the keyboard, the workers and the carrier of the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from posapp.application.devices import Device, Gear, Health
from posapp.application.looks import Looks
from posapp.application.payments import Charge
from posapp.application.ports import CameraPicture
from posapp.application.printing.worker import PrinterNews
from posapp.application.receipt import Slip
from posapp.application.till import Cashier, Till
from posapp.domain.scan_code import CodeKind, check_digit_is_valid, classify
from posapp.resources import resource_path
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import ChargeRefused, News, news_of
from posapp.ui.checkout.device_modes import DevicesMode
from posapp.ui.checkout.devices.screen import LOST, sentence_of
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.pole_figure import pole_figure
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.printer_words import drawer_stuck, printer_notice, unprinted
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.checkout.words import said
from posapp.ui.context import SCALES_PERCENT
from posapp.ui.equipment import Equipment
from posapp.ui.first_start import FirstStartPresenter
from posapp.ui.i18n import Language
from posapp.ui.keyboard import Keyboard
from posapp.ui.keymap import Keymap
from posapp.ui.main_window import MainWindow
from posapp.ui.messages import msg
from posapp.ui.paper import Paper
from posapp.ui.program import Carrier, PaymentTaker, Program
from posapp.ui.tasks import Lane, TaskRunner
from posapp.ui.theme import ThemeName

T = TypeVar("T")
_TICK_MS = 5_000


class TillApp(QObject):
    """One window with one till."""

    _sync_news = Signal(object)
    _shop_news = Signal()
    _payment_news = Signal(object)
    ready = Signal()
    shown = Signal()
    """The cashier sees another state."""
    closing = Signal()

    def __init__(self, program: Program, window: MainWindow) -> None:
        super().__init__()
        self._program, self._window = program, window
        self._tasks = TaskRunner(self)
        self._presenter: CheckoutPresenter | FirstStartPresenter | None = None
        self._carrier: Carrier | None = None
        self._payments: PaymentTaker | None = None
        self._till: Till | None = None
        self._paper = Paper(self._tasks, program.open_printing, self.receipt_labels, self._unprinted, self._stuck)
        self._paper.listen(self._on_printer)
        self.equipment = Equipment(self._tasks, program, self._paper)
        self.equipment.listen(self._on_scanned, self._on_device, self._on_seen)
        self._early: list[do.Intent] = []
        self._keyboard = Keyboard(window, self._take)
        self._keyboard.attach()
        window.intent.connect(self._take)
        self._sync_news.connect(self._on_sync, Qt.ConnectionType.QueuedConnection)
        self._shop_news.connect(self._on_shop, Qt.ConnectionType.QueuedConnection)
        self._payment_news.connect(self._on_payment, Qt.ConnectionType.QueuedConnection)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    @property
    def presenter(self) -> CheckoutPresenter | FirstStartPresenter | None:
        """Who decides what is shown; None before the database is open."""
        return self._presenter

    def start(self) -> None:
        """Open the database in the background; the window is on the screen already."""

        def job() -> tuple[Till | None, Cashier | None, Looks]:
            till = self._program.open_till()
            cashier = self._program.cashier_of(till) if till is not None else None
            return till, cashier, self._program.preferences()

        self._tasks.submit(job, self._opened, self._cannot_open)

    def close(self) -> None:
        """Finish what is being written and stop."""
        self.closing.emit()
        self._clock.stop()
        self._keyboard.detach()
        self.equipment.stop()
        if self._carrier is not None:
            self._carrier.stop()
        if self._payments is not None:
            self._payments.stop()
        self._tasks.close()
        self._paper.stop()
        # What was already on its way (the clock, the carrier's news) finds nobody any more.
        till, self._till, self._presenter = self._till, None, None
        if till is not None:
            till.database.close()

    # -- opening ---------------------------------------------------------------

    def _opened(self, found: tuple[Till | None, Cashier | None, Looks]) -> None:
        till, cashier, looks = found
        self._window.set_language(Language(looks.language))
        self._window.set_theme(ThemeName(looks.theme))
        if looks.scale in SCALES_PERCENT:
            self._window.set_scale(looks.scale)
        if till is None or cashier is None:
            first = FirstStartPresenter(self, self._program.starter, self._founded, looks.language)
            self._presenter = first
            self._early.clear()
            first.start()
            self.ready.emit()
            return
        self._run_till(till, cashier)

    def _founded(self, till: Till) -> None:
        self._tasks.submit(
            lambda: self._program.cashier_of(till), lambda cashier: self._run_till(till, cashier), self._cannot_open
        )

    def _run_till(self, till: Till, cashier: Cashier) -> None:
        self._till = till
        presenter = CheckoutPresenter(till, cashier, self, self._language())
        self._presenter = presenter
        presenter.start()
        self._paper.begin(till)
        self._clock.start(_TICK_MS)
        early, self._early = self._early, []
        for intent in early:
            presenter.handle(intent)
        self.ready.emit()
        # The carrier's own imports (HTTP, signatures) come after the till is ready to scan.
        QTimer.singleShot(0, self._carry)
        QTimer.singleShot(0, self._take_payments)
        QTimer.singleShot(0, self._equip)

    def _equip(self) -> None:
        if self._till is not None:
            self.equipment.begin(self._till)

    def _carry(self) -> None:
        if self._till is None:
            return
        till = self._till
        make = self._program.carry
        self._tasks.submit(
            lambda: make(till, self._sync_news.emit, self._shop_news.emit), self._carrier_made, self._report
        )

    def _carrier_made(self, carrier: Carrier) -> None:
        self._carrier = carrier
        if self._till is not None:
            self._till.committed = carrier.notify
        carrier.start()

    def _take_payments(self) -> None:
        if self._till is None:
            return
        till, make = self._till, self._program.take_payments

        def refused(charge: Charge, error: Exception) -> None:
            self._payment_news.emit(ChargeRefused(charge, error))

        def made(taker: PaymentTaker | None) -> None:
            if taker is None or not isinstance(self._presenter, CheckoutPresenter):
                return
            self._payments = taker
            taker.start()
            self._presenter.payments_ready()

        self._tasks.submit(
            lambda: make(till, lambda step: self._payment_news.emit(news_of(step)), refused),
            made,
            self._report,
        )

    def _report(self, error: BaseException) -> None:
        if isinstance(self._presenter, CheckoutPresenter) and isinstance(error, Exception):
            self._presenter.report(error)

    def _cannot_open(self, error: BaseException) -> None:
        """The database does not open: say so in the window; the file is left as it is."""
        first = FirstStartPresenter(self, self._program.starter, self._founded, self._language())
        self._presenter = first
        first.show_trouble(error if isinstance(error, Exception) else RuntimeError(str(error)))
        self.ready.emit()

    def _take(self, intent: do.Intent) -> None:
        """What is scanned or keyed while the till still opens is done as soon as it can be."""
        if isinstance(intent, do.PrintLeft):
            self._paper.print_left()
        elif isinstance(intent, do.KeyTapped):
            self._keyboard.tap(intent.chord)
        elif self._presenter is None:
            self._early.append(intent)
        else:
            self._presenter.handle(intent)

    def _tick(self) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.tick()

    def _on_sync(self, status: SyncStatus) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.sync_changed(status)

    def _on_payment(self, news: News) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.payment_news(news)

    def _on_scanned(self, text: str) -> None:
        """A code that came by no keyboard: it means the same; a known one is acknowledged by a sound."""
        if classify(text, tendering=True).kind is not CodeKind.UNKNOWN or check_digit_is_valid(text):
            QApplication.beep()
        self._take(do.ScanReceived(text))

    def _on_device(self, device: Device) -> None:
        """A device said how it is; what was lost while somebody sells is said once."""
        presenter = self._presenter
        if not isinstance(presenter, CheckoutPresenter):
            return
        presenter.devices.heard(device)
        lost = device.health is Health.FAULT and device.gear in LOST
        if lost and not isinstance(presenter.session.mode, DevicesMode):
            words = said(sentence_of(device, self._language()))
            presenter.toast(Notice(Tone.WARN, "alert-triangle", msg(LOST[device.gear]), words))

    def _on_seen(self, picture: CameraPicture) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.devices.seen(picture)

    def _on_shop(self) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.reload_shop()

    # -- the shell of the presenters ---------------------------------------------------------------

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run a job in the database's thread."""
        self._tasks.submit(job, done, _as_exception(failed))

    def submit_aside(
        self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a job that only reads, for long, in another thread."""
        self._tasks.submit(job, done, _as_exception(failed), lane=Lane.OUTSIDE)

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        """Do something after a while, unless the till is closed by then."""
        QTimer.singleShot(int(1000 * seconds), lambda: job() if self._till is not None else None)

    def show(self, state: CheckoutState) -> None:
        """Render a state."""
        self._window.render_state(state)
        if isinstance(self._presenter, CheckoutPresenter):
            self.equipment.show_figure(pole_figure(self._presenter.session))
        self.shown.emit()

    def charge(self, charge: Charge) -> None:
        """Take a payment by code; the checkout offers it only once somebody takes it."""
        if self._payments is not None:
            self._payments.charge(charge)

    def payments_changed(self) -> None:
        """A payment was cancelled, or is to go back: let the worker look at once."""
        if self._payments is not None:
            self._payments.notify()

    def print_receipt(self, receipt: Slip) -> None:
        """Print behind the sale, without waiting."""
        self._paper.print_slip(receipt)

    def print_lines(self, number: str, lines: list[str]) -> None:
        """Print lines that are laid out already."""
        self._paper.print_lines(number, lines)

    def _on_printer(self, news: PrinterNews) -> None:
        """The printer's state stands in the top bar; a new fault is said once, and taken back when it is mended."""
        presenter = self._presenter
        if not isinstance(presenter, CheckoutPresenter):
            return
        before = printer_notice(presenter.session.printer, self._language())
        notice = printer_notice(news, self._language())
        presenter.change(printer=news)
        if notice is not None and notice != before:
            self._say(notice)
        elif notice is None and before is not None and presenter.session.toast == before:
            presenter.toast(None)

    def _unprinted(self, error: BaseException) -> None:
        self._say(unprinted(error, self._language()))

    def _stuck(self, error: BaseException) -> None:
        self._say(drawer_stuck(error, self._language()))

    def open_drawer(self) -> None:
        """Open the drawer in the devices' lane."""
        self._paper.open_drawer()

    def has_display(self) -> bool:
        """Whether the customer's window is open."""
        return self.equipment.has_display

    def try_device(self, gear: Gear) -> None:
        """Let a device do what can be seen or heard."""
        self.equipment.try_out(gear)

    def renew_device(self, gear: Gear) -> None:
        """Open a device anew."""
        self.equipment.renew(gear)

    def watch_camera(self, *, on: bool) -> None:
        """Tell what the camera sees, or stop telling it."""
        self.equipment.watch(on=on)

    def _say(self, notice: Notice) -> None:
        if isinstance(self._presenter, CheckoutPresenter):
            self._presenter.toast(notice)

    def choose_folder(self, start: str, chosen: Callable[[str], None]) -> None:
        """Open the system's own choice of folders."""
        # Its import is dear, and most tills never save a file.
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415

        from posapp.ui.qt_words import speak  # noqa: PLC0415 - its words are read with it

        speak(self._window.ctx.translator.language)
        dialog = QFileDialog(self._window, directory=start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def switch_language(self, tag: str) -> str:
        """Switch the window's language, live."""
        wanted = Language(tag) if tag else (Language.EN if self._language() == "zh_CN" else Language.ZH_CN)
        self._window.set_language(wanted)
        self._keep()
        return wanted.value

    def switch_theme(self, name: str) -> None:
        """Switch the window's colours, live."""
        dark = self._window.ctx.theme.name is ThemeName.DARK
        self._window.set_theme(ThemeName(name) if name else (ThemeName.LIGHT if dark else ThemeName.DARK))
        self._keep()

    def use_keymap(self, keymap: Keymap) -> None:
        """Keys mean this from now on, wherever they are struck or shown."""
        self._keyboard.keymap = keymap
        self._window.set_keymap(keymap)

    def switch_scale(self, percent: int) -> None:
        """Switch the size of everything, live."""
        here = SCALES_PERCENT.index(self._window.ctx.scale_percent)
        self._window.set_scale(percent or SCALES_PERCENT[(here + 1) % len(SCALES_PERCENT)])
        self._keep()

    def _keep(self) -> None:
        till, looks = (
            self._till,
            Looks(self._language(), self._window.ctx.theme.name.value, self._window.ctx.scale_percent),
        )
        if till is not None:
            self._tasks.submit(lambda: self._program.remember(till, looks))

    def receipt_labels(self) -> dict[str, str]:
        """The fixed words of receipts in the language in use."""
        loaded: dict[str, str] = json.loads(resource_path("receipts", f"{self._language()}.json").read_text("utf-8"))
        return loaded

    def _language(self) -> str:
        return self._window.ctx.translator.language.value


def _as_exception(failed: Callable[[Exception], None]) -> Callable[[BaseException], None]:
    """Whatever stopped a job, as something that can be said."""
    return lambda error: failed(error if isinstance(error, Exception) else RuntimeError(str(error)))
