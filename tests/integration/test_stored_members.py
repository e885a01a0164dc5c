"""Who reads the server's database learns no member's number and no name: members are keyed hashes, profiles sealed."""

from __future__ import annotations

import zstandard
from sqlalchemy import select

from posapp.domain.ids import member_id
from posapp.storage.sealing import ProfileSealer
from sync.protocol import segment
from sync.server.storage import schema
from tests.integration.sync_world import MERCHANT, World

PHONE = "13800000007"
NAME = "欧阳春晓"


def everything_stored(place: World) -> bytes:
    """Every cell of every table, and the rows of every segment unpacked."""
    parts = [repr(row).encode() for rows in place.contents().values() for row in rows]
    parts += [cell for rows in place.contents().values() for row in rows for cell in row if isinstance(cell, bytes)]
    with place.context.database.read() as connection:
        wires = connection.scalars(select(schema.segment.c.wire).where(schema.segment.c.merchant_id == MERCHANT)).all()
    parts += [zstandard.decompress(segment.parse(wire).body) for wire in wires]
    parts += [segment.encode_row(row) for wire in wires for row in segment.unfold(segment.parse(wire)).rows]
    return b"\n".join(parts)


def test_no_number_and_no_name_of_a_member_is_stored(place: World) -> None:
    till = place.join("till")
    who = till.open_card(7, NAME)
    till.sell(7, 1_000)
    till.sync()
    stored = everything_stored(place)
    assert bytes(who) in stored
    for secret in (PHONE.encode(), PHONE[-8:].encode(), NAME.encode(), "春晓".encode(), till.enrolment.keys.member_key):
        assert secret not in stored


def test_the_hash_needs_the_merchants_key_and_the_profile_its_data_key(place: World) -> None:
    till = place.join("till")
    who = till.open_card(7, NAME)
    till.sync()
    with place.context.database.read() as connection:
        table = schema.document
        body = connection.scalar(
            select(table.c.body).where(table.c.merchant_id == MERCHANT, table.c.collection == "profile")
        )
    assert body is not None
    keys = till.enrolment.keys
    assert NAME.encode() in ProfileSealer(keys.data_key).open(bytes(who).hex(), body)
    assert member_id(keys.member_key, f"+86{PHONE}") == who
    # The same number at another merchant is another member: nobody can tell that a customer goes to both.
    assert member_id(place.keys.merchant("other").member_key, f"+86{PHONE}") != who
