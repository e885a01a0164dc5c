"""Member life through the use cases, on a real encrypted till, with the numbers of domain.md (§1, §2.9, §3.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.import_members import plan_members
from posapp.application.member_life import Authority
from posapp.application.members import find_member, find_members, identify, import_opening_members, open_card
from posapp.application.passes import PassOrder
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.card import StaticCard, static_code
from posapp.domain.errors import InvalidField
from posapp.domain.events import ConsentRecorded, NumberRevealed, Tender
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Member, MemberState
from posapp.domain.minor import Capacity, age_on, capacity
from posapp.domain.passes import RefundBasis
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage import event_search, member_states
from posapp.storage.documents import outbox
from posapp.storage.verify import verify
from tests.integration.demo_shop import lin, publish
from tests.integration.tills import CASHIER, SteppingClock, demo_till

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)
PASS = {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def till(tmp_path: Path, clock: SteppingClock) -> Iterator[Till]:
    made = demo_till(tmp_path, clock)
    publish(made, passes=[PASS])
    yield made
    report = verify(made.database)
    assert report.ok, report.differences
    made.database.close()


def sell(till: Till, member: Member) -> None:
    cart = new_cart(till).add(line_of(search(till, "明前龙井")[0], "zh_CN"))
    cart = replace(cart, member=member.id, identified_by=Identification.PHONE)
    quote = price_cart(till, cart, member)
    complete_sale(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER))


def buy_pass(till: Till, member: MemberId, request: bytes = b"r") -> None:
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    passes.sell_pass(till, PassOrder(request, member, "two", paid, CASHIER))


def total(till: Till, account: Account) -> int:
    with till.database.read() as connection:
        query = "SELECT sum(settled + pending) FROM held_balance WHERE account = ?"
        return int(connection.exec_driver_sql(query, (int(account),)).scalar() or 0)


def state(till: Till, who: MemberId) -> MemberState:
    with till.database.read() as connection:
        return member_states.membership(connection, who).state


# -- opening, consent, children ---------------------------------------------------------------


def test_X20_a_phone_number_alone_opens_a_card_and_says_what_was_agreed_to(till: Till) -> None:
    opened = open_card(till, "139 5716 0001", CASHIER.id)
    assert opened.created
    with till.database.read() as connection:
        membership = member_states.membership(connection, opened.member.id)
        records = event_search.of_kind(connection, ConsentRecorded)
    assert membership.agreed_to("membership")
    assert not membership.agreed_to("marketing"), "nothing is agreed to by silence"
    (record,) = records
    assert (record.purpose, record.granted, record.channel, record.operator) == (
        "membership", True, "counter", CASHIER.id,
    )  # fmt: skip
    assert record.version == "2026-11"
    assert len(record.text_hash) == 32


def test_marketing_consent_is_taken_back_as_easily_as_it_was_given(till: Till) -> None:
    who = open_card(till, "13957160002", CASHIER.id, marketing=True).member.id
    assert find_member(till, who).profile.marketing  # type: ignore[union-attr]
    life.set_consent(till, who, "marketing", granted=False, operator=CASHIER.id)
    life.set_consent(till, who, "marketing", granted=False, operator=CASHIER.id)
    member = find_member(till, who)
    assert member is not None
    assert not member.profile.marketing
    with till.database.read() as connection:
        said = [one.granted for one in event_search.of_kind(connection, ConsentRecorded) if one.purpose == "marketing"]
    assert said == [True, False], "recorded once each, not per press"
    with pytest.raises(InvalidField, match="nothing to agree to"):
        life.set_consent(till, who, "selling my data", granted=True, operator=CASHIER.id)


def test_under_fourteen_a_guardian_agrees(till: Till) -> None:
    with pytest.raises(InvalidField) as refused:
        open_card(till, "13957160003", CASHIER.id, birthday="20140101")
    assert refused.value.field == "guardian"
    who = open_card(till, "13957160003", CASHIER.id, birthday="20140101", guardian="王强").member.id
    with till.database.read() as connection:
        membership = member_states.membership(connection, who)
    assert membership.guardian == "王强"
    assert membership.agreed_to("guardian")
    assert open_card(till, "13957160004", CASHIER.id, birthday="20121016").created, "fourteen yesterday"


def test_W33_an_import_conserves_totals_and_who_came_with_it_agreed_to_nothing_here(till: Till) -> None:
    before = total(till, Account.MEMBER_POINTS)
    rows = [f"137{number:08d},会员{number},{number}" for number in range(975)]
    rows += [f"137{number:08d},又一次,5" for number in range(20)]
    rows += ["1375716,短,1", "abc,错,1", "13700000001x,错,1", "13799999998,错,-1", "13799999999,错,1.5"]
    plan = plan_members(("phone,name,points\n" + "\n".join(rows)).encode())
    assert (plan.rows, len(plan.members), len(plan.duplicates), len(plan.problems)) == (1000, 975, 20, 5)
    assert import_opening_members(till, plan.members, CASHIER.id, "old system") == 975
    assert import_opening_members(till, plan.members, CASHIER.id, "old system") == 0, "again brings nobody"
    assert total(till, Account.MEMBER_POINTS) - before == sum(range(975))
    somebody = find_members(till, "13700000007").members[0]
    with till.database.read() as connection:
        assert member_states.membership(connection, somebody.id).consents == ()


# -- cards ---------------------------------------------------------------


def test_W15_a_card_valid_this_year_is_replaced_after_its_end_and_what_stood_on_it_stands(
    till: Till, clock: SteppingClock
) -> None:
    clock.step(days=44)  # 30 November 2026
    publish(till, passes=[PASS], card_valid={"type": "this_year"})
    member = open_card(till, "13957160005", CASHIER.id).member
    buy_pass(till, member.id)
    with till.database.read() as connection:
        membership = member_states.membership(connection, member.id)
    assert str(membership.card_until) == "2026-12-31"
    today = till.business_day()
    assert life.card_notice(membership.card_until, today) is None, "31 days to go"
    notice = life.card_notice(membership.card_until, today.plus(1))
    assert notice is not None
    assert (notice.days_left, notice.has_ended) == (30, False)
    clock.step(days=32)
    ended = life.card_notice(membership.card_until, till.business_day())
    assert ended is not None
    assert ended.has_ended
    number = life.replace_card(till, member.id, "expired", CASHIER.id)
    assert number != member.card_number
    again = find_members(till, number).members[0]
    assert (again.id, again.card_number) == (member.id, number)
    assert [held.left for held in passes.held_passes(till, member.id)] == [2], "the balance survives its card"
    with till.database.read() as connection:
        assert str(member_states.membership(connection, member.id).card_until) == "2027-12-31"


def test_a_lost_card_is_refused_and_its_member_found_by_the_new_one(till: Till) -> None:
    member = open_card(till, "13957160006", CASHIER.id).member
    old = static_code(till.keys.member_key, StaticCard(int(member.card_number), 1))
    assert identify(till, old)[0].id == member.id
    number = life.replace_card(till, member.id, "lost", CASHIER.id)
    with pytest.raises(InvalidField, match="retired on 2026-10-17"):
        identify(till, old)
    new = static_code(till.keys.member_key, StaticCard(int(number), 1))
    assert identify(till, new)[0].id == member.id


# -- numbers ---------------------------------------------------------------


def test_X24_a_member_is_found_by_phone_or_by_the_last_four_and_a_name(till: Till) -> None:
    assert [member.profile.name for member in find_members(till, "13857166021").members] == ["林晓梅"]
    several = find_members(till, "6021").members
    assert len(several) > 1, "the till asks for the name"
    assert [member.profile.name for member in find_members(till, "林晓6021").members] == ["林晓梅"]
    assert all("****" in member.profile.masked_phone for member in several)


def test_a_new_number_finds_the_member_and_the_old_one_makes_a_new_person(till: Till) -> None:
    member = lin(till)
    life.change_number(till, member.id, "13957160007", "otp", BOSS)
    assert find_members(till, "13957160007").members[0].id == member.id
    assert find_members(till, "13857166021").members == ()
    assert not open_card(till, "13957160007", CASHIER.id).created, "the new number has a card already"
    stranger = open_card(till, "13857166021", CASHIER.id)
    assert stranger.created
    assert stranger.member.id != member.id
    assert stranger.member.standing.points.count == 0, "somebody else's points are not theirs"
    assert lin_by_id(till, member.id).standing.points.count == 3482


def lin_by_id(till: Till, who: MemberId) -> Member:
    member = find_member(till, who)
    assert member is not None
    return member


def test_a_number_that_has_a_card_is_not_taken_over_but_merged(till: Till) -> None:
    with pytest.raises(InvalidField, match="merge the two"):
        life.change_number(till, lin(till).id, "15988216021", "id", BOSS)
    with pytest.raises(InvalidField, match="code sent to the old number"):
        life.change_number(till, lin(till).id, "13957160008", "a smile", BOSS)


def test_a_whole_number_is_shown_only_with_permission_and_it_is_recorded(till: Till) -> None:
    member = lin(till)
    with pytest.raises(InvalidField, match="permission"):
        life.reveal_number(till, member.id, CASHIER, "delivery")
    manager = replace(CASHIER, permissions=frozenset({"reveal_number"}))
    with pytest.raises(InvalidField, match="say why"):
        life.reveal_number(till, member.id, manager, " ")
    assert life.reveal_number(till, member.id, manager, "送货") == "+8613857166021"
    with till.database.read() as connection:
        (looked,) = event_search.of_kind(connection, NumberRevealed)
    assert (looked.member, looked.operator, looked.reason) == (member.id, manager.id, "送货")


# -- merging ---------------------------------------------------------------


def test_a_merge_moves_everything_once_and_can_be_undone(till: Till, clock: SteppingClock) -> None:
    stays, goes = lin(till), open_card(till, "13957160009", CASHIER.id, marketing=True).member
    sell(till, stays)
    sell(till, goes)
    clock.step(days=1)
    sell(till, lin_by_id(till, goes.id))
    buy_pass(till, goes.id)
    before = {who: lin_by_id(till, who).standing for who in (stays.id, goes.id)}
    totals = {account: total(till, account) for account in Account if account.is_held}
    preview = life.preview_merge(till, stays.id, goes.id)
    assert (preview.points.count, preview.visits, preview.asset_count) == (121 + 2 * 109, 1, 3), (
        "one on a member day; of two visits one was shared; a pass and the two coupons that the card brought"
    )
    assert life.merge_members(till, stays.id, goes.id, BOSS) == preview
    assert {account: total(till, account) for account in Account if account.is_held} == totals, (
        "nothing is made or lost"
    )
    after = lin_by_id(till, stays.id).standing
    assert after.points == before[stays.id].points + before[goes.id].points
    assert after.spend == before[stays.id].spend + before[goes.id].spend
    assert after.visits == before[stays.id].visits + 1
    assert [held.name.zh for held in passes.held_passes(till, stays.id)] == ["2 次卡"]
    assert passes.held_passes(till, goes.id) == ()
    assert find_members(till, "13957160009").members == (), "it is not listed twice"
    found = open_card(till, "13957160009", CASHIER.id)
    assert (found.created, found.member.id) == (False, stays.id), "but its number finds the survivor"
    assert not lin_by_id(till, stays.id).profile.marketing, "only where both had agreed"
    with pytest.raises(InvalidField, match="merged or left already"):
        life.merge_members(till, stays.id, goes.id, BOSS)

    clock.step(days=30)
    life.undo_merge(till, goes.id, BOSS)
    assert {who: lin_by_id(till, who).standing.points for who in before} == {
        who: standing.points for who, standing in before.items()
    }
    assert [held.name.zh for held in passes.held_passes(till, goes.id)] == ["2 次卡"]
    assert find_members(till, "13957160009").members[0].id == goes.id
    with pytest.raises(InvalidField, match="no merge"):
        life.undo_merge(till, goes.id, BOSS)


def test_after_thirty_days_a_merge_stands(till: Till, clock: SteppingClock) -> None:
    stays, goes = lin(till), open_card(till, "13957160010", CASHIER.id).member
    life.merge_members(till, stays.id, goes.id, BOSS)
    clock.step(days=31)
    with pytest.raises(InvalidField, match="more than 30 days"):
        life.undo_merge(till, goes.id, BOSS)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (replace(BOSS, online=False), "断网时不能办理"),
        (replace(BOSS, approver=CASHIER.id), "另一人批准"),
    ],
)
def test_what_two_tills_must_not_do_at_once_needs_the_network_and_two_people(
    till: Till, by: Authority, words: str
) -> None:
    other = open_card(till, "13957160011", CASHIER.id).member
    for ask in (
        lambda: life.merge_members(till, lin(till).id, other.id, by),
        lambda: life.change_number(till, other.id, "13957160012", "id", by),
        lambda: life.reassign_number(till, "13957160011", by),
    ):
        with pytest.raises(InvalidField) as refused:
            ask()
        assert words in refused.value.reason_zh


# -- leaving ---------------------------------------------------------------


def test_leaving_settles_first_then_erases_and_keeps_the_books(till: Till) -> None:
    member = lin(till)
    sell(till, member)
    buy_pass(till, member.id)
    leaving = life.preview_leaving(till, member.id)
    assert [words.zh for words in leaving.unsettled] == ["2 次卡"]
    with pytest.raises(InvalidField, match="settled first"):
        life.forget_member(till, leaving, "搬家", CASHIER.id)
    (held,) = passes.held_passes(till, member.id)
    preview = passes.preview_return(till, held.asset.id, RefundBasis.COOLING_OFF)
    paid = (Tender(TenderMethod.CASH, preview.refund, preview.refund),)
    passes.return_pass(till, passes.PassReturn(b"b", preview, "搬家", paid, CASHIER, StaffId("9001")))
    leaving = life.preview_leaving(till, member.id)
    assert leaving.points.count == 3482 + 108
    with pytest.raises(InvalidField, match="points changed"):
        life.forget_member(till, replace(leaving, points=leaving.points + leaving.points), "搬家", CASHIER.id)
    life.forget_member(till, leaving, "搬家", CASHIER.id)
    assert state(till, member.id) is MemberState.FORGOTTEN
    for way in ("13857166021", "林晓梅", "lxm"):
        assert member.id not in [one.id for one in find_members(till, way).members], way
    with till.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sale WHERE member = ?", (member.id,)).scalar() == 1
        stored = b"".join(one.body for one in outbox(connection, 100_000))
    assert "林晓梅".encode() not in stored
    assert lin_by_id(till, member.id).standing.points.count == 0


def test_whoever_comes_back_after_leaving_gets_a_new_card_under_the_same_hash(till: Till) -> None:
    member = open_card(till, "13957160013", CASHIER.id).member
    life.forget_member(till, life.preview_leaving(till, member.id), "", CASHIER.id)
    again = open_card(till, "13957160013", CASHIER.id)
    assert again.created
    assert again.member.id == member.id, "so what may be had once is not had again"
    assert again.member.card_number != member.card_number
    assert state(till, member.id) is MemberState.ACTIVE


def test_a_member_takes_their_own_data_along(till: Till) -> None:
    member = lin(till)
    sell(till, member)
    buy_pass(till, member.id)
    data = json.loads(json.dumps(life.export_member(till, member.id)))
    assert data["profile"]["phone"] == "+8613857166021"
    assert data["balances"]["points"] == 3482 + 108
    assert data["assets"][0]["balances"] == {"pass_uses": 2}
    assert data["purchases"][0]["due"] == "108.80"


def test_days_of_birth_decide_what_a_child_may_do() -> None:
    day = BusinessDay.of(SteppingClock().instant.date())  # 17 October 2026
    assert [age_on(born, day) for born in ("20181017", "20181018", "0608", "")] == [8, 7, None, None]
    assert [capacity(born, day) for born in ("20181018", "20181017", "20081018", "20081017", "")] == [
        Capacity.NONE, Capacity.LIMITED, Capacity.LIMITED, Capacity.FULL, Capacity.FULL,
    ]  # fmt: skip
