"""`posapp points` on a demo shop: the report, the pool, a draw from its commitment to its seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo shop with few members."""
    shops = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy(), 10)
    shops.demo()
    shops.close()
    return tmp_path / "till"


def test_points_are_kept_from_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = main(["--data", str(folder), *arguments])
        return done, capsys.readouterr().out

    done, printed = run("points", "report")
    assert done == 0
    assert "points outstanding, liability ¥" in printed
    assert run("points", "supply") == (0, ""), "the demo's pool is put up already"
    assert run("points", "expire") == (0, "0 members, 0 points lapsed / 0 位会员，0 分到期\n")
    done, bound = run("points", "open-draw", "lucky")
    assert (done, len(bytes.fromhex(bound.strip()))) == (0, 32)
    done, closed = run("points", "close-draw", "lucky")
    assert done == 0
    assert "0 draws do not follow from it" in closed
    assert run("verify")[0] == 0


def test_what_cannot_be_read_is_said_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(folder), "points", "report", "--day", "tomorrow"]) == 1
    assert "不是日期" in capsys.readouterr().err
    assert main(["--data", str(folder), "points", "open-draw", "moon"]) == 1
    assert "no draw of this shop" in capsys.readouterr().err
