"""A printer for shops without one: each receipt becomes a text file that can be opened, sent or printed later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from posapp.application.ports import PrinterFailed
from posapp.application.slip_rows import Rows
from posapp.hardware.receipt_text import as_text


@dataclass(frozen=True, slots=True)
class FolderPrinter:
    """Writes receipts into one folder, named by their number; a reprint replaces its file."""

    folder: Path

    def check(self) -> None:
        """A folder is asked by writing into it."""

    def print_rows(self, number: str, rows: Rows) -> None:
        """Write one receipt.  Raises `PrinterFailed`."""
        name = re.sub(r"[^0-9A-Za-z-]", "_", number) + ".txt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{name}.part"
            draft.write_text("\n".join(as_text(rows)) + "\n", encoding="utf-8")
            draft.replace(self.folder / name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PrinterFailed(
                f"the receipts folder cannot be written: {reason}", f"小票目录写不进：{reason}"
            ) from error
