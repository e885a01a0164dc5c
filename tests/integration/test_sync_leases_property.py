"""Tills ask for shares, sell without a network, push, lapse, restart and lose answers in any order: Σ spent ≤ balance.

The tills, their databases, the HTTP between them and the server are the real ones; the shop's tills spend shares only.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from posapp.application.reach import check_points
from posapp.domain.errors import InvalidField
from sync.client import leases
from sync.client.errors import OfflineError
from sync.client.till_store import TillDatabase
from sync.server import exposure
from tests.integration.stocked_tills import inbox
from tests.integration.sync_world import MERCHANT, World, sale, world
from tests.integration.test_sync_leases import LostAnswer, leasing

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from posapp.domain.ids import MemberId

HOUR = timedelta(hours=1)
TILLS = st.integers(0, 2)
HAD = 10_000


class Shared(RuleBasedStateMachine):
    """Three tills of one store and a member with 10,000 points; a world for all runs, a member for each."""

    stack: ClassVar[ExitStack]
    place: ClassVar[World]
    apps: ClassVar[list[Application]]
    steady: ClassVar[list[timedelta]]
    members: ClassVar[int] = 0
    sold: ClassVar[int] = 0

    who: MemberId
    spent: int

    @classmethod
    def open_world(cls, folder: Path) -> None:
        """Make the world."""
        cls.stack = ExitStack()
        cls.place = cls.stack.enter_context(world(folder))
        cls.steady = [HOUR] * 3
        cls.apps = []
        for number in range(3):
            cls.place.join(f"till{number}")
            cls.apps.append(cls.opened(number))

    @classmethod
    def opened(cls, number: int) -> Application:
        """A till's use cases, on a steady clock of the test's."""
        till = cls.place.tills[number]
        app = leasing(till)
        app.steady_ns = lambda: cls.steady[number] // timedelta(microseconds=1) * 1_000
        till.store = TillDatabase(till.database, till.log, till.reference, app.contact)
        return app

    @initialize()
    def pay_in(self) -> None:
        """A new member, whom every till knows as somebody who bought here."""
        type(self).members += 1
        first = self.place.tills[0]
        self.who = first.open_card(self.members)
        first.opening(self.members, HAD)
        first.sell(self.members, 0)
        for till in self.place.tills:
            till.sync()
            assert leases.renew(till.session, till.database)
        self.spent = 0

    @rule(number=TILLS, hundreds=st.sampled_from([5, 10, 20, 40, 75]), online=st.booleans(), times=st.integers(1, 3))
    def spend(self, number: int, hundreds: int, online: bool, times: int) -> None:
        """Take points, if the till may, as often as somebody wants."""
        till, app = self.place.tills[number], self.apps[number]
        points = hundreds * 100
        for _time in range(times):
            with till.database.write() as connection:
                try:
                    check_points(app, connection, self.who, points, "points", online=online)
                except InvalidField:
                    return
                till.log.append(connection, sale(self.who, 0, spend_points=points), till.clock.now())
            self.spent += points

    @rule(number=TILLS, lost=st.booleans())
    def renew(self, number: int, lost: bool) -> None:
        """Give all shares back and ask anew; the answer may be lost."""
        till = self.place.tills[number]
        till.pull_all()
        session = LostAnswer(till.link, till.identity) if lost else till.session
        try:
            leases.renew(session, till.database)
        except OfflineError:
            assert lost

    @rule(number=TILLS, lost=st.booleans())
    def ask(self, number: int, lost: bool) -> None:
        """The member is at the counter: ask for all that is free."""
        till = self.place.tills[number]
        session = LostAnswer(till.link, till.identity) if lost else till.session
        with till.database.read() as connection:
            wishes = list(leases.wishes_for(connection, self.who, whole=True))
        try:
            leases.ask(session, till.database, wishes)
        except OfflineError:
            assert lost

    @rule(number=TILLS)
    def push(self, number: int) -> None:
        """Send what was sold."""
        self.place.tills[number].push_all()

    @rule(number=TILLS)
    def pull(self, number: int) -> None:
        """Hear of the others."""
        self.place.tills[number].pull_all()

    @rule(number=TILLS, hours=st.sampled_from([1, 71, 72]))
    def wait(self, number: int, hours: int) -> None:
        """The server is silent; shares lapse after 72 hours."""
        self.steady[number] += hours * HOUR

    @rule(number=TILLS)
    def restart(self, number: int) -> None:
        """The till's program ends and starts again."""
        self.place.tills[number].restart()
        self.apps[number] = self.opened(number)

    @invariant()
    def no_more_is_spent_than_was_there(self) -> None:
        """At every moment, all tills together."""
        assert getattr(self, "spent", 0) <= HAD

    def teardown(self) -> None:
        """Every till sells all that it may.  When all is synced, nobody has to look at anything."""
        if not hasattr(self, "who"):
            return
        for number in range(3):
            self.spend(number, 5, online=False, times=25)
        assert self.spent <= HAD
        for till in self.place.tills:
            till.sync()
        for till in self.place.tills:
            till.sync()
            assert till.standing(self.members)[0] == HAD - self.spent
        assert inbox(self.place) == []
        with self.place.context.database.read() as connection:
            assert exposure.of_merchant(connection, MERCHANT).total_fen == 0
        type(self).sold += self.spent


def test_tills_never_spend_more_together_than_there_is() -> None:
    # In memory where there is such a place: what is proven here does not hang on the disk.
    memory = Path("/dev/shm")  # noqa: S108 - a place, not a name that somebody could guess
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        Shared.open_world(Path(folder))
        with Shared.stack:
            machine = Shared.TestCase
            machine.settings = settings(
                max_examples=25,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            machine().runTest()
    assert Shared.sold > 3 * HAD, "tills did sell"
