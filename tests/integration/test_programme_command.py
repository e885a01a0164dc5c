"""`posapp programme`: what customers will read, what to think about, and publishing a newer version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.resources import resource_path
from posapp.storage import reference_data

DEMO: dict[str, Any] = json.loads(resource_path("demo", "programme.json").read_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo shop, with few members."""
    shops = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy(), demo_count=5)
    shops.demo()
    shops.close()
    return tmp_path / "till"


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "programme", *arguments])


def written(tmp_path: Path, **changes: Any) -> str:
    file = tmp_path / "programme.json"
    file.write_text(json.dumps(DEMO | changes), encoding="utf-8")
    return str(file)


def versions(folder: Path) -> tuple[int, str]:
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    try:
        till = shops.open_till()
        assert till is not None
        with till.database.read() as connection:
            newest = reference_data.newest_programme(connection)
        assert newest is not None
        return newest[0], till.programme.name.en
    finally:
        shops.close()


def test_the_programme_in_force_is_told_in_sentences_with_the_worst_losses_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--margin", "3000") == 0
    printed = capsys.readouterr().out
    assert "银卡：累计消费满 ¥500 或消费满 3 次" in printed
    assert "1 point for each ¥1" in printed
    assert "100 积分抵 ¥1，每单最多抵 50%" in printed
    assert "咖啡 10 次卡：¥199，10 次，抵指定商品（coffee）（CF018 除外），12 个月内有效" in printed
    assert "Ten coffees: ¥199, 10 uses, pays coffee except CF018, good for 12 months" in printed
    losses = [line for line in printed.splitlines() if " loss goods." in line]
    lost = [float(line.split(" loses ")[1].split()[0]) for line in losses]
    assert lost == sorted(lost, reverse=True)
    assert len(lost) == 8
    assert " more of loss" in printed


def test_a_newer_version_is_published_and_an_older_one_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = {"zh_CN": "青禾茶友", "en": "Qinghe tea friends"}
    file = written(tmp_path, version=DEMO["version"] + 1, name=renamed)
    assert run(folder, file) == 0
    assert versions(folder) == (DEMO["version"], DEMO["name"]["en"])
    assert run(folder, file, "--publish") == 0
    assert versions(folder) == (DEMO["version"] + 1, "Qinghe tea friends")
    capsys.readouterr()
    assert run(folder, file, "--publish") == 1
    assert "version: must be above" in capsys.readouterr().err


def test_what_blocks_is_said_and_not_published(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiers = [dict(tier) for tier in DEMO["tiers"]]
    tiers[-1]["rate"] = 9_900
    file = written(tmp_path, version=DEMO["version"] + 1, tiers=tiers)
    assert run(folder, file) == 1
    assert "BLOCKS / 不能发布  W-21" in capsys.readouterr().out
    assert run(folder, file, "--publish") == 1
    assert versions(folder)[0] == DEMO["version"]
    assert run(folder, "--publish") == 1
    assert "say which programme" in capsys.readouterr().err
