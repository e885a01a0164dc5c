"""`posapp printer`: which printer and drawer this till has, and whether they work."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from posapp.application.printing.setup import Paper, PrinterSetup, Way, printer_setup, set_printer
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.printing import drawer_of, print_trial, printer_of
from posapp.bootstrap.upkeep import opened
from posapp.resources import resource_path
from posapp.storage import settings


def keep_printer(folder: TillFolder, options: argparse.Namespace) -> int:
    """Change what is said, show what is kept, and try it where that is asked for.

    Raises `InvalidField`, and `PrinterFailed` from a try.
    """
    with opened(folder) as till:
        before = printer_setup(till)
        setup = changed(before, options)
        if setup != before:
            set_printer(till, setup)
            print("The till uses it from its next start.")
        for name, value in shown(setup):
            print(f"{name:8} {value}")
        printer = printer_of(setup, folder.receipts)
        if options.open_drawer:
            drawer_of(setup, printer).kick()
        if options.test:
            # A row with a rare character is drawn, and drawing needs Qt's fonts.
            _application = QGuiApplication.instance() or QGuiApplication([])
            print_trial(printer, setup, _labels(till), till)
    return 0


def changed(setup: PrinterSetup, options: argparse.Namespace) -> PrinterSetup:
    """The setup with what the command line says of it."""
    for way in (Way.TCP, Way.DEVICE, Way.SPOOLER):
        address = getattr(options, way.value)
        if address is not None:
            setup = replace(setup, way=way, address=address, baud=0)
    if options.folder:
        setup = replace(setup, way=Way.FOLDER, address="", baud=0)
    said = {
        "baud": options.baud,
        "paper": Paper(options.paper) if options.paper else None,
        "join": options.join,
        "asks_status": options.status,
        "prints_codes": options.codes,
        "drawer": options.drawer,
    }
    return replace(setup, **{name: value for name, value in said.items() if value is not None})


def shown(setup: PrinterSetup) -> tuple[tuple[str, object], ...]:
    """A setup, line by line."""
    return (
        ("way", f"{setup.way.value} {setup.address} {setup.baud or ''}".rstrip()),
        ("paper", f"{setup.paper.value} mm, {setup.paper.columns} columns, {setup.paper.dots} dots"),
        ("status", setup.asks_status),
        ("codes", setup.prints_codes),
        ("drawer", setup.drawer),
        ("join", setup.join),
    )


def _labels(till: Till) -> dict[str, str]:
    with till.database.read() as connection:
        language = settings.get(connection, settings.LANGUAGE)
    labels: dict[str, str] = json.loads(resource_path("receipts", f"{language}.json").read_text("utf-8"))
    return labels
