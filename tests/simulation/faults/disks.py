"""Machines that stop, and disks that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.storage.backup import check_backup
from posapp.storage.errors import StorageError
from tests.simulation.actions.selling import sell
from tests.simulation.faults.copies import replace_till
from tests.simulation.faults.striking import let_do
from tests.simulation.till import KEY

if TYPE_CHECKING:
    from tests.simulation.disk import Drive
    from tests.simulation.till import Till
    from tests.simulation.world import World

_OPERATIONS = 80
"""A sale writes some twenty pages; a round of the worker about as many."""
_STATEMENTS = 30
"""A sale has about as many different ones."""


class KilledTill:
    """A till's process dies between two writes: in a statement, in a commit, in a checkpoint, after one."""

    name = "killed till"
    weight = 6

    def strike(self, world: World, till: Till) -> None:
        """Soon."""
        till.drive.countdown = world.draw.randrange(_OPERATIONS)


class KilledUnseen:
    """A till's process dies when something has been committed, and before its screen says so."""

    name = "killed after a commit"
    weight = 10

    def strike(self, world: World, till: Till) -> None:
        """At each of the next commits."""
        till.dies_unseen = world.draw.randint(2, 10)


class InterruptedStatement:
    """A statement in the middle of a transaction fails: SQLite gives the transaction up with it, or leaves it open."""

    name = "failed statement"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Soon, or in a sale that is made at once."""
        if world.draw.random() < 0.5:
            till.interrupt(world.draw.randrange(1, 4_000))
        else:
            till.refuse(world.draw.randint(1, _STATEMENTS))
            let_do(world, till, sell)


class PowerLoss:
    """A till's machine loses its power, and whatever of its writes was not synced."""

    name = "power loss"
    weight = 6

    def strike(self, world: World, till: Till) -> None:
        """Soon."""
        till.drive.countdown, till.drive.loses_power = world.draw.randrange(_OPERATIONS), True


class KilledServer:
    """The server's process dies between two writes."""

    name = "killed server"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Soon."""
        world.server.drive.countdown = world.draw.randrange(_OPERATIONS)


class ServerPowerLoss:
    """The server's machine loses its power."""

    name = "power loss of the server"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """Soon."""
        world.server.drive.countdown, world.server.drive.loses_power = world.draw.randrange(_OPERATIONS), True


class DiskFull:
    """A till's disk takes nothing more, until somebody tidies up."""

    name = "disk full"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """For some steps."""
        _fill(world, till.name, till.drive)


class ServerDiskFull:
    """The server's disk takes nothing more, for a while."""

    name = "disk full at the server"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """For some steps."""
        _fill(world, "the server", world.server.drive)


class FailedFsync:
    """The disk says that it could not keep what it was given."""

    name = "failed fsync"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """Once or a few times."""
        till.drive.fsyncs_fail = world.draw.choice((1, 1, 3))


class ServerFailedFsync:
    """The same at the server."""

    name = "failed fsync at the server"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """Once or a few times."""
        world.server.drive.fsyncs_fail = world.draw.choice((1, 1, 3))


class BitFlip:
    """A bit of a till's database is another one after a restart; it is checked, and restored where it is damaged."""

    name = "bit flip"
    weight = 1

    def strike(self, world: World, till: Till) -> None:
        """Somewhere in the file."""
        till.stop()
        content = bytearray(till.file.read_bytes())
        place = world.draw.randrange(len(content))
        content[place] ^= 1 << world.draw.randrange(8)
        till.file.write_bytes(content)
        till.drive.unsynced.clear()
        try:
            with till.program():
                check_backup(till.file, KEY)
        except StorageError as error:
            world.tell(f"a bit of {till.name}'s database flips and is found: {type(error).__name__}")
            backup = world.backups.get(till.name)
            if backup is not None:
                world.put_back_till(till, backup)
            else:
                replace_till(world, till)
            return
        world.tell(f"a bit of {till.name}'s database flips where nothing lies")
        world.start(till)


class DeletedLog:
    """Somebody deletes the write-ahead log beside a database, because it looked like a temporary file."""

    name = "deleted log"
    weight = 1

    def strike(self, world: World, till: Till) -> None:
        """While the program is not running, after it died."""
        till.drive.is_dead = True
        till.stop()
        (till.folder / "till.db-wal").unlink(missing_ok=True)
        till.drive.unsynced.clear()
        world.tell(f"the log beside {till.name}'s database is deleted")
        world.start_cut_short(till)


def _fill(world: World, name: str, drive: Drive) -> None:
    drive.full = True
    world.tell(f"the disk of {name} is full")

    def tidy() -> None:
        drive.full = False

    world.later(world.draw.randint(1, 15), tidy)
