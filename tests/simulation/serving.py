"""The server: its real code over a real database, asked and answering in bytes, that can die at any write."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING, Any, Final, cast

import httpx
from sqlalchemy.exc import DBAPIError

from sync.protocol import intact, messages
from sync.protocol.segment import stream_of
from sync.server import accept, devices, digest, feeds, inbox, leases
from sync.server.api.described import MEDIA_TYPE
from sync.server.api.problems import HANDLERS
from sync.server.context import Context
from sync.server.errors import UnauthenticatedError
from sync.server.keys import ServerKeys
from sync.server.storage.engine import Database
from tests.simulation.network import Answer
from tests.simulation.versions import speaking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from posapp.domain.ids import StreamId
    from tests.simulation.disk import Drive
    from tests.simulation.model import Versions
    from tests.simulation.network import Ask
    from tests.simulation.timing import Dice, NodeClock

MERCHANT: Final = "demo"
_FINE: Final = 200
KEYS: Final = ServerKeys(bytes(range(32)))


class Server:
    """One process of the server, again and again.

    `promised` is how far it has said to have each stream since it was put back, `ever` the same since the beginning.
    """

    def __init__(self, folder: Path, drive: Drive, clock: NodeClock, dice: Dice) -> None:
        self.folder = folder
        self.drive = drive
        self.clock = clock
        self._dice = dice
        self.context: Context | None = None
        self.promised: dict[StreamId, int] = {}
        self.ever: dict[StreamId, int] = {}
        self.was_put_back = False
        self._eye: sqlite3.Connection | None = None

    @property
    def file(self) -> Path:
        """Its database."""
        return self.folder / "server.db"

    @property
    def running(self) -> Context:
        """What it works with; it must run."""
        assert self.context is not None, "the server is down"
        return self.context

    def start(self) -> None:
        """Open the database and serve."""
        database = Database.at_path(self.file)
        database.migrate(self.clock.now_us())
        self.context = Context(database, KEYS, self.clock.now_us, self._dice.bytes)

    def stop(self) -> None:
        """End the process; a dead disk takes no last words."""
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        if self.context is not None:
            self.context.database.close()
            self.context = None
        if self.drive.is_dead:
            (self.folder / "server.db-shm").unlink(missing_ok=True)

    def replace_file(self, source: Path) -> None:
        """Put another database in place of this one; the server must be down."""
        for left in self.folder.glob("server.db*"):
            left.unlink()
        self.drive.unsynced.clear()
        self.was_put_back = True
        shutil.copyfile(source, self.file)

    def serve(self, ask: Ask) -> Answer:
        """Answer a request.  Raises `httpx.ConnectError` while it is down, also where the request kills it."""
        if self.context is None or self.drive.is_dead:
            raise httpx.ConnectError("nobody listens")
        try:
            with speaking(newer=False):
                said = _work(self.context, ask)
            body = messages.encode(said)
            answer = Answer(_FINE, MEDIA_TYPE, body, intact.digest_of(body))
        except Exception as error:  # noqa: BLE001 - as the routes do: whatever it is, there is an answer
            answer, said = _problem(error), None
        if self.drive.is_dead:
            raise httpx.RemoteProtocolError("it died")
        if answer.status == _FINE and isinstance(said, messages.PushReply):
            self._promise(said.heads)
        elif answer.status == _FINE and isinstance(said, messages.PullReply):
            # What a machine pushed and heard no answer to is told to another one that runs on a copy of its disk.
            self._promise((*said.own_heads, *said.store_heads))
        return answer

    def _promise(self, heads: Sequence[messages.StreamHead]) -> None:
        if not heads:
            return
        held = self.heads()
        for head in heads:
            if held.get(stream_of(head.device, head.incarnation), (0, b""))[0] < head.sequence:
                raise AssertionError("the server acknowledged what it did not commit")
            stream = stream_of(head.device, head.incarnation)
            self.promised[stream] = max(head.sequence, self.promised.get(stream, 0))
            self.ever[stream] = max(head.sequence, self.ever.get(stream, 0))

    def place(self) -> messages.Cursor:
        """Where a till's cursor stands that has heard of everything."""
        ((gseq, cumulative_hash, generation),) = self._look(
            "SELECT gseq, cumulative_hash, generation FROM merchant_counter WHERE merchant_id = ?"
        )
        return messages.Cursor(gseq, cumulative_hash, generation)

    def horizon(self) -> int:
        """The oldest place of the merchant's order that it still knows: what came after it is told, or 0 for all."""
        ((oldest,),) = self._look("SELECT coalesce(min(gseq), 1) FROM change WHERE merchant_id = ?")
        return oldest if oldest > 1 else 0

    def balances(self) -> dict[tuple[bytes, int], int]:
        """Every balance, without zeros."""
        rows = self._look("SELECT holder, account, amount FROM balance WHERE merchant_id = ? AND amount <> 0")
        return {(holder, account): amount for holder, account, amount in rows}

    def shares(self) -> dict[tuple[bytes, bytes, int], int]:
        """The share of each till, by device and balance."""
        rows = self._look("SELECT device, holder, account, amount FROM lease WHERE merchant_id = ? AND amount > 0")
        return {(device, holder, account): amount for device, holder, account, amount in rows}

    def versions(self) -> Versions:
        """The version of each document that it holds."""
        rows = self._look("SELECT collection, key, hlc, device FROM document WHERE merchant_id = ?")
        return {(collection, key): (hlc, device) for collection, key, hlc, device in rows}

    def heads(self) -> dict[StreamId, tuple[int, bytes]]:
        """How far it holds each stream, with the chain's hash there."""
        rows = self._look("SELECT device, incarnation, head_sequence, head_hash FROM stream WHERE merchant_id = ?")
        return {stream_of(device, incarnation): (head, digest) for device, incarnation, head, digest in rows}

    def _look(self, query: str) -> list[Any]:
        """What stands on its disk, by a connection that is not the program's."""
        assert self.context is not None, "the server is down"
        if self._eye is None:
            self._eye = sqlite3.connect(f"{self.file.as_uri()}?mode=ro", uri=True)
        return self._eye.execute(query, (MERCHANT,)).fetchall()


def _work(context: Context, ask: Ask) -> object:
    """What the routes of `sync.server.api.app` do, without their threads."""
    intact.check(ask.body, ask.digest)
    match ask.path:
        case "/v1/enrol":
            return devices.enrol(context, messages.decode(ask.body, messages.EnrolRequest))
        case "/v1/challenge":
            asked = messages.decode(ask.body, messages.ChallengeRequest)
            return devices.challenge(context, asked.merchant_id, asked.device)
        case "/v1/session":
            return devices.open_session(context, messages.decode(ask.body, messages.SessionRequest))
        case _:
            return _work_for_a_till(context, ask)


def _work_for_a_till(context: Context, ask: Ask) -> object:
    if not ask.token:
        raise UnauthenticatedError("there is no bearer token", "缺少登录凭证")
    caller = devices.caller_of(context, ask.token)
    match ask.path:
        case "/v1/push":
            return accept.push(context, caller, messages.decode(ask.body, messages.PushRequest))
        case "/v1/pull":
            return feeds.pull(context, caller, messages.decode(ask.body, messages.PullRequest))
        case "/v1/digest":
            return digest.answer(context, caller)
        case "/v1/inbox":
            return inbox.answer(context, caller, messages.decode(ask.body, messages.InboxRequest))
        case "/v1/lease":
            return leases.grant(context, caller, messages.decode(ask.body, messages.LeaseRequest))
        case _:
            raise LookupError(ask.path)


def _problem(error: Exception) -> Answer:
    """The answer of the routes' own handlers, but for mistakes: those of the program must not be hidden."""
    for kind in type(error).__mro__:
        handler: Any = HANDLERS.get(cast("Any", kind))
        if handler is not None and kind is not Exception:
            response = handler(None, error)
            digest = response.headers[intact.HEADER]
            return Answer(response.status_code, response.media_type, response.content, digest)
    if isinstance(error, DBAPIError | sqlite3.Error):
        return Answer(500, "application/problem+json", b"{}")
    raise error
