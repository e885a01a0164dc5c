"""The promise of the product: sell with the network pulled, and when it returns server and tills agree to the cent."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from posapp.application.members import find_members
from posapp.application.ports import SystemEntropy
from posapp.bootstrap.commands import run as run_command
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.wiring import program_of
from posapp.storage.streams import unacknowledged
from posapp.storage.verify import verify
from posapp.ui.app import TillApp
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import CompleteMode
from posapp.ui.checkout.sheets import FirstStartSheet
from posapp.ui.checkout.state import SyncKind
from tests.integration.tills import SteppingClock
from tests.server_process import ServerProcess
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, until


@pytest.fixture(scope="session")
def documents_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop's goods and programme, as a till writes them for a server."""
    folder = tmp_path_factory.mktemp("head-office")
    shops = Shops(TillFolder(folder), SteppingClock(), SystemEntropy(), 4)
    shops.demo()
    shops.close()
    target = folder / "documents.jsonl"
    assert run_command(Namespace(command="export", data=TillFolder(folder), file=target)) == 0
    return target


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, documents_file: Path) -> Path:
    """A server's folder with a merchant, a store and its goods, made by commands once and copied for each test."""
    made = ServerProcess(tmp_path_factory.mktemp("founded") / "server")
    made.run("init-merchant", "青禾生活", "--id", "qinghe")
    made.run("add-store", "S1", "文三路店")
    made.run("import-documents", str(documents_file))
    return made.folder


@pytest.fixture
def server(tmp_path: Path, founded: Path) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path / "server")
    copytree(founded, made.folder)
    made.start()
    yield made
    made.stop()


JoinTill = Callable[[int], Counter]


@pytest.fixture
def join_till(server: ServerProcess, tmp_path: Path, make_window: MakeWindow) -> Iterator[JoinTill]:
    """Makes tills that join through the first-start screen, with one-time codes."""
    counters: list[Counter] = []

    def make(number: int) -> Counter:
        code = server.run("enrolment-code", "--store", "S1", "--till", str(number))
        shops = Shops(TillFolder(tmp_path / f"till-{number}"), SteppingClock(), SystemEntropy())
        window = make_window()
        app = TillApp(program_of(shops), window)
        counter = Counter(window, app, shops)
        counters.append(counter)
        app.start()
        until(lambda: app.presenter is not None, "the first start")
        assert app.presenter is not None
        app.presenter.handle(do.JoinServer(server.url, code))
        until(lambda: isinstance(app.presenter, CheckoutPresenter), "the till joined")
        until(lambda: bool(counter.session.quick), "the goods are there")
        until(lambda: counter.session.sync.kind is SyncKind.SYNCED, "synced for the first time")
        return counter

    yield make
    for counter in counters:
        counter.close()


def unpushed(counter: Counter) -> int:
    """How many events the server does not have, as the disk knows."""
    with counter.presenter.till.database.read() as connection:
        return unacknowledged(connection).events


def points(counter: Counter, phone: str) -> int | None:
    found = find_members(counter.presenter.till, phone).members
    return found[0].standing.points.count if found else None


def test_sell_offline_and_agree_when_the_network_returns(server: ServerProcess, join_till: JoinTill) -> None:
    first, second = join_till(1), join_till(2)
    assert first.presenter.till.identity.store_name == "文三路店"

    server.stop()
    first.presenter.handle(do.NewCardSubmitted("13957166099"))
    until(lambda: first.session.basket.member is not None, "a card opened offline")
    first.scan_goods("明前龙井")
    first.type("200+")
    until(lambda: isinstance(first.session.mode, CompleteMode), "an offline sale")
    until(
        lambda: first.session.sync.kind is SyncKind.OFFLINE and first.session.sync.pending == 1, "the pill: one waits"
    )
    second.presenter.handle(do.NewCardSubmitted("13957166099"))
    until(lambda: second.session.basket.member is not None, "the same card opened offline elsewhere")
    second.scan_goods("手工黄油曲奇")
    second.type("50+")
    until(lambda: isinstance(second.session.mode, CompleteMode), "another offline sale")
    # Each took off the 20 % of the first order that a new card brings: 97.28 of 121.60, and 24.32 of 30.40.
    assert (points(first, "13957166099"), points(second, "13957166099")) == (97, 24)

    server.start()
    for counter in (first, second):
        until(lambda counter=counter: counter.session.sync.pending == 0, "everything pushed")  # type: ignore[misc]
        until(lambda counter=counter: points(counter, "13957166099") == 121, "both agree")  # type: ignore[misc]
        assert find_members(counter.presenter.till, "13957166099").members[0].standing.visits == 1
        assert verify(counter.presenter.till.database).ok
    server.stop()
    assert "0 in quarantine" in server.run("verify")


def test_the_pill_follows_what_is_sold_and_sent(server: ServerProcess, join_till: JoinTill) -> None:
    till = join_till(1)
    till.scan_goods("明前龙井")
    till.type("200+")
    until(lambda: isinstance(till.session.mode, CompleteMode), "a sale")
    # The pill says of a moment ago that nothing waits, until it hears of the sale.
    until(lambda: unpushed(till) == 0, "the server has it")
    until(lambda: till.session.sync.kind is SyncKind.SYNCED and till.session.sync.pending == 0, "pushed")
    server.stop()
    till.scan_goods("明前龙井")
    till.type("200+")
    until(lambda: isinstance(till.session.mode, CompleteMode), "a sale without a server")
    until(lambda: till.session.sync.pending == 1, "the pill counts it")


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("127.0.0.1:1", "QINGHE-AAAA-BBBB", "服务器"),
        ("http://example.com", "X", "https"),
        ("", "X", "不是地址"),
        ("HERE", "", "一次性码"),
        ("HERE", "qinghe-0000-0000", "登记码"),
    ],
)
def test_joining_with_a_wrong_address_or_code_says_why(
    server: ServerProcess, tmp_path: Path, make_window: MakeWindow, address: str, code: str, words: str
) -> None:
    window = make_window()
    shops = Shops(TillFolder(tmp_path / "till"), SteppingClock(), SystemEntropy())
    app = TillApp(program_of(shops), window)
    app.start()
    until(lambda: app.presenter is not None, "the first start")
    assert app.presenter is not None
    app.presenter.handle(do.JoinServer(server.url if address == "HERE" else address, code))

    def error() -> Notice | None:
        sheet = window.view.sheet
        return sheet.error if isinstance(sheet, FirstStartSheet) else None

    until(lambda: error() is not None, "an error on the first-start screen")
    notice = error()
    assert notice is not None
    shown = window.ctx.text(notice.title)
    assert words in shown, shown
    assert not isinstance(app.presenter, CheckoutPresenter)
    app.close()
    shops.close()
