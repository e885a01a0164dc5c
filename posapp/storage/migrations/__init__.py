"""Migrations of the till's database: additive only.

A revision's id is its number with four digits; `schema_version.SCHEMA_VERSION` names the newest.  They run through
Alembic inside the transaction of the caller, and a guard refuses any statement that could lose a fact.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent

_FACTS = "event|posting|stream|segment"
_DESTRUCTIVE = re.compile(
    r"\s*(DROP\s+(?!INDEX)|DELETE\s+FROM\s+(?!alembic_version)|REPLACE\s|TRUNCATE\s|"
    r"ALTER\s+TABLE\s+\S+\s+(DROP|RENAME)|"
    rf"UPDATE\s+(OR\s+\w+\s+)?[\"\[`]?({_FACTS})\b)",
    re.IGNORECASE,
)


class DestructiveMigration(Exception):
    """A migration tried to remove or rewrite what is recorded: a bug, caught before it runs."""


def upgrade(connection: Connection, revision: str, *, folder: Path = FOLDER) -> None:
    """Bring an open database to a revision.  Raises `DestructiveMigration`."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)

    def steps(current: Any, _context: Any) -> Any:
        return script._upgrade_revs(revision, current)  # noqa: SLF001 - what alembic.command.upgrade itself calls

    event.listen(connection, "before_cursor_execute", _refuse_destructive)
    try:
        with EnvironmentContext(config, script, fn=steps, destination_rev=revision) as environment:
            environment.configure(connection=connection, transactional_ddl=False)
            environment.run_migrations()
    finally:
        event.remove(connection, "before_cursor_execute", _refuse_destructive)


def _refuse_destructive(
    _connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    if _DESTRUCTIVE.match(statement):
        raise DestructiveMigration(statement)
