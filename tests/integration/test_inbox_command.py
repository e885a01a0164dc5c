"""`posapp exceptions` on a real folder: what is open, closing one, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.__main__ import main
from posapp.application.members import find_members
from posapp.application.ports import SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.upkeep import opened
from posapp.storage import inbox
from posapp.storage.verify import verify
from tests.inbox_cases import overspend
from tests.integration.tills import SteppingClock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A demo shop to which a server told of a card that two tills overspent."""
    shops = Shops(TillFolder(tmp_path / "till"), SteppingClock(), SystemEntropy(), 20)
    till = shops.demo()
    (member,) = find_members(till, "13857166021").members
    told = overspend(till, member.id)
    with till.database.write() as connection:
        inbox.replace_all(connection, [told])
    shops.close()
    return tmp_path / "till"


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "exceptions", *arguments])


def test_it_is_shown_with_its_events_and_closed_by_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "show") == 0
    printed = capsys.readouterr().out.splitlines()
    item = printed[0].split()[0]
    assert "A card paid ¥20.00 more than it had" in printed[0]
    assert printed[0].endswith("林晓梅")
    assert [line.split("  ")[-1].strip() for line in printed[1:4]] == ["+8000 → 8000", "-5000 → 3000", "-5000 → -2000"]
    assert [line.split(":")[0].strip() for line in printed[4:7]] == ["* write_off", "owed", "paid"]
    assert run(folder, "close", item[:8], "owed", "--by", "3001", "--note", "called her") == 0
    capsys.readouterr()
    assert run(folder, "show") == 0
    assert capsys.readouterr().out.startswith("0 open")
    with opened(TillFolder(folder)) as till:
        assert verify(till.database).ok


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("zzzz", "owed", "--by", "3001"), "ITEM"),
        (("6", "owed", "--by", "3001"), "ITEM"),
        (("6f76", "reversed", "--by", "3001"), "REMEDY"),
        (("6f76", "owed"), "--by"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], field: str
) -> None:
    assert run(folder, "close", *words) != 0
    assert field in capsys.readouterr().err
    assert run(folder, "show") == 0
    assert "1 open" in capsys.readouterr().out
