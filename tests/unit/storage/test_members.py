"""A cashier finds a member by what is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.domain.ids import MemberId
from posapp.domain.member import Profile
from posapp.storage import member_search, members
from posapp.storage.members import MemberRecord
from posapp.storage.spelling import spellings, tokens
from posapp.storage.verify import verify
from tests.unit.storage.shop import AT, DAY, enrolled, opened, sale

if TYPE_CHECKING:
    from posapp.storage.database import Database
    from posapp.storage.event_log import EventLog
    from posapp.storage.reference_data import ReferenceData

PEOPLE = {
    "wang": ("+8613800006021", "王小伟", "860000000017"),
    "wang2": ("+8613912346021", "王晓薇", "860000000025"),
    "shan": ("+8615000001234", "单田芳", "860000000033"),
    "smith": ("+8618612345678", "John Smith", "860000000041"),
    "london": ("+442079460018", "Ada Lovelace", "860000000058"),
    "nobody": ("+8613700137000", "", "860000000066"),
}


def _id(name: str) -> MemberId:
    return MemberId(name.encode().ljust(16, b"."))


@pytest.fixture
def people(database: Database, reference: ReferenceData) -> Database:
    """Some members with cards."""
    with database.write() as connection:
        reference.put_members(
            connection,
            {
                _id(key): MemberRecord(Profile(phone, name), number, DAY)
                for key, (phone, name, number) in PEOPLE.items()
            },
        )
    return database


def _found(database: Database, typed: str) -> list[str]:
    with database.read() as connection:
        return sorted(one.id.decode().rstrip(".") for one in member_search.search(connection, typed))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13800006021", ["wang"]),
        ("138 0000 6021", ["wang"]),
        ("138-0000-6021", ["wang"]),
        ("+8613800006021", ["wang"]),
        ("+86 138 0000 6021", ["wang"]),
        ("8613800006021", ["wang"]),
        ("１３８００００６０２１", ["wang"]),
        ("6021", ["wang", "wang2"]),
        ("06021", ["wang"]),
        ("234", ["shan", "smith", "wang2"]),
        ("12345", ["smith"]),
        ("1234", ["shan"]),  # the last four first; a part only where nobody's number ends so
        ("3456", ["smith"]),
        ("60", []),
        ("6", []),
        ("9999", []),
        ("442079460018", ["london"]),
        ("+442079460018", ["london"]),
        ("860000000017", ["wang"]),
        ("8600 0000 0017", ["wang"]),
        ("王", ["wang", "wang2"]),
        ("小伟", ["wang"]),
        ("王小伟", ["wang"]),
        ("伟小", []),
        ("wangxiaowei", ["wang", "wang2"]),
        ("wxw", ["wang", "wang2"]),
        ("WXW", ["wang", "wang2"]),
        ("wang", ["wang", "wang2"]),
        ("dtf", ["shan"]),
        ("stf", ["shan"]),
        ("john", ["smith"]),
        ("smi", ["smith"]),
        ("js", ["smith"]),
        ("john smith", ["smith"]),
        ("王6021", ["wang", "wang2"]),
        ("薇 6021", ["wang2"]),
        ("", []),
        ("   ", []),
        ('"', []),
        ("*", []),
        ("' OR 1=1 --", []),
        ("AND", []),
    ],
)
def test_what_is_typed_finds_whom_it_means(people: Database, typed: str, expected: list[str]) -> None:
    assert _found(people, typed) == expected


def test_a_result_carries_card_profile_and_standing(people: Database, log: EventLog) -> None:
    who = _id("wang")
    with people.write() as connection:
        log.append(connection, opened(who), AT)
        log.append(connection, sale(member=who), AT)
    with people.read() as connection:
        one = member_search.find(connection, who)
        assert one is not None
        assert one.standing == members.standing(connection, who)
        assert member_search.search(connection, "13800006021") == [one]
        assert member_search.by_phone(connection, "+8613800006021") == one
        assert member_search.by_phone(connection, "+8613800006020") is None
        assert member_search.by_card(connection, "860000000017") == [one]
        assert member_search.find(connection, _id("none")) is None
    assert (one.card_number, one.profile, one.joined) == ("860000000017", Profile("+8613800006021", "王小伟"), DAY)
    assert (one.standing.points.count, one.standing.visits, one.standing.orders) == (345, 8, 1)


def test_who_was_here_last_comes_first(people: Database, log: EventLog) -> None:
    with people.write() as connection:
        log.append(connection, sale(member=_id("wang2"), day=DAY), AT)
        log.append(connection, sale(member=_id("wang"), day=DAY.plus(1)), AT)
    with people.read() as connection:
        assert [one.id for one in member_search.search(connection, "6021")] == [_id("wang"), _id("wang2")]
    with people.write() as connection:
        log.append(connection, sale(member=_id("wang2"), day=DAY.plus(2)), AT)
    with people.read() as connection:
        assert [one.id for one in member_search.search(connection, "6021")] == [_id("wang2"), _id("wang")]
        assert [one.id for one in member_search.search(connection, "6021", limit=1)] == [_id("wang2")]


def test_who_was_here_before_the_profile_came_is_known_to_have_been(
    database: Database, reference: ReferenceData, log: EventLog
) -> None:
    with database.write() as connection:
        for who, phone, day in ((_id("late"), "+8613800006021", DAY.plus(9)), (_id("new"), "+8613900006021", DAY)):
            log.append(connection, sale(member=who, day=day), AT)
            reference.put_member(connection, who, MemberRecord(Profile(phone), "1"))
        assert [one.id for one in member_search.search(connection, "6021")] == [_id("late"), _id("new")]
    assert verify(database).ok


def test_a_changed_profile_is_found_by_the_new_and_not_by_the_old(people: Database, reference: ReferenceData) -> None:
    with people.write() as connection:
        reference.put_member(
            connection, _id("wang"), MemberRecord(Profile("+8613100008888", "李雷", "0229"), "860000000074", DAY)
        )
        assert members.count(connection) == len(PEOPLE)
    for old in ("13800006021", "0006", "小伟", "wangxiaowei1"):
        assert "wang" not in _found(people, old)
    for new in ("8888", "10000", "李雷", "lilei", "ll"):
        assert _found(people, new) == ["wang"]
    # A lost card still says whose it was.
    assert _found(people, "860000000017") == ["wang"]
    assert _found(people, "860000000074") == ["wang"]


def test_many_members_come_together_some_of_them_known_and_one_twice(people: Database) -> None:
    fresh = {f"n{n}": MemberRecord(Profile(f"+8613700{n:06d}", "张三"), f"{n:012d}", DAY) for n in range(100)}
    records = [(_id(name), record) for name, record in fresh.items()]
    records.insert(70, (_id("wang"), MemberRecord(Profile("+8613500007777", "王大伟"), "860000000017", DAY)))
    records.append((_id("n5"), MemberRecord(Profile("+8613600005555", "李四"), "000000000005", DAY)))
    with people.write() as connection:
        members.write_many(connection, records)
        assert members.count(connection) == len(PEOPLE) + len(fresh)
    assert _found(people, "13500007777") == ["wang"]
    assert _found(people, "13800006021") == []
    assert _found(people, "13700000005") == []
    assert _found(people, "13600005555") == ["n5"]
    assert _found(people, "13700000099") == ["n99"]


def test_an_event_alone_makes_the_card_known_but_nobody_visible(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        log.append(connection, enrolled(), AT)
        assert member_search.search(connection, "860000000017") == []
        assert members.count(connection) == 0


def test_names_are_indexed_as_people_type_them() -> None:
    assert tokens("王 小-伟 John３") == ["王", "小", "伟", "john3"]
    assert spellings("王伟")[:2] == ["wangwei", "ww"]
    assert {"lu:shan", "lvshan"} & set(spellings("吕珊")) == {"lvshan"}
    assert set(spellings("Oolong tea")) == {"oolong", "tea", "oolongtea", "ot"}
    assert spellings("") == []
    assert len(spellings("重重重重重重重重")) <= 8
