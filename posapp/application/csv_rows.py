"""CSV files as shops have them: UTF-8 or GB18030, a header in any order, every bad row named; and writing them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from posapp.domain.errors import InvalidField


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its line in the file (the header is line 1), and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, and why, in both languages."""

    line: int
    field: str
    reason_en: str
    reason_zh: str


def read_rows(data: bytes, required: Sequence[str], optional: Sequence[str]) -> list[Row]:
    """Read a CSV file.  Raises `InvalidField` naming a missing or unknown column, or an unreadable file."""
    reader = csv.reader(io.StringIO(_decode(data), newline=""))
    header = [name.strip() for name in next(reader, [])]
    for name in required:
        if name not in header:
            raise InvalidField(name, "this column is missing from the first line", "首行缺少这一列")
    for name in header:
        if name not in {*required, *optional}:
            known = ", ".join([*required, *optional])
            raise InvalidField(name, f"unknown column; known are {known}", f"不认识的列；可用的列：{known}")
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            rows.append(Row(reader.line_num, dict(zip(header, (cell.strip() for cell in padded), strict=False))))
    return rows


def write_rows(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file that a spreadsheet opens without asking for its encoding.  Raises `OSError`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def _decode(data: bytes) -> str:
    """Spreadsheets in China still save CSV as GB18030; anything else must be UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidField("file", "the text is neither UTF-8 nor GB18030", "文件编码既不是 UTF-8 也不是 GB18030")
