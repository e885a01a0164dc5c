"""Three tills, two server workers and PostgreSQL, each till behind a network of its own that goes down and tears.

Network namespaces of the kernel, with veth pairs whose links are taken down; delay, stalls and torn streams come from a
proxy in each till's namespace. One till is off for a simulated month, and PostgreSQL dies in the middle.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from sync.server.storage import schema
from tests.integration.mortal_shop import MERCHANT, ROOT, Mortal, MortalShop
from tests.integration.selling_process import DAYS_AGO
from tests.integration.test_killed_processes import check_everything
from tests.postgres import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

STORES = ("S1", "S2", "S3")
OFF = "S3"
MONTH = (30, 24, 18, 12, 6)
"""How many days ago the till that is off sells, with the link down."""
SALES_A_TIME = 12
ROUNDS = 12


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Net:
    """A namespace for the server and one for each till, each till joined to the server by a pair of its own."""

    names: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        mark = f"{os.getpid() % 100_000}"
        self.names = {who: f"pos{mark}{who}" for who in ("server", *STORES)}
        for name in self.names.values():
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        for number, store in enumerate(STORES):
            near, far = f"v{mark}{number}", f"w{mark}{number}"
            ip("link", "add", near, "type", "veth", "peer", "name", far)
            for link, who, host in ((near, "server", 1), (far, store, 2)):
                ip("link", "set", link, "netns", self.names[who], "name", f"to{store if host == 1 else ''}")
                device = f"to{store}" if host == 1 else "to"
                ip("-n", self.names[who], "address", "add", f"{self.address(store, host)}/24", "dev", device)
                ip("-n", self.names[who], "link", "set", device, "up")

    def address(self, store: str, host: int = 1) -> str:
        return f"10.77.{STORES.index(store)}.{host}"

    def link(self, store: str, state: str) -> None:
        ip("-n", self.names["server"], "link", "set", f"to{store}", state)

    def inside(self, who: str, command: list[str]) -> list[str]:
        return ["ip", "netns", "exec", self.names[who], *command]

    def remove(self) -> None:
        for name in self.names.values():
            with suppress(subprocess.CalledProcessError):
                ip("netns", "delete", name)


@pytest.fixture
def net() -> Iterator[Net]:
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    made = Net()
    try:
        made.make()
    except subprocess.CalledProcessError as error:
        made.remove()
        pytest.skip(f"this kernel makes no network namespaces here: {error.stderr.decode().strip()}")
    yield made
    made.remove()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster(durable=True) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path, cluster: Cluster) -> Iterator[MortalShop]:
    url = cluster.url(cluster.create_database())
    made = MortalShop(tmp_path, url, stores=STORES, server_options=("--workers", "2"))
    yield made
    made.end()


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_bad_networks_and_a_month_without_one_lose_and_double_nothing(
    shop: MortalShop, net: Net, cluster: Cluster
) -> None:
    seed = secrets.randbits(32)
    log.warning("seed %d", seed)
    draw = random.Random(seed)  # noqa: S311 - which link is down when, and no secret
    shop.found()
    stop(shop.server)
    outside = list(shop.mortals)
    move_inside(shop, net, seed)
    net.link(OFF, "down")
    first, second, off = shop.sellers
    for each in (first, second):
        each.start()
    for turn in range(ROUNDS):
        if turn < len(MONTH):
            sell_long_ago(off, MONTH[turn])
        store = draw.choice(STORES[:2])
        net.link(store, "down")
        time.sleep(draw.uniform(0.2, 3))
        net.link(store, "up")
        if turn in (ROUNDS // 3, ROUNDS // 2):
            cluster.crash("1")
        if turn == len(MONTH):
            net.link(OFF, "up")
            off.start()
        time.sleep(draw.uniform(0.2, 2))
        for mortal in shop.mortals:
            if mortal is not off or turn >= len(MONTH):
                mortal.must_run()
    wait_for_pushes(shop, seconds=120)
    for each in shop.sellers:
        each.end()
    stop(shop.server)
    # Faults have stopped: the same server and tills where there is no bad network between them.
    end_proxies(shop)
    shop.mortals = outside
    shop.server.start()
    shop.wait_for_server()
    shop.finish()
    check_everything(shop)


def move_inside(shop: MortalShop, net: Net, seed: int) -> None:
    """The server and each till into its namespace, a proxy beside each till, where its server's address points."""
    proxies = []
    for number, store in enumerate(STORES):
        words = [str(shop.port), net.address(store), str(shop.port), str(seed + number)]
        command = net.inside(store, [sys.executable, "-m", "tests.e2e.torn_proxy", *words])
        proxies.append(Mortal(f"proxy {store}", command, dict(os.environ), shop.folder / "proxies.log"))
    server = replace(shop.server, command=net.inside("server", [*shop.server.command, "--host", "0.0.0.0"]))  # noqa: S104
    sellers = [replace(each, command=net.inside(each.name, each.command)) for each in shop.sellers]
    shop.mortals = [server, *sellers]
    for each in (server, *proxies):
        each.start()
    shop.proxies = proxies
    deadline = time.monotonic() + 60
    probe = "import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()"
    asking = net.inside(STORES[0], [sys.executable, "-c", probe, net.address(STORES[0]), str(shop.port)])
    while subprocess.run(asking, check=False, capture_output=True).returncode:
        server.must_run()
        assert time.monotonic() < deadline, "the server does not answer in its namespace"
        time.sleep(0.2)


def end_proxies(shop: MortalShop) -> None:
    for proxy in shop.proxies:
        proxy.must_run()
        proxy.end()


def stop(mortal: Mortal) -> None:
    """Tell it to stop, and see that it does so in good order."""
    assert mortal.process is not None
    mortal.process.send_signal(signal.SIGTERM)
    assert mortal.process.wait(60) == 0, mortal.log.read_text()[-4000:]


def sell_long_ago(seller: Mortal, days: int) -> None:
    ran = subprocess.run(
        [*seller.command, str(SALES_A_TIME)],
        cwd=ROOT, env={**seller.environment, DAYS_AGO: str(days)}, check=False, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def wait_for_pushes(shop: MortalShop, seconds: float) -> None:
    """Until something of every till has come through its bad network, the month of the one that was off too."""
    deadline = time.monotonic() + seconds
    table = schema.stream
    of_each = select(table.c.store_id, func.sum(table.c.head_sequence)).where(table.c.merchant_id == MERCHANT)
    context = shop.open_context()
    try:
        while True:
            with context.database.read() as connection:
                events = {store: int(count) for store, count in connection.execute(of_each.group_by(table.c.store_id))}
            if events.keys() == set(STORES) and events[OFF] >= SALES_A_TIME * len(MONTH):
                log.warning("events through bad networks: %s", events)
                return
            assert time.monotonic() < deadline, f"not everybody got through: {events}"
            time.sleep(0.5)
    finally:
        context.database.close()
