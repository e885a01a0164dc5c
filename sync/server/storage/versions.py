"""The steps from one version of the schema to the next; a step is never changed after a release, and only adds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, delete, insert, inspect, select, update

from posapp.domain.accounts import Account
from sync.server.storage import schema

_OVERDRAWN: Final = re.compile(r"(\w+) of ([0-9a-f]{32}) is overdrawn by (\d+)")


def make_all(connection: Connection) -> None:
    """Version 1: the tables."""
    schema.metadata.create_all(connection)


def add_audit(connection: Connection) -> None:
    """Version 2: what pricing the log again needs.  A database that version 1 made just now has it already."""
    schema.metadata.create_all(connection)
    known = {column["name"] for column in inspect(connection).get_columns(schema.segment.name)}
    if schema.segment.c.arrived_at_us.name not in known:
        connection.exec_driver_sql("ALTER TABLE segment ADD COLUMN arrived_at_us BIGINT")
    kept = [schema.document.c[column.name] for column in schema.document_version.columns]
    versions = select(*kept).where(schema.document.c.collection.in_(schema.PRICED_BY))
    columns = list(schema.document_version.columns.keys())
    connection.execute(insert(schema.document_version).from_select(columns, versions))


def add_refunds(connection: Connection) -> None:
    """Version 3: every refund by its sale.  What was pushed before is read again from the beginning, once."""
    schema.metadata.create_all(connection)
    connection.execute(delete(schema.audit_cursor))


def add_once_mark(connection: Connection) -> None:
    """Version 4: where events lie that may happen once."""
    schema.metadata.create_all(connection)


def add_turns_and_challenges(connection: Connection) -> None:
    """Version 5: which worker prices a merchant's sales again, and what sessions were opened with."""
    schema.metadata.create_all(connection)


def add_lease(connection: Connection) -> None:
    """Version 6: shares of balances that tills may spend."""
    schema.metadata.create_all(connection)


def add_closings(connection: Connection) -> None:
    """Version 7: what an exception is about, and the event that closed it."""
    table = schema.exception_item
    known = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in known:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
    for index in table.indexes:
        index.create(connection, checkfirst=True)
    # Until now only the sentence said which balance was overdrawn.
    rows = connection.execute(
        select(table.c.merchant_id, table.c.item_id, table.c.detail).where(
            table.c.kind == "overdraft", table.c.holder.is_(None)
        )
    ).all()
    for row in rows:
        if found := _OVERDRAWN.match(row.detail):
            which = (table.c.merchant_id == row.merchant_id, table.c.item_id == row.item_id)
            about = {"account": int(Account[found[1]]), "holder": bytes.fromhex(found[2]), "amount": int(found[3])}
            connection.execute(update(table).where(*which).values(about))


def add_lease_return(connection: Connection) -> None:
    """Version 8: how often each till gave its shares back."""
    schema.metadata.create_all(connection)


def add_audit_of_closings(connection: Connection) -> None:
    """Version 9: what happened to cards and passes.  What was pushed before is read again from the beginning, once."""
    schema.metadata.create_all(connection)
    connection.execute(delete(schema.audit_cursor))


MIGRATIONS: Final[list[Callable[[Connection], None]]] = [
    make_all,
    add_audit,
    add_refunds,
    add_once_mark,
    add_turns_and_challenges,
    add_lease,
    add_closings,
    add_lease_return,
    add_audit_of_closings,
]
"""One step a version, counted from 1."""
