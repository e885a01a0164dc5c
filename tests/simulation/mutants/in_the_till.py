"""Mistakes of the till's storage: its streams, what is pending, what is settled, its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posapp.domain.ids import StreamId
from posapp.storage import documents, event_log, server_states, settings, streams
from sync.client.till_store import TillDatabase
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    import pytest

planted: Final = Nursery()


@planted
def goes_on_with_its_stream(patch: pytest.MonkeyPatch) -> None:
    """A restarted till goes on with the stream of its last process: a restored one gives a number twice."""
    there = event_log.EventLog._head

    def head(self: Any, raw: Any) -> tuple[int, StreamId, int, bytes]:
        if self._stream is None:
            row = raw.execute(
                "SELECT stream_key, device, incarnation FROM stream WHERE own = 1 AND head_sequence > 0"
                " ORDER BY stream_key DESC LIMIT 1"
            ).fetchone()
            if row is not None:
                self._stream_key, self._stream, self._raw = row[0], StreamId(*row[1:]), raw
        return there(self, raw)

    patch.setattr(event_log.EventLog, "_head", head)


@planted
def counts_twice(patch: pytest.MonkeyPatch) -> None:
    """What the server's word already includes stays pending, and is counted twice."""
    wrap(
        patch,
        server_states,
        "apply_server_states",
        lambda there: lambda connection, states, _heads, **named: there(connection, states, {}, **named),
    )


@planted
def old_word_stays(patch: pytest.MonkeyPatch) -> None:
    """After the server lost its memory, what it said before stays settled."""
    answer(patch, server_states, "begin_snapshot", None)


@planted
def offers_nothing_again(patch: pytest.MonkeyPatch) -> None:
    """After the server lost its memory, events that it once acknowledged are not offered again."""
    answer(patch, streams, "restate_acknowledged", None)


@planted
def offers_no_document_again(patch: pytest.MonkeyPatch) -> None:
    """After the server lost its memory, documents are not offered again."""
    answer(patch, documents, "reset_acknowledged", None)


@planted
def what_is_promised_is_known(patch: pytest.MonkeyPatch) -> None:
    """A document that the server said to have, and lost with a backup before it told it, is not offered again."""
    answer(patch, documents, "offer_again", None)


@planted
def offers_only_its_own(patch: pytest.MonkeyPatch) -> None:
    """What other tills had pushed is not offered again by those that hold it."""
    answer(patch, TillDatabase, "kept_segments", [])


@planted
def asks_nothing_back(patch: pytest.MonkeyPatch) -> None:
    """A till that was put back does not ask for its own events that the server still has."""

    def progress(there: Any) -> Any:
        def nothing_wanted(self: Any) -> Any:
            found = there(self)
            return type(found)(found.cursor, found.heads_after, [])

        return nothing_wanted

    wrap(patch, TillDatabase, "progress", progress)


@planted
def cursor_ahead(patch: pytest.MonkeyPatch) -> None:
    """The cursor moves before what it stands for is written."""

    def take(there: Any) -> Any:
        def cursor_first(self: Any, page: Any) -> Any:
            with self._database.write() as connection:
                cursor = settings.PullCursor(page.cursor.gseq, page.cursor.hash, page.cursor.generation)
                settings.put(connection, settings.PULL_CURSOR, cursor)
            return there(self, page)

        return cursor_first

    wrap(patch, TillDatabase, "take", take)


@planted
def own_events_pending_again(patch: pytest.MonkeyPatch) -> None:
    """Own events that come back to a till that was put back are counted on top of the server's word."""
    wrap(
        patch,
        event_log,
        "project_own",
        lambda there: lambda raw, position, recorded, cart, **_named: there(raw, position, recorded, cart),
    )
    answer(patch, server_states, "recount", None)


@planted
def last_come_wins(patch: pytest.MonkeyPatch) -> None:
    """Of two versions of a document the one that arrives later stays, not the one that was written later."""
    patch.setattr(documents, "_kept_versions", lambda *_arguments: {})
    there = documents._WRITE.sql
    patch.setattr(documents._WRITE, "sql", there.partition(" WHERE ")[0])


@planted
def trusts_its_clock(patch: pytest.MonkeyPatch) -> None:
    """A document's version is the till's own time, whatever it has seen: a slow till changes nothing any more."""
    patch.setattr(documents, "next_hlc", lambda _connection, now, _count=1: int(now.timestamp() * 1000) << 16)


@planted
def forgets_the_first_day(patch: pytest.MonkeyPatch) -> None:
    """Days of members that another till of the store saw are counted twice."""

    def project(there: Any) -> Any:
        def twice(raw: Any, placed: Any) -> None:
            there(raw, placed)
            members = [(getattr(recorded.event, "member", None),) for _position, recorded in placed]
            raw.executemany("UPDATE member_day SET orders = orders + 1 WHERE member = ?", members)

        return twice

    wrap(patch, event_log, "project_foreign", project)


@planted
def chain_from_nothing(patch: pytest.MonkeyPatch) -> None:
    """Each event is chained to the beginning of its stream and not to the one before it."""
    wrap(
        patch,
        event_log,
        "chain",
        lambda there: lambda _previous, canonical: there(bytes(32), canonical),
    )
