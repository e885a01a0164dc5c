"""The scanners that were chosen for a till, as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posapp.application.chosen_devices import ChosenScanners
from posapp.application.devices import Device
from posapp.application.ports import CameraPicture, Scanner
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

    def show_to(self, onlooker: Callable[[CameraPicture], None] | None) -> None:
        """Let somebody see what each sees."""
        for device in self.devices:
            device.show_to(onlooker)


def scanner(chosen: ChosenScanners, found: Callable[[str], None], report: Callable[[Device], None]) -> Scanner:
    """What was chosen, not started yet."""
    devices: list[Scanner] = []
    if chosen.camera:
        devices.append(CameraScanner(chosen.camera, found, report))
    if chosen.serial:
        devices.append(SerialScanner(chosen.serial, found, report))
    return SeveralScanners(tuple(devices))
