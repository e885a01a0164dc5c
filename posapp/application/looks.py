"""How a cashier likes the window to look and speak, kept with the till's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posapp.storage import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCALE: Final = settings.Setting("scale_percent", int, 0)


@dataclass(frozen=True, slots=True)
class Looks:
    """A language tag, a theme's name, and the size of everything in percent; 0 is as the window was made."""

    language: str
    theme: str
    scale: int = 0

    @classmethod
    def of(cls, connection: Connection) -> Looks:
        """How it was kept."""
        language, theme = settings.get(connection, settings.LANGUAGE), settings.get(connection, settings.THEME)
        return cls(language, theme, settings.get(connection, _SCALE))

    def keep(self, connection: Connection) -> None:
        """Keep it, in the caller's transaction."""
        settings.put(connection, settings.LANGUAGE, self.language)
        settings.put(connection, settings.THEME, self.theme)
        settings.put(connection, _SCALE, self.scale)
