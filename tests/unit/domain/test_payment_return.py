"""Money that was paid by code goes back the way it came: the machine, and which payment gets how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.amounts import Money
from posapp.domain.events import SaleCompleted, SaleRefunded, Tender
from posapp.domain.ids import StaffId
from posapp.domain.payment import BACK_OFF, MANUAL_EVERY, Answer, Heard
from posapp.domain.payment_return import (
    OVERDUE,
    MoneyBack,
    PaymentReturn,
    ReturnStage,
    answered,
    is_due,
    needs_a_person,
    next_try,
    parts_back,
    settled_by_hand,
)
from posapp.domain.sale import TenderMethod

NOON = datetime(2026, 10, 17, 4, 0, tzinfo=UTC)
WECHAT, ALIPAY, CASH = TenderMethod.WECHAT_PAY, TenderMethod.ALIPAY, TenderMethod.CASH
ONE = PaymentReturn(MoneyBack(WECHAT, "r1", "4200000001", Money(1200), Money(4890)), "261017-02-R0001", NOON)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def heard(one: PaymentReturn, what: Heard, second: float) -> PaymentReturn:
    return answered(one, Answer(what, reason=what.name), after(second))


def test_it_is_asked_for_at_once_and_done_when_the_provider_has_it() -> None:
    assert is_due(ONE, NOON)
    done = heard(ONE, Heard.CLOSED, 1)
    assert (done.stage, next_try(done)) == (ReturnStage.DONE, None)
    assert heard(done, Heard.REFUSED, 2) == done, "what is done stays done"


def test_without_a_network_it_waits_for_as_long_as_it_takes_and_is_shown_after_a_day() -> None:
    one, second = ONE, 0.0
    for pause in (*BACK_OFF, *BACK_OFF):
        one = heard(one, Heard.NOTHING, second)
        assert one.stage is ReturnStage.WAITING
        at = next_try(one)
        assert at is not None
        assert (at - after(second)).total_seconds() <= max(BACK_OFF)
        assert not is_due(one, at - timedelta(seconds=0.1))
        second = (at - NOON).total_seconds()
        assert pause <= max(BACK_OFF)
    assert not needs_a_person(one, NOON + OVERDUE)
    assert needs_a_person(one, NOON + OVERDUE + timedelta(seconds=1))


@pytest.mark.parametrize("what", [Heard.REFUSED, Heard.NOT_FOUND, Heard.DECLINED])
def test_what_the_provider_refuses_asks_for_a_person_and_is_tried_again(what: Heard) -> None:
    stuck = heard(ONE, what, 1)
    assert stuck.stage is ReturnStage.MANUAL
    assert needs_a_person(stuck, after(1))
    assert next_try(stuck) == after(1 + MANUAL_EVERY)
    assert heard(stuck, Heard.CLOSED, 400).stage is ReturnStage.DONE
    assert settled_by_hand(stuck, StaffId("9001")).by_hand == "9001"


def test_a_provider_that_keeps_failing_asks_for_a_person() -> None:
    one = ONE
    for turn in range(len(BACK_OFF)):
        one = heard(one, Heard.TRY_AGAIN, 100 * turn)
        assert one.stage is ReturnStage.WAITING
    assert heard(one, Heard.TRY_AGAIN, 1000).stage is ReturnStage.MANUAL


def test_a_clock_that_was_set_back_makes_it_due() -> None:
    assert is_due(heard(ONE, Heard.NOTHING, 5), NOON - timedelta(days=3000))


def record(*tenders: tuple[TenderMethod, int, str]) -> Any:
    """As much of a record as is looked at."""
    return SimpleNamespace(tenders=tuple(Tender(how, Money(fen), Money(fen), number) for how, fen, number in tenders))


def back(sale: Any, *refunds: Any) -> list[tuple[str, int]]:
    *earlier, now = refunds
    parts = parts_back(cast("SaleCompleted", sale), cast("list[SaleRefunded]", earlier), cast("SaleRefunded", now))
    return [(tender.reference, amount.fen) for tender, amount in parts]


def test_cash_has_no_way_to_go_back_and_the_rest_goes_to_its_own_payment() -> None:
    sale = record((CASH, 1000, ""), (WECHAT, 2000, "w1"), (ALIPAY, 500, "a1"), (WECHAT, 300, "w2"))
    first = record((CASH, 1000, ""), (WECHAT, 1900, ""), (ALIPAY, 0, ""))
    assert back(sale, first) == [("w1", 1900)]
    assert back(sale, first, record((WECHAT, 400, ""), (ALIPAY, 500, ""))) == [("w1", 100), ("w2", 300), ("a1", 500)]


@given(
    paid=st.lists(st.integers(1, 900), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 3600), max_size=6),
)
def test_any_series_of_refunds_gives_each_payment_back_exactly_once(paid: list[int], cuts: list[int]) -> None:
    sale = record(*((WECHAT, fen, f"w{place}") for place, fen in enumerate(paid)))
    marks = [0, *sorted(min(cut, sum(paid)) for cut in cuts), sum(paid)]
    refunds: list[Any] = []
    returned = dict.fromkeys((f"w{place}" for place in range(len(paid))), 0)
    for start, end in pairwise(marks):
        refunds.append(record((WECHAT, end - start, "")))
        parts = back(sale, *refunds)
        assert sum(fen for _number, fen in parts) == end - start
        for number, fen in parts:
            returned[number] += fen
    assert list(returned.values()) == paid


def test_the_tills_own_number_is_told_from_the_providers() -> None:
    assert not ONE.back.names_our_order
    assert replace(ONE.back, reference="0192" * 8).names_our_order
