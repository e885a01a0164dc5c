"""What somebody wants of the sheet of devices and people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenDevices:
    """Show the devices of this till."""


@dataclass(frozen=True, slots=True)
class DevicePage:
    """Turn so many pages on or back, or to one (from 0)."""

    by: int = 0
    page: int = -1


@dataclass(frozen=True, slots=True)
class DeviceAct:
    """Do the action at this place (from 0) of the open page."""

    place: int


DeviceIntent = OpenDevices | DevicePage | DeviceAct
