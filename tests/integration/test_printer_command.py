"""`posapp printer`: what is said is kept, and a test comes out of the printer that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from tests.printers import Head, TcpPrinter


@pytest.fixture
def folder(tmp_path: Path, qapp: QApplication) -> Path:
    del qapp
    shops = Shops(TillFolder(tmp_path), SystemClock(), SystemEntropy())
    shops.empty("小店")
    shops.close()
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "printer", *arguments])


def test_a_printer_is_kept_and_tried(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with TcpPrinter() as there:
        assert run(folder, "--tcp", there.address, "--paper", "80", "--no-codes", "--join", "https://a.example") == 0
        assert "next start" in capsys.readouterr().out
        assert there.head.slips == []
        assert run(folder, "--test", "--open-drawer") == 0
        shown = capsys.readouterr().out
        (slip,) = there.head.slips
    assert f"tcp {there.address}" in shown
    assert "80 mm, 48 columns, 576 dots" in shown
    assert "next start" not in shown
    assert bytes(there.head.printed).startswith(bytes.fromhex("1B700019FA"))
    assert "打印测试".encode("gb18030") in slip
    assert b"123456789012345678901234567890123456789012345678\n" in slip
    assert slip.count(b"\x1dv0\x00") == 2, "the row of rare characters, and the code"


def test_a_printer_without_paper_is_said_in_both_languages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with TcpPrinter(Head(paper=False)) as there:
        assert run(folder, "--tcp", there.address, "--test") == 1
    said = capsys.readouterr().err
    assert "out of paper" in said
    assert "打印机缺纸" in said


def test_a_way_without_an_address_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--device", " ") == 1
    assert "请写明打印机在哪里" in capsys.readouterr().err


def test_without_a_printer_the_test_is_a_file(folder: Path) -> None:
    assert run(folder, "--folder", "--test") == 0
    assert "打印测试" in (folder / "receipts" / "test.txt").read_text("utf-8")
