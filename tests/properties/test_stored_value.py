"""Whatever happens to stored value at a till, what stands on cards is what is owed in money, entry by entry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posapp.application.liabilities import report
from posapp.application.stored_value.bonus import lapse_bonuses
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.settlement import CloseRequest, close_card
from posapp.domain.errors import InvalidField
from posapp.domain.events import Ground
from posapp.domain.time import BusinessDay
from posapp.storage.verify import verify
from tests.cases.stored_shop import Shop, found, line
from tests.integration.tills import CASHIER, SteppingClock

yuan = st.integers(1, 1200).map(lambda fen: f"{fen}.00")
odd = st.integers(1, 60_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")


def pay_in(shop: Shop, amount: str) -> None:
    shop.top_up(amount)


def spend(shop: Shop, amount: str) -> None:
    shop.buy(line("a", amount, 1, "no_discount"), wallet=amount)


def wait(shop: Shop, amount: str) -> None:
    shop.clock.step(days=float(amount) % 70)


def lapse(shop: Shop, _amount: str) -> None:
    lapse_bonuses(shop.till, shop.card().id)


def settle(shop: Shop, amount: str) -> None:
    ground = Ground.MERCHANT if amount.endswith("0") else Ground.BUYER
    close_card(shop.till, CloseRequest(shop.card().id, ground, CASHIER, payee="林晓梅"))


Step = Callable[[Shop, str], None]
steps = st.lists(
    st.one_of(
        st.tuples(st.just(pay_in), yuan),
        st.tuples(st.just(spend), odd),
        st.tuples(st.just(wait), yuan),
        st.tuples(st.sampled_from([lapse, settle]), odd),
    ),
    max_size=14,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.sampled_from(["proportional", "principal_first", "bonus_first"]))
def test_the_report_explains_every_balance(done: list[tuple[Step, str]], consumption: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = found(Path(folder), SteppingClock(), {"consumption": consumption})
        try:
            for step, amount in [(pay_in, "100.00"), *done]:
                try:
                    step(shop, amount)
                except InvalidField:
                    continue  # a limit, an empty card: refused, and nothing was written
                except StopIteration:
                    continue
            today = shop.till.business_day()
            made = report(shop.till, "stored-value", BusinessDay(1), today)
            assert made.differences == ()
            cards = stored_cards(shop.till, shop.who)
            assert made.movements[0].close == sum(card.principal.fen for card in cards) >= 0
            assert made.movements[1].close == sum(card.balance.fen - card.principal.fen for card in cards) >= 0
            assert all(lot.principal_fen >= 0 and lot.bonus_fen >= 0 for card in cards for lot in card.lots)
            assert verify(shop.till.database).ok
        finally:
            shop.till.database.close()
