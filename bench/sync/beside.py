"""Pushing and pulling over HTTP, beside raw SQLite, PouchDB and Anki, in turns with the same entries.

``python -m bench.sync.beside [--rounds N] [--sales N]``.  Every side is a client and a server in processes of their own
on loopback: our till with its encrypted database and ``python -m sync serve``; PouchDB 9 with LevelDB and
express-pouchdb (npm); Anki's collections and its own sync server (PyPI).  The bench installs them.  In every round each
gets the same number of entries, which are new to it: postings and sale lines, a document each in PouchDB, a line of the
review log each in Anki.  Ours alone are on disk for certain when they are acknowledged: LevelDB is not told to wait.

"Push" is from the client's database into the server's.  "Ingest" is the server alone: what a push sends was made
before.  "Pull" fills a client that has nothing.  The targets compare ingest with the others' pushes; push stands beside
it, because it is the same way.  "By the processor" counts both processes of a side, whoever waits for whom.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure
from bench.peers.asked import Asked
from bench.peers.installed import PeerMissingError, from_npm, from_pypi
from bench.sync.paired import Paired
from bench.sync.raw import RawSQLite
from bench.sync.sales import Row, Sale, as_rows, entries, entry_rows, make_sales
from bench.sync.served import found, join, record, served
from posapp.domain.encoding import genesis
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.protocol import segment
from sync.protocol.limits import SEGMENT_EVENTS
from sync.protocol.messages import PushReply, PushRequest
from tests.server_process import ServerProcess, free_port

POUCHDB, EXPRESS_POUCHDB, EXPRESS, ANKI = "9.0.0", "4.2.0", "4.22.3", "26.9.3"
PEERS: Final = Path(__file__).parents[1] / "peers"
LARGER_BATCH: Final = 1_000
"""PouchDB replicates faster in batches of this size than in its own of 100."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is carried in one round."""

    number: int
    sales: Sequence[Sale]
    rows: Sequence[Row]

    @classmethod
    def of(cls, number: int, count: int) -> Load:
        """Sales that no round had before."""
        sales = make_sales(count, seed=number)
        return cls(number, sales, as_rows(sales))


class Ours:
    """Our server, and in each round a merchant with new tills."""

    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self._server, self._folder = server, folder

    def round(self, load: Load, times: Paired) -> None:
        """Push, and pull into a fresh till of the same store, which gets its log, and of another, which does not."""
        merchant = f"round{load.number}"
        found(self._server, merchant)
        tills = [join(self._server, self._folder, merchant, *place) for place in (("S1", 1), ("S1", 2), ("S2", 3))]
        sender, same_store, other_store = tills
        record(sender, load.sales)
        sender.pull_all()
        times.take("push", sender.push_all, self._server.pid)
        times.take("pull", same_store.pull_all, self._server.pid)
        times.take("pull, other store", other_store.pull_all, self._server.pid)
        if not sender.balances() == same_store.balances() == other_store.balances():
            raise AssertionError("the tills differ")
        for each in tills:
            each.close()
        self._ingest(load, times)

    def _ingest(self, load: Load, times: Paired) -> None:
        merchant = f"ready{load.number}"
        found(self._server, merchant)
        till = join(self._server, self._folder, merchant, "S1", 1)
        till.pull_all()
        stream = StreamId(DeviceId(till.enrolment.device), Incarnation(bytes(8)))
        origin = (merchant, "S1", stream, 1, genesis(stream))
        request = PushRequest([segment.build(till.identity.sign, *origin, load.rows)])
        times.take("ingest", lambda: till.session.call("/v1/push", request, PushReply), self._server.pid)
        till.close()


class Raw:
    """As many rows into a bare file."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._raw = RawSQLite(folder / "raw.db")
        stack.callback(self._raw.close)

    def round(self, load: Load, times: Paired) -> None:
        """Write a row for each entry."""
        rows = entry_rows(load.rows)
        times.take("raw", lambda: self._raw.write(rows))


class PouchDb:
    """express-pouchdb and a client, and in each round databases of their own."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        packages = [f"pouchdb@{POUCHDB}", f"express@{EXPRESS}", f"express-pouchdb@{EXPRESS_POUCHDB}"]
        node, home = from_npm(f"pouchdb-{POUCHDB}", packages)
        self._folder = folder / "pouchdb"
        command = [str(home), str(self._folder / "server")]
        (self._folder / "server").mkdir(parents=True)
        (self._folder / "client").mkdir()
        self._server = stack.enter_context(Asked([node, str(PEERS / "pouchdb_server.js"), *command]))
        self._url = f"http://127.0.0.1:{self._server.hear()['port']}"
        command = [str(home), str(self._folder / "client")]
        self._client = stack.enter_context(Asked([node, str(PEERS / "pouchdb_client.js"), *command]))

    def round(self, load: Load, times: Paired) -> None:
        """A document an entry, replicated as it comes and in larger batches; then a document a sale."""
        each = self._write(f"entries{load.number}", entry_documents(load.rows))
        for way, batch in (("pouchdb", 0), ("pouchdb, larger batches", LARGER_BATCH)):
            self._there_and_back(way, f"entries{load.number}", batch, entries(load.rows), times)
        url = f"{self._url}/ingest{load.number}"
        took = self._client.ask(do="ingest", documents=str(each), url=url, batch=LARGER_BATCH)
        times.note("pouchdb ingest", took["seconds"])
        self._write(f"sales{load.number}", sale_documents(load.rows))
        self._there_and_back("pouchdb, a document a sale", f"sales{load.number}", 0, len(load.rows), times)

    def _write(self, database: str, documents: list[dict[str, Any]]) -> Path:
        file = self._folder / f"{database}.json"
        file.write_text(json.dumps(documents), "utf-8")
        self._client.ask(do="write", database=database, documents=str(file))
        return file

    def _there_and_back(self, way: str, database: str, batch: int, count: int, times: Paired) -> None:
        url = f"{self._url}/{database}b{batch}"
        processes = (self._client.pid, self._server.pid)
        with times.watched(f"{way} push", *processes):
            pushed = self._client.ask(do="push", database=database, url=url, batch=batch)
        times.note(f"{way} push", pushed["seconds"])
        with times.watched(f"{way} pull", *processes):
            pulled = self._client.ask(do="pull", database=f"fresh-{database}-{batch}", url=url, batch=batch)
        times.note(f"{way} pull", pulled["seconds"])
        if pulled["count"] != count:
            raise AssertionError(f"PouchDB pulled {pulled['count']} of {count}")


class Anki:
    """Anki's server and two collections, which go on growing."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        python = from_pypi(f"anki-{ANKI}", [f"anki=={ANKI}"])
        home = folder / "anki"
        home.mkdir()
        self._peer = stack.enter_context(Asked([python, str(PEERS / "anki_sync.py"), str(home), str(free_port())]))

    def round(self, load: Load, times: Paired) -> None:
        """As many entries of its log."""
        self._peer.ask(do="write", entries=entries(load.rows))
        for way in ("push", "pull"):
            with times.watched(f"anki {way}", self._peer.pid):
                took = self._peer.ask(do=way)
            times.note(f"anki {way}", took["seconds"])


def entry_documents(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A document for each entry."""
    names = ("event", "place", "account", "holder", "amount")
    documents = []
    for row in entry_rows(rows):
        found = dict(zip(names, row, strict=True))
        found["holder"] = row[3].hex() if row[3] else None
        documents.append({"_id": f"{row[0]:08d}-{row[1]:04d}", **found})
    return documents


def sale_documents(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A document for each sale, with all that its event says."""
    return [
        {"_id": f"{sequence:08d}", "sale": json.loads(json.dumps(row, default=bytes.hex))}
        for sequence, row in enumerate(rows)
    ]


@dataclass(frozen=True, slots=True)
class Against:
    """A target or a comparison: how many times as fast one way is as another."""

    words: str
    way: str
    other: str
    target: float | None = None

    def figures(self, times: Paired) -> Iterator[Figure]:
        """As it was measured, by the clock and by the processor; nothing where a side is missing."""
        if self.way in times.seconds and self.other in times.seconds:
            yield Figure(self.words, times.times_as_fast(self.way, self.other), "×", self.target, more_is_better=True)
        if self.way in times.processor and self.other in times.processor:
            cheaper = times.times_as_cheap(self.way, self.other)
            yield Figure("the same, by the processor", cheaper, "×", self.target, more_is_better=True)


AGAINST: Final = (
    Against("ingest over HTTP ÷ raw SQLite, commits of 1,000 rows", "ingest", "raw", 0.6),
    Against("ingest over HTTP ÷ PouchDB's push", "ingest", "pouchdb push", 60),
    Against("push ÷ PouchDB's push", "push", "pouchdb push", 60),
    Against("push ÷ PouchDB's in batches of 1,000", "push", "pouchdb, larger batches push"),
    Against("push ÷ PouchDB's with a document a sale", "push", "pouchdb, a document a sale push"),
    Against("ingest over HTTP ÷ PouchDB's bulk documents", "ingest", "pouchdb ingest"),
    Against("ingest over HTTP ÷ Anki's push", "ingest", "anki push", 1.5),
    Against("push ÷ Anki's push", "push", "anki push", 1.5),
    Against("fresh till's pull ÷ PouchDB's pull", "pull", "pouchdb pull", 50),
    Against("the same into a till of another store", "pull, other store", "pouchdb pull", 50),
    Against("fresh till's pull ÷ PouchDB's in batches of 1,000", "pull", "pouchdb, larger batches pull"),
    Against("fresh till's pull ÷ PouchDB's with a document a sale", "pull", "pouchdb, a document a sale pull"),
    Against("fresh till's pull ÷ Anki's pull", "pull", "anki pull"),
)


@dataclass(slots=True)
class Sides:
    """Whoever takes part."""

    rounds: list[Callable[[Load, Paired], None]] = field(default_factory=list)

    def add(self, name: str, start: Callable[[], Ours | Raw | PouchDb | Anki]) -> None:
        """Start one, or say why it is missing."""
        try:
            self.rounds.append(start().round)
        except PeerMissingError as error:
            print(f"{name} is not measured: {error}", flush=True)


def measure(folder: Path, sales: int, rounds: int) -> Paired:
    """Let everybody carry the same entries, round by round."""
    times = Paired()
    sides = Sides()
    with ExitStack() as stack:
        server = stack.enter_context(served(folder / "server"))
        sides.add("our server", lambda: Ours(server, folder))
        sides.add("raw SQLite", lambda: Raw(stack, folder))
        sides.add("PouchDB", lambda: PouchDb(stack, folder))
        sides.add("Anki", lambda: Anki(stack, folder))
        for number in range(1, rounds + 1):
            load = Load.of(number, sales)
            for side in sides.rounds:
                side(load, times)
    return times


def report(times: Paired, amount: int) -> list[Figure]:
    """Print what each way does in a second, and return the comparisons that could be made."""
    for way in times.seconds:
        print(f"  {way:<34} {times.rate(way, amount):>10,.0f} entries/s")
    return [figure for each in AGAINST for figure in each.figures(times)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.sync.beside", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sales", type=int, default=1_000, help=f"in each round, {SEGMENT_EVENTS} at most")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="posapp-beside-") as name:
        amount = entries(as_rows(make_sales(options.sales)))
        print(f"{options.rounds} rounds of {options.sales:,} sales, some {amount:,} entries: postings and sale lines")
        for figure in report(measure(Path(name), options.sales, options.rounds), amount):
            print(figure.line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
