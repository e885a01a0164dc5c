"""The machine of scanned-code payments, step by step, with the numbers of domain.md §4."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from posapp.domain.amounts import Money
from posapp.domain.ids import CartId, StaffId
from posapp.domain.payment import (
    BACK_OFF,
    LATE_CHECKS,
    MANUAL_EVERY,
    TIMINGS,
    Action,
    Answer,
    Heard,
    Payment,
    Stage,
    Step,
    answered,
    cancelled,
    giving_back,
    next_step,
    sent,
    settled_by_hand,
)
from posapp.domain.sale import TenderMethod

NOON = datetime(2026, 10, 17, 4, 0, tzinfo=UTC)
WECHAT, ALIPAY = TenderMethod.WECHAT_PAY, TenderMethod.ALIPAY


def after(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def begun(method: TenderMethod = WECHAT) -> Payment:
    return Payment("01", CartId(UUID(int=1)), method, Money(4890), NOON, StaffId("1001"))


def heard(payment: Payment, what: Heard, second: int, action: Action = Action.QUERY) -> Payment:
    return answered(payment, action, Answer(what, "tx" if what is Heard.PAID else ""), after(second))


def lost(method: TenderMethod = WECHAT) -> Payment:
    return sent(begun(method), Answer(Heard.NOTHING), after(1))


def run(payment: Payment, what: Heard, until: int, since: int = 0) -> tuple[Payment, list[tuple[int, Action]]]:
    """Do every step that falls due, each answered with the same, up to the first that gives money back."""
    steps: list[tuple[int, Action]] = []
    for second in range(since, until):
        while (step := next_step(payment, after(second))).action not in (Action.NOTHING, Action.WAIT):
            steps.append((second, step.action))
            if step.action is Action.QUERY:
                payment = heard(payment, what, second)
            else:
                return heard(giving_back(payment), what, second, step.action), steps
    return payment, steps


def test_trap_11_a_time_out_is_no_failure_and_nothing_is_charged_twice() -> None:
    payment = lost()
    assert payment.stage is Stage.UNKNOWN
    assert payment.is_open, "neither cash nor a second number while it is open"
    payment = heard(payment, Heard.NOTHING, 4)
    assert payment.is_open
    paid = heard(payment, Heard.PAID, 7)
    assert (paid.stage, paid.transaction, paid.is_open) == (Stage.PAID, "tx", False)
    assert next_step(paid, after(100_000)).action is Action.NOTHING
    assert Action.QUERY in Action, "asking again is a step"
    assert {action.name for action in Action} == {"NOTHING", "WAIT", "QUERY", "REVERSE", "REFUND"}, "paying is none"


def test_trap_11_wechat_asks_every_3_to_5_seconds_and_gives_up_at_45() -> None:
    assert 3 <= TIMINGS[WECHAT].query_every <= 5
    payment, steps = run(lost(), Heard.USER_PAYING, 60)
    queries = [second for second, action in steps if action is Action.QUERY]
    assert all(3 <= later - earlier <= 5 for earlier, later in pairwise(queries))
    assert queries[-1] == 45
    assert steps[-1] == (45, Action.REVERSE)
    assert payment.stage is Stage.REVERSING


def test_trap_11_wechat_is_not_reversed_within_15_seconds_however_early_it_is_cancelled() -> None:
    payment = cancelled(sent(begun(), Answer(Heard.USER_PAYING), after(1)), after(2))
    _, steps = run(payment, Heard.USER_PAYING, 60)
    assert steps[-2:] == [(15, Action.QUERY), (15, Action.REVERSE)]
    paid_and_cancelled = cancelled(sent(begun(), Answer(Heard.PAID, "tx"), after(1)), after(2))
    assert next_step(paid_and_cancelled, after(14)) == Step(Action.WAIT, after(15))
    assert next_step(paid_and_cancelled, after(15)).action is Action.REVERSE


def test_trap_11_alipay_asks_for_a_minute_and_reverses_right_after_the_last_question() -> None:
    assert 3 <= TIMINGS[ALIPAY].query_every <= 6
    _, steps = run(lost(ALIPAY), Heard.USER_PAYING, 90)
    assert steps[-2:] == [(60, Action.QUERY), (60, Action.REVERSE)]
    _, steps = run(cancelled(lost(ALIPAY), after(5)), Heard.NOTHING, 90)
    assert steps[-2:] == [(5, Action.QUERY), (5, Action.REVERSE)], "and at once when it is cancelled"


@pytest.mark.parametrize(("method", "days"), [(WECHAT, 7), (ALIPAY, 1)])
def test_trap_11_after_the_providers_term_the_money_is_refunded_and_not_reversed(
    method: TenderMethod, days: int
) -> None:
    payment = replace(giving_back(lost(method)), tries=1, asked=after(60))
    term = days * 86_400
    assert next_step(payment, after(term)).action is Action.REVERSE
    assert next_step(payment, after(term + 1)).action is Action.REFUND


def test_trap_11_a_reversal_that_is_not_confirmed_is_tried_again_ever_later_and_then_a_person_looks() -> None:
    payment, steps = run(lost(), Heard.NOTHING, 60)
    assert payment.stage is Stage.REVERSING
    tried = [steps[-1][0]]
    for _ in BACK_OFF:
        assert payment.stage is Stage.REVERSING
        payment, steps = run(payment, Heard.TRY_AGAIN, 1000, tried[-1])
        tried.append(steps[-1][0])
    assert tuple(later - earlier for earlier, later in pairwise(tried)) == BACK_OFF
    assert payment.stage is Stage.MANUAL
    assert payment.is_open
    again = next_step(payment, after(tried[-1] + MANUAL_EVERY))
    assert again.action is Action.REVERSE, "the network may come back before the person does"
    assert heard(payment, Heard.CLOSED, 2000, Action.REVERSE).stage is Stage.REVERSED


def test_trap_11_money_that_comes_after_the_reversal_goes_back() -> None:
    payment = heard(giving_back(lost()), Heard.CLOSED, 46, Action.REVERSE)
    assert (payment.stage, payment.is_open) == (Stage.REVERSED, False)
    assert next_step(payment, after(46 + LATE_CHECKS[0])).action is Action.QUERY
    late = heard(payment, Heard.PAID, 61)
    assert (late.stage, next_step(late, after(61)).action) == (Stage.REFUNDING, Action.REFUND)
    done = heard(giving_back(late), Heard.CLOSED, 62, Action.REFUND)
    assert done.stage is Stage.REVERSED
    for second in (100, 200, 400):
        done = heard(done, Heard.CLOSED, second)
    assert next_step(done, after(100_000)).action is Action.NOTHING


def test_trap_11_once_a_reversal_may_be_on_its_way_paid_is_not_believed() -> None:
    """Its answer was lost; it may still arrive, and give the money back after the goods have gone."""
    payment = heard(giving_back(lost()), Heard.NOTHING, 46, Action.REVERSE)
    assert heard(payment, Heard.PAID, 47).stage is Stage.REVERSING
    assert sent(payment, Answer(Heard.PAID, "tx"), after(47)).stage is Stage.REVERSING


def test_trap_11_a_restart_goes_on_from_what_was_written_down() -> None:
    """Nobody knows whether the payment left; it is asked about, and taken back where nothing is found."""
    payment = begun()
    assert payment.is_open
    assert next_step(payment, after(600)).action is Action.QUERY
    payment = heard(payment, Heard.NOT_FOUND, 600)
    assert payment.is_open, "it may still be on its way"
    assert next_step(payment, after(600)).action is Action.REVERSE
    assert heard(giving_back(payment), Heard.NOT_FOUND, 601, Action.REVERSE).stage is Stage.REVERSED


def test_a_declined_payment_is_over() -> None:
    payment = sent(begun(), Answer(Heard.DECLINED, reason="NOTENOUGH"), after(1))
    assert (payment.stage, payment.is_open, payment.reason) == (Stage.DECLINED, False, "NOTENOUGH")
    assert next_step(payment, after(9)).action is Action.NOTHING
    assert cancelled(payment, after(9)) == payment


def test_a_payment_that_arrives_after_it_was_cancelled_is_given_back() -> None:
    payment = sent(cancelled(begun(), after(2)), Answer(Heard.PAID, "tx"), after(3))
    assert payment.stage is Stage.REVERSING
    assert next_step(payment, after(15)).action is Action.REVERSE


def test_the_payments_own_answer_counts_although_a_question_was_quicker() -> None:
    payment = heard(begun(), Heard.NOT_FOUND, 3)
    assert sent(payment, Answer(Heard.PAID, "tx"), after(8)).stage is Stage.PAID


def test_a_clock_that_was_set_back_does_not_stop_it() -> None:
    payment = heard(lost(), Heard.USER_PAYING, 4)
    an_hour_ago = -3600
    assert next_step(payment, after(an_hour_ago)).action is Action.QUERY
    payment = cancelled(heard(payment, Heard.USER_PAYING, an_hour_ago), after(an_hour_ago + 1))
    assert next_step(payment, after(an_hour_ago + 16)).action is Action.QUERY
    payment = heard(payment, Heard.USER_PAYING, an_hour_ago + 16)
    assert next_step(payment, after(an_hour_ago + 16)).action is Action.REVERSE


def test_only_what_asks_for_a_person_is_settled_by_one() -> None:
    with pytest.raises(ValueError, match="person"):
        settled_by_hand(begun(), StaffId("9"), NOON, taken=True)
    stuck = replace(begun(), stage=Stage.MANUAL)
    taken = settled_by_hand(stuck, StaffId("9"), NOON, taken=True)
    assert (taken.stage, taken.by_hand) == (Stage.PAID, "9")
    returned = settled_by_hand(stuck, StaffId("9"), NOON, taken=False)
    assert returned.stage is Stage.REVERSED
    assert next_step(returned, after(LATE_CHECKS[0])).action is Action.QUERY, "and looked at again all the same"


def test_a_refusal_to_give_back_asks_for_a_person_at_once() -> None:
    payment = heard(giving_back(lost()), Heard.REFUSED, 46, Action.REVERSE)
    assert payment.stage is Stage.MANUAL
