"""`posapp staff` on a real folder: writing people down, their limits and PINs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.staff import people, signing_in
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.upkeep import opened
from posapp.domain.staff import Right
from tests.integration.tills import CASHIER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop in which nobody is written down yet."""
    shops = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy())
    shops.empty("青禾生活")
    shops.close()
    return tmp_path / "till"


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "staff", *arguments])


def test_somebody_is_written_down_and_gets_a_pin(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(folder, "list") == 0
    assert capsys.readouterr().out == ""
    assert (
        run(folder, "put", "2001", "陆文静", "manager", "--limit", "cash_refund=50000", "--phone", "13800006021") == 0
    )
    assert "cash_refund=50000" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("8024\n"))
    assert run(folder, "pin", "2001") == 0
    printed = capsys.readouterr().out
    assert "2001  陆文静  manager  PIN" in printed
    assert "8024" not in printed
    with opened(TillFolder(folder)) as till:
        assert signing_in.lock(till).locked
        manager = signing_in.sign_in(till, "2001", "8024", CASHIER)
        assert manager.limits.most(Right.CASH_REFUND) == 50_000
        assert manager.member is not None
    assert run(folder, "leave", "2001") == 0
    assert capsys.readouterr().out == ""
    with opened(TillFolder(folder)) as till, till.database.read() as connection:
        assert people.with_pins(till, connection) == ()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("pin", "9"), "没有这个工号"),
        (("put", "20 01", "x", "manager"), "工号为"),
        (("put", "2001", " ", "manager"), "姓名"),
        (("put", "2001", "x", "manager", "--limit", "cash_refund=much"), "应写作"),
        (("put", "2001", "x", "manager", "--limit", "luck=3"), "没有这种权限上限"),
        (("put", "2001", "x", "manager", "--phone", "1"), "还差 10 位"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert run(folder, *arguments) == 1
    assert sentence in capsys.readouterr().err
