"""How often something happened that may happen once, or is counted (`posapp.domain.occurrence`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.accounts import Account
from posapp.storage import assets

if TYPE_CHECKING:
    from sqlalchemy import Connection


def uses(connection: Connection, holder: bytes) -> int:
    """How often a member had something that has a limit, as far as this till knows."""
    return assets.balances(connection, holder).get(Account.RULE_USES, 0)


def count(connection: Connection, occurrence: bytes) -> int:
    """How often it happened, as far as this till knows."""
    return assets.balances(connection, occurrence).get(Account.OCCURRENCE, 0)
