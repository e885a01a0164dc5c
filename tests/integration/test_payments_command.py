"""``posapp payments``: what a person must look into, and how it is settled; the open window takes note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application import payments
from posapp.application.checkout import new_cart
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money
from posapp.domain.ids import StaffId
from posapp.domain.payment import Payment, Stage
from posapp.domain.sale import TenderMethod
from posapp.storage import payments as rows
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import PaymentMoved
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.integration.tills import CASHIER
from tests.unit.ui.checkout.counter import completed, scan
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with one payment that nobody could settle."""
    place = TillFolder(tmp_path / "till")
    shops = Shops(place, SystemClock(), SystemEntropy(), 5)
    till = shops.demo()
    now = till.clock.now()
    cart = new_cart(till)
    stuck = Payment("0123456789abcdef" * 2, cart.id, TenderMethod.ALIPAY, Money(4890), now, StaffId("1"), Stage.MANUAL)
    with shops.database.write() as connection:
        rows.add(connection, replace(stuck, reason="ACQ.SYSTEM_ERROR"), cart, now)
    shops.close()
    return place.root


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "payments", *arguments])


@pytest.mark.parametrize(("how", "stage"), [("--taken", "PAID"), ("--returned", "REVERSED")])
def test_it_is_listed_and_settled_once(folder: Path, capsys: pytest.CaptureFixture[str], how: str, stage: str) -> None:
    assert run(folder) == 1
    printed = capsys.readouterr().out
    number = printed.split()[0]
    assert "ALIPAY 48.90" in printed
    assert "ACQ.SYSTEM_ERROR" in printed
    assert "1 to look into / 1 笔待核对" in printed
    assert run(folder, how, number) == 1
    assert "say who" in capsys.readouterr().err
    assert run(folder, how, number, "--by", "店长") == 0
    assert f"{number}: {stage}" in capsys.readouterr().out
    assert run(folder, how, number, "--by", "店长") == 1
    assert "settled already" in capsys.readouterr().err
    assert run(folder) == 0


def test_a_number_that_is_not_ours_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--taken", "nonsense", "--by", "店长") == 1
    assert "there is no payment nonsense" in capsys.readouterr().err


def test_the_window_that_waits_for_it_completes_the_sale(tmp_path: Path) -> None:
    shops = Shops(TillFolder(tmp_path), SystemClock(), SystemEntropy(), 5)
    shell = PlainShell()
    desk = CheckoutPresenter(shops.demo(), CASHIER, shell)
    desk.start()
    desk.payments_ready()
    scan(desk, "明前龙井")
    desk.handle(do.ScanReceived("130012345678900001"))
    begun = payments.begin(desk.till, shell.charges[0])
    stuck = replace(begun, stage=Stage.MANUAL)
    with desk.till.database.write() as connection:
        rows.save(connection, stuck, desk.till.clock.now())
    desk.payment_news(PaymentMoved(stuck))
    desk.tick()
    assert not completed(shell)
    payments.settle_by_hand(desk.till, begun.out_trade_no, CASHIER, taken=True)
    desk.tick()
    assert completed(shell)
    shops.close()
