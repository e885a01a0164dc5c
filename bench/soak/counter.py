"""Opens the till of the soak in its watched window, ready to scan."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from PySide6.QtWidgets import QApplication

from bench.soak.cashier import Cashier, rest
from bench.soak.watching import Heart, WatchedWindow
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.storage.database import READERS, Database, driver
from posapp.ui.app import TillApp
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.context import UiContext

_PATIENCE_SECONDS = 60.0
_ROWS = "SELECT sum(length(name)) FROM (SELECT * FROM member NOT INDEXED LIMIT ?)"
_MANY = 500_000
"""Members whose rows, some 100 bytes each, are more than the largest of these caches."""


@contextmanager
def open_counter(home: TillFolder, products: int) -> Iterator[tuple[Cashier, Heart]]:
    """A cashier at the window, and the heart that beats in its thread."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    shops = Shops(home, SystemClock(), SystemEntropy())
    endings = _endings(shops)
    window = WatchedWindow(UiContext())
    window.show()
    window.activateWindow()
    app = TillApp(program_of(shops), window)
    app.start()
    limit = time.monotonic() + _PATIENCE_SECONDS
    while not (isinstance(app.presenter, CheckoutPresenter) and app.presenter.session.quick):
        if time.monotonic() > limit:
            raise TimeoutError("the till did not open")
        rest(20)
    fill_caches(shops.database)
    rest(1_000)
    # As the program does when it is ready: what is imported by now is not looked at by every collection.
    gc.collect()
    gc.freeze()
    try:
        yield Cashier(window, app, products, endings), Heart()
    finally:
        application.processEvents()
        app.close()
        shops.close()
        window.close()


def fill_caches(database: Database) -> None:
    """As in the afternoon of a day: what SQLite keeps of a large shop is as much as it ever will be."""
    with ExitStack() as stack:
        connections = [stack.enter_context(database.write(durable=False))]
        connections += [stack.enter_context(database.read()) for _ in range(READERS)]
        for connection in connections:
            driver(connection).execute(_ROWS, (_MANY,)).fetchall()


def _endings(shops: Shops) -> list[str]:
    """Last four digits that several members share: with one match nobody has to be picked."""
    with shops.database.read() as connection:
        sql = "SELECT substr(phone, -4) AS four FROM member GROUP BY four HAVING count(*) > 1 LIMIT 5000"
        return [four for (four,) in driver(connection).execute(sql)]
