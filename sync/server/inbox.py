"""Telling a till the open exceptions of its store, with the events that each is about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sync.protocol.messages import ExceptionRow, InboxReply, encode
from sync.server import devices, exceptions
from sync.server.concerned import concerned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from sync.protocol.messages import InboxRequest
    from sync.server.context import Caller, Context

MOST: Final = 100
"""So many exceptions are told, the oldest."""
_MARK_BYTES: Final = 16


def answer(context: Context, caller: Caller, request: InboxRequest) -> InboxReply:
    """Answer a till.  Raises `RevokedError` or `UnauthenticatedError`."""
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
        items = exceptions.list_open(connection, caller.merchant_id, caller.store_id)
        told, left_out = items[:MOST], max(0, len(items) - MOST)
        mark = hashlib.sha256(encode([(one.item_id, one.amount, *one.place) for one in told])).digest()[:_MARK_BYTES]
        if mark == request.mark:
            return InboxReply(mark, None, left_out)
        key = (caller.merchant_id, caller.store_id, mark)
        rows = context.inboxes.get(key, lambda: _rows(connection, caller.merchant_id, told))
    return InboxReply(mark, rows, left_out)


def _rows(connection: Connection, merchant_id: str, items: Sequence[exceptions.Item]) -> list[ExceptionRow]:
    events = concerned(connection, merchant_id, items)
    return [
        ExceptionRow(
            bytes.fromhex(item.item_id),
            item.kind.value,
            item.store_id,
            *item.place,
            item.detail,
            item.opened_at_us,
            item.holder,
            item.account,
            item.amount,
            *events[item.item_id],
        )
        for item in items
    ]
