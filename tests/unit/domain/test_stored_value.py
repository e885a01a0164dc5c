"""Lots: nothing is lost or made however a balance is spent, and what comes back is what was taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posapp.domain.stored_value import (
    Consumption,
    Lot,
    balance_fen,
    draw,
    give_back,
    interest_fen,
)

amounts = st.integers(0, 50_000)
lots = st.builds(
    lambda principal, bonus, consumption: Lot(principal, bonus, (principal, bonus), consumption),
    amounts,
    amounts,
    st.sampled_from(Consumption),
)
purchases = st.lists(st.integers(1, 20_000), max_size=12)


@given(st.lists(lots, max_size=4), purchases)
def test_spending_conserves_every_fen(start: list[Lot], spent: list[int]) -> None:
    left = tuple(start)
    taken = 0
    for fen in spent:
        drawn = draw(left, fen)
        assert drawn.principal_fen + drawn.bonus_fen == min(fen, balance_fen(left))
        assert all(principal >= 0 and bonus >= 0 for principal, bonus in drawn.parts)
        taken += drawn.principal_fen + drawn.bonus_fen
        left = drawn.left
        assert all(lot.principal_fen >= 0 and lot.bonus_fen >= 0 for lot in left)
    assert balance_fen(start) == taken + balance_fen(left)


@given(amounts, amounts, purchases)
def test_in_parts_or_at_once_the_same_principal_is_left(principal: int, bonus: int, spent: list[int]) -> None:
    start = [Lot(principal, bonus, (principal, bonus))]
    left = tuple(start)
    for fen in spent:
        left = draw(left, fen).left
    assert left == draw(start, sum(spent)).left


@given(st.lists(lots, min_size=1, max_size=4), st.integers(1, 100_000), st.lists(st.integers(0, 100), max_size=5))
def test_parts_of_a_refund_end_where_the_whole_ends(start: list[Lot], fen: int, shares: list[int]) -> None:
    drawn = draw(start, fen)
    done = [(0, 0)] * len(drawn.parts)
    for share in [*sorted(shares), 100]:
        after = give_back(
            drawn.parts, drawn.principal_fen * share // 100, drawn.bonus_fen * share // 100
        )  # fmt: skip
        assert all(b >= a and d >= c for (a, c), (b, d) in zip(done, after, strict=True)), "nothing is taken again"
        done = after
    assert tuple(done) == drawn.parts


def test_the_lot_that_was_drawn_last_is_restored_first() -> None:
    assert give_back([(1000, 200), (500, 100)], 700, 150) == [(200, 50), (500, 100)]


def test_overdrawn_by_two_tills_nothing_more_comes_out() -> None:
    drawn = draw([Lot(-300, -60, (1000, 200)), Lot(500, 100, (500, 100))], 600)
    assert (drawn.parts[0], drawn.principal_fen, drawn.bonus_fen) == ((0, 0), 500, 100)


def test_interest() -> None:
    assert interest_fen(50_000, 300, 30) == 123
