"""What goes to support says enough to help, and nothing about a person."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from posapp.__main__ import main
from posapp.application.cash import cash_tender
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.members import find_members
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.printing.setup import PrinterSetup, Way, set_printer
from posapp.application.slip_rows import pack, plain
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.sale import Identification
from posapp.storage import print_jobs
from posapp.storage.key_store import DATABASE_KEY, secret
from tests.integration.tills import CASHIER
from tests.printers import Head, TcpPrinter


def test_a_bundle_counts_and_names_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "till"
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy(), 30)
    till = shops.demo()
    member = find_members(till, "13857166021").members[0]
    cart = new_cart(till).add(line_of(search(till, "明前龙井")[0], "zh_CN"))
    cart = replace(cart, member=member.id, identified_by=Identification.PHONE)
    quote = price_cart(till, cart, member)
    complete_sale(till, SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER))
    with till.database.write() as connection:
        print_jobs.add(connection, "261118-02-0001", pack(plain(["林晓梅 13857166021"])), till.clock.now())
    with till.database.read() as connection:
        people = connection.exec_driver_sql("SELECT name, phone, card_number, hex(member_id) FROM member").fetchall()
    secrets = [secret(shops.keys, DATABASE_KEY, create=False), till.keys.member_key, till.keys.data_key]
    with TcpPrinter(Head(paper=False)) as there:
        set_printer(till, PrinterSetup(Way.TCP, there.address))
        shops.close()
        assert main(["--data", str(folder), "support-bundle", str(tmp_path / "bundle.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    everything = b"".join(parts.values()).decode("utf-8")
    assert len(people) == 30
    for person in people:
        for fact in person:
            assert not fact or str(fact).lower() not in everything.lower(), fact
    for kept in secrets:
        assert kept.hex() not in everything
    for word in ("林晓梅", "林**", "陈思雨", "青禾", "龙井", "261118"):
        assert word not in everything
    found = {name: json.loads(body) for name, body in parts.items()}
    assert found["devices.json"]["printer"]["fault"] == "paper_out"
    assert found["devices.json"]["slips_waiting"] == 1
    assert found["till.json"]["rows"]["sale"] == 1
    assert found["till.json"]["rows"]["member"] == len(people)
    assert found["soundness.json"]["differences"] == {}
    assert found["machine.json"]["packages"]["SQLAlchemy"].startswith("2.")
    assert "bundle.zip" in capsys.readouterr().out
