"""Commands about codes: print a card's, choose the scanners that are not keyboards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posapp.application.card_qr import card_qr
from posapp.application.chosen_devices import ChosenScanners
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.hardware.qr_picture import png

_NONE = "off"


def write_card_qr(folder: TillFolder, number: str, target: Path) -> int:
    """Write the QR code of a member's card as a picture."""
    with opened(folder) as till:
        code = card_qr(till, number)
    target.write_bytes(png(code.modules))
    print(f"{target}: {code.number}")
    return 0


def choose_scanners(folder: TillFolder, camera: str | None, serial: str | None) -> int:
    """Choose what the till scans with besides keyboards, from its next start on; print what is chosen."""
    with opened(folder) as till, till.database.write() as connection:
        chosen = ChosenScanners.of(connection)
        if camera is not None:
            chosen = replace(chosen, camera="" if camera == _NONE else camera)
        if serial is not None:
            chosen = replace(chosen, serial="" if serial == _NONE else serial)
        chosen.keep(connection)
    print(f"camera: {chosen.camera or _NONE}\nserial: {chosen.serial or _NONE}")
    return 0
