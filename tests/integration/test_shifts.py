"""The drawer of a till, through the use cases: float, cash in and out, the blind count, the Z report (domain.md §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.application import shifts
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.refunds import RefundRequest, complete_refund
from posapp.application.returnable import open_return
from posapp.application.shift_slips import x_slip, z_slip
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import CashMove, ShiftClosed, Tender, TenderTotal
from posapp.domain.ids import Sku, StaffId
from posapp.domain.sale import CartLine, TenderMethod
from posapp.hardware.columns import columns_of
from posapp.hardware.receipt_layout import NARROW_COLUMNS, WIDE_COLUMNS
from posapp.hardware.receipt_text import render
from posapp.storage import sales
from posapp.storage.verify import verify
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, labels, reopened

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.application.checkout import CompletedSale
    from posapp.application.till import Till
    from posapp.domain.events import Recorded
    from tests.integration.tills import SteppingClock


def yuan(amount: str) -> Money:
    return Money.parse(amount)


def sell(till: Till, amount: str, method: TenderMethod = TenderMethod.CASH) -> CompletedSale:
    line = CartLine(Sku("x"), "x", Quantity.pieces(1), yuan(amount), tags=("no_discount",))
    cart = new_cart(till).add(line)
    quote = price_cart(till, cart, None)
    return complete_sale(
        till, SaleRequest(cart, quote, till.programme, (Tender(method, quote.due, quote.due),), CASHIER)
    )


def give_back(till: Till, sold: CompletedSale) -> None:
    with till.database.read() as connection:
        place = sales.find(connection, sold.recorded.stream, sold.recorded.sequence)
    assert place is not None
    original = open_return(till, place.position)
    request = RefundRequest(
        sold.sale.receipt_number.encode(), original.position, original.before, original.everything, CASHIER
    )
    complete_refund(till, request)


def z(recorded: Recorded) -> ShiftClosed:
    assert isinstance(recorded.event, ShiftClosed)
    return recorded.event


def balance(till: Till, account: Account) -> int:
    with till.database.read() as connection:
        query = "SELECT amount FROM account_balance WHERE account = ?"
        found = connection.exec_driver_sql(query, (int(account),)).scalar_one_or_none()
    return found or 0


def the_example(till: Till) -> None:
    """500 + 1200 − 80 + 50 − 30 − 1000."""
    shifts.open_shift(till, yuan("500"), CASHIER)
    sell(till, "1120")
    give_back(till, sell(till, "80"))
    sell(till, "66", TenderMethod.BANK_CARD)
    shifts.move_cash(till, CashMove.PAID_IN, yuan("50"), "换零钱", CASHIER)
    shifts.move_cash(till, CashMove.PAID_OUT, yuan("30"), "买冰", CASHIER)
    shifts.move_cash(till, CashMove.DROP, yuan("1000"), "交保险柜", CASHIER)


def test_the_worked_example_is_one_yuan_fifty_short(till: Till) -> None:
    the_example(till)
    shift = shifts.current(till)
    assert (shift.cash_in, shift.cash_out) == (yuan("1200"), yuan("80"))
    assert shift.expected == yuan("640")
    counted = shifts.count(till, yuan("638.50"), None, CASHIER)
    assert counted.counts[-1].counted - counted.counts[-1].expected == yuan("-1.50")
    report = z(shifts.close_shift(till, CASHIER))
    assert (report.expected, report.counted, report.difference) == (yuan("640"), yuan("638.50"), yuan("-1.50"))
    assert (report.number, report.sales, report.refunds) == (1, 3, 1)
    assert (report.sales_total, report.refunds_total) == (yuan("1266"), yuan("80"))
    assert report.tenders == (
        TenderTotal(TenderMethod.CASH, yuan("1200"), yuan("80")),
        TenderTotal(TenderMethod.BANK_CARD, yuan("66"), yuan("0")),
    )
    assert balance(till, Account.CASH) == 0, "the drawer is empty, and the ledger says so"
    assert balance(till, Account.SAFE) == (638_50 + 1000_00 - 500_00)
    assert balance(till, Account.CASH_DIFFERENCE) == 150
    assert verify(till.database).ok


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("columns", [NARROW_COLUMNS, WIDE_COLUMNS])
def test_the_reports_fit_on_paper(till: Till, language: str, columns: int) -> None:
    the_example(till)
    words = labels(language)
    x = render(x_slip(till, shifts.current(till), CASHIER, words), words, columns)
    shifts.count(till, yuan("638.50"), None, CASHIER)
    paper = render(z_slip(till, shifts.close_shift(till, CASHIER, "少了一枚硬币"), words), words, columns)
    assert all(columns_of(line) <= columns for line in (*x, *paper))
    text = "\n".join(paper)
    for figure in ("02-Z0001", "1266.00", "-80.00", "640.00", "638.50 (1)", "-1.50", "少了一枚硬币"):
        assert figure in text
    assert "640.00" not in "\n".join(x), "blind until it is counted"
    assert "1120.00" not in "\n".join(x)


def test_fees_withheld_from_returns_stand_in_the_x_and_the_z(till: Till, clock: SteppingClock) -> None:
    publish(till, returns={"fee": [{"amount": "3.00"}]})
    shifts.open_shift(till, yuan("100"), CASHIER)
    sold = sell(till, "50")
    clock.step(days=1)
    give_back(till, sold)
    words = labels()
    x = render(x_slip(till, shifts.current(till), CASHIER, words), words, WIDE_COLUMNS)
    assert any(row.startswith("退货费收入") and row.endswith("3.00") for row in x)
    assert shifts.current(till).expected == yuan("103"), "the fee stays in the drawer"
    shifts.count(till, yuan("103"), None, CASHIER)
    closed = shifts.close_shift(till, CASHIER)
    report = z(closed)
    assert (report.sales_total, report.refunds_total, report.return_fees) == (yuan("50"), yuan("50"), yuan("3"))
    taken = sum(one.taken.fen - one.given_back.fen for one in report.tenders)
    assert report.sales_total.fen - report.refunds_total.fen + report.return_fees.fen == taken
    for language, name in (("zh_CN", "退货费收入"), ("en", "Return fees")):
        paper = render(z_slip(till, closed, labels(language)), labels(language), WIDE_COLUMNS)
        assert any(row.startswith(name) and row.endswith("3.00") for row in paper)
    shifts.count(till, Money(0), Money(0), CASHIER)
    last = z_slip(till, shifts.close_shift(till, CASHIER), words)
    assert not any("退货费" in row for row in render(last, words, WIDE_COLUMNS)), "none, no line"


def test_sales_after_a_z_belong_to_the_next_shift_and_numbers_have_no_gaps(till: Till, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        shifts.open_shift(till, yuan("100"), CASHIER)
        sell(till, "10")
        shifts.count(till, yuan("110"), None, CASHIER)
        assert z(shifts.close_shift(till, CASHIER)).number == number
        till = reopened(till, tmp_path, 50 + number)
        after = shifts.current(till)
        assert (after.number, after.cash_in, after.opening, after.begun_at) == (number + 1, Money(0), None, None)
    assert [z(one).number for one in shifts.z_reports(till)] == [3, 2, 1]
    till.database.close()


def test_selling_without_an_open_shift_asks_for_the_float_at_the_count(till: Till) -> None:
    sold = sell(till, "128")
    assert sold.sale.due == yuan("128"), "a sale is never blocked"
    assert shifts.current(till).opening is None
    with pytest.raises(InvalidField) as caught:
        shifts.count(till, yuan("428"), None, CASHIER)
    assert caught.value.field == "opening"
    counted = shifts.count(till, yuan("428"), yuan("300"), CASHIER)
    assert (counted.expected, counted.counted) == (yuan("428"), yuan("428"))
    again = shifts.count(till, yuan("427"), yuan("999"), CASHIER)
    assert again.opening == yuan("300"), "told once"
    with pytest.raises(InvalidField, match="known already"):
        shifts.open_shift(till, yuan("1"), CASHIER)
    report = z(shifts.close_shift(till, CASHIER))
    assert (report.opening, report.counts, report.difference) == (yuan("300"), 2, yuan("-1"))
    assert balance(till, Account.CASH) == 0


def test_a_z_needs_a_count_of_what_is_there_now(till: Till) -> None:
    shifts.open_shift(till, Money(0), CASHIER)
    with pytest.raises(InvalidField, match="count the drawer first"):
        shifts.close_shift(till, CASHIER)
    shifts.count(till, Money(0), None, CASHIER)
    sell(till, "5")
    with pytest.raises(InvalidField, match="count again"):
        shifts.close_shift(till, CASHIER)
    shifts.count(till, yuan("5"), None, CASHIER)
    assert z(shifts.close_shift(till, CASHIER, closes_day=True)).closes_day
    with pytest.raises(InvalidField, match="count the drawer first"):
        shifts.close_shift(till, CASHIER)


def test_an_x_report_writes_nothing(till: Till) -> None:
    the_example(till)
    shifts.open_drawer(till, "换零", CASHIER)
    with till.database.read() as connection:
        before = connection.exec_driver_sql("SELECT COUNT(*) FROM event").scalar_one()
    first, second = shifts.current(till), shifts.current(till)
    assert first == second
    assert first.no_sales == 1
    with till.database.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM event").scalar_one() == before


def test_what_cannot_be_moved_is_refused(till: Till) -> None:
    for amount, reason in (("0", "x"), ("5", "  ")):
        with pytest.raises(InvalidField):
            shifts.move_cash(till, CashMove.DROP, yuan(amount), reason, CASHIER)
    with pytest.raises(InvalidField):
        shifts.open_drawer(till, "", CASHIER)
    assert shifts.current(till).expected == Money(0)


def test_the_shift_survives_a_crash_between_any_two_steps(till: Till, tmp_path: Path, clock: SteppingClock) -> None:
    """Each step is one transaction: a till that dies after any of them goes on with the same figures."""
    the_example(till)
    begun = shifts.current(till).begun_at
    till = reopened(till, tmp_path, 7)
    clock.step(hours=2)
    assert shifts.current(till).expected == yuan("640")
    shifts.count(till, yuan("640"), None, CASHIER)
    till = reopened(till, tmp_path, 8)
    report = z(shifts.close_shift(till, CASHIER))
    assert (report.difference, report.begun_at) == (Money(0), begun)
    assert report.operator == StaffId("1001")
    till.database.close()
