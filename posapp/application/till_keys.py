"""Which keys this till was given, and which a cashier has alone; each till has its own, and they travel nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from posapp.storage import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from posapp.application.till import Cashier, Till

_PRESET = settings.Setting("key_preset", str, "")
_GIVEN = settings.Setting("keys", dict[str, str], {})


@dataclass(frozen=True, slots=True)
class ChosenKeys:
    """The name of a preset, empty where none was chosen, and what was given otherwise.

    `alone` says that the cashier has them for themselves; otherwise they are everybody's who has none.
    """

    preset: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Own:
    """A cashier's own keys as they are kept: also while they `hold` no longer, until they are wanted again.

    They are those of `name`, and not of whoever is given the same number later.
    """

    name: str = ""
    preset: str = ""
    given: dict[str, str] = field(default_factory=dict)
    hold: bool = False


def read_keys(till: Till, cashier: Cashier) -> ChosenKeys:
    """The keys that hold for a cashier: their own, or else the till's."""
    with till.database.read() as connection:
        own = _own_of(connection, cashier)
        if own is not None and own.hold:
            return ChosenKeys(own.preset, own.given, alone=True)
        return _of_the_till(connection)


def keep_keys(till: Till, cashier: Cashier, keys: ChosenKeys) -> None:
    """Remember them: as the cashier's own where they are, as the till's otherwise."""
    with till.database.write() as connection:
        if keys.alone:
            own = _Own(cashier.name, keys.preset, dict(keys.given), hold=True)
            settings.put(connection, _setting_of(cashier), own)
        else:
            settings.put(connection, _PRESET, keys.preset)
            settings.put(connection, _GIVEN, dict(keys.given))


def choose_keys(till: Till, cashier: Cashier, *, alone: bool) -> ChosenKeys:
    """Give a cashier keys of their own, or the till's again; returns those that hold from now on.

    Own keys begin as the till's, and are what they were where the cashier had some before.
    """
    with till.database.write() as connection:
        common, own = _of_the_till(connection), _own_of(connection, cashier)
        if own is None:
            if not alone:
                return common
            own = _Own(cashier.name, common.preset, dict(common.given))
        settings.put(connection, _setting_of(cashier), replace(own, hold=alone))
    return ChosenKeys(own.preset, own.given, alone=True) if alone else common


def _of_the_till(connection: Connection) -> ChosenKeys:
    given = settings.get(connection, _GIVEN)
    return ChosenKeys(settings.get(connection, _PRESET), given)


def _own_of(connection: Connection, cashier: Cashier) -> _Own | None:
    own = settings.get(connection, _setting_of(cashier))
    return own if own.name == cashier.name else None


def _setting_of(cashier: Cashier) -> settings.Setting[_Own]:
    return settings.Setting(f"keys_of.{cashier.id}", _Own, _Own())
