"""Finding where a till and its server differ, without sending what they hold: by digests of ranges of balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.protocol.digest import differing, range_digests
from sync.protocol.messages import DigestReply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.client.link import Session
    from sync.client.store import TillStore


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether both stood at the same place; how many ranges were compared; those that differ, with rows here and there.

    Where they stood at different places, what is on its way makes them differ.
    """

    same_place: bool
    ranges: int
    differing: Mapping[tuple[int, int], tuple[int, int]]


def compare(session: Session, store: TillStore) -> Comparison:
    """Compare this till's balances with its server's.  Raises `OfflineError`, `RefusedError` or `NonsenseError`."""
    reply = session.call("/v1/digest", None, DigestReply)
    same_place = store.progress().cursor == reply.cursor and not store.pending().events
    here = range_digests(store.balances())
    return Comparison(same_place, len(reply.ranges), differing(here, reply.ranges))
