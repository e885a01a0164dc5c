"""The till's command line: imports with a dry run, verify, backup, export, and a sentence for every bad input."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from posapp.__main__ import main
from posapp.application import liabilities, shifts
from posapp.application.member_life.cards import replace_card
from posapp.application.members import identify, open_card
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.top_up import TopUp, top_up
from posapp.application.till import Cashier
from posapp.bootstrap.folders import TillFolder, default_folder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.upkeep import opened
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import CashMove
from posapp.domain.ids import StaffId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.hardware.scanner.ladder import read_still
from posapp.storage import members
from posapp.storage.backup import check_backup
from posapp.storage.key_store import DATABASE_KEY, secret


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty shop that was founded."""
    shops = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy())
    shops.empty("小店")
    shops.close()
    return tmp_path / "till"


def run(folder: Path, *arguments: str) -> int:
    return main(["--data", str(folder), *arguments])


def member_count(folder: Path) -> int:
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    with shops.database.read() as connection:
        count = members.count(connection)
    shops.close()
    return count


def test_a_dry_run_writes_nothing_and_says_what_it_would_do(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "members.csv"
    file.write_text(
        "phone,name,points\n13800006021,林晓梅,300\n13800006021,又一次,1\n1380000,短,1\n", encoding="gb18030"
    )
    assert run(folder, "import", "members", str(file), "--dry-run") == 1
    printed = capsys.readouterr().out
    assert "3 rows: 1 members, 1 duplicates, 1 bad; dry run, nothing written" in printed
    assert "line 4, phone: 4 digits are missing / 第 4 行 phone：还差 4 位" in printed
    assert member_count(folder) == 0
    assert run(folder, "import", "members", str(file)) == 1
    assert member_count(folder) == 1
    assert run(folder, "import", "members", str(file)) == 1
    assert "0 written, 1 known already" in capsys.readouterr().out
    assert run(folder, "verify") == 0


def test_W33_stored_value_comes_along_once_and_the_report_owes_what_the_file_says(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "members.csv"
    lines = [f"139{number:08d},{number}.50,{number % 3}" for number in range(1, 41)]
    file.write_text("phone,principal,bonus\n" + "\n".join([*lines, lines[0], "13900000099,-1,0"]), encoding="utf-8")
    assert run(folder, "import", "members", str(file)) == 1
    assert "this shop has no stored value" in capsys.readouterr().err
    assert member_count(folder) == 0, "nothing of the file is brought in"

    shops = Shops(TillFolder(tmp_path / "demo"), SystemClock(), SystemEntropy(), demo_count=20)
    shops.demo()
    shops.close()
    folder = tmp_path / "demo"
    total = "40 stored-value cards with 840.00 and 40.00 of bonus; "
    assert run(folder, "import", "members", str(file), "--dry-run") == 1
    printed = capsys.readouterr().out
    assert total + "dry run, nothing written" in printed
    assert "line 43, principal: it is below zero" in printed
    assert run(folder, "import", "members", str(file)) == 1
    assert total + "40 written, 0 brought in before" in capsys.readouterr().out
    assert run(folder, "import", "members", str(file)) == 1
    assert total + "0 written, 40 brought in before" in capsys.readouterr().out
    with opened(TillFolder(folder)) as till:
        today = till.business_day()
        found = liabilities.report(till, "stored-value", today, today)
        assert found.differences == ()
        assert [each.columns["opening"] for each in found.movements] == [84_000, 4_000]
    assert run(folder, "verify") == 0


def test_a_batch_is_printed_and_the_report_counts_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shops = Shops(TillFolder(tmp_path / "demo"), SystemClock(), SystemEntropy(), demo_count=20)
    shops.demo()
    shops.close()
    demo, codes = tmp_path / "demo", tmp_path / "codes.txt"
    assert run(demo, "coupon-batch", "1", str(codes)) == 0
    first = codes.read_text("ascii").splitlines()
    assert len(set(first)) == 200
    assert run(demo, "coupon-batch", "1", str(codes)) == 0
    assert codes.read_text("ascii").splitlines() == first
    assert run(demo, "coupon-batch", "2", str(codes)) == 1
    assert "no batch 2" in capsys.readouterr().err
    assert run(demo, "coupon-report") == 0
    total = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("total")).split()
    assert int(total[1]) > 200
    assert int(total[1]) == sum(map(int, total[2:6])), "each is redeemed, void, expired or open"
    assert run(demo, "coupon-report", "--day", "2020-01-01") == 0
    assert "total   0  0  0  0  0  0" in capsys.readouterr().out
    assert run(demo, "coupon-report", "--day", "soon") == 1


def test_importing_products_twice_changes_nothing_the_second_time(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,name_zh,price\ntea,龙井,128.00\nlatte,拿铁,26.00\n", encoding="utf-8")
    assert run(folder, "import", "products", str(file)) == 0
    assert "2 new or changed" in capsys.readouterr().out
    assert run(folder, "import", "products", str(file)) == 0
    assert "0 new or changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "content", "words"),
    [
        ("members", b"name\nx\n", "phone: this column is missing"),
        ("products", b"sku,price,colour\n", "name_zh: this column is missing"),
        ("products", b"sku,name_zh,price,colour\n", "colour: unknown column"),
        ("members", b"\xff\xff\xff\xff", "file: the text is neither UTF-8 nor GB18030"),
        ("members", b"", "phone: this column is missing"),
    ],
)
def test_an_unusable_file_is_refused_with_its_field(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, content: bytes, words: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    assert run(folder, "import", what, str(file)) == 1
    errors = capsys.readouterr().err
    assert words in errors
    assert len(errors.splitlines()) == 2, "one sentence in each language"


def test_commands_on_a_folder_without_a_till_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["verify"], ["backup", str(tmp_path / "b")], ["import", "members", "x"]):
        assert run(tmp_path / "nothing", *command) == 1
        assert "there is no till" in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists(), "looking does not make a till"


def test_a_missing_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "import", "members", "no-such-file.csv") == 1
    assert "no-such-file.csv" in capsys.readouterr().err


def test_a_backup_opens_with_the_same_key(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    assert run(folder, "backup", str(target)) == 0
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    check_backup(target, secret(shops.keys, DATABASE_KEY, create=False))
    assert b"SQLite format 3" not in target.read_bytes()[:100], "a backup is as encrypted as the till"


def test_a_changed_byte_is_found(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("phone,points\n13800006021,300\n", encoding="utf-8")
    assert run(folder, "import", "members", str(file)) == 0
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    with shops.database.write() as connection:
        connection.exec_driver_sql("UPDATE held_balance SET pending = pending + 1 WHERE account = 201")
    shops.close()
    assert run(folder, "verify") == 1
    assert "1 differences" in capsys.readouterr().out


def test_the_report_of_shifts_prints_what_was_closed_and_what_is_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cashier = Cashier(StaffId("1001"), "陈")
    with opened(TillFolder(folder)) as till:
        shifts.open_shift(till, Money(50_000), cashier)
        shifts.move_cash(till, CashMove.PAID_OUT, Money(3_000), "ice", cashier)
        shifts.count(till, Money(46_850), None, cashier)
        shifts.close_shift(till, cashier, "coins")
        shifts.open_shift(till, Money(20_000), cashier)
    assert run(folder, "report", "shift") == 0
    out = capsys.readouterr().out
    for words in ("Z 报表 · 第 1 班", "-1.50", "coins", "shift 2 (open)", "expected 200.00"):
        assert words in out
    assert run(folder, "report", "shift", "--to", "2020-01-01") == 0
    assert "Z 报表" not in capsys.readouterr().out


def test_the_report_of_stored_value_agrees_with_its_entries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programme = json.loads((Path(__file__).parents[2] / "resources" / "demo" / "programme.json").read_text("utf-8"))
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    till = shops.open_till()
    assert till is not None
    till.programme = parse_programme(programme)
    member = open_card(till, "13800006021", StaffId("1001"), name="林晓梅").member.id
    paid = TopUp(
        b"1", "main", member, Cashier(StaffId("1001"), "陈"), Money(100_000), TenderMethod.CASH,
        paper=IdentityPaper("林晓梅", "11010519491231002X"),
    )  # fmt: skip
    top_up(till, paid)
    shops.close()
    assert run(folder, "report", "stored-value", "--entries") == 0
    out = capsys.readouterr().out
    assert "topped_up 1000.00" in out
    assert "granted 200.00" in out
    assert "only / 仅本店账" in out.splitlines()[0], "other stores' entries are not in this log"
    assert "StoredValueToppedUp" in out
    assert "agrees with its entries" in out
    assert run(folder, "report", "stored-value", "--to", "2020-01-01") == 0
    assert "close 0.00" in capsys.readouterr().out
    for name in ("points", "passes"):
        assert run(folder, "report", name) == 0, f"{name} agree with their entries"
    assert run(folder, "report", "kindness") == 1
    assert run(folder, "report", "stored-value", "--from", "yesterday") == 1


def test_a_quote_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programme = json.loads((Path(__file__).parents[2] / "resources" / "demo" / "programme.json").read_text("utf-8"))
    document = {
        "programme": programme,
        "cart": {"lines": [{"sku": "tea", "quantity": "1", "price": "128.00"}]},
        "now": "2026-10-17T10:42:00Z",
    }
    file = tmp_path / "quote.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    status = run(tmp_path / "unused", "quote", str(file))
    captured = capsys.readouterr()
    assert status == 0, captured.err
    assert '"128.00"' in captured.out


@pytest.mark.parametrize("content", ["", "{", "[]", '{"programme": {}}', '{"cart": 5}'])
def test_a_malformed_quote_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tmp_path / "quote.json"
    file.write_text(content, encoding="utf-8")
    assert run(tmp_path / "unused", "quote", str(file)) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("platform", "environment", "tail"),
    [
        ("linux", {"POSAPP_DATA": "/srv/till"}, "/srv/till"),
        ("linux", {"HOME": "/people/a"}, "/people/a/.local/share/posapp"),
        ("linux", {"HOME": "/people/a", "XDG_DATA_HOME": "/data"}, "/data/posapp"),
        ("darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Application Support/posapp"),
        ("win32", {"LOCALAPPDATA": "/AppData/Local"}, "/AppData/Local/posapp"),
    ],
)
def test_data_lie_where_each_system_wants_them(platform: str, environment: dict[str, str], tail: str) -> None:
    assert str(default_folder(environment, platform).root) == tail


def test_a_cards_code_is_a_picture_that_any_scanner_reads(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    till = shops.open_till()
    assert till is not None
    member = open_card(till, "13800006021", StaffId("1")).member
    picture = tmp_path / "card.png"
    assert run(folder, "card-qr", member.card_number, "--out", str(picture)) == 0
    assert member.card_number in capsys.readouterr().out
    grey = np.asarray(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    modules = grey.shape[0] // 16 - 8
    assert modules == 25
    (digits,) = read_still(grey)
    assert identify(till, digits) == (member, Identification.STATIC_CARD)
    replace_card(till, member.id, "lost", StaffId("1"))
    shops.close()
    assert run(folder, "card-qr", member.card_number, "--out", str(picture)) == 1
    assert "retired" in capsys.readouterr().err
    for unknown in ("12", "abc", "９９"):
        assert run(folder, "card-qr", unknown, "--out", str(picture)) == 1
        assert "no member has card" in capsys.readouterr().err


def test_a_members_code_is_what_the_phone_would_show_and_is_good_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    till = shops.open_till()
    assert till is not None
    member = open_card(till, "13800006021", StaffId("1")).member
    assert run(folder, "member-code", "13800006021") == 0
    digits = capsys.readouterr().out.strip()
    assert identify(till, digits) == (member, Identification.DYNAMIC_CODE)
    with pytest.raises(InvalidField, match="used before"):
        identify(till, digits)
    shops.close()


def test_scanners_are_chosen_one_by_one_and_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "scanners") == 0
    labels = "labels with the price: 20-24\nlabels with the weight: off\n"
    assert capsys.readouterr().out == f"camera: off\nserial: off\n{labels}"
    assert run(folder, "scanners", "--camera", "0") == 0
    assert run(folder, "scanners", "--serial", "/dev/ttyACM0") == 0
    capsys.readouterr()
    assert run(folder, "scanners", "--camera", "off") == 0
    assert capsys.readouterr().out == f"camera: off\nserial: /dev/ttyACM0\n{labels}"


def test_which_labels_scales_print_is_checked_and_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "scanners", "--amount-labels", "22", "--weight-labels", "25-27, 29") == 0
    assert run(folder, "scanners", "--amount-labels", "off") == 0
    assert capsys.readouterr().out.endswith("labels with the price: off\nlabels with the weight: 25-27, 29\n")
    for wrong in ("19", "20-31", "x"):
        assert run(folder, "scanners", "--weight-labels", wrong) == 1
        assert "20 to 29" in capsys.readouterr().err
    assert run(folder, "scanners", "--amount-labels", "29") == 1
    assert "carries the price" in capsys.readouterr().err
    assert run(folder, "scanners") == 0
    assert capsys.readouterr().out.endswith("labels with the price: off\nlabels with the weight: 25-27, 29\n")
