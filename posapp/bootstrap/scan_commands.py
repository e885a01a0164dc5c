"""Commands about codes: print a card's, choose the scanners that are not keyboards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from posapp.application.card_qr import card_qr
from posapp.application.chosen_devices import ChosenScanners
from posapp.application.scale_labels import keep_rules, kept_rules
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.scale_label import ScaleRules, read_rules, written
from posapp.hardware.qr_picture import png

_NONE = "off"


def write_card_qr(folder: TillFolder, number: str, target: Path) -> int:
    """Write the QR code of a member's card as a picture."""
    with opened(folder) as till:
        code = card_qr(till, number)
    target.write_bytes(png(code.modules))
    print(f"{target}: {code.number}")
    return 0


def choose_scanners(
    folder: TillFolder,
    camera: str | None,
    serial: str | None,
    amounts: str | None = None,
    weights: str | None = None,
) -> int:
    """Choose what the till scans with besides keyboards, from its next start on; print what is chosen.

    `amounts` and `weights` are the first digits of the labels that the shop's scales print.  Raises `InvalidField`.
    """
    with opened(folder) as till, till.database.write() as connection:
        chosen = ChosenScanners.of(connection)
        if camera is not None:
            chosen = replace(chosen, camera="" if camera == _NONE else camera)
        if serial is not None:
            chosen = replace(chosen, serial="" if serial == _NONE else serial)
        chosen.keep(connection)
        rules = _rules(kept_rules(connection), amounts, weights)
        keep_rules(connection, rules)
    print(f"camera: {chosen.camera or _NONE}\nserial: {chosen.serial or _NONE}")
    print(f"labels with the price: {written(rules.amounts) or _NONE}")
    print(f"labels with the weight: {written(rules.weights) or _NONE}")
    return 0


def _rules(kept: ScaleRules, amounts: str | None, weights: str | None) -> ScaleRules:
    """What is said anew over what was kept."""
    first = written(kept.amounts) if amounts is None else amounts.removeprefix(_NONE)
    return read_rules(first, written(kept.weights) if weights is None else weights.removeprefix(_NONE))
