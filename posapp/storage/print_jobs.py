"""What is still to be printed.  A job is written after its sale is on the disk, and taken out when it is on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from posapp.domain.time import from_micros, to_micros
from posapp.storage.schema_printing import print_job as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A slip that is not on paper yet.

    `begun` says that some of it may be: it was being sent when the printer failed or the till died.
    """

    id: int
    number: str
    made_at: datetime
    begun: bool
    body: bytes


def add(connection: Connection, number: str, body: bytes, now: datetime) -> None:
    """Put a slip at the end of the queue."""
    connection.execute(insert(table).values(number=number, made_at=to_micros(now), begun=0, body=body))


def first(connection: Connection, since: datetime) -> PrintJob | None:
    """The oldest slip that is not older than `since`."""
    query = select(table).where(table.c.made_at >= to_micros(since)).order_by(table.c.job_id).limit(1)
    row = connection.execute(query).one_or_none()
    return (
        None if row is None else PrintJob(row.job_id, row.number, from_micros(row.made_at), bool(row.begun), row.body)
    )


def begin(connection: Connection, job: int) -> None:
    """From here on some of it may be on paper."""
    connection.execute(update(table).where(table.c.job_id == job).values(begun=1))


def remove(connection: Connection, job: int) -> None:
    """It is on paper."""
    connection.execute(delete(table).where(table.c.job_id == job))


def renew(connection: Connection, now: datetime) -> None:
    """Everything that waits is to be printed after all, however old it is."""
    connection.execute(update(table).values(made_at=to_micros(now)))


def clear(connection: Connection, before: datetime) -> None:
    """What is older than that is not wanted any more."""
    connection.execute(delete(table).where(table.c.made_at < to_micros(before)))


def count(connection: Connection, since: datetime) -> tuple[int, int]:
    """How many slips wait, and how many are older than `since`."""
    old = func.count().filter(table.c.made_at < to_micros(since))
    row = connection.execute(select(func.count(), old).select_from(table)).one()
    return row[0] - row[1], row[1]
