"""Mistakes of push and pull."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sync.client import pull, push
from sync.client.errors import OfflineError
from sync.client.till_store import TillDatabase
from sync.client.worker import Worker
from sync.protocol import intact, segment
from sync.protocol.messages import Outcome, StreamHead
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    import pytest

planted: Final = Nursery()


@planted
def believes_unheard(patch: pytest.MonkeyPatch) -> None:
    """A push whose answer was lost is taken for done."""

    def send(there: Any) -> Any:
        def hopeful(session: Any, store: Any, wires: Any, streams: Any, documents: Any, events: int) -> Any:
            try:
                return there(session, store, wires, streams, documents, events)
            except OfflineError:
                parsed = [segment.parse(wire).header for wire in wires]
                heads = [StreamHead(one.device, one.incarnation, one.last_sequence, one.last_hash) for one in parsed]
                store.acknowledge(heads, documents)
                raise

        return hopeful

    wrap(patch, push, "_send", send)


@planted
def believes_what_was_damaged(patch: pytest.MonkeyPatch) -> None:
    """Neither side looks whether what arrives is what was sent."""
    answer(patch, intact, "check", None)


@planted
def forgets_its_last_life(patch: pytest.MonkeyPatch) -> None:
    """After a restart only what was recorded since is sent."""

    def stretches(there: Any) -> Any:
        return lambda self, most: [one for one in there(self, most) if one.stream == self._log.stream]

    wrap(patch, TillDatabase, "own_stretches", stretches)


@planted
def one_page_only(patch: pytest.MonkeyPatch) -> None:
    """After the first page of a pull, the end is believed to be reached."""

    def page(there: Any) -> Any:
        return lambda reply, heads_after: replace(there(reply, heads_after), complete=True)

    wrap(patch, pull, "_page", page)


@planted
def drops_the_last_event(patch: pytest.MonkeyPatch) -> None:
    """The last event of each segment that arrives is dropped."""

    def arrived(there: Any) -> Any:
        def short(wire: bytes) -> Any:
            found = there(wire)
            return replace(found, rows=found.rows[:-1], hashes=found.hashes[:-1]) if len(found.rows) > 1 else found

        return short

    wrap(patch, pull, "_arrived", arrived)


@planted
def misses_that_the_server_forgot(patch: pytest.MonkeyPatch) -> None:
    """A till does not notice in any way that the server has fewer of its events than it acknowledged."""

    def send(there: Any) -> Any:
        return lambda *arguments: replace(there(*arguments), lost=False)

    wrap(patch, push, "_send", send)
    patch.setattr(TillDatabase, "acknowledged_events", lambda _self: 0)


@planted
def ignores_new_starts(patch: pytest.MonkeyPatch) -> None:
    """A server that asks to start again is not listened to."""

    def start_again(_there: Any) -> Any:
        def forget_the_cursor_only(self: Any, _heads: Any) -> None:
            with self._database.write() as connection:
                pull_cursor = __import__("posapp.storage.settings", fromlist=["settings"])
                pull_cursor.put(connection, pull_cursor.PULL_CURSOR, pull_cursor.PullCursor())

        return forget_the_cursor_only

    wrap(patch, TillDatabase, "start_again", start_again)


@planted
def members_of_the_first_page(patch: pytest.MonkeyPatch) -> None:
    """Of the members of a page only the first half is taken."""

    def page(there: Any) -> Any:
        def half(reply: Any, heads_after: int) -> Any:
            found = there(reply, heads_after)
            return replace(found, members=found.members[: (len(found.members) + 1) // 2])

        return half

    wrap(patch, pull, "_page", page)


@planted
def old_heads(patch: pytest.MonkeyPatch) -> None:
    """The heads that come with a page are not taken, only its balances."""

    def page(there: Any) -> Any:
        return lambda reply, heads_after: replace(there(reply, heads_after), own_heads=())

    wrap(patch, pull, "_page", page)


@planted
def known_means_refused(patch: pytest.MonkeyPatch) -> None:
    """What the server knows already is taken for a fork, and never sent again."""

    def send(there: Any) -> Any:
        def strict(session: Any, *rest: Any) -> Any:
            call = session.call

            def called(path: str, message: object, kind: Any) -> Any:
                reply = call(path, message, kind)
                outcomes = [Outcome.FORK if one is Outcome.KNOWN else one for one in reply.outcomes]
                return msgspec.structs.replace(reply, outcomes=outcomes)

            return there(_Called(session.identity, called), *rest)

        return strict

    wrap(patch, push, "_send", send)


class _Called:
    def __init__(self, identity: Any, call: Any) -> None:
        self.identity, self.call = identity, call


@planted
def pulls_once(patch: pytest.MonkeyPatch) -> None:
    """The worker fetches one page a round and counts itself finished."""

    def pull_all(_there: Any) -> Any:
        def once(self: Any, *, start_again: bool) -> bool:
            return bool(pull.pull(self._session, self._store, start_again=start_again).started_again)

        return once

    wrap(patch, Worker, "_pull_all", pull_all)
