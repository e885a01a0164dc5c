"""Applying what was put into quarantine, once this program can: after it was renewed.

The events stand in the log since they came; only their effects were left out.  They are applied under a new place of
the merchant's order, so that tills hear of the balances that change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from posapp.domain.ids import DeviceId, Incarnation, StreamId
from sync.server import exceptions, leases, merchants, once, overdrafts
from sync.server.accept import write_effects
from sync.server.effects import Effects, effects_of
from sync.server.storage.kept_segments import kept_at

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.server.context import Context


def retry(context: Context, merchant_id: str) -> tuple[int, int]:
    """Try every event in quarantine again: how many were applied, and how many are still there.

    Raises `NotFoundError`.
    """
    return context.database.write(lambda connection: _retry(connection, merchant_id, context.now_us()))


def _retry(connection: Connection, merchant_id: str, now_us: int) -> tuple[int, int]:
    counter = merchants.lock_counter(connection, merchant_id)
    total, marks, spent = Effects(), list[once.Mark](), leases.Spent()
    applied: list[exceptions.Item] = []
    events: list[overdrafts.Event] = []
    items = [one for one in exceptions.list_open(connection, merchant_id) if one.kind is exceptions.Kind.QUARANTINE]
    for item in items:
        stream = StreamId(DeviceId(item.device), Incarnation(item.incarnation))
        found = kept_at(connection, merchant_id, stream, item.sequence)
        effects = effects_of([found.row]) if found is not None else Effects(refused={0: "it is not in the log"})
        if found is None or effects.refused:
            continue
        total.add(effects)
        leases.note(spent, item.device, effects)
        at = once.Stretch(found.gseq, found.place, stream, item.sequence, [found.hash])
        marks += once.marks_of(at, [found.row], effects)
        events.append(overdrafts.Event(stream, item.sequence, found.hash, found.row))
        applied.append(item)
    if applied:
        gseq = counter.gseq + 1
        order = hashlib.sha256(counter.cumulative_hash + gseq.to_bytes(8, "big"))
        order.update(b"".join(event.hash for event in events))
        write_effects(connection, merchant_id, gseq, total)
        leases.use_up(connection, merchant_id, spent)
        once.note(connection, merchant_id, marks)
        merchants.advance(connection, merchant_id, gseq, order.digest())
        exceptions.close(connection, now_us, merchant_id, {one.item_id: one.place for one in applied})
        last = events[-1]
        wrong = overdrafts.overdrawn(connection, merchant_id, total.held, (last.stream, last.sequence, last.hash))
        found_now = [overdrafts.at_its_event(each, events) for each in wrong]
        found_now += once.doubled(connection, merchant_id, marks)
        exceptions.open_items(connection, now_us, merchant_id, applied[-1].store_id, found_now)
    return len(applied), len(items) - len(applied)
