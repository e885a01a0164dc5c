"""Pricing the log again: every sale that was pushed, by the programme that its version names, refunds and closings.

A pass reads what was pushed after the merchant's cursor, prices it, opens an item for each sale that differs and moves
the cursor, all in small pieces.  What is to be done is a query, so that a crash loses nothing, and an item's id follows
from its event, so that doing it twice changes nothing.  Pushes are never waited for: this happens after they commit.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, get_args

from sqlalchemy import bindparam, func, select

from posapp.domain.amounts import Money
from posapp.domain.encoding import KINDS, from_values
from posapp.domain.errors import DomainError
from posapp.domain.events import Recorded, SaleCompleted, SaleRefunded
from posapp.domain.posting.tier import tier_given
from posapp.domain.pricing.audit import (
    Audit,
    Difference,
    Reason,
    check_tier,
    is_over,
    reprice,
    unknown_programme,
)
from posapp.domain.time import to_micros
from sync.protocol import segment as segments
from sync.protocol.errors import ProtocolError
from sync.protocol.limits import SEGMENT_EVENTS
from sync.server import closings, exceptions, returns
from sync.server.price_books import Books, held_tiers, open_books, standings, tiers_given, who_returned
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from posapp.domain.programme import Programme
    from sync.server.context import Context

log = logging.getLogger(__name__)

_DAY_US: Final = 86_400_000_000
_WAIT_US: Final = 600_000_000
"""So long a sale waits for its programme, which its till may send after it."""
_PIECE_BYTES: Final = 256 << 10
_PIECE_PUSHES: Final = 64
_segment = schema.segment
_its = (_segment.c.merchant_id == bindparam("merchant"), _segment.c.device == bindparam("its_device"))
_PUSH_BEFORE: Final = select(func.max(_segment.c.gseq)).where(*_its, _segment.c.gseq < bindparam("place"))
_PUSH_AT: Final = select(
    *(_segment.c[name] for name in ("size", "first_sequence", "last_sequence", "arrived_at_us"))
).where(*_its, _segment.c.gseq == bindparam("place"))
_TOLD: Final = 3
_PRICED: Final = (SaleCompleted, SaleRefunded, *get_args(closings.Event))
_READ: Final = frozenset(number for number, (_version, kind) in KINDS.items() if kind in _PRICED)
_RULES_ONLY: Final = frozenset({Reason.PROGRAMME_UNKNOWN, Reason.PROGRAMME_OTHER})

Breathe = Callable[[], None]
"""Called between sales: lets others work, and may raise to end the pass."""


@dataclass(slots=True)
class Summary:
    """What a pass did.  `found` are its findings, `undecided` counts what was taken at its word, by reason.

    `waiting` says that it stopped before a sale whose programme has not come yet.
    """

    sales: int = 0
    found: list[exceptions.Finding] = field(default_factory=list)
    undecided: Counter[str] = field(default_factory=Counter)
    waiting: bool = False


@dataclass(slots=True)
class _Pass:
    """A pass under way.  `suspects` were priced at a tier that their member does not reach, as far as was read.

    Only at the end of the log is it known whether a member who does not reach a tier once did: until then the cursor
    stays before the first of them.
    """

    merchant_id: str
    summary: Summary = field(default_factory=Summary)
    suspects: list[tuple[_Sold, Programme]] = field(default_factory=list)
    found: list[tuple[str, exceptions.Finding]] = field(default_factory=list)
    returned: list[returns.Returned] = field(default_factory=list)
    moved: list[closings.Movement] = field(default_factory=list)

    def note(self, sold: _Sold, finding: exceptions.Finding) -> None:
        """Remember a finding until it is kept."""
        self.found.append((sold.segment.store_id, finding))


@dataclass(frozen=True, slots=True)
class _Sold:
    """A sale in the log: its event, the chain's hash after it, and the segment that brought it."""

    recorded: Recorded
    sale: SaleCompleted
    hash: bytes
    segment: Row[Any]

    @property
    def place(self) -> returns.Place:
        """Its stream, and its place there."""
        return self.recorded.stream, self.recorded.sequence


def no_pause() -> None:
    """Where nobody else needs the processor."""


def audit(
    context: Context, merchant_id: str, *, again: bool = False, patient: bool = False, breathe: Breathe = no_pause
) -> Summary:
    """Price what was pushed since the last pass, or everything `again`.

    `patient` passes leave for later what is priced by a programme that may still be on its way.
    """
    this = _Pass(merchant_id)
    after = 0 if again else _cursor(context, merchant_id)
    while True:
        with context.database.read() as connection:
            pieces = _piece(connection, merchant_id, after)
            if not pieces:
                _settle_suspects(connection, this)
                break
            sold = [each for row in pieces for each in _read(row, this)]
            places = {each.place: (each.recorded, each.segment.store_id) for each in sold}
            this.found += returns.check(connection, merchant_id, this.returned, places)
            this.found += closings.check(connection, merchant_id, this.moved, this.summary.undecided)
            books = open_books(connection, merchant_id, [each.sale for each in sold])
            for row in pieces:
                _odd_clocks(connection, row, sold, this)
        upto = pieces[-1].gseq
        for each in sold:
            if patient and _may_come(context, each, books):
                upto = each.segment.gseq - 1
                this.summary.waiting = True
                break
            _price(each, books, this)
            breathe()
        _keep(context, this, upto)
        if this.summary.waiting:
            return this.summary
        after = upto
    if this.suspects:
        this.suspects.clear()
        _keep(context, this, after)
    return this.summary


def is_behind(context: Context, merchant_id: str) -> bool:
    """Whether something was pushed that no pass has seen."""
    after = _cursor(context, merchant_id)
    table = schema.segment
    with context.database.read() as connection:
        newest = connection.scalar(select(func.max(table.c.gseq)).where(table.c.merchant_id == merchant_id))
    return newest is not None and newest > after


def _cursor(context: Context, merchant_id: str) -> int:
    table = schema.audit_cursor
    with context.database.read() as connection:
        return connection.scalar(select(table.c.gseq).where(table.c.merchant_id == merchant_id)) or 0


def _piece(connection: Connection, merchant_id: str, after: int) -> list[Row[Any]]:
    """The segments of the next pushes, whole pushes only, about `_PIECE_BYTES` of them."""
    table = schema.segment
    mine = table.c.merchant_id == merchant_id
    sizes = connection.execute(
        select(table.c.gseq, func.sum(table.c.size))
        .where(mine, table.c.gseq > after)
        .group_by(table.c.gseq)
        .order_by(table.c.gseq)
        .limit(_PIECE_PUSHES)
    ).all()
    room, upto = _PIECE_BYTES, after
    for gseq, size in sizes:
        if upto > after and size > room:
            break
        room -= size
        upto = gseq
    rows = connection.execute(
        select(table).where(mine, table.c.gseq > after, table.c.gseq <= upto).order_by(table.c.gseq, table.c.place)
    )
    return list(rows)


def _read(row: Row[Any], this: _Pass) -> list[_Sold]:
    """The sales that a segment brought, its refunds and closings; what cannot be read was quarantined on arrival."""
    try:
        kept = segments.parse(row.wire)
        unfolded = segments.unfold(kept)
    except ProtocolError:
        log.exception("segment %s.%s cannot be read: run `python -m sync verify`", row.gseq, row.place)
        return []
    header = kept.header
    skipped = row.first_sequence - header.first_sequence
    found = []
    for place, values in enumerate(unfolded.rows[skipped:], skipped):
        try:
            if values[0] not in _READ:
                continue
            recorded = from_values(header.stream, header.first_sequence + place, list(values))
        except (DomainError, LookupError, TypeError, ValueError, OverflowError):
            continue
        if isinstance(recorded.event, SaleCompleted):
            found.append(_Sold(recorded, recorded.event, unfolded.hashes[place], row))
        elif isinstance(recorded.event, SaleRefunded):
            this.returned.append(returns.Returned(recorded, recorded.event, row.store_id))
        elif (moved := closings.movement(recorded, row)) is not None:
            this.moved.append(moved)
    return found


def _may_come(context: Context, sold: _Sold, books: Books) -> bool:
    arrived = sold.segment.arrived_at_us
    if arrived is None or books.programme(sold.sale) is not None:
        return False
    return context.now_us() - int(arrived) < _WAIT_US


def _price(sold: _Sold, books: Books, this: _Pass) -> None:
    sale, summary = sold.sale, this.summary
    summary.sales += 1
    programme = books.programme(sale)
    try:
        audited = unknown_programme(sale) if programme is None else _reprice(sold, programme, books)
    except Exception:
        # Whatever a forged sale does to the engine, the pass goes on, and a person looks at the sale.
        log.exception("event %s could not be priced again", sold.recorded.sequence)
        this.note(sold, _finding(sold, "could not be priced again / 无法复核"))
        return
    summary.undecided.update({each.doubt.value for each in audited.undecided})
    if audited.differences:
        by_other_rules = all(each.reason in _RULES_ONLY for each in audited.differences)
        # A till that prices by other rules is one thing to look at, however many sales it makes.
        cause = b"rules" + sale.programme_version.to_bytes(8, "big", signed=True) + sale.programme_hash
        found = _finding(sold, _words(sale, audited.differences), cause if by_other_rules else b"")
        this.note(sold, found if by_other_rules else replace(found, amount=_taken_wrongly(audited.differences)))
    standing = books.standings.get(sale.member) if sale.member is not None else None
    held = books.held.get(sale.member) if sale.member is not None else None
    if programme is not None and standing is not None and check_tier(sale, programme, standing, held) is not None:
        this.suspects.append((sold, programme))


def _reprice(sold: _Sold, programme: Programme, books: Books) -> Audit:
    prices = {line.unit_price for line in sold.sale.lines}
    return reprice(
        sold.sale,
        sold.recorded.at,
        programme,
        lambda sku, revision: books.product(sku, revision, prices),
        sold.segment.store_id,
    )


def _settle_suspects(connection: Connection, this: _Pass) -> None:
    """At the end of the log: a member who brought nothing back never reached more than now."""
    who = {sold.sale.member for sold, _programme in this.suspects if sold.sale.member is not None}
    now = standings(connection, this.merchant_id, who)
    returned = who_returned(connection, this.merchant_id, who)
    claimed = {(sold.sale.member, sold.sale.tier) for sold, _programme in this.suspects if sold.sale.member is not None}
    given = tiers_given(connection, this.merchant_id, claimed)
    held = held_tiers(connection, this.merchant_id, who)
    for sold, programme in this.suspects:
        member = sold.sale.member
        if member is None or member in returned:
            this.summary.undecided["returned"] += 1
            continue
        if tier_given(member, sold.sale.tier) in given and not is_over(held.get(member), sold.sale):
            this.summary.undecided["tier_given"] += 1
            continue
        difference = check_tier(sold.sale, programme, now[member], held.get(member))
        if difference is not None:
            this.note(sold, _finding(sold, _words(sold.sale, (difference,)), b"tier" + sold.hash))


def _taken_wrongly(differences: Sequence[Difference]) -> int:
    """How much too much the buyer paid, in fen; below zero where it was too little, nothing where nobody can tell."""
    for each in differences:
        if each.reason is Reason.DUE:
            try:
                return Money.parse(each.recorded).fen - Money.parse(each.expected).fen
            except DomainError:
                break
    return 0


def _words(sale: SaleCompleted, differences: Sequence[Difference]) -> str:
    told = differences[:_TOLD]
    more = len(differences) - len(told)
    english = "; ".join(each.sentence("en") for each in told) + (f"; {more} more" if more else "")
    chinese = "；".join(each.sentence("zh_CN") for each in told) + (f"；另有 {more} 处" if more else "")
    return f"receipt {sale.receipt_number}: {english} / 小票 {sale.receipt_number}: {chinese}"


def _finding(
    sold: _Sold, detail: str, cause: bytes = b"", kind: exceptions.Kind = exceptions.Kind.PRICE_DIFFERENCE
) -> exceptions.Finding:
    recorded = sold.recorded
    return exceptions.Finding(kind, recorded.stream, recorded.sequence, sold.hash, detail, cause=cause)


def _odd_clocks(connection: Connection, row: Row[Any], sold: list[_Sold], this: _Pass) -> None:
    """Sales of a segment that say another day than they can be of (domain.md §5.3, Fake 18th).

    A sale was made before it arrived, and after its till had last sent all that it had; a day's grace on both sides.
    """
    arrived: int | None = row.arrived_at_us
    if arrived is None:
        return
    odd = [each for each in sold if each.segment is row and abs(to_micros(each.recorded.at) - arrived) > _DAY_US]
    if not odd:
        return
    since = _had_sent_all(connection, this.merchant_id, row)
    for each in odd:
        at = to_micros(each.recorded.at)
        if at > arrived + _DAY_US or (since is not None and at < since - _DAY_US):
            day = each.sale.business_day
            detail = (
                f"receipt {each.sale.receipt_number}: business day {day}, and it came from a till that was in touch / "
                f"小票 {each.sale.receipt_number}: 营业日 {day}, 与收银机联机上传的时间不符"
            )
            cause = b"clock" + day.ordinal.to_bytes(4, "big")
            this.note(each, _finding(each, detail, cause, exceptions.Kind.CLOCK_DIFFERENCE))


def _had_sent_all(connection: Connection, merchant_id: str, row: Row[Any]) -> int | None:
    """When the device's push before this one came, if it was not full: then it had held nothing back."""
    its = {"merchant": merchant_id, "its_device": row.device}
    before = connection.scalar(_PUSH_BEFORE, its | {"place": row.gseq})
    if before is None:
        return None
    pieces = connection.execute(_PUSH_AT, its | {"place": before}).all()
    events = sum(each.last_sequence - each.first_sequence + 1 for each in pieces)
    if events >= SEGMENT_EVENTS // 4 or sum(each.size for each in pieces) >= _PIECE_BYTES:
        return None
    return min((each.arrived_at_us for each in pieces if each.arrived_at_us is not None), default=None)


def _keep(context: Context, this: _Pass, upto: int) -> None:
    """Open items and move the cursor, together; a pass that does it again never moves the cursor back."""
    merchant_id = this.merchant_id
    if this.suspects:
        upto = min(upto, this.suspects[0][0].segment.gseq - 1)

    def work(connection: Connection) -> None:
        table = schema.audit_cursor
        known = connection.scalar(select(table.c.gseq).where(table.c.merchant_id == merchant_id)) or 0
        members = {each.refund.member for each in this.returned if each.refund.member is not None}
        returned = [(merchant_id, who) for who in sorted(members)]
        batches.append(connection, schema.audit_returned, returned, known_is_fine=True)
        refunds = [each.row(merchant_id) for each in this.returned]
        batches.append(connection, schema.audit_refund, refunds, known_is_fine=True)
        moved = [row for each in this.moved for row in each.rows(merchant_id)]
        batches.append(connection, schema.audit_asset, moved, known_is_fine=True)
        for store_id in sorted({store for store, _one in this.found}):
            of_store = [one for store, one in this.found if store == store_id]
            exceptions.open_items(connection, context.now_us(), merchant_id, store_id, of_store)
        if upto > known:
            batches.put(connection, table, [(merchant_id, upto)])

    context.database.write(work)
    this.summary.found += [one for _store, one in this.found]
    this.found.clear()
    this.returned.clear()
    this.moved.clear()
