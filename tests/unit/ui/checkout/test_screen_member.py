"""What the member's panel says of points and tiers: what lapses, what is owed, how far the next tier is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posapp.application.checkout import new_cart, price_cart
from posapp.application.members import find_member
from posapp.application.till import Till
from posapp.domain.ids import MemberId
from posapp.domain.sale import Identification
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.basket_edits import attach, empty
from posapp.ui.checkout.screen_member import member_panel
from posapp.ui.checkout.session import Session
from posapp.ui.i18n import Language
from tests.cases.points_shop import NO_RATES, at, buy, new_member, shop
from tests.integration.tills import SteppingClock
from tests.unit.ui.checkout.counter import words

NAMED = [
    tier | {"name": {"zh_CN": zh, "en": en}}
    for tier, zh, en in zip(NO_RATES, ("普通卡", "银卡", "金卡"), ("Standard", "Silver", "Gold"), strict=True)
]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at(2026, 12, 1))


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = shop(tmp_path, clock, tiers=NAMED)
    yield made
    made.database.close()


def panel(till: Till, who: MemberId, language: str = "zh_CN") -> ui.MemberPanel:
    member = find_member(till, who)
    assert member is not None
    basket = attach(empty(new_cart(till)), member, Identification.PHONE)
    session = Session(basket, price_cart(till, basket.cart, member))
    shown = member_panel(session, till.programme, till.clock.now(), language)
    assert shown is not None
    return shown


def test_W19_the_panel_says_eighty_yuan_or_one_visit(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "200.00")
    clock.step(days=1)
    buy(till, who, "220.00")
    progress = panel(till, who).progress
    assert progress is not None
    assert words(progress.label) == "再消费80.00元或1次升银卡"
    english = panel(till, who, "en").progress
    assert english is not None
    assert words(english.label, Language.EN) == "80.00 more, or 1 visit, to Silver"
    assert (progress.have, progress.need) == (42_000, 50_000)


def test_points_that_lapse_soon_are_said_and_lapsed_ones_are_not_shown(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "300.00")
    points = panel(till, who).balances[0]
    assert (points.value, points.note) == ("300", None)
    clock.instant = at(2027, 12, 8)
    assert words(panel(till, who).balances[0].note) == "300 分 12-31 到期"
    clock.instant = at(2028, 1, 1)
    assert (panel(till, who).balances[0].value, panel(till, who).balances[0].note) == ("0", None)


def test_a_tier_that_was_reviewed_is_shown_with_the_way_back(till: Till, clock: SteppingClock) -> None:
    who = new_member(till)
    buy(till, who, "2100.00")
    assert words(panel(till, who).tier_name) == "金卡"
    clock.instant = at(2027, 12, 2)
    shown = panel(till, who)
    assert words(shown.tier_name) == "银卡"
    assert shown.progress is not None
    assert words(shown.progress.label) == "再消费2,000.00元或8次升金卡"
