"""One process's share of the tills: fitted out, sold on in the order of time, then compared with the server.

Time is the data set's.  A till that is offline keeps its sales and pushes them when its window closes; what is late is
lost on its way, arrives some time afterwards, and the till, which heard nothing, has pushed it again or will; what is
duplicated arrives a second time.
"""

from __future__ import annotations

import heapq
import random
import resource
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from bench.replay.baskets import Basket
from bench.replay.schedule import TillPlan
from bench.replay.till import ReplayTill
from posapp.domain.ids import MemberId
from posapp.domain.member import Standing
from posapp.storage import members
from posapp.storage.verify import verify
from sync.client.link import Link
from sync.protocol.messages import PushRequest

_OPEN_AT_MOST = 200
_FILES_OF_A_TILL = 9
_OTHER_FILES = 100
SALES_BETWEEN_PULLS = 50
_DELAY_SECONDS = (1.0, 3600.0)
_RECONNECT_SECONDS = 90.0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one process is given.  `codes` are one-time codes, one a till; `baskets` are by their index."""

    number: int
    seed: int
    folder: Path
    tills: tuple[TillPlan, ...]
    codes: tuple[str, ...]
    baskets: dict[int, Basket]
    duplicated: frozenset[int]
    late: frozenset[int]


@dataclass(slots=True)
class Counts:
    """What was done so far, and how many seconds of a processor that took."""

    tills: int = 0
    baskets: int = 0
    lines: int = 0
    entries: int = 0
    cards: int = 0
    offline: int = 0
    pushes: int = 0
    late: int = 0
    duplicates: int = 0
    pulls: int = 0
    processor: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the tills stand at the end.  `different` names the first few things that are not as they must be."""

    tills: int
    verified: int
    events: int
    standings: int
    different: tuple[str, ...]


@dataclass(order=True, slots=True)
class _Due:
    """Something that happens at a time; `order` keeps what was planned first first."""

    at: datetime
    order: int
    do: Callable[[datetime], None] = field(compare=False)


class Share:
    """The tills of one process.  Databases are opened when they are needed, and the longest unused one is closed."""

    def __init__(self, assignment: Assignment, url: str, progress: Callable[[Counts], None]) -> None:
        self.counts = Counts()
        self._given = assignment
        self._url = url
        self._progress = progress
        self._draw = random.Random(f"{assignment.seed}/{assignment.number}")
        self._link = Link(url)
        self._tills = {
            plan.name: ReplayTill(plan, assignment.folder / plan.name, self._link) for plan in assignment.tills
        }
        self._open: OrderedDict[str, ReplayTill] = OrderedDict()
        self._agenda: list[_Due] = []
        self._order = count()
        self._waiting: dict[str, bool] = {}
        self._since_pull: dict[str, int] = dict.fromkeys(self._tills, 0)
        self._most_open = _most_open()

    def fit_out(self) -> None:
        """Give each till a database and a place at the server."""
        for code, (name, till) in zip(self._given.codes, self._tills.items(), strict=True):
            till.join(self._url, code)
            self._keep_open(name, till)
            self.counts.tills += 1
            self._progress(self.counts)

    def trade(self) -> None:
        """Sell every basket, and let everything arrive."""
        for till in self._given.tills:
            for index in till.baskets:
                self._plan(self._given.baskets[index].at, self._selling(till, index))
        while self._agenda:
            due = heapq.heappop(self._agenda)
            due.do(due.at)
            self._progress(self.counts)
        for name in self._tills:
            # What was lost on its way by a till that sold nothing after it.
            self._push_rest(name)

    def settle(self, expected: dict[MemberId, Standing], verified: frozenset[str]) -> Settlement:
        """Pull to the end on every till, compare every member, prove the databases of `verified`."""
        different: list[str] = []
        events = proven = 0
        for name in self._tills:
            till = self._running(name)
            till.pull()
            self.counts.pulls += 1
            self._progress(self.counts)
            different += _unlike(till, expected)
            if name in verified:
                report = verify(till.till.database)
                proven, events = proven + 1, events + report.events
                different += [f"{name}: {difference}" for difference in report.differences[:_SHOWN]]
            till.close()
            self._open.pop(name)
        return Settlement(len(self._tills), proven, events, len(expected) * len(self._tills), tuple(different))

    def close(self) -> None:
        """Close what is open."""
        for till in self._open.values():
            till.close()
        self._open.clear()
        self._link.close()

    def _plan(self, at: datetime, do: Callable[[datetime], None]) -> None:
        heapq.heappush(self._agenda, _Due(at, next(self._order), do))

    def _selling(self, plan: TillPlan, index: int) -> Callable[[datetime], None]:
        return lambda at: self._sell(plan, index, at)

    def _running(self, name: str) -> ReplayTill:
        till = self._tills[name]
        if name not in self._open:
            till.open()
        self._keep_open(name, till)
        return till

    def _keep_open(self, name: str, till: ReplayTill) -> None:
        self._open[name] = till
        self._open.move_to_end(name)
        if len(self._open) > self._most_open:
            _name, oldest = self._open.popitem(last=False)
            oldest.close()

    def _sell(self, plan: TillPlan, index: int, at: datetime) -> None:
        till = self._running(plan.name)
        done, opened = till.ring_up(self._given.baskets[index])
        self.counts.baskets += 1
        self.counts.lines += len(done.sale.lines)
        self.counts.entries += len(done.recorded.transaction.postings)
        self.counts.cards += opened
        self._since_pull[plan.name] += 1
        twice = index in self._given.duplicated
        window = next((end for start, end in plan.offline if start <= at < end), None)
        if window is not None:
            self.counts.offline += 1
            self._push_when_back(plan.name, window, twice=twice)
        elif index in self._given.late:
            request = till.lose_push()
            if request is not None:
                self.counts.late += 1
                self._arrive_later(till, at, request)
        else:
            self._push(plan.name, at, twice=twice)
            if self._since_pull[plan.name] >= SALES_BETWEEN_PULLS:
                self._since_pull[plan.name] = 0
                self.counts.pulls += 1
                till.pull()

    def _push_when_back(self, name: str, window: datetime, *, twice: bool) -> None:
        if name not in self._waiting:
            back = window + timedelta(seconds=self._draw.uniform(0, _RECONNECT_SECONDS))
            self._plan(back, lambda at: self._push(name, at, twice=self._waiting.pop(name)))
            self._waiting[name] = False
        self._waiting[name] |= twice

    def _push(self, name: str, at: datetime, *, twice: bool) -> None:
        till = self._running(name)
        request = till.push()
        if request is None:
            return
        self.counts.pushes += 1
        if twice:
            self.counts.duplicates += 1
            self._arrive_later(till, at, request)

    def _arrive_later(self, till: ReplayTill, at: datetime, request: PushRequest) -> None:
        delay = timedelta(seconds=self._draw.uniform(*_DELAY_SECONDS))
        self._plan(at + delay, lambda _at: till.wire.deliver(request))

    def _push_rest(self, name: str) -> None:
        till = self._running(name)
        while till.push() is not None:
            self.counts.pushes += 1
        self._progress(self.counts)


def _most_open() -> int:
    """How many tills may be open at once, after taking as many files as the system grants."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard == resource.RLIM_INFINITY:
        return _OPEN_AT_MOST
    return max(4, min(_OPEN_AT_MOST, (hard - _OTHER_FILES) // _FILES_OF_A_TILL))


def _unlike(till: ReplayTill, expected: dict[MemberId, Standing]) -> list[str]:
    """Where a cashier of this till would see another standing than the server has."""
    found = []
    with till.till.database.read() as connection:
        known = members.count(connection)
        if known != len(expected):
            found.append(f"{till.plan.name}: knows {known} members, there are {len(expected)}")
        for who, standing in expected.items():
            here = members.standing(connection, who)
            if here != standing:
                found.append(f"{till.plan.name}: {who.hex()}: {here}, at the server {standing}")
    return found[:_SHOWN]
