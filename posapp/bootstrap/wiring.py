"""The object graph of a till with a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posapp.application.chosen_devices import chosen_scanners, pole_setup
from posapp.application.devices import Device
from posapp.application.payment_worker import PaymentWorker
from posapp.application.payments import Charge
from posapp.application.ports import PaymentGateway, Pole, Scanner
from posapp.application.printing.worker import PrinterNews
from posapp.application.staff.signing_in import who_is_there
from posapp.application.till import Till
from posapp.bootstrap.gateway_when_needed import GatewayWhenNeeded
from posapp.bootstrap.shops import SIMULATED_PAYMENTS, Shops
from posapp.domain.payment import Payment
from posapp.domain.payment_return import PaymentReturn
from posapp.storage import settings
from posapp.ui.app import TillApp
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.main_window import MainWindow
from posapp.ui.paper import Printing
from posapp.ui.program import Carrier, Program


@dataclass(frozen=True, slots=True)
class _Starter:
    """The three ways to begin."""

    shops: Shops

    def demo(self) -> Till:
        """The demo shop."""
        return self.shops.demo()

    def empty(self, name: str) -> Till:
        """An empty shop."""
        return self.shops.empty(name)

    def join(self, address: str, code: str) -> Till:
        """A till of an existing server."""
        from posapp.bootstrap import carrying  # noqa: PLC0415 - HTTP and signatures: start-up cost

        return carrying.join(self.shops, address, code)


def program_of(shops: Shops) -> Program:
    """What the window is given."""
    return Program(
        open_till=shops.open_till,
        preferences=shops.preferences,
        cashier_of=who_is_there,
        starter=_Starter(shops),
        carry=lambda till, report, changed: _carry(shops, till, report, changed),
        take_payments=lambda till, report, refused: take_payments(shops, till, report, refused),
        open_printing=lambda till, report, again: _open_printing(shops, till, report, again),
        scan_with=_scan_with,
        open_pole=_open_pole,
        ask_server=_ask_server,
        remember=shops.remember,
    )


@dataclass(frozen=True, slots=True)
class NoServer:
    """The carrier of a till that has no server: everything stays here."""

    report: Callable[[SyncStatus], None]

    def start(self) -> None:
        """Say so."""
        self.report(SyncStatus(SyncKind.STANDALONE))

    def notify(self) -> None:
        """Nothing to carry."""

    def stop(self) -> None:
        """Nothing to stop."""


def _carry(shops: Shops, till: Till, report: Callable[[SyncStatus], None], changed: Callable[[], None]) -> Carrier:
    if not till.has_server:
        return NoServer(report)
    from posapp.bootstrap import carrying  # noqa: PLC0415 - HTTP and signatures: start-up cost

    return carrying.carrier(shops, till, report, changed)


def _open_printing(
    shops: Shops, till: Till, report: Callable[[PrinterNews], None], again: Callable[[], str]
) -> Printing:
    from posapp.bootstrap import printing  # noqa: PLC0415 - the encoder, pictures of codes: for the first slip

    return printing.printing_of(till, shops.folder.receipts, report, again)


def _scan_with(till: Till, found: Callable[[str], None], report: Callable[[Device], None]) -> Scanner | None:
    chosen = chosen_scanners(till)
    if not chosen.any:
        return None
    from posapp.bootstrap import scanning  # noqa: PLC0415 - OpenCV: not before the window stands, and not without need

    return scanning.scanner(chosen, found, report)


def _open_pole(till: Till) -> Pole | None:
    setup = pole_setup(till)
    if not setup.path:
        return None
    from posapp.hardware.pole_display import PoleDisplay  # noqa: PLC0415 - few tills have one

    return PoleDisplay(setup.path, setup.baud)


def _ask_server(till: Till) -> Device:
    from posapp.bootstrap.asking import ask_server  # noqa: PLC0415 - HTTP: start-up cost

    return ask_server(till)


def take_payments(
    shops: Shops,
    till: Till,
    report: Callable[[Payment | PaymentReturn], None],
    refused: Callable[[Charge, Exception], None],
) -> PaymentWorker | None:
    """Who takes this till's payments by code, not started yet; None where nobody does."""
    with till.database.read() as connection:
        simulated = settings.get(connection, SIMULATED_PAYMENTS)
        url = settings.get(connection, settings.SERVER_URL)
    if not simulated and not url:
        return None

    def gateway() -> PaymentGateway:
        from posapp.bootstrap import paying  # noqa: PLC0415 - HTTP: for the first payment, not for the start

        return paying.simulated_gateway(till) if simulated else paying.relay(shops, till)

    return PaymentWorker(till, GatewayWhenNeeded(gateway), report, refused)


@dataclass(frozen=True, slots=True)
class RunningTill:
    """A till in its window; `close` it at the end."""

    app: TillApp
    shops: Shops

    def close(self) -> None:
        """Finish what is being written, and stop."""
        self.app.close()
        self.shops.close()


def wire(shops: Shops, window: MainWindow) -> RunningTill:
    """Start the till in a window; the database is read behind it."""
    app = TillApp(program_of(shops), window)
    app.start()
    return RunningTill(app, shops)
