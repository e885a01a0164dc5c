"""`posapp messages`: whom a message may reach; masked, unless somebody who may takes the numbers (domain.md §3.4)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application import member_life as life
from posapp.application.members import open_card
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.staff.signing_in import who_is_there
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.events import NumbersListed
from posapp.storage import event_search
from tests.integration.demo_shop import publish

MANAGER, PIN = "2001", "8024"
SOME = ("13957160001", "13957160002", "13957160003")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo shop; of three newcomers two agreed, and one of those took it back."""
    folder = tmp_path / "till"
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy(), 10)
    till = shops.demo()
    cashier = who_is_there(till).id
    for place, phone in enumerate(SOME):
        open_card(till, phone, cashier, name=f"客人{place}", marketing=place < 2)
    stopped = open_card(till, SOME[1], cashier).member.id
    life.set_consent(till, stopped, "marketing", granted=False, operator=cashier)
    gold = {"id": "gold", "kind": "community", "text": "金卡茶友群", "link": "g", "tiers": ["gold"]}
    publish(till, messages=[{"id": "spring", "kind": "new_product", "text": "春茶到店"}, gold])
    shops.close()
    return folder


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), "messages", *arguments])


def read(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def reopened(folder: Path) -> tuple[Shops, Till]:
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy(), 10)
    till = shops.open_till()
    assert till is not None
    return shops, till


def test_the_list_holds_who_agreed_and_nobody_else_and_is_masked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    printed = capsys.readouterr().out
    assert "spring  new_product  every tier" in printed
    assert "gold  community  gold  g" in printed
    file = tmp_path / "spring.csv"
    assert run(folder, "spring", "--out", str(file)) == 0
    rows = read(file)
    assert {"name": "客**", "phone": "139 **** 0001", "tier_zh": "普通卡"}.items() <= rows[-1].items()
    assert not any("0002" in row["phone"] or "0003" in row["phone"] for row in rows)
    assert f"{file}: {len(rows)}, masked" in capsys.readouterr().out
    assert not any(phone in file.read_text("utf-8-sig") for phone in SOME)
    shops, till = reopened(folder)
    with till.database.read() as connection:
        assert event_search.of_kind(connection, NumbersListed) == [], "nothing was shown that has to be recorded"
    shops.close()


def test_whole_numbers_take_the_permission_a_pin_and_a_reason_and_are_recorded(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "numbers.csv"

    def take(number: str, pin: str, reason: str = "春茶短信") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        run(folder, "spring", "--out", str(file), "--by", number, "--reason", reason)
        return capsys.readouterr().err

    assert "没有查看完整手机号的权限" in take("1001", "1379"), "a cashier"
    assert "密码不对" in take(MANAGER, "1111")
    assert "请填写导出原因" in take(MANAGER, PIN, " ")
    assert "没有这个工号" in take("7777", PIN)
    assert not file.exists()
    assert take(MANAGER, PIN) == ""
    phones = [row["phone"] for row in read(file)]
    assert "+8613957160001" in phones
    assert not {f"+86{phone}" for phone in SOME[1:]} & set(phones)
    shops, till = reopened(folder)
    with till.database.read() as connection:
        (listed,) = event_search.of_kind(connection, NumbersListed)
    assert (listed.operator, listed.message, listed.members, listed.reason) == (
        MANAGER,
        "spring",
        len(phones),
        "春茶短信",
    )
    shops.close()
    assert main(["--data", str(folder), "report", "staff"]) == 0
    assert f"whole phone numbers seen {len(phones)}" in capsys.readouterr().out
    assert main(["--data", str(folder), "verify"]) == 0


def test_a_message_that_there_is_not_is_said_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "nothing") == 1
    assert "没有 'nothing' 这条消息" in capsys.readouterr().err
