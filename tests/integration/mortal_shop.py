"""A server and tills, each a process of its own, that may be killed at any moment and are started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.programme import parse_programme
from posapp.storage.key_store import DATABASE_KEY, SECRET_BYTES, FileKeyStore
from posapp.storage.reference_data import programme_key
from sync.protocol.messages import DocumentRow
from sync.server import devices, merchants
from sync.server.context import Context, open_context
from tests.integration import planted_bugs

ROOT = Path(__file__).parents[2]
MERCHANT = "mortal"
STORES = ("S1", "S2")
PATIENCE_SECONDS = 60.0
PROGRAMME = {"version": 1, "zone": "Asia/Shanghai", "tiers": [{"code": "base"}], "points": {"earn": {}}}


@dataclass
class Mortal:
    """A process that is started, killed and started again.  `kills` counts how often it died by our hand."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    kills: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def must_run(self) -> None:
        """It may die by a signal of ours, and never by itself."""
        assert self.process is not None
        assert self.process.poll() is None, f"{self.name} ended by itself:\n{self.log.read_text()[-4000:]}"

    def kill(self) -> None:
        self.must_run()
        assert self.process is not None
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL
        self.kills += 1

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@dataclass
class MortalShop:
    """One server, and a till in each store, all of them with a planted bug where one is named."""

    folder: Path
    database_url: str = ""
    bug: str = ""
    stores: tuple[str, ...] = STORES
    server_options: tuple[str, ...] = ()
    port: int = 0
    tills: dict[str, Path] = field(default_factory=dict)
    mortals: list[Mortal] = field(default_factory=list)
    proxies: list[Mortal] = field(default_factory=list)
    """Bad lines between tills and server, where there are any."""

    @property
    def server(self) -> Mortal:
        return self.mortals[0]

    @property
    def sellers(self) -> list[Mortal]:
        return self.mortals[1:]

    def open_context(self) -> Context:
        data = self.folder / "server"
        return open_context(data, self.database_url or f"sqlite:///{data / 'server.db'}")

    def found(self) -> Self:
        """Make the merchant, start the server, and let the tills in."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        context = self.open_context()
        merchants.create(context, "Mortal 会死的店", MERCHANT)
        for store in self.stores:
            merchants.add_store(context, MERCHANT, store, store)
        programme = parse_programme(msgspec.json.encode(PROGRAMME))
        row = DocumentRow("programme", programme_key(1), merchants.hlc(context), b"", programme.canonical)
        context.database.write(lambda connection: merchants.publish(connection, MERCHANT, [row]))
        self._start_server()
        for store in self.stores:
            folder = self.tills[store] = self.folder / store
            self._join(folder, devices.new_code(context, MERCHANT, store, 1))
            command = [sys.executable, "-m", "tests.integration.selling_process", str(folder)]
            environment = {**os.environ, planted_bugs.VARIABLE: self.bug}
            self.mortals.append(Mortal(store, command, environment, self.folder / f"{store}.log"))
        context.database.close()
        return self

    def _start_server(self) -> None:
        data = self.folder / "server"
        url = self.database_url or f"sqlite:///{data / 'server.db'}"
        program = ["tests.integration.planted_bugs", self.bug] if self.bug else ["sync"]
        command = [sys.executable, "-m", *program, "serve", "--data", str(data), "--port", str(self.port)]
        command += self.server_options
        self.mortals.append(Mortal("server", command, {**os.environ, "DATABASE_URL": url}, self.folder / "server.log"))
        self.server.start()
        self.wait_for_server()

    def wait_for_server(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                self.server.must_run()
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.02)
            else:
                return

    def _join(self, folder: Path, code: str) -> None:
        # Its secrets are files, never those of the developer's own key ring.
        FileKeyStore(folder / "keys").put(DATABASE_KEY, os.urandom(SECRET_BYTES))
        shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
        carrying.join(shops, f"http://127.0.0.1:{self.port}", code)
        shops.close()

    def finish(self) -> None:
        """Let every till complete what it does not know to be completed, sell once more, and end in peace."""
        for seller in self.sellers:
            seller.end()
            ran: subprocess.CompletedProcess[Any] = subprocess.run(
                [*seller.command, "1"],
                cwd=ROOT,
                env=seller.environment,
                check=False,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
            )
            assert ran.returncode == 0, ran.stderr

    def end(self) -> None:
        for mortal in [*self.mortals, *self.proxies]:
            mortal.end()
