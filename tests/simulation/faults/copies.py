"""Backups, what is done with them, and machines that come and go."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from posapp.storage.backup import back_up
from posapp.storage.errors import StorageError
from sync.server import devices
from sync.server.errors import NotFoundError
from tests.simulation.actions.selling import sell
from tests.simulation.actions.upkeep import change_price
from tests.simulation.faults.striking import let_do, nothing_else
from tests.simulation.model import Broken
from tests.simulation.network import Network
from tests.simulation.serving import MERCHANT
from tests.simulation.shop import join, new_database
from tests.simulation.till import Till
from tests.simulation.timing import NodeClock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulation.network import Answer, Ask
    from tests.simulation.world import World

_SERVER = "server"


class BackUpTill:
    """A till backs itself up."""

    name = "backup of a till"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """By the program's own command."""
        target = world.root / "backups" / f"{till.name}-{world.step}.db"
        try:
            back_up(till.application.database, target)
        except StorageError:
            if not till.drive.is_in_trouble:
                raise
            return
        world.backups[till.name] = target
        world.tell(f"{till.name} is backed up")


class NewerProgram:
    """A till gets the next version of the program, while others and the server run this one."""

    name = "newer program"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """For good: it records events of a kind that they do not know."""
        # No program fits onto a full disk.
        if till.is_newer or till.drive.full:
            return
        till.is_newer = True
        till.stop()
        world.start(till)
        world.tell(f"{till.name} gets a newer program")


class BackUpServer:
    """The server is backed up."""

    name = "backup of the server"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """As SQLite backs up."""
        if world.server.drive.is_dead:
            return
        target = world.root / "backups" / f"server-{world.step}.db"
        source, copy = sqlite3.connect(world.server.file), sqlite3.connect(target)
        try:
            source.backup(copy)
        except sqlite3.Error:
            if not world.server.drive.is_in_trouble:
                raise
            return
        finally:
            source.close()
            copy.close()
        world.backups[_SERVER] = target
        world.tell("the server is backed up")


class RestoredTill:
    """A till runs on an old backup of itself."""

    name = "restored till"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """From now on."""
        backup = world.backups.get(till.name)
        if backup is not None:
            world.tell(f"{till.name} is put back to {_age(backup)}")
            world.put_back_till(till, backup)


class ClonedTill:
    """A second machine runs on a copy of a till's disk."""

    name = "cloned till"
    weight = 1

    def strike(self, world: World, till: Till) -> None:
        """Both go on; nobody notices."""
        name = f"{till.name}'"
        backup = world.root / "backups" / f"{name}.db"
        # One clone of a till is enough, also where a new till has taken its place since.
        if (world.root / name).exists() or till.drive.is_faulty:
            return
        back_up(till.application.database, backup)
        if till.drive.is_dead:
            return
        world.tell(f"{till.name} is cloned")
        world.copied.add(till.card.device)
        _put_up(world, name, till, backup)


class ReplacedTill:
    """A till's machine is lost; another one is enrolled in its place and knows nothing."""

    name = "till lost and enrolled anew"
    weight = 1

    def strike(self, world: World, till: Till) -> None:
        """With a new device, a new number, an empty database."""
        replace_till(world, till)


class RestoredServer:
    """The server runs on an old backup; whoever restored it may have said so or not."""

    name = "restored server"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """From now on."""
        _restore_server(world, said_so=world.draw.random() < 0.5)


class BothRestored:
    """The server and a till are put back at once."""

    name = "both restored"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """To whatever backups there are."""
        backup = world.backups.get(till.name)
        if backup is not None and _restore_server(world, said_so=world.draw.random() < 0.5):
            world.tell(f"{till.name} is put back to {_age(backup)}")
            world.put_back_till(till, backup)


class LateAcknowledgement:
    """A push is answered by a server that was put back before the answer arrived."""

    name = "late acknowledgement of an old generation"
    weight = 2

    def strike(self, world: World, till: Till) -> None:
        """The next push."""
        if _SERVER in world.backups:
            _put_back_at_the_next_push(world, said_so=world.draw.random() < 0.5)


class LostDocument:
    """The server takes a document, is put back to just before, and then answers; nothing else has happened since."""

    name = "document lost with the server"
    weight = 4

    def strike(self, world: World, till: Till) -> None:
        """A price, at once."""
        if till.name in world.unfinished or till.revoked or not world.sync(till):
            return
        BackUpServer().strike(world, till)
        if let_do(world, till, change_price):
            _put_back_at_the_next_push(world, said_so=False)
            world.sync(till)


class RevokedDevice:
    """A till that has just been heard is shut out while its queue is not empty; it sells on, and would push."""

    name = "revoked device"
    weight = 3

    def strike(self, world: World, till: Till) -> None:
        """For good."""
        others = [each for each in world.tills.values() if each.card.device != till.card.device and not each.revoked]
        if till.revoked or not others:
            return
        with nothing_else(world):
            if world.sync(till) and let_do(world, till, sell) and self._shut_out(world, till):
                stays = world.network.serve == world.serve
                if world.sync(till) and stays:
                    raise Broken(f"{till.name} is heard by the server that has just shut it out")

    def _shut_out(self, world: World, till: Till) -> bool:
        world.server_works()
        try:
            devices.revoke(world.server.running, MERCHANT, till.card.device)
        except NotFoundError:
            return False  # a server that was put back does not know this till again yet
        for each in world.tills.values():
            if each.card.device == till.card.device:
                each.revoked = True
        world.tell(f"{till.name} is shut out")
        for each in world.tills.values():
            if each.card.device == till.card.device and each.is_running:
                world.model.excuse(world.held(), each.held())
        world.excuse_versions()
        return True


def replace_till(world: World, till: Till) -> None:
    """Put an empty till in a lost one's place."""
    world.server_works()
    till.stop()
    del world.tills[till.name]
    world.unfinished.pop(till.name, None)
    world.excuse()
    name = f"{till.name}+"
    direct = Network(world.server.serve, world.draw)
    number = till.card.number + 10
    card, block = join(world.server, direct, name, till.card.store, number, world.dice)
    database = world.root / "backups" / f"{name}.db"
    new_database(database, card, block)
    world.tell(f"{till.name} is lost, {name} is enrolled in its place")
    new = Till(name, card, world.root / name, world.disks.drive(name), NodeClock(world.time), world.network, world.dice)
    world.put_up(new, database)
    world.sync(new)


def _put_up(world: World, name: str, like: Till, database: Path) -> None:
    clock = NodeClock(world.time, like.clock.error)
    new = Till(name, like.card, world.root / name, world.disks.drive(name), clock, world.network, world.dice)
    new.revoked, new.is_newer = like.revoked, like.is_newer
    world.put_up(new, database)


def _put_back_at_the_next_push(world: World, *, said_so: bool) -> None:
    def once(ask: Ask) -> Answer:
        answer = world.serve(ask)
        if ask.path == "/v1/push":
            world.network.serve = world.serve
            if not world.server.drive.is_dead:
                _restore_server(world, said_so=said_so)
        return answer

    world.network.serve = once


def _restore_server(world: World, *, said_so: bool) -> bool:
    backup = world.backups.get(_SERVER)
    if backup is None or world.server.drive.is_dead:
        return False
    world.server_works()
    world.tell(f"the server is put back to {_age(backup)}{', and says so' if said_so else ''}")
    world.put_back_server(backup, new_generation=said_so)
    return True


def _age(backup: Path) -> str:
    return f"step {backup.stem.rpartition('-')[2]}"
