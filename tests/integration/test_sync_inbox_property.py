"""Tills overspend, and managers close what is listed in any order, at any till, each with what it knew: all ends alike.

The tills, their databases, the HTTP between them and the server are the real ones.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from posapp.application.inbox import close_exception, read_inbox
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.events import LotPart, StoredValueOpened, Tender
from posapp.domain.ids import AssetId, StaffId, derived_id
from posapp.domain.inbox.kinds import ExceptionKind
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage.verify import verify
from sync.client.inbox import fetch
from sync.server import verify as server_verify
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, START, World, sale, world
from tests.integration.test_sync_inbox import BOSS, accounts
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId

TILLS = st.integers(0, 2)
HAD = 100_00
ROUNDS = 12
"""Closing all that is listed opens new exceptions (debts, second closings) only so often."""


class Conflicts(RuleBasedStateMachine):
    """Three tills of one store; for each run a member with a card, points and a coupon."""

    stack: ClassVar[ExitStack]
    place: ClassVar[World]
    apps: ClassVar[list[Application]]
    members: ClassVar[int] = 0
    closed: ClassVar[Counter[ExceptionKind]]

    who: MemberId
    lot: AssetId

    @classmethod
    def open_world(cls, folder: Path) -> None:
        """Make the world."""
        cls.stack, cls.closed = ExitStack(), Counter()
        cls.place = cls.stack.enter_context(world(folder))
        cls.apps = [application(cls.place.join(f"till{number}")) for number in range(3)]

    @initialize()
    def pay_in(self) -> None:
        """A new member, whom every till knows."""
        type(self).members += 1
        first = self.place.tills[0]
        self.who = first.open_card(self.members)
        self.lot = derived_id("lot", self.members)
        first.opening(self.members, 100)
        parts = (LotPart(self.lot, Money(HAD), Money(20_00)),)
        day = BusinessDay.of(START.date())
        with first.database.write() as connection:
            event = StoredValueOpened(day, StaffId("u1"), self.who, self.lot, parts, "before")
            first.log.append(connection, event, first.clock.now())
        for till in [*self.place.tills, *self.place.tills]:
            till.sync()
        if self.members == 1:
            # Chance may draw fifteen runs in which nobody overspends: the first one always has something to decide.
            for number in (0, 1):
                self.pay_by_card(number, 70, 15)
            self.disagree(0, (0, 1, 2))

    @rule(number=TILLS, yuan=st.sampled_from([10, 40, 70]), bonus=st.sampled_from([0, 15]))
    def pay_by_card(self, number: int, yuan: int, bonus: int) -> None:
        """Whatever is on it."""
        part = LotPart(self.lot, Money(yuan * 100), Money(bonus * 100))
        due = Money(yuan * 100 + bonus * 100)
        sold = replace(sale(self.who, due.fen), draws=(part,), tenders=(Tender(TenderMethod.STORED_VALUE, due, due),))
        self.place.tills[number].record(sold)

    @rule(number=TILLS, points=st.sampled_from([30, 90]))
    def spend_points(self, number: int, points: int) -> None:
        """Whether they are there or not."""
        self.place.tills[number].record(sale(self.who, 0, spend_points=points))

    @rule(number=TILLS)
    def sync(self, number: int) -> None:
        """Push, pull, and read the list."""
        till = self.place.tills[number]
        till.sync()
        fetch(till.session, till.database, till.clock.now())

    @rule(number=TILLS, which=st.integers(0, 5), way=st.integers(0, 2))
    def close(self, number: int, which: int, way: int) -> None:
        """Somebody decides, by what this till knows."""
        cases = read_inbox(self.apps[number]).cases
        if cases:
            opened = cases[which % len(cases)]
            option = opened.options[way % len(opened.options)]
            assert close_exception(self.apps[number], opened, option, CASHIER, BOSS)
            self.closed[opened.case.kind] += 1
            assert not close_exception(self.apps[number], opened, option, CASHIER, BOSS)

    @rule(which=st.integers(0, 2), ways=st.tuples(*[st.integers(0, 2)] * 3))
    def disagree(self, which: int, ways: tuple[int, int, int]) -> None:
        """Everybody decides about what everybody has heard of."""
        self._agree()
        for number, way in enumerate(ways):
            self.close(number, which, way)

    def teardown(self) -> None:
        """When all that is listed is closed, nothing is wrong and everybody knows."""
        if not hasattr(self, "who"):
            return
        for _round in range(ROUNDS):
            self._agree()
            cases = read_inbox(self.apps[0]).cases
            if not cases:
                break
            for opened in cases:
                close_exception(self.apps[0], opened, opened.options[0], CASHIER, BOSS)
                self.closed[opened.case.kind] += 1
        self._agree()
        assert inbox(self.place) == []
        held = self.place.server_balances()
        on_cards = sum(amount for (_who, account), amount in held.items() if account == Account.STORED_PRINCIPAL)
        owed = sum(amount for (_who, account), amount in held.items() if account == Account.MEMBER_DEBT)
        books = accounts(self.place)
        assert held.get((self.lot, Account.STORED_PRINCIPAL), 0) >= 0
        assert held.get((self.lot, Account.STORED_BONUS), 0) >= 0
        assert books.get(Account.RECEIVABLE, 0) == owed == 0
        # What stood on cards before came without money (`PREPAID_OPENING`).
        assert -books.get(Account.PREPAID_LIABILITY, 0) == on_cards

    def _agree(self) -> None:
        for till in [*self.place.tills, *self.place.tills]:
            till.sync()
        for till in self.place.tills:
            fetch(till.session, till.database, till.clock.now())
            assert till.balances() == self.place.server_balances()


def test_any_order_of_closings_ends_alike() -> None:
    # In memory where there is such a place: what is proven here does not hang on the disk.
    memory = Path("/dev/shm")  # noqa: S108 - a place, not a name that somebody could guess
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        Conflicts.open_world(Path(folder))
        with Conflicts.stack:
            machine = Conflicts.TestCase
            machine.settings = settings(
                max_examples=15,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # Not shrunk: each step is real HTTP and real disks.
                phases=[Phase.reuse, Phase.generate],
            )
            machine().runTest()
            assert server_verify.verify(Conflicts.place.context, MERCHANT).ok
            for till in Conflicts.place.tills:
                report = verify(till.database)
                assert report.ok, report.differences
    assert Conflicts.closed[ExceptionKind.OVERDRAFT], "there was something to decide"
    assert Conflicts.closed[ExceptionKind.CLOSED_TWICE], "and tills decided the same thing"
