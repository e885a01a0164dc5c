"""One world: a server, some tills, a network, disks and clocks; all of it from one seed."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from posapp.domain.accounts import Account
from posapp.domain.errors import DomainError, UnbalancedTransaction
from posapp.domain.events import SaleRefunded
from posapp.storage.errors import StorageError
from sync.client.errors import SyncError
from sync.server import merchants
from tests.simulation import beliefs, lending
from tests.simulation.model import Broken, Doubled, Model, Unfinished
from tests.simulation.network import Network
from tests.simulation.serving import MERCHANT, Server
from tests.simulation.till import Till
from tests.simulation.timing import Dice, NodeClock, TrueTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from posapp.domain.events import Event, Recorded
    from posapp.domain.ids import StreamId
    from tests.simulation.disk import Disks
    from tests.simulation.model import Attempt
    from tests.simulation.network import Answer, Ask
    from tests.simulation.shop import Founded


@dataclass
class World:
    """Everything there is.  `story` is what happened, in the words of whoever did it.

    `copied` are the devices that ran on two machines at some time.
    """

    seed: int
    root: Path
    founded: Founded
    disks: Disks
    crowd: int = 6
    time: TrueTime = field(default_factory=TrueTime)
    draw: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a seed is the point
    dice: Dice = field(default_factory=Dice)
    tills: dict[str, Till] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    model: Model = field(default_factory=Model)
    unfinished: dict[str, Unfinished] = field(default_factory=dict)
    gifts: list[tuple[str, bytes]] = field(default_factory=list)
    backups: dict[str, Path] = field(default_factory=dict)
    devices: dict[str, bytes] = field(default_factory=dict)
    copied: set[bytes] = field(default_factory=set)
    journals: dict[bytes, dict[StreamId, int]] = field(default_factory=dict)
    reliefs: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    step: int = 0
    server: Server = field(init=False)
    network: Network = field(init=False)

    def open(self, till_names: list[str]) -> None:
        """Copy the founded shop and start everybody."""
        self.disks.watch(self.root)
        for name in (".", "server", "backups"):
            (self.root / name).mkdir()
        for stream, found in self.founded.log.items():
            self.model.note(stream, 1, found, "the founding")
        shutil.copyfile(self.founded.folder / "server.db", self.root / "server" / "server.db")
        self.server = Server(self.root / "server", self.disks.drive("server"), NodeClock(self.time), self.dice)
        self.server.start()
        self.backups["server"] = self.founded.folder / "early.db"
        self.server.ever = {stream: head for stream, (head, _hash) in self.server.heads().items()}
        self.network = Network(
            self.serve, self.draw, tell=self.tell, counts=self.counts, sent=partial(lending.note, self)
        )
        for name in till_names:
            till = Till(
                name,
                self.founded.cards[name],
                self.root / name,
                self.disks.drive(name),
                NodeClock(self.time),
                self.network,
                self.dice,
            )
            self.put_up(till, self.founded.folder / f"{name}.db")

    def put_up(self, till: Till, database: Path) -> None:
        """Place a machine with a copy of a database, and start it."""
        till.folder.mkdir()
        shutil.copyfile(database, till.file)
        self.tills[till.name] = till
        self.devices[till.name] = till.card.device
        till.start()
        self.observe(till)

    def close(self) -> None:
        """End everybody and remove every file."""
        for till in self.tills.values():
            till.drive.is_dead = True
            till.stop()
        self.server.drive.is_dead = True
        self.server.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def serve(self, ask: Ask) -> Answer:
        """Let the server answer, and look at what it lends."""
        match ask.path:
            case lending.PATH:
                return lending.serve(self, ask)
            case lending.PUSH:
                return lending.serve_push(self, ask)
            case _:
                return self.server.serve(ask)

    # ------------------------------------------------------------------------------------------ time and the story

    def tell(self, text: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.step:>4}  {text}")

    def turn(self, step: int) -> None:
        """Begin a step: what is drawn in it depends on the seed and on this step alone."""
        self.step = step
        self.network.asked = 0
        self.draw.seed(f"{self.seed}/{step}")
        self.dice.turn(self.seed, step)
        due = [relief for at, relief in self.reliefs if at <= step]
        self.reliefs = [(at, relief) for at, relief in self.reliefs if at > step]
        for relief in due:
            relief()

    def later(self, steps: int, relief: Callable[[], None]) -> None:
        """Do something so many steps from now."""
        self.reliefs.append((self.step + steps, relief))

    def pass_time(self, **amount: float) -> None:
        """Let time go on for everybody."""
        self.time.pass_by(timedelta(**amount))

    # -------------------------------------------------------------------------------------------- what tills do

    def observe(self, till: Till) -> list[Event]:
        """Take down what lies on a till's disk and is new to the model."""
        new: list[Event] = []
        for stream, (head, _hash) in till.heads(own=True).items():
            known = self.model.length(stream)
            if head > known:
                new += self.model.note(stream, known + 1, till.events_after(stream, known), till.name)
        if till.revoked and new:
            self.model.excuse(self.held(), till.held())
        if not till.revoked:
            versions = till.versions(till.noted_hlc)
            till.noted_hlc = max((hlc for hlc, _device in versions.values()), default=till.noted_hlc)
            self.model.note_versions(versions)
        return new

    def carry_out(self, till: Till, attempt: Attempt) -> None:
        """Let a cashier do something, and hold the till to what its screen says."""
        going = self.unfinished.setdefault(till.name, Unfinished(attempt))
        # Tried again later, the till may have heard of what others overspent meanwhile.
        going.overspent = going.overspent | till.overspent()
        till.drive.fsync_failed = False
        try:
            with till.program():
                recorded = attempt.run(till.application)
        except UnbalancedTransaction as error:
            raise Broken(f"{till.name} {attempt.text}: {error}") from error
        except DomainError as refusal:
            if till.drive.is_dead:
                return
            going.made += self.observe(till)
            del self.unfinished[till.name]
            self.tell(f"{till.name} {attempt.text}: refused, {refusal}")
            if attempt.by_request and any(isinstance(event, attempt.kind or ()) for event in going.made):
                raise Broken(f"{till.name} {attempt.text}: recorded, and refused when it was tried again") from refusal
            return
        except Exception as error:
            if till.drive.is_dead:
                self.tell(f"{till.name} {attempt.text}: and stops in the middle of it")
                return
            if not is_meant(till, error):
                raise
            self.tell(f"{till.name} {attempt.text}: {type(error).__name__}, not saved")
            return
        if till.drive.is_dead:
            self.tell(f"{till.name} {attempt.text}: and stops before it says so")
            return
        going.made += self.observe(till)
        del self.unfinished[till.name]
        self.tell(f"{till.name} {attempt.text}")
        self.counts[attempt.kind.__name__ if attempt.kind is not None else "other"] += 1
        self._check_confirmed(till, going, recorded)

    def _check_confirmed(self, till: Till, going: Unfinished, recorded: Recorded | None) -> None:
        attempt = going.attempt
        if recorded is not None:
            entries = self.model.log.get(recorded.stream, [])
            if len(entries) < recorded.sequence or entries[recorded.sequence - 1].event != recorded.event:
                raise Broken(f"{till.name} said that it {attempt.text}, and its disk does not")
        if attempt.kind is not None:
            made = sum(isinstance(event, attempt.kind) for event in going.made)
            if made != 1:
                raise Doubled(f"{till.name} {attempt.text}: recorded {made} times")
        new = till.overspent() - going.overspent
        if new:
            names = ", ".join(f"{Account(account).name} of {holder.hex()[:8]}" for holder, account in sorted(new))
            raise Broken(f"{till.name} {attempt.text}: and knew that there was not enough ({names})")
        self._check_returned(till, going)

    def _check_returned(self, till: Till, going: Unfinished) -> None:
        """One till alone never takes back more of a line than was sold."""
        held = till.held()
        for event in going.made:
            if isinstance(event, SaleRefunded):
                more = self.model.returned_too_much(event, held)
                if more:
                    raise Broken(f"{going.attempt.text}: {more}")

    def sync(self, till: Till) -> bool:
        """One round of a till's worker; whether it went through."""
        till.drive.fsync_failed = False
        self.network.asked = 0
        try:
            till.round()
        except Broken:
            raise
        except SyncError as error:
            till.online = False
            beliefs.check(self, till)
            self.tell(f"{till.name} syncs: {getattr(error, 'code', '') or type(error).__name__}")
            return False
        except Exception as error:
            till.online = False
            if not (till.drive.is_dead or is_meant(till, error)):
                raise
            self.tell(f"{till.name} syncs: {type(error).__name__}")
            return False
        till.online = True
        if till.revoked and not self.server.was_put_back:
            raise Broken(f"{till.name} was shut out, and is heard")
        if not till.drive.is_dead:
            self.observe(till)
            beliefs.check(self, till)
        return True

    # ----------------------------------------------------------------------------------------- dying and coming back

    def bury(self) -> None:
        """Machines that stopped are started again, and what was under way there is done again."""
        if self.server.drive.is_dead:
            self.restart_server()
        for till in list(self.tills.values()):
            if till.drive.is_dead:
                self.restart(till)
            going = self.unfinished.get(till.name)
            if going is not None and not till.drive.full and not till.drive.fsyncs_fail and till.is_running:
                self.carry_out(till, going.attempt)
        if any(till.drive.is_dead for till in self.tills.values()):
            self.bury()

    def restart(self, till: Till) -> None:
        """Start a machine again; whatever its screen had said must be there."""
        till.stop()
        if till.drive.loses_power:
            lost = till.drive.lose_power(self.draw)
            self.tell(f"{till.name} loses its power, and {lost} writes that were not synced")
        till.drive.revive()
        self.start(till)
        self.tell(f"{till.name} starts again")
        held = till.heads(own=True)
        for stream, entries in self.model.log.items():
            if (
                stream.device == till.card.device
                and entries[0].till == till.name
                and stream not in self.model.cut_short
            ):
                head, digest = held.get(stream, (0, b""))
                if head < len(entries) or entries[head - 1].hash != digest:
                    raise Broken(
                        f"{till.name} had confirmed {len(entries)} events of a stream and has {head} after a crash"
                    )

    def start(self, till: Till) -> None:
        """Start a machine that stopped, and take down what a failed commit left on its disk."""
        till.start()
        made = self.observe(till)
        if till.name in self.unfinished:
            self.unfinished[till.name].made += made

    def restart_server(self) -> None:
        """Start the server again; whatever it had acknowledged must be there."""
        self.server.stop()
        if self.server.drive.loses_power:
            lost = self.server.drive.lose_power(self.draw)
            self.tell(f"the server loses its power, and {lost} writes that were not synced")
        self.server.drive.revive()
        self.server.start()
        self.tell("the server starts again")
        held = self.server.heads()
        for stream, promised in self.server.promised.items():
            if held.get(stream, (0, b""))[0] < promised:
                raise Broken(f"the server had acknowledged {promised} events of a stream and lost some in a crash")

    def server_works(self) -> None:
        """Whoever is about to do something at the server sees first that it runs and that its disk works."""
        self.server.drive.countdown, self.server.drive.full, self.server.drive.fsyncs_fail = None, False, 0
        if self.server.drive.is_dead:
            self.restart_server()

    # ------------------------------------------------------------------------------------- losing what was kept

    def held(self) -> dict[StreamId, int]:
        """How far the server can have each stream from itself and from tills, those that are shut out apart.

        What a till has behind a gap is of use only where another one has what lies in it.
        """
        most = {stream: head for stream, (head, _hash) in self.server.heads().items()}
        parts = [
            (stream, after, upto)
            for till in self.tills.values()
            if till.is_running and not till.revoked
            for stream, after, upto in till.parts()
        ]
        for stream, after, upto in sorted(parts):
            if after <= most.get(stream, 0):
                most[stream] = max(upto, most.get(stream, 0))
        return most

    def excuse(self) -> None:
        """A fault destroyed something: what no node holds any more may be gone."""
        self.excuse_versions()
        gone = self.model.excuse(self.held())
        if gone:
            self.tell(f"{gone} events are on no disk any more")

    def excuse_versions(self) -> None:
        """The same for versions of documents."""
        heard = (till for till in self.tills.values() if till.is_running and not till.revoked)
        self.model.excuse_versions([self.server.versions(), *(till.versions() for till in heard)])

    def put_back_till(self, till: Till, source: Path) -> None:
        """Run a till on an older database from now on."""
        till.stop()
        till.replace_file(source)
        self.start_cut_short(till)

    def start_cut_short(self, till: Till) -> None:
        """Start a machine whose file has lost its end."""
        till.drive.revive()
        till.start()
        self.model.cut_short.update(stream for stream in self.model.log if stream.device == till.card.device)
        self.observe(till)
        if till.name in self.unfinished:
            heads = till.heads(own=True).items()
            there = (entry for stream, (head, _hash) in heads for entry in self.model.log[stream][:head])
            self.unfinished[till.name].lose(there)
        self.excuse()

    def put_back_server(self, source: Path, *, new_generation: bool) -> None:
        """Run the server on an older database from now on."""
        self.server.stop()
        self.server.replace_file(source)
        self.server.drive.revive()
        self.server.start()
        self.server.promised = {stream: head for stream, (head, _hash) in self.server.heads().items()}
        if new_generation:
            merchants.new_generation(self.server.running, MERCHANT)
        self.excuse()


_REFUSALS: Final = ("interrupted", "not authorized", "authorization denied")
"""SQLite refuses a statement in other words where it compiles it anew by itself."""


def is_meant(till: Till, error: Exception) -> bool:
    """Whether an error is what a fault was to bring about."""
    if till.interrupted and any(words in str(error) for words in _REFUSALS):
        till.interrupted = False
        return True
    return till.drive.is_faulty and isinstance(error, StorageError)


@contextmanager
def world(seed: int, root: Path, founded: Founded, disks: Disks) -> Iterator[World]:
    """A world for the length of a run."""
    made = World(seed, root / "world", founded, disks)
    try:
        yield made
    finally:
        made.close()
