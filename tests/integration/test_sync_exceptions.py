"""What cannot be applied is kept, acknowledged and listed; it never blocks what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from posapp.domain.card import MAX_BLOCK
from posapp.domain.encoding import chain, genesis
from sync.protocol import segment
from sync.protocol.messages import Outcome, PushReply, PushRequest
from sync.server import exceptions, verify
from sync.server.exceptions import Kind
from sync.server.storage import schema
from tests.integration.sync_world import MERCHANT, World

if TYPE_CHECKING:
    from posapp.domain.ids import StreamId
    from tests.integration.sync_world import Till

GOOD: list[Any] = [77, 1, 5, [], [], [101, 0, 500, 110, 0, -500]]
POISON: list[list[Any]] = [
    [77, 1, 5, [], [], [101, 0, 500, 110, 0, -499]],
    [77, 1, 5, [], [], [999, 0, 500, 110, 0, -500]],
    [3, 1, 5, ["not a sale"], [], []],
]


def stream_of(till: Till, number: int) -> StreamId:
    return segment.stream_of(till.enrolment.device, number.to_bytes(8, "big"))


def send(till: Till, number: int, rows: list[Any], first: int = 1, previous: bytes | None = None) -> PushReply:
    stream = stream_of(till, number)
    before = genesis(stream) if previous is None else previous
    wire = segment.build(till.identity.sign, MERCHANT, till.identity.store_id, stream, first, before, rows)
    return till.session.call("/v1/push", PushRequest([wire]), PushReply)


def inbox(place: World) -> list[exceptions.Item]:
    with place.context.database.read() as connection:
        return exceptions.list_open(connection, MERCHANT)


def accounts(place: World) -> dict[int, int]:
    table = schema.account_balance
    with place.context.database.read() as connection:
        rows = connection.execute(select(table).where(table.c.merchant_id == MERCHANT)).all()
    return {row.account: row.amount for row in rows}


def test_poison_is_set_aside_and_the_rest_is_applied(place: World) -> None:
    till = place.join("till")
    rows = [GOOD, *POISON, GOOD]
    reply = send(till, 1, rows)
    assert reply.outcomes == [Outcome.APPLIED]
    assert reply.quarantined == 3
    assert reply.heads[0].sequence == 5
    assert accounts(place) == {101: 1000, 110: -1000}
    assert sorted((item.kind.value, item.sequence) for item in inbox(place)) == [("quarantine", n) for n in (2, 3, 4)]
    assert {item.detail.split(" ")[0].rstrip(":") for item in inbox(place)} == {"unbalanced", "unknown", "undecodable"}
    table = schema.quarantine
    with place.context.database.read() as connection:
        kept = connection.execute(select(table.c.sequence, table.c.content).order_by(table.c.sequence)).all()
    assert [content for _sequence, content in kept] == [segment.encode_row(row) for row in POISON]
    before = place.contents()
    assert send(till, 1, rows).outcomes == [Outcome.KNOWN]
    assert place.contents() == before
    report = verify.verify(place.context, MERCHANT)
    assert report.ok, report.differences
    assert report.quarantined == 3


def test_poison_of_one_till_does_not_block_another(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    send(till, 1, POISON)
    till.sell(1, 1_000)
    till.sync()
    other.sync()
    assert other.standing(1) == (10, 1, 1)
    assert other.streams().keys() >= till.streams().keys()


def test_a_gap_is_not_applied_and_says_where_to_go_on(place: World) -> None:
    till = place.join("till")
    first = send(till, 1, [GOOD])
    before = place.contents()
    reply = send(till, 1, [GOOD], first=5, previous=bytes(32))
    assert reply.outcomes == [Outcome.GAP]
    assert reply.heads == first.heads
    assert place.contents() == before


def test_another_history_is_a_fork_and_never_a_duplicate(place: World) -> None:
    till = place.join("till")
    stream = stream_of(till, 1)
    other: list[Any] = [77, 1, 6, [], [], [101, 0, 9, 110, 0, -9]]
    first = chain(genesis(stream), segment.encode_row(GOOD))
    send(till, 1, [GOOD, GOOD, GOOD])
    balances = accounts(place)
    assert send(till, 1, [other]).outcomes == [Outcome.FORK]
    assert send(till, 1, [GOOD, other]).outcomes == [Outcome.FORK]
    assert send(till, 1, [GOOD, GOOD, other, GOOD]).outcomes == [Outcome.FORK]
    assert send(till, 1, [GOOD], first=4, previous=bytes(32)).outcomes == [Outcome.FORK]
    assert send(till, 1, [GOOD], first=2, previous=first).outcomes == [Outcome.KNOWN]
    assert accounts(place) == balances
    assert [item.kind for item in inbox(place)] == [Kind.FORK] * 4
    before = place.contents()
    assert send(till, 1, [other]).outcomes == [Outcome.FORK]
    assert place.contents() == before
    assert send(till, 2, [other]).outcomes == [Outcome.APPLIED]
    assert verify.verify(place.context, MERCHANT).ok


def test_a_copy_of_a_running_till_is_noticed_and_stops_pushing_that_stream(place: World) -> None:
    till = place.join("till")
    till.sell(1, 1_000)
    till.sync()
    stream = till.log.stream
    assert stream is not None
    till.database.checkpoint()
    (place.folder / "copy.db").write_bytes((place.folder / "till.db").read_bytes())
    copy = type(till)(place.folder, "copy", till.enrolment, till.private_key, place.url).open()
    place.tills.append(copy)
    # A copied machine goes on where the first one was: both write the second event of the same stream.
    till.sell(1, 2_000)
    with copy.database.write() as connection:
        key = connection.exec_driver_sql("SELECT stream_key FROM stream WHERE own = 1").scalar_one()
        copy.log._stream, copy.log._stream_key = stream, key
        copy.log._raw = connection.connection.driver_connection
    copy.sell(1, 7_700)
    assert copy.log.stream == stream
    till.sync()
    copy.sync()
    assert copy.store.forks() == 1
    assert copy.store.own_stretches(10) == [], "the server has all of it, apart"
    assert [item.kind for item in inbox(place)] == [Kind.FORK]
    assert till.standing(1) == (30, 1, 2)
    assert place.server_balances() == till.balances()
    copy.sell(2, 500)
    assert copy.log.stream != stream, "the till goes on in a new stream, without a restart"
    copy.sync()
    assert (copy.member(2), 201) in place.server_balances()
    assert verify.verify(place.context, MERCHANT).ok


def test_every_till_of_a_merchant_prints_cards_from_a_block_of_its_own(place: World) -> None:
    tills = [place.join("a"), place.join("b"), place.join("c", store="S2", till=1)]
    blocks = {till.enrolment.card_block for till in tills}
    assert len(blocks) == 3
    assert 0 not in blocks
    assert all(0 < block <= MAX_BLOCK for block in blocks)
