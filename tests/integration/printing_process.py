"""A till that sells one basket and prints its receipt, as a process that is killed at a chosen moment.

``python -m tests.integration.printing_process FOLDER ADDRESS POINT``: opens the till in FOLDER, sells one basket where
nothing was sold yet, and prints at the network printer at ADDRESS whatever waits.  A *point* lies before and after each
commit and each time that bytes go to the printer; at point number POINT the process kills itself with SIGKILL (-1:
never).
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.printing.setup import PrinterSetup, Way
from posapp.application.printing.worker import PrintWorker
from posapp.application.receipts import receipt_of
from posapp.application.slip_rows import Rows
from posapp.application.till import Till
from posapp.hardware.escpos_printer import EscPosPrinter
from posapp.hardware.receipt_layout import lay_out
from posapp.storage import print_jobs
from posapp.ui.fonts import font
from tests.integration.paying_process import Fate, opened
from tests.integration.tills import CASHIER, labels


@dataclass
class MortalPrinter:
    """A printer with a point before and after each slip."""

    inner: EscPosPrinter
    fate: Fate

    def check(self) -> None:
        self.inner.check()

    def print_rows(self, number: str, rows: Rows) -> None:
        self.fate.here()
        self.inner.print_rows(number, rows)
        self.fate.here()


def main(folder: Path, address: str, point: int) -> None:
    fate = Fate(point)
    _application = QGuiApplication([])
    till = opened(folder, fate)
    printer = EscPosPrinter(PrinterSetup(Way.TCP, address), font)
    worker = PrintWorker(till, MortalPrinter(printer, fate), lambda _news: None, lambda: labels()["again"])
    worker.start()
    sold = folder / "begun"
    if not sold.exists():
        sold.touch()
        cart = new_cart(till).add(line_of(search(till, "明前龙井")[0], "zh_CN"))
        quote = price_cart(till, cart, None)
        done = complete_sale(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER))
        receipt = receipt_of(till, done, None, {}, labels(), "zh_CN")
        worker.enqueue(receipt.number, lay_out(receipt, labels()))
    while _waiting(till):
        time.sleep(0.01)
    worker.stop()
    till.database.close()
    (folder / "points").write_text(str(fate.passed))


def _waiting(till: Till) -> bool:
    with till.database.read() as connection:
        return sum(print_jobs.count(connection, till.clock.now())) > 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
