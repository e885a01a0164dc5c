"""The last writer wins everywhere alike, whatever the order of arrival; profiles travel sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from posapp.domain.ids import MemberId
from posapp.domain.member import Profile
from posapp.storage import documents, member_search, reference_data
from posapp.storage.database import open_database
from posapp.storage.documents import PRODUCT, PROFILE, PROGRAMME, Document, DocumentVersion
from posapp.storage.members import MemberRecord
from posapp.storage.reference_data import ReferenceData, Unreadable
from posapp.storage.sealing import ProfileSealer
from tests.unit.storage.shop import ANNE, AT, DAY, DEVICE, KEY, OTHER_DEVICE, STORE, StepClock
from tests.unit.storage.test_catalogue import LONGJING

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.storage.database import Database

RECORD = MemberRecord(Profile("+8613800006021", "王小伟", "0229", marketing=True), "860000000017", DAY)


def _version(one: Document) -> DocumentVersion:
    return DocumentVersion(one.collection, one.key, one.hlc, one.device)


def test_the_clock_never_goes_back_and_never_repeats(database: Database) -> None:
    with database.write() as connection:
        first = documents.next_hlc(connection, AT)
        assert first == int(AT.timestamp() * 1000) << 16
        assert documents.next_hlc(connection, AT - timedelta(days=3650)) == first + 1
        assert documents.next_hlc(connection, AT, 5) == first + 2
        assert documents.next_hlc(connection, AT) == first + 7
        documents.observe_hlc(connection, first + 1_000)
        documents.observe_hlc(connection, first)
        assert documents.next_hlc(connection, AT) == first + 1_001
        assert documents.next_hlc(connection, AT + timedelta(seconds=9)) > first + 1_001


def test_every_order_of_arrival_ends_in_the_same_winner(tmp_path: Path) -> None:
    versions = [
        Document("store", "s", 5, b"a", b"1"),
        Document("store", "s", 7, b"a", b"2"),
        Document("store", "s", 7, b"b", b"3"),
        Document("store", "s", 6, b"c", b"4"),
        # Of a till that was put back, and drew the same value of its clock a second time.
        Document("store", "s", 7, b"b", b"0"),
    ]
    for n, order in enumerate(permutations(versions)):
        if n % 7:
            continue
        with open_database(tmp_path / f"{n}.db", KEY) as database, database.write() as connection:
            for one in order:
                documents.merge(connection, [one])
            assert documents.find(connection, "store", "s") == versions[2]


def test_of_many_documents_that_come_together_each_is_judged_by_itself(database: Database) -> None:
    count = 150
    earlier = [Document("store", f"{n}", 10, b"a", b"ready") for n in range(0, count, 3)]
    offered = [Document("store", f"{n}", 10 + n % 2, b"a", b"offered") for n in range(count)]
    twice = [Document("store", f"{n}", 20 - n, b"b", b"%d" % n) for n in (1, 1, 2)]
    twice.append(Document("store", "1", 30, b"b", b"last"))
    with database.write() as connection:
        documents.merge(connection, earlier)
        won = documents.merge(connection, [*offered, *twice])
        assert [one.key for one in won[:-3]] == [f"{n}" for n in range(count) if n % 2 or n % 3]
        assert [(one.key, one.body) for one in won[-3:]] == [("1", b"1"), ("2", b"2"), ("1", b"last")]
        held = {one.key: one.body for one in documents.every(connection, "store")}
    assert held.pop("1") == b"last"
    assert held.pop("2") == b"2"
    assert held == {f"{n}": b"offered" if n % 2 or n % 3 else b"ready" for n in range(count) if n not in (1, 2)}


def test_the_outbox_holds_a_version_until_that_version_is_acknowledged(
    database: Database, reference: ReferenceData, clock: StepClock
) -> None:
    with database.write() as connection:
        reference.put_member(connection, ANNE, RECORD)
        (first,) = documents.outbox(connection, 10)
        clock.step(1)
        reference.put_member(connection, ANNE, MemberRecord(Profile("+8613800006021", "王大伟"), "860000000017", DAY))
        documents.acknowledge(connection, [_version(first)])
        (second,) = documents.outbox(connection, 10)
        assert second.hlc > first.hlc
        documents.acknowledge(connection, [_version(second)])
        assert documents.outbox(connection, 10) == []
        documents.reset_acknowledged(connection)
        assert documents.outbox(connection, 10) == [second]


def test_another_body_under_the_same_clock_value_is_no_answer_to_the_own_one(
    database: Database, reference: ReferenceData
) -> None:
    """A till that was put back draws a value again whose first version the server has."""
    with database.write() as connection:
        reference.put_store(connection, STORE, {"name": "滨江店"})
        (own,) = documents.outbox(connection, 10)
        assert reference.merge(connection, [replace(own, body=b"\x80")]).changed == {}
        assert documents.outbox(connection, 10) == [own]
        first = replace(own, body=b"\x81\xa4name\xd9\x04City")
        assert reference.merge(connection, [first]).changed == {"store": (STORE,)}
        assert documents.outbox(connection, 10) == []
        assert reference_data.store_fields(connection, STORE) == {"name": "City"}


def test_a_version_from_the_server_needs_no_sending_back_and_a_loser_is_answered(
    database: Database, reference: ReferenceData
) -> None:
    with database.write() as connection:
        reference.put_store(connection, STORE, {"name": "滨江店"})
        (own,) = documents.outbox(connection, 10)
        older = Document("store", STORE, own.hlc - 1, OTHER_DEVICE, b"\x80")
        assert reference.merge(connection, [older]).changed == {}
        assert documents.outbox(connection, 10) == [own]
        # The server gives back what it was given: acknowledged, and nothing changed.
        assert reference.merge(connection, [own]).changed == {}
        assert documents.outbox(connection, 10) == []
        newer = Document("store", STORE, own.hlc + 1, OTHER_DEVICE, b"\x81\xa4name\xa4City")
        assert reference.merge(connection, [newer]).changed == {"store": (STORE,)}
        assert documents.outbox(connection, 10) == []
        assert reference_data.store_fields(connection, STORE) == {"name": "City"}
        assert documents.next_hlc(connection, AT) > newer.hlc


def test_a_profile_reaches_another_till_sealed_and_is_found_there(
    database: Database, reference: ReferenceData, tmp_path: Path
) -> None:
    with database.write() as connection:
        reference.put_member(connection, ANNE, RECORD)
        reference.put_products(connection, [LONGJING])
        reference.put_programme(connection, 3, b'{"version": 3}')
        travelling = documents.outbox(connection, 10)
    assert {one.collection for one in travelling} == {PROFILE, PRODUCT, PROGRAMME}
    (profile,) = [one for one in travelling if one.collection == PROFILE]
    assert b"13800006021" not in profile.body
    assert "王".encode() not in profile.body
    with open_database(tmp_path / "other.db", KEY) as other, other.write() as connection:
        merged = ReferenceData(OTHER_DEVICE, StepClock(), ProfileSealer(b"k" * 32)).merge(connection, travelling)
        assert merged.unreadable == ()
        assert set(merged.changed) == {PROFILE, PRODUCT, PROGRAMME}
        (found,) = member_search.search(connection, "6021")
        assert (found.profile, found.card_number, found.joined) == (RECORD.profile, RECORD.card_number, DAY)
        assert reference_data.newest_programme(connection) == (3, b'{"version": 3}')
        assert reference_data.programme(connection, 2) is None
        assert documents.outbox(connection, 10) == []
        assert documents.every(connection, PROGRAMME)[0].key == "0000000003"


def test_what_cannot_be_read_is_kept_and_named(database: Database, reference: ReferenceData, tmp_path: Path) -> None:
    with database.write() as connection:
        reference.put_member(connection, ANNE, RECORD)
        sealed = documents.outbox(connection, 10)
    odd = [
        Document(PRODUCT, "x", 5, OTHER_DEVICE, b"\xff"),
        Document(PROFILE, "not hexadecimal", 5, OTHER_DEVICE, b"\x01"),
        Document("of a later program", "x", 5, OTHER_DEVICE, b"?"),
    ]
    with open_database(tmp_path / "other.db", KEY) as other, other.write() as connection:
        merged = ReferenceData(OTHER_DEVICE, StepClock(), ProfileSealer(b"z" * 32)).merge(connection, [*sealed, *odd])
        assert merged.unreadable == (f"profile/{ANNE.hex()}", "product/x", "profile/not hexadecimal")
        assert merged.changed == {"of a later program": ("x",)}
        assert documents.find(connection, PROFILE, ANNE.hex()) == sealed[0]
        assert member_search.search(connection, "6021") == []


def test_a_sealed_body_opens_only_under_its_own_name_and_key() -> None:
    sealer = ProfileSealer(b"k" * 32)
    sealed = sealer.seal("a", b"plain")
    assert sealer.open("a", sealed) == b"plain"
    assert sealer.seal("a", b"plain") != sealed
    for key, body in (
        ("b", sealed),
        ("a", sealed[:-1]),
        ("a", b"\x02" + sealed[1:]),
        ("a", b""),
        ("a", sealed[:5]),
        ("a", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(Unreadable):
            sealer.open(key, body)
    with pytest.raises(Unreadable):
        ProfileSealer(b"z" * 32).open("a", sealed)


def test_many_members_are_written_at_once(database: Database, reference: ReferenceData) -> None:
    people = {
        MemberId(n.to_bytes(16, "big")): MemberRecord(Profile(f"+861380000{n:04d}", "李四"), f"86{n:010d}")
        for n in range(2_000)
    }
    with database.write() as connection:
        reference.put_members(connection, people)
        assert len(documents.outbox(connection, 5_000)) == documents.outbox_count(connection) == 2_000
        assert len({one.hlc for one in documents.outbox(connection, 5_000)}) == 2_000
        assert all(one.device == DEVICE for one in documents.outbox(connection, 5_000))
        assert len(member_search.search(connection, "ls", limit=50)) == 50
