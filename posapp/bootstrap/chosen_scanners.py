"""Which scanners a till has besides keyboards: none, until somebody names them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.storage import settings

_CAMERA = settings.Setting("camera", str, "")
_SERIAL = settings.Setting("serial_scanner", str, "")


@dataclass(frozen=True, slots=True)
class ChosenScanners:
    """`camera` is a camera's number or a path, `serial` a serial line's path; empty means none."""

    camera: str = ""
    serial: str = ""

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.camera or self.serial)

    @classmethod
    def of(cls, connection: Connection) -> ChosenScanners:
        """What was chosen for this till."""
        return cls(settings.get(connection, _CAMERA), settings.get(connection, _SERIAL))

    def keep(self, connection: Connection) -> None:
        """Choose these from the next start on, in the caller's transaction."""
        settings.put(connection, _CAMERA, self.camera)
        settings.put(connection, _SERIAL, self.serial)
