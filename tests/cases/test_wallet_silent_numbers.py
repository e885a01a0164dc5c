"""Numbers that were silent for long, through the use cases on a real till (domain.md §2.9, recycled numbers; X-24)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posapp.application import member_life as life
from posapp.application.member_life import Authority, Factor, needs_second_factor
from posapp.application.members import find_member, find_members, open_card
from posapp.application.stored_value.pin import set_pin
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import NumberClaimed
from posapp.domain.ids import StaffId
from posapp.domain.member import Member
from posapp.domain.sale import Identification
from posapp.storage import event_search
from tests.integration.demo_shop import lin
from tests.integration.tills import CASHIER, SteppingClock

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)
PHONE = Identification.PHONE


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def seen(till: Till, days_ago: int) -> Member:
    """林晓梅, who was here so many days ago."""
    member = lin(till)
    return replace(member, standing=replace(member.standing, last_day=till.business_day().plus(-days_ago)))


@pytest.mark.parametrize(
    ("days", "how", "asked"),
    [
        (180, PHONE, False),
        (181, PHONE, True),
        (181, Identification.LAST_FOUR, True),
        (999, Identification.DYNAMIC_CODE, False),
        (999, Identification.STATIC_CARD, False),
        (999, Identification.PIN, False),
    ],
)
def test_after_180_days_a_number_alone_shows_no_balances(
    till: Till, days: int, how: Identification, *, asked: bool
) -> None:
    assert needs_second_factor(seen(till, days), till.business_day(), how) is asked


def test_who_never_came_is_silent_since_their_card_was_opened(till: Till, clock: SteppingClock) -> None:
    member = open_card(till, "13957160021", CASHIER.id).member
    assert not needs_second_factor(member, till.business_day(), PHONE)
    clock.step(days=181)
    assert needs_second_factor(member, till.business_day(), PHONE)


def test_what_can_be_asked_is_what_the_card_knows(till: Till) -> None:
    assert life.factors_of(till, lin(till)) == (Factor.NAME, Factor.BIRTHDAY, Factor.PERSON)
    set_pin(till, lin(till).id, "246802")
    assert life.factors_of(till, lin(till)) == (Factor.NAME, Factor.BIRTHDAY, Factor.PIN, Factor.PERSON)
    nameless = open_card(till, "13957160022", CASHIER.id).member
    assert life.factors_of(till, nameless) == (Factor.PERSON,), "a phone number alone opens a card (X-20)"


@pytest.mark.parametrize(
    ("name", "answer", "right"),
    [
        ("林晓梅", "林", True),
        ("林晓梅", "林晓梅", True),
        ("林晓梅", " 林 晓梅", True),
        ("林晓梅", "linxiaomei", True),
        ("林晓梅", "Lin Xiaomei", True),
        ("林晓梅", "lin", False),
        ("林晓梅", "晓梅", False),
        ("林晓梅", "王", False),
        ("林晓梅", "", False),
        ("欧阳小梅", "欧阳", True),
        ("Olivia Chen", "chen", True),
        ("Olivia Chen", "CHEN OLIVIA", True),
        ("Olivia Chen", "oliv", False),
        ("Olivia Chen", "", False),
    ],
)
def test_the_surname_or_the_name_is_what_the_customer_says(till: Till, name: str, answer: str, *, right: bool) -> None:
    member = lin(till)
    member = replace(member, profile=replace(member.profile, name=name))
    assert is_right(till, member, Factor.NAME, answer) is right


@pytest.mark.parametrize(
    ("birthday", "answer", "right"),
    [
        ("1126", "1126", True),
        ("1126", "11-26", True),
        ("1126", "19901126", True),
        ("19901126", "1126", True),
        ("19901126", "19901126", True),
        ("19901126", "19911126", False),
        ("1126", "1127", False),
        ("1126", "", False),
        ("1126", "soon", False),
    ],
)
def test_a_birthday_is_month_and_day_and_the_year_where_both_say_it(
    till: Till, birthday: str, answer: str, *, right: bool
) -> None:
    member = lin(till)
    member = replace(member, profile=replace(member.profile, birthday=birthday))
    assert is_right(till, member, Factor.BIRTHDAY, answer) is right


def is_right(till: Till, member: Member, factor: Factor, answer: str) -> bool:
    try:
        assert life.recognise(till, member, Identification.LAST_FOUR, factor, answer) is Identification.LAST_FOUR
    except InvalidField:
        return False
    return True


def test_the_pin_says_more_than_the_number(till: Till) -> None:
    member = lin(till)
    set_pin(till, member.id, "246802")
    assert life.recognise(till, member, PHONE, Factor.PIN, "246802") is Identification.PIN
    with pytest.raises(InvalidField, match="wrong PIN, 4 more tries"):
        life.recognise(till, member, PHONE, Factor.PIN, "246803")


def test_a_recycled_number_goes_to_a_new_person_and_the_old_one_keeps_the_card(till: Till) -> None:
    member = lin(till)
    newcomer = life.reassign_number(till, "13857166021", BOSS)
    assert find_members(till, "13857166021").members == ()
    opened = open_card(till, "13857166021", CASHIER.id)
    assert (opened.created, opened.member.id) == (True, newcomer)
    assert opened.member.standing.points.count == 0, "somebody else's points are not theirs"
    assert find_members(till, member.card_number).members[0].id == member.id, "the old owner keeps the card"
    kept = find_member(till, member.id)
    assert kept is not None
    assert (kept.standing.points.count, kept.profile.phone_e164) == (3482, "")
    with till.database.read() as connection:
        (claimed,) = event_search.of_kind(connection, NumberClaimed)
    assert (claimed.member, claimed.operator, claimed.approver) == (newcomer, CASHIER.id, StaffId("9001"))


def test_a_number_changes_hands_with_another_persons_word_and_the_server_alone(till: Till) -> None:
    with pytest.raises(InvalidField, match="needs the server"):
        life.reassign_number(till, "13857166021", replace(BOSS, online=False))
    with pytest.raises(InvalidField, match="somebody else approves"):
        life.reassign_number(till, "13857166021", replace(BOSS, approver=CASHIER.id))
    assert lin(till).profile.phone_e164 == "+8613857166021"
