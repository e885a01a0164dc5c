"""How far back the server tells its order: what lies before the horizon is told to nobody any more.

`segment` stays the log of record, whole.  What goes are the rows of `change` by which a till's old cursor is known
again: a till that was away for longer starts anew, as a fresh one does, from everybody's standing as it is now, and the
store's log is told from the horizon on.  The oldest place that is still known is the horizon itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import String, bindparam, delete, func, select

from sync.server import merchants
from sync.server.storage import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.server.context import Context

MICROS_OF_A_DAY: Final = 86_400_000_000

_change, _segment = schema.change, schema.segment
_OLDEST: Final = select(func.min(_change.c.gseq)).where(_change.c.merchant_id == bindparam("merchant", type_=String))


def of_merchant(connection: Connection, merchant_id: str) -> int:
    """The place up to which a merchant's log is no longer told; 0 where all of it is."""
    oldest: int = connection.scalar(_OLDEST, {"merchant": merchant_id}) or 1
    return oldest if oldest > 1 else 0


def move(context: Context, merchant_id: str, days: int) -> int:
    """Forget the places at which nothing younger than so many days had come; return the horizon.

    It never moves back.  Raises `NotFoundError`.
    """
    since = context.now_us() - days * MICROS_OF_A_DAY
    mine = _segment.c.merchant_id == merchant_id

    def work(connection: Connection) -> int:
        merchants.lock_counter(connection, merchant_id)
        younger = connection.scalar(select(func.min(_segment.c.gseq)).where(mine, _segment.c.arrived_at_us > since))
        last = connection.scalar(select(func.max(_segment.c.gseq)).where(mine)) or 0
        place = last if younger is None else younger - 1
        connection.execute(delete(_change).where(_change.c.merchant_id == merchant_id, _change.c.gseq < place))
        return of_merchant(connection, merchant_id)

    return context.database.write(work)
