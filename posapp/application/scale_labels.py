"""Which labels this shop's scales print, as this till was told: kept with the till's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.scale_label import USUAL, ScaleRules, read_rules, written
from posapp.storage import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.application.till import Till

_AMOUNTS = settings.Setting("scale_amounts", str, written(USUAL.amounts))
_WEIGHTS = settings.Setting("scale_weights", str, written(USUAL.weights))


def kept_rules(connection: Connection) -> ScaleRules:
    """What was set for this till, or what most scales are delivered with."""
    return read_rules(settings.get(connection, _AMOUNTS), settings.get(connection, _WEIGHTS))


def keep_rules(connection: Connection, rules: ScaleRules) -> None:
    """Read labels so from the next start on, in the caller's transaction."""
    settings.put(connection, _AMOUNTS, written(rules.amounts))
    settings.put(connection, _WEIGHTS, written(rules.weights))


def set_rules(till: Till, rules: ScaleRules) -> None:
    """Read labels so from now on."""
    with till.database.write() as connection:
        keep_rules(connection, rules)
    till.scale = rules
