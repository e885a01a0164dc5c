"""A member's file and profile through the use cases, on a real encrypted till (domain.md X-01, §2.9, §3.3)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.application import coupons, points
from posapp.application import member_life as life
from posapp.application.member_file import open_file
from posapp.application.member_history import member_history
from posapp.application.member_life import Authority
from posapp.application.member_profile import birthday_open_on, edit_profile
from posapp.application.members import find_member, find_members, open_card
from posapp.application.passes import PassOrder, PassUse, sell_pass, use_pass
from posapp.application.tiers import give_tier
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import ConsentRecorded, Tender
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Membership
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage import assets, event_search, member_states
from tests.cases.points_shop import MANAGER, basket, buy, shop
from tests.integration.demo_shop import lin
from tests.integration.tills import CASHIER, SteppingClock

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def membership(till: Till, who: MemberId) -> Membership:
    with till.database.read() as connection:
        return member_states.membership(connection, who)


# -- the profile ---------------------------------------------------------------


def test_a_birthday_is_changed_once_in_365_days_and_may_always_be_taken_out(till: Till, clock: SteppingClock) -> None:
    who = open_card(till, "13957160001", CASHIER.id, birthday="0101").member.id
    edit_profile(till, who, "周 芳", "0608")
    changed = till.business_day()
    assert birthday_open_on(membership(till, who)) == changed.plus(365)
    clock.step(days=364)
    with pytest.raises(InvalidField) as refused:
        edit_profile(till, who, "周 芳", "0609")
    assert refused.value.field == "birthday"
    edit_profile(till, who, "周芳", "")
    member = find_member(till, who)
    assert member is not None
    assert (member.profile.name, member.profile.birthday) == ("周芳", "")
    clock.step(days=1)
    assert edit_profile(till, who, "周芳", "06-09").birthday == "0609"


def test_a_name_is_found_again_by_its_new_spelling(till: Till) -> None:
    who = open_card(till, "13957160001", CASHIER.id, name="周芳").member.id
    edit_profile(till, who, "  诸葛   亮 ", "")
    assert [one.id for one in find_members(till, "zgl").members] == [who]
    with pytest.raises(InvalidField, match="longer than"):
        edit_profile(till, who, "长" * 41, "")


def test_the_day_of_the_change_travels_with_the_profile(till: Till) -> None:
    who = open_card(till, "13957160001", CASHIER.id).member.id
    edit_profile(till, who, "", "0608")
    with till.database.read() as connection:
        document = till.reference.member_record(connection, who)
    assert document is not None
    assert document.membership == membership(till, who)
    assert document.membership.birthday_day == till.business_day()


def test_a_guardian_comes_and_goes_with_a_recorded_consent(till: Till) -> None:
    who = open_card(till, "13957160001", CASHIER.id).member.id
    life.set_guardian(till, who, " 王  强 ", CASHIER.id)
    life.set_guardian(till, who, "王 强", CASHIER.id)
    life.set_guardian(till, who, "王刚", CASHIER.id)
    assert membership(till, who).guardian == "王刚"
    edit_profile(till, who, "", "20200101")
    with pytest.raises(InvalidField) as refused:
        life.set_guardian(till, who, "", CASHIER.id)
    assert refused.value.field == "guardian"
    edit_profile(till, who, "", "")
    life.set_guardian(till, who, "", CASHIER.id)
    with till.database.read() as connection:
        said = [one.granted for one in event_search.of_kind(connection, ConsentRecorded) if one.purpose == "guardian"]
    assert said == [True, False], "recorded once each: another name is no other consent"


# -- one reading of everything ---------------------------------------------------------------


def test_the_file_holds_what_is_good_and_every_card_that_was_theirs(till: Till, clock: SteppingClock) -> None:
    who = lin(till).id
    coupons.issue_coupon(till, who, "friend20", CASHIER, "by hand")
    file = open_file(till, who)
    assert file.member.standing.points.count == 3482
    assert [one.template for one in file.coupons] == ["friend20"]
    assert file.entitlements[0].contact.startswith("王敏")
    first = file.coupons[0]
    coupons.void(till, [first.code], "test", CASHIER)
    number = life.replace_card(till, who, "lost", CASHIER.id)
    file = open_file(till, who)
    assert first.code not in [one.code for one in file.coupons]
    assert [(one.number == number, one.retired) for one in file.cards] == [(True, None), (False, till.business_day())]
    coupons.issue_coupon(till, who, "friend20", CASHIER, "again")
    clock.step(days=400)
    assert open_file(till, who).coupons == (), "what lapsed is no longer there"


def test_somebody_unknown_has_no_file(till: Till) -> None:
    with pytest.raises(InvalidField, match="does not know"):
        open_file(till, MemberId(bytes(16)))


# -- what happened ---------------------------------------------------------------


def test_the_history_says_what_each_entry_changed_newest_first(tmp_path: Path, clock: SteppingClock) -> None:
    till = shop(tmp_path, clock, passes=[{"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}])
    who = open_card(till, "13957160001", CASHIER.id).member.id
    buy(till, who, "88.80")
    points.change_by_hand(till, who, 50, CASHIER, MANAGER, "补登")
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    sold = sell_pass(till, PassOrder(b"r", who, "two", paid, CASHIER))
    with till.database.read() as connection:
        (held,) = [one for one in assets.of_owner(connection, who) if one.on(Account.PASS_USES)]
    use_pass(till, PassUse(b"u", held.asset.id, 1, CASHIER, Identification.DYNAMIC_CODE, online=True))
    give_tier(till, who, "gold", None, CASHIER, MANAGER, "老客户")
    page = member_history(till, who)
    assert not page.more
    told = [(one.what.en, one.points, one.uses, one.money, one.note) for one in page.entries]
    assert told == [
        ("Tier set", 0, 0, None, "老客户"),
        ("Pass used", 0, -1, None, ""),
        ("Pass bought", 0, 2, None, ""),
        ("Points by hand", 50, 0, None, "补登"),
        ("Sale", 88, 0, Money(8880), ""),
    ]
    assert sold is not None
    assert [[name.zh for name in one.names] for one in page.entries[:3]] == [["gold"], ["2 次卡"], ["2 次卡"]]
    assert [one.is_sale for one in page.entries].index(True) == 4
    first = member_history(till, who, limit=2)
    assert first.more
    assert member_history(till, who, first.entries[-1].position, limit=3).entries == page.entries[2:]
    till.database.close()


def test_another_members_entries_stay_theirs(tmp_path: Path, clock: SteppingClock) -> None:
    till = shop(tmp_path, clock)
    one, two = (open_card(till, f"1395716000{n}", CASHIER.id).member.id for n in (1, 2))
    buy(till, one, "10.00")
    assert basket(till, two, "10.00").member == two
    assert member_history(till, two).entries == ()
    till.database.close()


# -- merges and the way out ---------------------------------------------------------------


def test_merges_can_be_undone_for_thirty_days_and_are_listed_so_long(till: Till, clock: SteppingClock) -> None:
    one, two = (open_card(till, f"1395716000{n}", CASHIER.id).member.id for n in (1, 2))
    life.merge_members(till, one, two, BOSS)
    assert [each.merged for each in life.undoable_merges(till, one)] == [two]
    assert life.undoable_merges(till, two) == ()
    clock.step(days=31)
    assert life.undoable_merges(till, one) == ()


def test_nobody_approves_is_no_approval(till: Till) -> None:
    one, two = (open_card(till, f"1395716000{n}", CASHIER.id).member.id for n in (1, 2))
    with pytest.raises(InvalidField) as refused:
        life.merge_members(till, one, two, replace(BOSS, approver=StaffId("")))
    assert refused.value.field == "approver"


def test_leaving_waits_for_the_network(till: Till) -> None:
    who = open_card(till, "13957160001", CASHIER.id).member.id
    leaving = life.preview_leaving(till, who)
    with pytest.raises(InvalidField) as refused:
        life.forget_member(till, leaving, "asked", CASHIER.id, online=False)
    assert refused.value.field == "network"
    life.forget_member(till, leaving, "asked", CASHIER.id)


def test_an_export_is_written_by_card_and_day(till: Till, tmp_path: Path) -> None:
    who = lin(till).id
    path = life.write_export(till, who, tmp_path)
    assert path.name == f"member-{lin(till).card_number}-{till.business_day()}.json"
    assert json.loads(path.read_text("utf-8"))["profile"]["name"] == "林晓梅"
    with pytest.raises(InvalidField) as refused:
        life.write_export(till, who, tmp_path / "nowhere")
    assert refused.value.field == "folder"
