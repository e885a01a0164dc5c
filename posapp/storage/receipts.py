"""Receipt numbers: ``YYMMDD-TT-NNNN`` (refunds ``YYMMDD-TT-RNNNN``), without gaps for each device and business day.

The number of the next receipt is counted from the sales themselves inside the same transaction, so that a sale that
was rolled back leaves no hole and there is no counter to drift.  A receipt number is for people: identity is the
event's place in its stream (sync.md, promise 3).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from posapp.storage import settings
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import refund, sale

_DOCUMENTS = settings.Setting("document_serials", dict[str, tuple[int, int]], {})

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.time import BusinessDay

_NUMBER = re.compile(r"(\d{6})-(\d{2,})-R?(\d{4,})")
_LAST = Prepared(
    select(func.max(sale.c.serial)).where(sale.c.business_day == bindparam("day"), sale.c.serial.is_not(None)), "day"
)


_LAST_REFUND = Prepared(
    select(func.max(refund.c.serial)).where(refund.c.business_day == bindparam("day"), refund.c.serial.is_not(None)),
    "day",
)


def format_receipt_number(day: BusinessDay, till_number: int, serial: int) -> str:
    """The number as it is printed: ``261118-03-0147``."""
    return f"{_day_text(day)}-{till_number:02d}-{serial:04d}"


@lru_cache(maxsize=8)
def _day_text(day: BusinessDay) -> str:
    return f"{day.date:%y%m%d}"


def serial_of(receipt_number: str) -> int | None:
    """The running number inside a receipt number of this form, else None."""
    match = _NUMBER.fullmatch(receipt_number)
    return int(match.group(3)) if match else None


def next_receipt_number(connection: Connection, day: BusinessDay, till_number: int) -> str:
    """The number of the sale that this write transaction is about to append."""
    ((last,),) = _LAST.run(driver(connection), (day.ordinal,)).fetchall()
    return format_receipt_number(day, till_number, (last or 0) + 1)


def next_refund_number(connection: Connection, day: BusinessDay, till_number: int) -> str:
    """The number of the refund that this write transaction is about to append: ``261119-03-R0002``."""
    ((last,),) = _LAST_REFUND.run(driver(connection), (day.ordinal,)).fetchall()
    return f"{_day_text(day)}-{till_number:02d}-R{(last or 0) + 1:04d}"


def next_document_number(connection: Connection, letter: str, day: BusinessDay, till_number: int) -> str:
    """The number of a document that is no sale, such as a pass that is sold: ``261119-03-P0002``.

    Each letter counts by itself on each business day, in the transaction that records the document.
    """
    serials: dict[str, tuple[int, int]] = settings.get(connection, _DOCUMENTS)
    of_day, last = serials.get(letter, (0, 0))
    serial = last + 1 if of_day == day.ordinal else 1
    settings.put(connection, _DOCUMENTS, serials | {letter: (day.ordinal, serial)})
    return f"{_day_text(day)}-{till_number:02d}-{letter}{serial:04d}"
