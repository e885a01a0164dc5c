"""A slip as lines of text, for a file and for the terminal; the same rows as on paper."""

from __future__ import annotations

from collections.abc import Mapping

from posapp.application.receipt import Slip
from posapp.application.slip_rows import Rows
from posapp.hardware.receipt_layout import NARROW_COLUMNS, lay_out


def as_text(rows: Rows) -> list[str]:
    """The rows without their styles; a code is what it says."""
    return [row.text for row in rows]


def render(receipt: Slip, labels: Mapping[str, str], columns: int = NARROW_COLUMNS) -> list[str]:
    """Lay a slip out as text; no line is wider than `columns`."""
    return as_text(lay_out(receipt, labels, columns))
