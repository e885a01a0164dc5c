"""The last step seen of each card whose code a phone showed: a code is good once, also after a restart.

Only steps that could still be shown again are kept, so the table holds a minute's members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema_codes import card_step

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FIND = Prepared(select(card_step.c.step).where(card_step.c.card_number == bindparam("number")), "number")
_row = insert(card_step).values(card_number=bindparam("number"), step=bindparam("seen"))
_KEEP = Prepared(
    _row.on_conflict_do_update(index_elements=["card_number"], set_={"step": _row.excluded.step}), "number seen"
)
_FORGET = Prepared(delete(card_step).where(card_step.c.step < bindparam("first")), "first")


def last(connection: Connection, number: int) -> int:
    """The last step seen of a card; -1 where none was."""
    row = _FIND.run(driver(connection), (number,)).fetchone()
    return -1 if row is None else int(row[0])


def keep(connection: Connection, number: int, step: int, *, forget_before: int) -> None:
    """Write down the step that was seen, and forget those that no code can be of any more."""
    _FORGET.run(driver(connection), (forget_before,))
    _KEEP.run(driver(connection), (number, step))
