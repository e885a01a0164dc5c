"""The scanners that were chosen for a till, as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posapp.application.ports import Scanner, ScannerState
from posapp.bootstrap.chosen_scanners import ChosenScanners
from posapp.hardware.scanner.camera import CameraScanner
from posapp.hardware.scanner.serial_line import SerialScanner


@dataclass(frozen=True, slots=True)
class SeveralScanners:
    """Devices that start and stop together; each looks after itself."""

    devices: tuple[Scanner, ...]

    def start(self) -> None:
        """Begin with each."""
        for device in self.devices:
            device.start()

    def stop(self) -> None:
        """Let go of each."""
        for device in self.devices:
            device.stop()


def scanner(chosen: ChosenScanners, found: Callable[[str], None], report: Callable[[ScannerState], None]) -> Scanner:
    """What was chosen, not started yet."""
    devices: list[Scanner] = []
    if chosen.camera:
        devices.append(CameraScanner(chosen.camera, found, report))
    if chosen.serial:
        devices.append(SerialScanner(chosen.serial, found, report))
    return SeveralScanners(tuple(devices))
