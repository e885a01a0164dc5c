"""SIGKILL at random moments of selling and pushing, of tills and of the server: nothing is lost, nothing doubled."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.accounts import Account
from posapp.domain.encoding import from_values
from posapp.domain.events import SaleCompleted
from posapp.domain.ids import MemberId, member_id
from posapp.storage import members, streams
from posapp.storage.schema import sale
from posapp.storage.verify import verify
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from sync.protocol import segment
from sync.server.audit import audit
from sync.server.context import Context
from sync.server.exceptions import list_open
from sync.server.storage import schema
from sync.server.verify import verify as verify_server
from tests.integration import planted_bugs
from tests.integration.mortal_shop import MERCHANT, PATIENCE_SECONDS, MortalShop
from tests.integration.selling_process import PHONES, read_ledger

log = logging.getLogger(__name__)

KILLS, SHARDS = 1_000, 5

Place = tuple[str, str, int]
"""Device, incarnation and sequence of an event."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[MortalShop]:
    made = MortalShop(tmp_path)
    yield made
    made.end()


@pytest.mark.timeout(240)
def test_twenty_kills_lose_and_double_nothing(shop: MortalShop) -> None:
    live_and_die(shop, kills=20, seed=secrets.randbits(32))


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_thousand_kills_lose_and_double_nothing(
    shop: MortalShop, request: pytest.FixtureRequest, kind: str, shard: int
) -> None:
    """Half of them on each database, in shards that may run beside each other."""
    if kind == "postgres":
        shop.database_url = request.getfixturevalue("postgres_url")
    log.info("shard %d on %s", shard, kind)
    live_and_die(shop, kills=KILLS // SHARDS // 2, seed=secrets.randbits(32))


@pytest.mark.nightly
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("bug", "shown"),
    [
        pytest.param(planted_bugs.CONFIRMS_BEFORE_COMMIT, "check_till", id="a sale confirmed before its commit"),
        pytest.param(planted_bugs.APPLIES_TWICE, "check_balances", id="a push applied again"),
    ],
)
def test_the_kills_show_a_planted_bug(shop: MortalShop, bug: str, shown: str) -> None:
    shop.bug = bug
    live(shop, kills=30, seed=secrets.randbits(32))
    with pytest.raises(AssertionError) as found:
        check_everything(shop)
    assert shown in [place.name for place in found.traceback]


def live_and_die(shop: MortalShop, kills: int, seed: int) -> None:
    live(shop, kills, seed)
    check_everything(shop)


def live(shop: MortalShop, kills: int, seed: int) -> None:
    """Kill and start again so often, then let everybody finish."""
    shop.found()
    for seller in shop.sellers:
        seller.start()
    draw = random.Random(seed)  # noqa: S311 - who dies when, and no secret
    started = time.monotonic()
    for _kill in range(kills):
        victim = draw.choices(shop.mortals, [2, 3, 3])[0]
        if draw.randrange(6):
            wait_until_busy(shop, victim.name)
        # Else it dies wherever it is, while it is still starting too.
        time.sleep(draw.uniform(0, 0.4))
        victim.kill()
        victim.start()
    shop.wait_for_server()
    shop.finish()
    deaths = ", ".join(f"{mortal.name} {mortal.kills}" for mortal in shop.mortals)
    log.info("seed %d: %d kills in %.0f s: %s", seed, kills, time.monotonic() - started, deaths)


def wait_until_busy(shop: MortalShop, name: str) -> None:
    """Until a till has confirmed a sale since it was started, or the server answers."""
    if name == "server":
        shop.wait_for_server()
        return
    path = shop.tills[name] / "confirmed"
    before = path.stat().st_size if path.exists() else 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists() or path.stat().st_size == before:
        assert time.monotonic() < deadline, f"{name} sells nothing"
        for mortal in shop.mortals:
            mortal.must_run()
        time.sleep(0.002)


def check_everything(shop: MortalShop) -> None:
    confirmed = {name: once(read_ledger(folder / "confirmed")[1]) for name, folder in shop.tills.items()}
    for name, folder in [*shop.tills.items(), *shop.tills.items()]:
        # Twice: what the second pushed, the first must pull.
        sync_until_agreed(folder, name)
    context = shop.open_context()
    try:
        on_server = server_sales(context)
        for name, folder in shop.tills.items():
            check_till(folder, confirmed[name], {place: n for place, n in on_server.items() if n[0] == name})
        everything = [each for sales in confirmed.values() for each in sales.values()]
        assert len(on_server) == len(everything)
        check_balances(context, shop, everything)
        report = verify_server(context, MERCHANT)
        assert report.differences == []
        assert report.quarantined == 0
        audit(context, MERCHANT)
        with context.database.read() as connection:
            assert list_open(connection, MERCHANT) == []
        log.info("%d sales, %d events in %d segments", len(everything), report.events, report.segments)
    finally:
        context.database.close()


def once(confirmations: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Confirmations by cart: completing a basket again must confirm the very same sale."""
    by_cart: dict[str, dict[str, Any]] = {}
    for each in confirmations:
        assert by_cart.setdefault(each["cart"], each) == each
    return by_cart


def sync_until_agreed(folder: Path, name: str) -> None:
    """Run the till's own worker until it says that all is synced."""
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    till = shops.open_till()
    assert till is not None
    said: list[SyncStatus] = []
    worker = carrying.carrier(shops, till, said.append, lambda: None)
    worker.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not said or said[-1].kind is not SyncKind.SYNCED:
        assert time.monotonic() < deadline, f"{name} did not sync: {said}"
        time.sleep(0.01)
    worker.stop()
    shops.close()
    assert said[-1].pending == 0


def server_sales(context: Context) -> dict[Place, tuple[str, SaleCompleted]]:
    """Every sale of the server's log, by its place, with its store; a place that comes twice fails."""
    found: dict[Place, tuple[str, SaleCompleted]] = {}
    table = schema.segment
    with context.database.read() as connection:
        rows = connection.execute(select(table).where(table.c.merchant_id == MERCHANT).order_by(table.c.gseq)).all()
    for row in rows:
        kept = segment.parse(row.wire)
        skipped = row.first_sequence - kept.header.first_sequence
        for sequence, values in enumerate(segment.unfold(kept).rows[skipped:], row.first_sequence):
            recorded = from_values(kept.header.stream, sequence, values)
            if isinstance(recorded.event, SaleCompleted):
                place = (row.device.hex(), row.incarnation.hex(), sequence)
                assert place not in found
                found[place] = (row.store_id, recorded.event)
    return found


def check_till(
    folder: Path, confirmed: dict[str, dict[str, Any]], on_server: dict[Place, tuple[str, SaleCompleted]]
) -> None:
    """What this till confirmed is what stands in its database and at the server, each sale once."""
    expected = Counter((each["receipt"], each["due"]) for each in confirmed.values())
    assert max(Counter(receipt for receipt, _due in expected.elements()).values()) == 1
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    with shops.database.read() as connection:
        rows = connection.execute(select(sale).where(sale.c.cart_id.is_not(None))).all()
        assert streams.unacknowledged(connection) == streams.Unacknowledged(0, 0)
    assert {row.cart_id.hex() for row in rows} == set(confirmed)
    assert Counter((row.receipt_number, row.due) for row in rows) == expected
    by_day: dict[int, list[int]] = {}
    for row in rows:
        by_day.setdefault(row.business_day, []).append(row.serial)
    for serials in by_day.values():
        assert sorted(serials) == list(range(1, len(serials) + 1)), "receipt numbers have no gap"
    report = verify(shops.database)
    assert [str(difference) for difference in report.differences] == []
    shops.close()
    assert Counter((event.receipt_number, event.due.fen) for _store, event in on_server.values()) == expected
    places = {(each["device"], each["incarnation"], each["sequence"]): each for each in confirmed.values()}
    assert places.keys() == on_server.keys()
    for place, each in places.items():
        assert on_server[place][1].receipt_number == each["receipt"]


def check_balances(context: Context, shop: MortalShop, confirmed: list[dict[str, Any]]) -> None:
    """Points, spend and orders of each member are the sums of the confirmed sales: at the server and on every till."""
    key = context.keys.merchant(MERCHANT).member_key
    who = {phone: member_id(key, f"+86{phone}") for phone in PHONES}
    sums: dict[MemberId, tuple[int, int, int]] = {}
    for each in confirmed:
        if each["phone"]:
            points, spend, orders = sums.get(who[each["phone"]], (0, 0, 0))
            sums[who[each["phone"]]] = (points + each["points"], spend + each["due"], orders + 1)
    assert sums, "nobody bought anything"
    held: dict[tuple[bytes, int], int] = {}
    orders_of: Counter[bytes] = Counter()
    with context.database.read() as connection:
        for row in connection.execute(select(schema.balance).where(schema.balance.c.merchant_id == MERCHANT)):
            held[row.holder, row.account] = row.amount
        for day in connection.execute(select(schema.member_day).where(schema.member_day.c.merchant_id == MERCHANT)):
            orders_of[day.holder] += day.orders
    accounts = (Account.MEMBER_POINTS, Account.MEMBER_SPEND)
    assert {m: (*(held.get((m, a), 0) for a in accounts), orders_of[m]) for m in sums} == sums
    for folder in shop.tills.values():
        shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
        with shops.database.read() as connection:
            here = {member: members.standing(connection, member) for member in sums}
        shops.close()
        assert {m: (s.points.count, s.spend.fen, s.orders) for m, s in here.items()} == sums
