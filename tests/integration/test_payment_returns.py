"""A sale that was paid by code comes back: the money goes the way it came, once, whatever is lost on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application import payment_returns
from posapp.application.checkout import CompletedSale
from posapp.application.refunds import RefundRequest, complete_refund, undo_sale
from posapp.application.returnable import find_receipt, open_return
from posapp.domain.amounts import Money, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.payment_return import PaymentReturn, ReturnStage
from posapp.domain.sale import TenderMethod
from posapp.storage import payment_returns as rows
from posapp.storage.verify import verify
from sync.server.providers.simulator.buyers import REFUND, Buyer
from tests.integration.payment_counter import CODES, Counter, gateway_to, open_payment_counter
from tests.integration.tills import CASHIER

both = pytest.mark.parametrize("method", list(CODES))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """Three boxes of tea on the counter."""
    opened = open_payment_counter(tmp_path)
    (tea,) = opened.cart.lines
    opened.cart = opened.cart.with_line(0, replace(tea, quantity=Quantity.pieces(3)))
    yield opened
    opened.gateway.close()
    opened.simulator.stop()
    opened.till.database.close()


def sold(counter: Counter, method: TenderMethod, buyer: Buyer | None = None) -> CompletedSale:
    return counter.finish(counter.scan(method, buyer).tender)


def take_back(counter: Counter, sale: CompletedSale, boxes: int) -> RefundRequest:
    (found,) = find_receipt(counter.till, sale.sale.receipt_number)
    original = open_return(counter.till, found.summary.position)
    request = RefundRequest(os.urandom(16), original.position, original.before, (1000 * boxes,), CASHIER)
    complete_refund(counter.till, request)
    return request


def open_returns(counter: Counter) -> list[PaymentReturn]:
    with counter.till.database.read() as connection:
        return [rows.get(connection, number) for number in rows.due(connection, counter.clock.now())]


def work_off(counter: Counter) -> None:
    """Do what the worker would do, until nothing is left."""
    while True:
        with counter.till.database.read() as connection:
            at = rows.next_due(connection)
            due = rows.due(connection, counter.clock.now())
        if at is None:
            return
        for number in due:
            payment_returns.advance(counter.till, counter.gateway, number)
        counter.clock.instant = max(counter.clock.instant, at)


@both
def test_parts_go_back_one_after_the_other_and_all_of_it_in_the_end(counter: Counter, method: TenderMethod) -> None:
    sale = sold(counter, method)
    assert counter.books.net() == 3 * 12_800
    take_back(counter, sale, 1)
    work_off(counter)
    assert counter.books.net() == 2 * 12_800
    request = take_back(counter, sale, 2)
    complete_refund(counter.till, request)
    work_off(counter)
    (account,) = counter.books.accounts()
    assert sorted(account.returns.values()) == [12_800, 2 * 12_800], "a refund that is asked for twice is one"
    assert counter.books.net() == 0
    assert verify(counter.till.database).ok


@both
def test_lost_answers_give_nothing_back_twice(counter: Counter, method: TenderMethod) -> None:
    sale = sold(counter, method, Buyer(lost={REFUND: 2}, cut={REFUND: 1}))
    take_back(counter, sale, 1)
    work_off(counter)
    assert counter.books.net() == 2 * 12_800


@both
def test_without_a_network_it_waits_through_a_restart(counter: Counter, method: TenderMethod) -> None:
    sale = sold(counter, method)
    counter.simulator.stop()
    counter.gateway.close()
    counter.gateway = gateway_to(counter.simulator)
    take_back(counter, sale, 3)
    (waiting,) = open_returns(counter)
    assert payment_returns.advance(counter.till, counter.gateway, waiting.number).stage is ReturnStage.WAITING
    counter.restart()
    counter.clock.step(hours=20)
    assert payment_returns.needing_a_person(counter.till) == []
    counter.clock.step(hours=5)
    assert [one.number for one in payment_returns.needing_a_person(counter.till)] == [waiting.number]
    counter.simulator.start()
    work_off(counter)
    assert counter.books.net() == 0
    assert payment_returns.needing_a_person(counter.till) == []


@both
def test_a_sale_that_is_undone_gives_back_what_was_paid(counter: Counter, method: TenderMethod) -> None:
    undo_sale(counter.till, sold(counter, method).recorded, CASHIER)
    work_off(counter)
    assert counter.books.net() == 0


@both
def test_what_the_provider_does_not_know_is_settled_by_a_person_once(counter: Counter, method: TenderMethod) -> None:
    sale = sold(counter, method)
    counter.books.forget()
    take_back(counter, sale, 3)
    (waiting,) = open_returns(counter)
    stuck = payment_returns.advance(counter.till, counter.gateway, waiting.number)
    assert stuck.stage is ReturnStage.MANUAL
    settled = payment_returns.settle_by_hand(counter.till, stuck.number, CASHIER)
    assert (settled.stage, settled.by_hand) == (ReturnStage.DONE, CASHIER.id)
    with pytest.raises(InvalidField, match="settled already"):
        payment_returns.settle_by_hand(counter.till, stuck.number, CASHIER)


def test_the_command_lists_it_and_settles_it(counter: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    sale = sold(counter, TenderMethod.WECHAT_PAY)
    counter.books.forget()
    take_back(counter, sale, 1)
    (waiting,) = open_returns(counter)
    payment_returns.advance(counter.till, counter.gateway, waiting.number)
    with counter.till.database.write() as connection:
        stuck = rows.get(connection, waiting.number)
    assert stuck.back.amount == Money(12_800)
    at = ["--data", str(counter.folder), "payments"]
    assert main(at) == 1
    printed = capsys.readouterr().out
    assert f"{stuck.number} WECHAT_PAY -128.00 {stuck.receipt}" in printed
    assert main([*at, "--taken", stuck.number, "--by", "店长"]) == 1
    assert "--returned" in capsys.readouterr().err
    assert main([*at, "--returned", stuck.number, "--by", "店长"]) == 0
    assert main(at) == 0
