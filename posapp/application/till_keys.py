"""Which keys this till was given; each till has its own, and they travel nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.storage import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.application.till import Till

_PRESET = settings.Setting("key_preset", str, "")
_OWN = settings.Setting("keys", dict[str, str], {})


def read_keys(till: Till) -> tuple[str, dict[str, str]]:
    """The name of the preset, empty where none was chosen, and what was given otherwise."""
    with till.database.read() as connection:
        return settings.get(connection, _PRESET), settings.get(connection, _OWN)


def keep_keys(till: Till, preset: str, own: Mapping[str, str]) -> None:
    """Remember them."""
    with till.database.write() as connection:
        settings.put(connection, _PRESET, preset)
        settings.put(connection, _OWN, dict(own))
