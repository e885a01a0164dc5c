"""Digests of ranges of balances say where two nodes differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.accounts import Account
from posapp.storage.key_store import DATABASE_KEY, SECRET_BYTES, FileKeyStore
from posapp.storage.schema import held_balance
from sync.client.compare import compare
from sync.protocol.digest import differing, range_digests
from sync.server import devices, verify
from sync.server.storage import schema
from tests.integration.sync_world import MERCHANT, World

MEMBERS = 40
"""So many that most of the sixteen ranges of an account have somebody."""


def traded(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    for number in range(MEMBERS):
        till.sell(number, 1_000 + number)
    till.sync()
    other.sync()


def test_nodes_that_agree_have_equal_ranges(place: World) -> None:
    traded(place)
    for till in place.tills:
        found = compare(till.session, till.store)
        assert found.same_place
        assert found.ranges > 20
        assert found.differing == {}
    place.tills[0].sell(1, 100)
    found = compare(place.tills[0].session, place.tills[0].store)
    who = place.tills[0].member(1)
    assert not found.same_place
    assert set(found.differing) == {(account, who[0] >> 4) for account in (201, 301, 401)}


def test_a_wrong_balance_is_found_in_its_range(place: World) -> None:
    traded(place)
    till, other = place.tills
    who, gone = till.member(7), till.member(8)
    with till.database.write() as connection:
        of = (held_balance.c.account == int(Account.MEMBER_POINTS)) & (held_balance.c.holder == who)
        connection.execute(update(held_balance).where(of).values(settled=held_balance.c.settled + 1))
    found = compare(till.session, till.store)
    assert list(found.differing) == [(201, who[0] >> 4)]
    ((here, there),) = found.differing.values()
    assert here == there >= 1
    # One that is missing shows in the count.
    with till.database.write() as connection:
        connection.execute(update(held_balance).where(held_balance.c.holder == gone).values(settled=0))
    here, there = compare(till.session, till.store).differing[401, gone[0] >> 4]
    assert there == here + 1
    assert compare(other.session, other.store).differing == {}


def test_verify_names_the_range_of_a_balance_that_the_log_does_not_say(place: World) -> None:
    traded(place)
    report = verify.verify(place.context, MERCHANT)
    assert (report.differences, report.ranges > 20) == ([], True)
    who = place.tills[0].member(3)
    table = schema.balance
    with place.context.database.engine.begin() as connection:
        mine = (table.c.merchant_id == MERCHANT) & (table.c.holder == who) & (table.c.account == 401)
        connection.execute(update(table).where(mine).values(amount=table.c.amount - 1))
    first, second = verify.verify(place.context, MERCHANT).differences
    assert first.startswith(f"range 401, holders {who[0] >> 4:x}…: ")
    assert second.startswith("balance ")


def test_ranges_are_told_apart_by_account_and_holder() -> None:
    rows = [(201, bytes([16 * part + 3]), part + 1) for part in range(16)] + [(301, b"\0", 5), (301, b"\1", 0)]
    digests = range_digests(rows)
    assert [(each.account, each.part, each.rows) for each in digests] == [(201, p, 1) for p in range(16)] + [
        (301, 0, 1)
    ]
    assert len({each.digest for each in digests}) == len(digests)
    assert differing(digests, range_digests(reversed(rows))) == {}
    assert differing(digests, range_digests(rows[1:])) == {(201, 0): (1, 0)}
    assert differing([], digests[:1]) == {(201, 0): (0, 1)}


def test_the_operator_compares_a_till_with_its_server(
    place: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traded(place)
    folder = tmp_path / "joined"
    FileKeyStore(folder / "keys").put(DATABASE_KEY, SystemEntropy().bytes(SECRET_BYTES))
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    carrying.join(shops, place.url, devices.new_code(place.context, MERCHANT, "S1", 9))
    shops.close()
    assert main(["--data", str(folder), "verify", "--server"]) == 0
    assert "ranges at the server, 0 differ" in capsys.readouterr().out
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    with shops.database.write() as connection:
        connection.execute(update(held_balance).where(held_balance.c.account == 401).values(settled=1))
    shops.close()
    assert main(["--data", str(folder), "verify", "--server"]) == 1
    assert "account 401, holders " in capsys.readouterr().out
