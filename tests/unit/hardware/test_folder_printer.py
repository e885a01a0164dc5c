"""Receipts as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from posapp.application.ports import PrinterFailed
from posapp.application.slip_rows import plain
from posapp.hardware.folder_printer import FolderPrinter


def test_a_receipt_is_a_file_and_a_reprint_replaces_it(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "receipts")
    printer.print_rows("261018-02-0001", plain(["青禾生活", "应收 ￥1.00"]))
    printer.print_rows("261018-02-0001", plain(["青禾生活", "补打"]))
    (file,) = (tmp_path / "receipts").iterdir()
    assert file.read_text("utf-8") == "青禾生活\n补打\n"


def test_a_number_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    FolderPrinter(tmp_path / "receipts").print_rows("../../evil", plain(["x"]))
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["______evil.txt"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "receipts").write_text("a file stands in the way")
    with pytest.raises(PrinterFailed) as caught:
        FolderPrinter(tmp_path / "receipts").print_rows("1", plain(["x"]))
    assert "小票目录写不进" in caught.value.zh
