"""Proof that a till's database is what its log says: every chain re-hashed, every projection rebuilt and compared.

What can be proven here: each stream is gapless from 1 (but for what the server no longer tells, `stream_gap`), its
canonical bytes give its hashes, its columns say what its bytes say; postings, unheld balances, pending balances,
pending days, the store's days, sales and card numbers are exactly what the log folds to; a till that never met a server
has nothing settled.

What cannot: the settled part of a held balance and a member's settled visits are the server's word on events of other
stores, which this till never saw; only the server's own digest can confirm them.  A truncated tail looks like a
shorter log (domain.md §5.3); the server's acknowledgement of a longer one betrays it.  A cart id is not in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from posapp.domain.encoding import chain, from_values, genesis, says_the_same
from posapp.domain.errors import DomainError, UnknownKind
from posapp.domain.events import MemberEnrolled
from posapp.domain.ids import DeviceId, Incarnation, StreamId
from posapp.domain.projection import Fold
from posapp.domain.projection import member_day as day_of
from posapp.domain.time import to_micros
from posapp.storage import settings
from posapp.storage.database import driver
from posapp.storage.projections import holders_elsewhere, refund_row, sale_row
from posapp.storage.server_states import Pending, coverage, pending_events
from posapp.storage.visits import Attendance, SettledAttendance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from posapp.domain.events import Recorded
    from posapp.storage.database import Database

_MOST_DIFFERENCES = 1_000
_decode_days = msgspec.msgpack.Decoder(dict[int, int]).decode


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be: in which table, at which key, what was expected, what stands there."""

    table: str
    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class VerifyReport:
    """What was looked at, and every difference (the first thousand)."""

    streams: int = 0
    gaps: int = 0
    events: int = 0
    deferred: int = 0
    holders: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def note(self, table: str, key: object, expected: object, found: object) -> None:
        """Add a difference, unless there are very many already."""
        if len(self.differences) < _MOST_DIFFERENCES:
            self.differences.append(Difference(table, _shown(key), _shown(expected), _shown(found)))


def verify(database: Database, progress: Callable[[int], None] = lambda _events: None) -> VerifyReport:
    """Check the whole log and every projection in one snapshot, while the till may go on selling.

    `progress` is called with the number of events done.  Raises `DiskFailed` where the file cannot be read at all.
    """
    with database.read() as connection:
        return verify_connection(connection, progress)


def verify_connection(connection: Connection, progress: Callable[[int], None] = lambda _events: None) -> VerifyReport:
    """The same on an open connection."""
    raw = driver(connection)
    report = VerifyReport()
    rebuilt = _Rebuilt()
    streams = raw.execute(
        "SELECT stream_key, device, incarnation, own, head_sequence, head_hash, acknowledged_sequence FROM stream"
        " ORDER BY stream_key"
    ).fetchall()
    for row in streams:
        _check_stream(raw, report, rebuilt, row, progress)
    _check_orphans(raw, report)
    _check_balances(raw, report, rebuilt)
    _check_counts(raw, report, rebuilt)
    _check_cards(raw, report, rebuilt)
    _check_here(raw, report, rebuilt)
    if report.ok:
        # Decoding again from bytes that do not hash would only repeat the findings, or fail on them.
        _check_pending(connection, report)
    return report


@dataclass(slots=True)
class _Rebuilt:
    """What the log folds to, in the form of the stored rows (key → the other columns)."""

    own: Fold = field(default_factory=Fold)
    postings: int = 0
    sales: int = 0
    refunds: int = 0
    days: dict[tuple[bytes, int], tuple[int, int]] = field(default_factory=dict)
    cards: set[tuple[str, bytes]] = field(default_factory=set)
    elsewhere: dict[tuple[bytes, int], tuple[()]] = field(default_factory=dict)

    def add(self, recorded: Recorded, *, own: bool) -> None:
        if own:
            self.own.apply(recorded)
        day = day_of(recorded)
        if day is not None:
            who, ordinal, net, orders = day
            before = self.days.get((who, ordinal), (0, 0))
            self.days[who, ordinal] = (before[0] + net, before[1] + orders)
        if isinstance(recorded.event, MemberEnrolled):
            self.cards.add((recorded.event.card_number, recorded.event.member))


def _check_stream(
    raw: Any, report: VerifyReport, rebuilt: _Rebuilt, row: tuple[Any, ...], progress: Callable[[int], None]
) -> None:
    key, device, incarnation, own, head, head_hash, acknowledged = row
    identity = StreamId(DeviceId(device), Incarnation(incarnation))
    report.streams += 1
    digest, expected_sequence = genesis(identity), 1
    query = "SELECT sequence + 1, hash FROM stream_gap WHERE stream_key = ?"
    gaps = {} if own else dict(raw.execute(query, (key,)).fetchall())
    report.gaps += len(gaps)
    events = raw.execute(
        "SELECT position, sequence, kind, at, canonical, hash, projected FROM event WHERE stream_key = ?"
        " ORDER BY sequence",
        (key,),
    )
    for position, sequence, kind, at, canonical, stored, projected in events:
        report.events += 1
        place = (incarnation.hex(), sequence)
        if sequence > expected_sequence and sequence in gaps:
            digest, expected_sequence = gaps[sequence], sequence
        if sequence != expected_sequence:
            report.note("event", place, f"sequence {expected_sequence}", sequence)
            expected_sequence = sequence
        expected_sequence += 1
        digest = chain(digest, canonical)
        if digest != stored:
            report.note("event", place, digest, stored)
            # Go on from what is stored, so that one broken event is one finding.
            digest = stored
        _check_event(
            raw, report, rebuilt, identity, (position, sequence, kind, at, canonical, projected), own=bool(own)
        )
        if report.events % 1_000 == 0:
            progress(report.events)
    if head >= expected_sequence and head + 1 in gaps:
        # The till was killed between the gap and the first event behind it.
        digest, expected_sequence = gaps[head + 1], head + 1
    if (head, head_hash) != (expected_sequence - 1, digest):
        report.note("stream", incarnation, (expected_sequence - 1, digest), (head, head_hash))
    if acknowledged > head:
        report.note("stream", incarnation, f"at most {head} acknowledged", acknowledged)


def _check_event(
    raw: Any, report: VerifyReport, rebuilt: _Rebuilt, identity: StreamId, row: tuple[Any, ...], *, own: bool
) -> None:
    position, sequence, kind, at, canonical, projected = row
    place = (identity.incarnation.hex(), sequence)
    try:
        values = msgspec.msgpack.decode(canonical)
        if msgspec.msgpack.encode(values) != canonical:
            report.note("event", place, "canonical bytes", "another encoding")
        if [kind, at] != [values[0], values[2]]:
            report.note("event", place, (values[0], values[2]), (kind, at))
        recorded = from_values(identity, sequence, values)
        if not says_the_same(recorded, values):
            report.note("event", place, "values that read back", values)
        if at != to_micros(recorded.at):
            report.note("event", place, to_micros(recorded.at), at)
    except UnknownKind:
        report.deferred += 1
        if projected == 1:
            report.note("event", place, "not projected", projected)
        return
    except (DomainError, msgspec.DecodeError, ValueError, TypeError, IndexError, AttributeError) as error:
        if projected == 1:
            report.note("event", place, "an event that can be read", error)
        return
    if projected != 1:
        report.note("event", place, "projected", projected)
        return
    rebuilt.add(recorded, own=own)
    if not own:
        rebuilt.elsewhere.update({(who, position): () for who in holders_elsewhere(recorded)})
    _check_rows(raw, report, rebuilt, position, recorded, own=own)


def _check_rows(
    raw: Any, report: VerifyReport, rebuilt: _Rebuilt, position: int, recorded: Recorded, *, own: bool
) -> None:
    """Compare the rows that an event alone decides: its postings (of own events) and its sale."""
    postings = {
        line: (int(posting.account), posting.holder or None, posting.amount)
        for line, posting in enumerate(recorded.transaction.postings if own else ())
    }
    rows = raw.execute("SELECT line, account, holder, amount FROM posting WHERE position = ?", (position,))
    found = {line: tuple(rest) for line, *rest in rows}
    rebuilt.postings += len(found)
    for line in sorted(postings.keys() | found.keys()):
        if postings.get(line) != found.get(line):
            report.note("posting", (position, line), postings.get(line, "no row"), found.get(line, "no row"))
    sale = sale_row(recorded, own=own)
    stored = raw.execute(
        "SELECT receipt_number, serial, business_day, cashier, member, due, at FROM sale WHERE position = ?",
        (position,),
    ).fetchone()
    rebuilt.sales += stored is not None
    if stored != sale:
        report.note("sale", position, sale or "no row", stored or "no row")
    refund = refund_row(recorded, own=own)
    given_back = raw.execute(
        "SELECT original, receipt_number, serial, business_day, member, amount, at FROM refund WHERE position = ?",
        (position,),
    ).fetchone()
    rebuilt.refunds += given_back is not None
    if given_back != refund:
        report.note("refund", position, refund or "no row", given_back or "no row")


def _check_counts(raw: Any, report: VerifyReport, rebuilt: _Rebuilt) -> None:
    """No posting and no sale may stand there without its event."""
    for table, counted in (("posting", rebuilt.postings), ("sale", rebuilt.sales), ("refund", rebuilt.refunds)):
        ((stored,),) = raw.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - two names of ours
        if stored != counted:
            report.note(table, "rows", counted, stored)


def _check_orphans(raw: Any, report: VerifyReport) -> None:
    for (position,) in raw.execute(
        "SELECT position FROM event WHERE stream_key NOT IN (SELECT stream_key FROM stream)"
    ):
        report.note("event", position, "a stream", "none")


def _compare(
    report: VerifyReport, raw: Any, table: str, query: str, keys: int, expected: Mapping[Any, tuple[Any, ...]]
) -> None:
    """Compare stored rows (the first `keys` columns are the key) with those rebuilt."""
    seen = 0
    for row in raw.execute(query):
        key, rest = row[:keys], row[keys:]
        wanted = expected.get(key)
        if wanted is None:
            report.note(table, key, "no row", rest)
            continue
        seen += 1
        if wanted != rest:
            report.note(table, key, wanted, rest)
    if seen < len(expected):
        present = {row[:keys] for row in raw.execute(query)}
        for key in expected.keys() - present:
            report.note(table, key, expected[key], "no row")


def _check_balances(raw: Any, report: VerifyReport, rebuilt: _Rebuilt) -> None:
    plain = {(int(account),): (amount,) for (account, holder), amount in rebuilt.own.balances.items() if not holder}
    _compare(report, raw, "account_balance", "SELECT account, amount FROM account_balance", 1, plain)
    _compare(report, raw, "member_day", "SELECT member, day, net, orders FROM member_day", 2, rebuilt.days)
    _compare(report, raw, "elsewhere", "SELECT holder, position FROM elsewhere", 2, rebuilt.elsewhere)


def _check_cards(raw: Any, report: VerifyReport, rebuilt: _Rebuilt) -> None:
    stored = set(raw.execute("SELECT card_number, member_id FROM card"))
    for missing in rebuilt.cards - stored:
        report.note("card", missing, "a row", "no row")


def _check_pending(connection: Connection, report: VerifyReport) -> None:
    """Compare what is pending, and what follows from it, with the own events that the server's word leaves out."""
    raw = driver(connection)
    covered, overlay = coverage(connection)
    pending = pending_events(raw, covered, overlay)
    # What a server said of members of other tills stands here without any event of ours being covered.
    # Before the first page of a new beginning the cursor is at nothing again.
    heard = settings.get(connection, settings.PULL_CURSOR).sequence or settings.get(connection, settings.SNAPSHOT_MARK)
    _check_held(raw, report, pending, alone=not any(covered.values()) and not overlay and not heard)
    days = {(who, day): (net, orders) for who, found in pending.days.items() for day, (net, orders) in found.items()}
    query = (
        "SELECT member, day, pending_net, pending_orders FROM member_day WHERE pending_net <> 0 OR pending_orders <> 0"
    )
    _compare(report, raw, "member_day", query, 2, {key: row for key, row in days.items() if row != (0, 0)})
    _check_holders(raw, report, pending)


def _check_held(raw: Any, report: VerifyReport, pending: Pending, *, alone: bool) -> None:
    met_server = raw.execute("SELECT 1 FROM holder WHERE mark > 0 OR settled_orders > 0 LIMIT 1").fetchone()
    expected = {
        (who, account): amount for who, accounts in pending.balances.items() for account, amount in accounts.items()
    }
    seen = set()
    for who, account, settled, found in raw.execute("SELECT holder, account, settled, pending FROM held_balance"):
        seen.add((who, account))
        wanted = expected.get((who, account), 0)
        if found != wanted:
            report.note("held_balance", (who, account), f"pending {wanted}", found)
        if settled and alone and not met_server:
            report.note("held_balance", (who, account), "settled 0, as no server was met", settled)
    for key in expected.keys() - seen:
        report.note("held_balance", key, f"pending {expected[key]}", "no row")


def _check_holders(raw: Any, report: VerifyReport, pending: Pending) -> None:
    seen = set()
    rows = raw.execute(
        "SELECT holder, visits, orders, first_day, last_day, settled_visits, settled_orders,"
        " settled_first_day, settled_last_day, recent_days FROM holder"
    )
    for who, visits, orders, first, last, *settled, recent in rows:
        seen.add(who)
        report.holders += 1
        word = SettledAttendance(Attendance(*settled), _decode_days(recent) if recent else {})
        wanted = word.with_pending(pending.days.get(who, {}))
        found = Attendance(visits, orders, first, last)
        if wanted != found:
            report.note("holder", who, wanted, found)
    for who in pending.days.keys() - seen:
        report.note("holder", who, "a row", "no row")


def _check_here(raw: Any, report: VerifyReport, rebuilt: _Rebuilt) -> None:
    """Every member with a profile and a day at this store stands in `member_here` with the last such day."""
    here: dict[bytes, int] = {}
    for who, day in rebuilt.days:
        here[who] = max(day, here.get(who, day))
    rows = raw.execute("SELECT m.member_id, h.day FROM member m LEFT JOIN member_here h ON h.member_key = m.member_key")
    for who, found in rows:
        if found != here.get(who):
            report.note("member_here", who, here.get(who, "no row"), found if found is not None else "no row")


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return "(" + ", ".join(_shown(part) for part in value) + ")"
    return str(value)
