"""Points that lapse: sums by lot and month say what a simulation of each single earning, day by day, says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.domain.points_held import LotKey, PointsHeld, due, first_of, grace_day, month_of
from posapp.domain.programme.points_life import PointsLife
from posapp.domain.time import BusinessDay

START = BusinessDay.of(date(2026, 1, 10))


@dataclass
class Earned:
    """One earning, as the simulation knows it."""

    day: BusinessDay
    points: int
    last_day: BusinessDay
    free: BusinessDay
    grace: bool = False


@dataclass
class Spent:
    """One spending."""

    day: BusinessDay
    points: int


@dataclass
class Shop:
    """A member's history: what happened, and the same as sums on the ledger."""

    life: PointsLife
    opening: int = 0
    done: list[Earned | Spent] = field(default_factory=list)
    posted: Counter[LotKey] = field(default_factory=Counter)
    today: BusinessDay = START

    def earn(self, points: int) -> None:
        free = self.life.free_day(self.today) or self.today
        self.done.append(Earned(self.today, points, self.life.last_day(self.today), free))

    def spend(self, points: int) -> None:
        self.done.append(Spent(self.today, min(points, self.held.on(self.today).available)))

    def take_back_earning(self, which: int, points: int) -> None:
        earned = [one for one in self.done if isinstance(one, Earned) and not one.grace and one.points]
        if earned:
            one = earned[which % len(earned)]
            one.points -= min(points, one.points)

    def give_back_spending(self, which: int, points: int) -> None:
        spent = [one for one in self.done if isinstance(one, Spent) and one.points]
        if not spent:
            return
        one = spent[which % len(spent)]
        back = min(points, one.points)
        lapsed = self.held.on(self.today).returned_from_lapsed(month_of(one.day), back)
        one.points -= back - lapsed
        if lapsed:
            self.done.append(Earned(self.today, lapsed, grace_day(self.today), self.today, grace=True))

    def expire(self) -> None:
        for key, points in due(self.held, self.today).items():
            self.posted[key] += points

    def key(self, one: Earned) -> LotKey:
        if one.grace:
            return LotKey(one.last_day, 0, month_of(one.last_day) - 1, grace=True)
        frozen = bool(self.life.freeze_days)
        return LotKey(one.last_day, one.free.ordinal if frozen else 0, month_of(one.day))

    @property
    def held(self) -> PointsHeld:
        issued: Counter[LotKey] = Counter()
        spent: Counter[int] = Counter()
        for one in self.done:
            if isinstance(one, Earned):
                issued[self.key(one)] += one.points
            else:
                spent[month_of(one.day)] += one.points
        balance = self.opening + sum(issued.values()) - sum(spent.values()) - sum(self.posted.values())
        lapsed = {key: points for key, points in self.posted.items() if points}
        return PointsHeld(balance, issued, lapsed, spent)

    def simulated(self) -> tuple[int, int, int]:
        """Available, frozen and debt by going through every day with a list of single earnings."""
        lots: list[list[Any]] = []
        pool, debt = self.opening, 0
        for ordinal in range(START.ordinal, self.today.ordinal + 1):
            day = BusinessDay(ordinal)
            lots = [lot for lot in lots if lot[0].last_day >= day]
            for one in (event for event in self.done if event.day == day):
                if isinstance(one, Earned):
                    lots.append([one, one.points])
                else:
                    debt += one.points
                debt, pool = _settle(lots, pool, debt, day)
            debt, pool = _settle(lots, pool, debt, day)
        free = sum(left for one, left in lots if one.free <= self.today)
        frozen = sum(left for one, left in lots if one.free > self.today)
        return max(0, free + pool - debt), frozen, debt


def _settle(lots: list[list[Any]], pool: int, debt: int, day: BusinessDay) -> tuple[int, int]:
    for lot in sorted(lots, key=lambda each: (each[0].last_day, each[0].day)):
        if lot[0].free <= day:
            part = min(debt, lot[1])
            lot[1] -= part
            debt -= part
    part = min(debt, pool)
    return debt - part, pool - part


moves = st.one_of(
    st.tuples(st.just("earn"), st.integers(1, 400), st.just(0)),
    st.tuples(st.just("spend"), st.integers(1, 500), st.just(0)),
    st.tuples(st.just("take_back_earning"), st.integers(0, 20), st.integers(1, 400)),
    st.tuples(st.just("give_back_spending"), st.integers(0, 20), st.integers(1, 400)),
    st.tuples(st.just("wait"), st.integers(1, 75), st.just(0)),
    st.tuples(st.just("expire"), st.just(0), st.just(0)),
)
histories = st.lists(moves, max_size=40)
lives = st.builds(PointsLife, months=st.sampled_from([1, 3, 12]), freeze_days=st.sampled_from([None, 0, 7, 20]))


def move(shop: Shop, name: str, first: int, second: int) -> None:
    match name:
        case "earn":
            shop.earn(first)
        case "spend":
            shop.spend(first)
        case "take_back_earning":
            shop.take_back_earning(first, second)
        case "give_back_spending":
            shop.give_back_spending(first, second)
        case "wait":
            shop.today = shop.today.plus(first)
        case _:
            shop.expire()


@settings(max_examples=120, deadline=None)
@given(lives, histories)
def test_sums_by_lot_and_month_say_what_single_lots_say(life: PointsLife, history: list[tuple[str, int, int]]) -> None:
    shop = Shop(life)
    for step in history:
        move(shop, *step)
        graced = any(isinstance(one, Earned) and one.grace for one in shop.done)
        now = shop.held.on(shop.today)
        available, frozen, debt = shop.simulated()
        if not graced:
            assert (now.available, now.frozen, now.debt) == (available, frozen, debt), step
        else:
            # What came back late is used before what lapses later, even by a spending of the same month before it.
            assert now.available >= available


@settings(max_examples=120, deadline=None)
@given(lives, histories, st.integers(0, 300))
def test_posting_what_lapsed_changes_nothing_and_can_be_done_at_any_time(
    life: PointsLife, history: list[tuple[str, int, int]], opening: int
) -> None:
    diligent, lazy = Shop(life, opening), Shop(life, opening)
    for step in history:
        if step[0] != "expire":
            move(lazy, *step)
            move(diligent, *step)
        diligent.expire()
        assert diligent.held.on(diligent.today) == lazy.held.on(lazy.today)
        assert due(diligent.held, diligent.today) == {}, "once is enough"
        now = diligent.held.on(diligent.today)
        assert diligent.held.balance == sum(lot.points for lot in now.lots) + now.everlasting - now.debt
    lazy.expire()
    assert lazy.held == diligent.held, "late or early, the ledger comes to the same"


def test_an_earning_that_is_taken_back_after_it_lapsed_is_no_loss_twice() -> None:
    shop = Shop(PointsLife(months=1))
    shop.earn(100)
    shop.today = first_of(month_of(START) + 1)
    shop.earn(50)
    shop.today = first_of(month_of(START) + 2)
    shop.expire()
    assert (shop.held.balance, shop.held.on(shop.today).available) == (50, 50)
    shop.take_back_earning(0, 100)
    assert shop.held.balance == -50, "the ledger took the same points twice"
    assert shop.held.on(shop.today).available == 50
    shop.expire()
    assert shop.held.balance == 50, "and says so itself at the next job"


def test_points_of_the_simulation_can_be_told_apart() -> None:
    """The oracle is no mirror: without its order by last day it says something else."""
    shop = Shop(PointsLife(months=12))
    shop.earn(100)
    shop.done.append(Earned(START, 70, first_of(month_of(START) + 1).plus(-1), START))
    shop.spend(100)
    shop.today = START.plus(60)
    assert shop.simulated()[0] == 70
