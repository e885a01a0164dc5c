"""Fetching what happened elsewhere, in pages that are small enough that a sale never waits long for the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sync.client.errors import NonsenseError
from sync.client.store import Arrived, Changes, Page
from sync.protocol import segment, standings
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import PullReply, PullRequest

if TYPE_CHECKING:
    from sync.client.link import Session
    from sync.client.store import TillStore

PAGE_BYTES: Final = 512 << 10
PAGE_MEMBERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one page brought.  `more` says to go on; `started_again` that the server had lost or changed its memory."""

    changes: Changes
    more: bool
    started_again: bool = False


def pull(session: Session, store: TillStore, *, start_again: bool = False) -> Pulled:
    """Pull one page; call it until nothing more is waiting.

    Raises `OfflineError`, `RefusedError` or `NonsenseError`; then nothing here has changed.
    """
    progress = store.progress()
    request = PullRequest(
        cursor=progress.cursor,
        wanted=progress.wanted,
        heads_after=progress.heads_after,
        rehandshake=start_again,
        max_bytes=PAGE_BYTES,
        max_members=PAGE_MEMBERS,
    )
    reply = session.call("/v1/pull", request, PullReply)
    if reply.rehandshake:
        store.start_again(reply.store_heads)
        return Pulled(Changes(), more=True, started_again=True)
    if not start_again and reply.own_events < store.acknowledged_events():
        # Nothing else would show it: the backup that the server was restored from is where our cursor stands.
        return pull(session, store, start_again=True)
    brought = reply.segments or reply.recovered or reply.member_count or reply.documents or reply.own_heads
    if not brought and reply.cursor == progress.cursor and progress.heads_after == reply.cursor.gseq:
        store.heard(reply.server_time_us)
        # Where it stands as it stood before it took our documents, it was put back to just there.
        store.offer_again()
        return Pulled(Changes(), more=False)
    changes = store.take(_page(reply, progress.heads_after))
    if not reply.more:
        store.heard(reply.server_time_us)
    # Streams of our own that the server has more of; asking on makes sense unless it had nothing when asked.
    lacking = bool(store.progress().wanted) and (bool(reply.recovered) or not progress.wanted)
    return Pulled(changes, more=reply.more or lacking)


def _page(reply: PullReply, heads_after: int) -> Page:
    try:
        arrived = [_arrived(wire) for wire in (*reply.segments, *reply.recovered)]
        members = standings.unpack(reply.members, reply.member_count) if reply.member_count else []
    except ProtocolError as error:
        raise NonsenseError(str(error)) from error
    return Page(
        cursor=reply.cursor,
        heads_after=heads_after,
        segments=arrived,
        members=members,
        documents=reply.documents,
        own_heads=reply.own_heads,
        complete=not reply.more,
        whole_log=not reply.horizon,
    )


def _arrived(wire: bytes) -> Arrived:
    parsed = segment.parse(wire)
    header = parsed.header
    events = segment.unfold(parsed)
    return Arrived(
        header.stream, header.store_id, header.first_sequence, header.previous_hash, events.rows, events.hashes, wire
    )
