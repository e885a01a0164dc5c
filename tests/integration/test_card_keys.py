"""Keys of phone codes come from the server week by week; a till that does not hear of it cannot check a code."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from posapp.application.members import find_members, identify, open_card
from posapp.application.phone_code import shown_now
from posapp.application.ports import SystemEntropy
from posapp.application.till import Till, printed_card
from posapp.bootstrap import carrying
from posapp.bootstrap.card_key_watch import RETRY_SECONDS, CardKeyWatch
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.card import dynamic_code, static_code
from posapp.domain.card_keys import WEEK_SECONDS, CardKeys, NoWeekKey, keys_from, weeks_at
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.sale import Identification
from posapp.storage.contact import machine_steady_ns
from posapp.storage.key_store import CARD_KEYS, CARD_ROOT, DATABASE_KEY, SECRET_BYTES, FileKeyStore
from posapp.ui.checkout.state import SyncKind
from sync.client.card_keys import fetch
from sync.client.errors import NonsenseError, OfflineError, RefusedError
from sync.client.link import Link, Session
from sync.protocol import sealing
from sync.protocol.errors import MalformedBodyError
from sync.protocol.messages import CardKeyRows, CardKeysReply, CardKeysRequest, decode, encode
from sync.server import devices
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_refusals import refused, send, token_of
from tests.integration.test_sync_worker import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from posapp.ui.checkout.session import SyncStatus

CASHIER: Final = StaffId("1")
PHONE: Final = "13800006021"


@dataclass
class Counter:
    """A till that joined, on the same clock as its server, with a member."""

    place: World
    shops: Shops
    till: Till
    number: int = field(init=False)
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        self.number = int(open_card(self.till, PHONE, CASHIER).member.card_number)
        self.link = Link(self.place.url)

    @property
    def now(self) -> int:
        return int(self.place.clock.now().timestamp())

    @property
    def kept(self) -> bytes:
        return self.shops.keys.get(CARD_KEYS) or b""

    @property
    def weeks(self) -> tuple[int, ...]:
        """Those whose keys the running till has."""
        return tuple(key.week for key in self.till.card_keys.given.held)

    def on_the_phone(self) -> str:
        """What the member's phone shows: it has the keys of its time, whatever this till has."""
        now = self.now
        return dynamic_code(keys_from(self.place.keys.card_root(MERCHANT), now), self.number, now)

    def pass_time(self, time: timedelta) -> None:
        self.place.clock.instant += time

    def open_again(self) -> None:
        """A new process."""
        again = self.shops.open_till()
        assert again is not None
        self.till = again

    def session(self) -> Session:
        return Session(self.link, carrying.identity_of(self.shops, self.till))

    def hear(self) -> None:
        """What the worker does after a pull, in a new process."""
        CardKeyWatch(self.till, self.shops.keys, self.session())()

    def knows_the_code(self) -> bool:
        member, how = identify(self.till, self.on_the_phone())
        return (int(member.card_number), how) == (self.number, Identification.DYNAMIC_CODE)

    def close(self) -> None:
        self.link.close()
        self.shops.close()


def new_shops(place: World, folder: Path) -> Shops:
    # Its secrets are files, never those of the developer's own key ring.
    FileKeyStore(folder / "keys").put(DATABASE_KEY, SystemEntropy().bytes(SECRET_BYTES))
    return Shops(TillFolder(folder), place.clock, SystemEntropy())


def join(place: World, shops: Shops) -> Till:
    return carrying.join(shops, place.url, devices.new_code(place.context, MERCHANT, "S1", 1))


@pytest.fixture
def counter(place: World, tmp_path: Path) -> Iterator[Counter]:
    shops = new_shops(place, tmp_path / "counter")
    made = Counter(place, shops, join(place, shops))
    yield made
    made.close()


def test_every_till_of_a_merchant_is_told_the_same_two_weeks_and_never_the_root(place: World) -> None:
    one, two = place.join("one"), place.join("two", "S2")
    told = fetch(one.session)
    root = place.keys.card_root(MERCHANT)
    assert told == fetch(two.session) == keys_from(root, int(place.clock.now().timestamp()))
    assert root not in {key.key for key in told.held}


def test_the_answer_is_open_only_to_who_asked(place: World) -> None:
    till = place.join("till")
    mine, others = sealing.new_private_key(), sealing.new_private_key()
    body = encode(CardKeysRequest(sealing.public_key(mine)))
    answer = send(place, "/v1/card-keys", body, token_of(till)).content
    sealed = decode(answer, CardKeysReply).sealed_keys
    told = decode(sealing.unseal(mine, sealed, till.enrolment.device), CardKeyRows)
    assert len(told.rows) == 2
    for row in told.rows:
        assert row.key not in answer
    with pytest.raises(MalformedBodyError, match="cannot be opened"):
        sealing.unseal(others, sealed, till.enrolment.device)
    # No key agrees with this one.
    nobody = encode(CardKeysRequest(bytes(32)))
    assert refused(place, "/v1/card-keys", nobody, token_of(till))["field"] == "exchange_key"


def test_an_answer_that_is_nonsense_is_not_kept(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counter.kept
    counter.pass_time(timedelta(weeks=1))
    others = sealing.public_key(sealing.new_private_key())
    monkeypatch.setattr("sync.client.card_keys.sealing.public_key", lambda _own: others)
    with pytest.raises(NonsenseError):
        counter.hear()
    assert counter.kept == before


def test_a_till_that_joins_checks_phone_codes_at_once(counter: Counter) -> None:
    assert len(counter.kept) == 2 * 40
    assert counter.shops.keys.get(CARD_ROOT) is None
    assert counter.knows_the_code()


def test_a_running_till_changes_to_the_keys_of_the_next_weeks_and_keeps_no_others(counter: Counter) -> None:
    before = counter.kept
    synced = threading.Event()

    def report(status: SyncStatus) -> None:
        if status.kind is SyncKind.SYNCED:
            synced.set()

    carrier = carrying.carrier(counter.shops, counter.till, report, lambda: None)
    carrier.start()
    try:
        assert synced.wait(PATIENCE_SECONDS)
        counter.pass_time(timedelta(weeks=1))
        due = weeks_at(counter.now)
        carrier.worker.pull_now()
        wait_until(lambda: counter.weeks == due)
        assert counter.knows_the_code(), "without a restart"
    finally:
        carrier.stop()
    assert_moved_on(before, counter.kept)
    before = counter.kept
    counter.pass_time(timedelta(weeks=1))
    counter.open_again()
    assert counter.knows_the_code(), "this week's key was next week's"
    counter.hear()
    assert_moved_on(before, counter.kept)
    counter.open_again()
    assert counter.knows_the_code()


def assert_moved_on(before: bytes, after: bytes) -> None:
    """Of each week forty bytes are kept: its number, its key."""
    assert len(before) == len(after) == 2 * 40
    assert before[:40] not in after, "the week that is over"
    assert after.startswith(before[40:]), "the week that has come"


def test_nothing_is_asked_while_the_keys_are_held_and_once_an_hour_while_they_cannot_be_had(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    passed = [0.0]
    session = counter.session()
    watch = CardKeyWatch(counter.till, counter.shops.keys, session, lambda: passed[0])
    real = session.call

    def counted(path: str, message: object, kind: type[CardKeysReply]) -> CardKeysReply:
        asked.append(path)
        return real(path, message, kind)

    monkeypatch.setattr(session, "call", counted)
    watch()
    assert asked == []
    counter.pass_time(timedelta(weeks=1))
    # A server that was not renewed yet is in nobody's way.
    with monkeypatch.context() as older:
        older.setattr("sync.client.card_keys._PATH", "/v1/no-such-route")
        for _pull in range(5):
            watch()
    assert len(asked) == 1
    passed[0] += RETRY_SECONDS
    for _pull in range(5):
        watch()
    assert asked == ["/v1/no-such-route", "/v1/card-keys"]
    assert counter.till.card_keys.given.suffice_at(counter.now)


def test_a_till_that_was_shut_out_gets_no_more_and_its_keys_run_out(counter: Counter) -> None:
    devices.revoke(counter.place.context, MERCHANT, counter.till.identity.device)
    kept = counter.kept
    assert counter.knows_the_code(), "for two weeks at most"
    counter.pass_time(timedelta(weeks=2))
    with pytest.raises(RefusedError) as shut:
        counter.hear()
    assert shut.value.code == "revoked"
    assert counter.kept == kept
    with pytest.raises(NoWeekKey):
        identify(counter.till, counter.on_the_phone())
    with pytest.raises(NoWeekKey):
        shown_now(counter.till, counter.number)


def test_a_till_that_was_away_for_two_weeks_says_why_and_finds_the_member_otherwise(counter: Counter) -> None:
    left = counter.place.clock.instant
    counter.pass_time(timedelta(weeks=2))
    counter.till.steady_ns = lambda: machine_steady_ns() + 2 * WEEK_SECONDS * 1_000_000_000
    with pytest.raises(NoWeekKey) as missing:
        identify(counter.till, counter.on_the_phone())
    day = f"{left.astimezone(counter.till.programme.zone):%Y-%m-%d}"
    english, chinese = missing.value.reason_en, missing.value.reason_zh
    assert english.startswith(f"no word from the server since {day}")
    assert english.endswith("find the member by phone number, last four digits or printed card, and connect the till")
    assert chinese.startswith(f"本机自 {day}")
    assert chinese.endswith("按手机号、后四位或实体卡找会员，联网后恢复")
    for typed in (PHONE, PHONE[-4:]):
        assert [int(one.card_number) for one in find_members(counter.till, typed).members] == [counter.number]
    printed = static_code(counter.till.keys.member_key, printed_card(counter.number))
    assert identify(counter.till, printed)[1] is Identification.STATIC_CARD
    counter.hear()
    assert counter.knows_the_code()


def test_a_till_of_an_earlier_version_fetches_its_keys_after_its_first_pull(counter: Counter) -> None:
    counter.shops.keys.remove(CARD_KEYS)
    counter.open_again()
    assert counter.till.card_keys.given == CardKeys()
    with pytest.raises(NoWeekKey, match="restart the till"):
        identify(counter.till, counter.on_the_phone())
    counter.hear()
    assert counter.knows_the_code()


def test_a_shop_that_joins_a_server_gives_up_its_own_root(place: World, tmp_path: Path) -> None:
    shops = new_shops(place, tmp_path / "founded")
    alone = shops.empty("小店")
    number = int(open_card(alone, PHONE, CASHIER).member.card_number)
    assert identify(alone, shown_now(alone, number))[1] is Identification.DYNAMIC_CODE
    root = shops.keys.get(CARD_ROOT)
    joined = Counter(place, shops, join(place, shops))
    assert root is not None
    assert shops.keys.get(CARD_ROOT) is None
    assert list((tmp_path / "founded" / "keys").glob("card_root*")) == []
    now = joined.now
    with pytest.raises(InvalidField, match="not ours"):
        identify(joined.till, dynamic_code(keys_from(root, now), number, now))
    assert joined.knows_the_code()
    joined.close()


def test_a_network_that_fails_while_a_till_joins_leaves_the_keys_to_the_worker(
    place: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(_session: Session) -> CardKeys:
        raise OfflineError("ReadTimeout")

    shops = new_shops(place, tmp_path / "torn")
    with monkeypatch.context() as patch:
        patch.setattr("posapp.bootstrap.card_key_watch.fetch", torn)
        counter = Counter(place, shops, join(place, shops))
    assert counter.kept == b""
    counter.hear()
    assert counter.knows_the_code()
    counter.close()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, "the worker did not get there"
        time.sleep(0.01)
