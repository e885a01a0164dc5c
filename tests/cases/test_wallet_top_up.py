"""Paying in: plans, parts, papers, limits and contracts, through the use cases (domain.md §3.1, §3.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posapp.application.stored_value.bonus import NOBODY, grant_bonus, lapse_bonuses
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.opening import OpeningValue, import_opening_value
from posapp.application.stored_value.top_up import preview_top_up, top_up
from posapp.application.till import Cashier
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Payer, StoredValueToppedUp
from posapp.domain.ids import StaffId
from posapp.domain.sale import TenderMethod
from posapp.domain.staff import CASHIER_LIMITS
from posapp.storage.documents import IDENTITY, find
from tests.cases.stored_shop import PAPER, PLANS, Shop, line
from tests.integration.tills import CASHIER, SteppingClock

MANAGER = StaffId("9001")


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def fen(*amounts: Money) -> list[int]:
    return [amount.fen for amount in amounts]


# --------------------------------------------------------------------------------------------------- paying in


def test_a_top_up_says_before_and_after_and_is_done_once(card_shop: Shop) -> None:
    request = card_shop.request("1000.00", plan="p1000", handed=Money(100_000))
    seen = preview_top_up(card_shop.till, request)
    assert fen(seen.before, seen.amount, seen.bonus, seen.after) == [0, 100_000, 20_000, 120_000]
    assert (seen.refusal, seen.needs_paper) == (None, True)
    done = top_up(card_shop.till, request)
    assert fen(done.before, done.after) == [0, 120_000]
    assert top_up(card_shop.till, request).recorded is None
    assert card_shop.card().balance.fen == 120_000
    assert card_shop.member().standing.points.count == 9000, "a top-up earns nothing"
    assert preview_top_up(card_shop.till, card_shop.request("500.00")).needs_paper is False


def test_a_bonus_in_parts_comes_month_by_month(card_shop: Shop, clock: SteppingClock) -> None:
    done = card_shop.top_up("500.00", plan="p500")
    assert done.recorded is not None
    event = done.recorded.event
    assert isinstance(event, StoredValueToppedUp)
    assert [part.bonus.fen for part in event.lots] == [1000] * 6
    today = card_shop.till.business_day()
    assert fen(card_shop.card().balance, card_shop.card().spendable(today)) == [56_000, 51_000]
    part = card_shop.card().next_part(today)
    assert part is not None
    assert str(part.first_day) == "2026-11-17"
    clock.step(days=31)
    assert card_shop.card().spendable(card_shop.till.business_day()).fen == 52_000
    sold = card_shop.buy(line("a", "515.00"), wallet="515.00")
    assert [fen(one.principal, one.bonus) for one in sold.sale.draws] == [[50_000, 1000], [0, 500]]
    with pytest.raises(InvalidField, match=r"only 5\.00 is left"):
        card_shop.buy(line("a", "6.00", 1, "no_discount"), wallet="6.00")


def test_a_bonus_lapses_by_its_contract_whenever_the_job_runs(card_shop: Shop, clock: SteppingClock) -> None:
    card_shop.top_up("300.00")
    clock.step(days=90)
    assert card_shop.card().spendable(card_shop.till.business_day()).fen == 33_000, "its last day"
    clock.step(days=1)
    card = card_shop.card()
    assert fen(card.spendable(card_shop.till.business_day()), card.balance) == [30_000, 33_000]
    sold = card_shop.buy(line("a", "10.00"), wallet="10.00")
    assert fen(sold.sale.draws[0].principal, sold.sale.draws[0].bonus) == [1000, 0]
    assert lapse_bonuses(card_shop.till, card.id).fen == 3000
    assert lapse_bonuses(card_shop.till, card.id).fen == 0
    assert fen(card_shop.card().balance, card_shop.card().principal) == [29_000, 29_000]


def test_bonus_that_was_forgotten_is_granted_by_two_people(card_shop: Shop) -> None:
    card_shop.top_up("200.00")
    card = card_shop.card()
    with pytest.raises(InvalidField, match="another person"):
        grant_bonus(card_shop.till, b"g", card.id, Money(2000), "漏送", CASHIER, CASHIER.id)
    with pytest.raises(InvalidField, match="reason"):
        grant_bonus(card_shop.till, b"g", card.id, Money(2000), " ", CASHIER, MANAGER)
    for _press in range(2):
        after = grant_bonus(card_shop.till, b"g", card.id, Money(2000), "漏送", CASHIER, MANAGER)
        assert fen(after.balance, after.principal) == [22_000, 20_000]


def test_bonus_within_ones_own_limit_needs_nobody_else_and_a_card_never_holds_more_than_it_may(card_shop: Shop) -> None:
    card_shop.top_up("200.00")
    card, alone = card_shop.card(), Cashier(CASHIER.id, "陆文静", limits=replace(CASHIER_LIMITS, bonus_by_hand=2000))
    after = grant_bonus(card_shop.till, b"g", card.id, Money(2000), "漏送", alone, NOBODY)
    assert fen(after.balance, after.principal) == [22_000, 20_000]
    with pytest.raises(InvalidField, match="another person"):
        grant_bonus(card_shop.till, b"h", card.id, Money(2001), "漏送", alone, NOBODY)
    with pytest.raises(InvalidField) as refused:
        grant_bonus(card_shop.till, b"i", card.id, Money(500_000), "漏送", alone, MANAGER)
    assert refused.value.reason_zh == "这种卡余额（含赠送）不得超过 5000.00 元，还可充 4780.00 元"


def test_W33_stored_value_comes_along_once_and_conserves_totals(card_shop: Shop) -> None:
    values = [OpeningValue(card_shop.who, Money(80_000), Money(16_000), "old-1")]
    assert import_opening_value(card_shop.till, values, "main", CASHIER.id, "old system") == 1
    assert import_opening_value(card_shop.till, values, "main", CASHIER.id, "old system") == 0
    assert fen(card_shop.card().principal, card_shop.card().balance) == [80_000, 96_000]
    card_shop.buy(line("a", "96.00"), wallet="96.00")
    assert card_shop.card().principal.fen == 72_000


# -------------------------------------------------------------------------------------------------------- the law


@pytest.mark.parametrize(
    ("entity", "province", "named", "unnamed"),
    [
        ("enterprise", "shanghai", 500_000, 100_000),
        ("enterprise", "zhejiang", 500_000, 100_000),
        ("other", "zhejiang", 200_000, 50_000),
        ("other", "shanghai", None, None),
    ],
)
def test_section_3_1_limits_follow_province_and_kind_of_merchant(
    shops: Any, entity: str, province: str, named: int | None, unnamed: int | None
) -> None:
    merchant = {"entity": entity, "province": province, "licensed": "2020-01-01"}
    card_shop = shops(merchant=merchant, plans=[])
    for kind, limit, code in (("main", named, ""), ("gift", unnamed, "881")):
        request = card_shop.request("100.00", kind=kind, code=code, method=TenderMethod.BANK_TRANSFER)
        most = Money(limit or 900_000)
        assert preview_top_up(card_shop.till, replace(request, amount=most)).refusal is None
        over = preview_top_up(card_shop.till, replace(request, amount=most + Money(1))).refusal
        assert (over is None) == (limit is None)


def test_section_3_1_the_bonus_counts_towards_the_limit(card_shop: Shop) -> None:
    for _time in range(4):
        card_shop.top_up("1000.00", plan="p1000")
    with pytest.raises(InvalidField, match=r"at most 5000\.00 .* 200\.00 is left to fill"):
        card_shop.top_up("1000.00", plan="p1000")
    card_shop.top_up("200.00")
    assert card_shop.card().balance.fen == 500_000


def test_section_3_1_papers_come_before_the_money_and_only_once(card_shop: Shop) -> None:
    with pytest.raises(InvalidField, match="identity number first"):
        card_shop.top_up("100.00", paper=None)
    with pytest.raises(InvalidField, match="no identity card number"):
        card_shop.top_up("100.00", paper=IdentityPaper("林晓梅", "110105194912310021"))
    card_shop.top_up("100.00")
    card_shop.top_up("100.00", paper=None)
    with card_shop.till.database.read() as connection:
        kept = find(connection, IDENTITY, card_shop.card().id.hex())
    assert kept is not None
    assert PAPER.number.encode() not in kept.body


def test_section_3_1_organisations_and_large_sums_pay_by_transfer(shops: Any) -> None:
    card_shop = shops(plans=[])
    organisation = card_shop.request("5000.00", payer=Payer.ORGANISATION)
    with pytest.raises(InvalidField, match=r"from 5000\.00 on, no cash"):
        top_up(card_shop.till, organisation)
    assert preview_top_up(card_shop.till, organisation).needs_transfer
    assert top_up(card_shop.till, replace(organisation, method=TenderMethod.BANK_TRANSFER)).after.fen == 500_000
    unlimited = shops(plans=[], merchant={"entity": "other", "province": "shanghai"})
    assert unlimited.top_up("60000.00").after.fen == 6_000_000, "no such rule is known for other merchants"


def test_section_3_1_a_new_licence_and_a_stop_forbid_prepayments(shops: Any) -> None:
    young = shops(merchant={"entity": "other", "province": "zhejiang", "licensed": "2026-06-01"})
    with pytest.raises(InvalidField, match="first 6 months"):
        young.top_up("100.00")
    stopped = shops(suspended=True)
    with pytest.raises(InvalidField, match="no prepayments at present"):
        stopped.top_up("100.00")


def test_section_3_3_children_and_their_guardians(card_shop: Shop) -> None:
    child = IdentityPaper("小林", "110105201812310025")
    with pytest.raises(InvalidField, match="under eight"):
        card_shop.top_up("50.00", paper=child)
    pupil = IdentityPaper("小陈", "110105201401010028")
    with pytest.raises(InvalidField, match="guardian"):
        card_shop.top_up("150.00", paper=pupil)
    assert card_shop.top_up("150.00", paper=pupil, guardian=True).after.fen == 15_000


def test_the_contract_says_refund_and_breach_in_both_languages(card_shop: Shop) -> None:
    done = card_shop.top_up("500.00", plan="p500")
    zh, en = "\n".join(done.contract_zh), "\n".join(done.contract_en)
    assert "实付金额 ￥500.00，赠送 ￥60.00，合计 ￥560.00" in zh
    assert "付款之日起 7 日内" in zh
    assert "逾期退款的自要求退款之日起支付利息" in zh
    assert "Within 7 days" in en
    assert "最终解释权" not in zh
    assert zh.count("起可用") == 6
    assert PLANS[1]["parts"] == 6
