"""Taking a push: everything in it is applied exactly once, in one transaction, or nothing is.

What costs time is done before the transaction: signatures, unpacking, the chain, the sums.  Inside it stand the
merchant's counter (first, because its row is the lock, `sync.md` rule 2), the streams' heads, the segments as they
came, and one row for each balance that changed.  When the database asks for the transaction again, all is read anew.

    first sequence           what is done
    head + 1, hash fits      all of it is applied
    up to the head           where the histories agree, what lies beyond the head is applied, if anything does
    beyond head + 1          a gap: nothing, and the answer's head tells the till where to go on
    histories disagree       a fork: what of it is new goes to quarantine and an exception item is opened; so does what
                             follows on it (`forks`)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import genesis
from posapp.domain.ids import StreamId
from sync.protocol import segment as segments
from sync.protocol.errors import SignatureError, TooLargeError
from sync.protocol.limits import PUSH_EVENTS
from sync.protocol.messages import Outcome, PushReply, PushRequest, StreamHead
from sync.server import devices, documents, exceptions, forks, leases, merchants, once, overdrafts
from sync.server.effects import Effects, effects_of
from sync.server.errors import ForbiddenError, NotFoundError
from sync.server.storage import batches, schema
from sync.server.storage.kept_segments import kept_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from sync.protocol.messages import DocumentRow
    from sync.protocol.segment import Segment, Unfolded
    from sync.server.context import Caller, Context


KEPT_APART = frozenset({exceptions.Kind.FORK, exceptions.Kind.QUARANTINE})
"""What the answer counts as not applied; everything else was."""

_stream = schema.stream
_HEAD: Final = select(_stream.c.head_sequence, _stream.c.head_hash).where(
    _stream.c.merchant_id == bindparam("merchant"),
    _stream.c.device == bindparam("its_device"),
    _stream.c.incarnation == bindparam("its_incarnation"),
)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A segment that its device signed and whose chain holds, with what all of it does."""

    segment: Segment
    unfolded: Unfolded
    effects: Effects

    @property
    def stream(self) -> StreamId:
        return self.segment.header.stream


@dataclass(slots=True)
class _Push:
    """One push on its way through its transaction."""

    gseq: int
    now_us: int
    heads: dict[StreamId, tuple[int, bytes]]
    outcomes: list[Outcome] = field(default_factory=list)
    effects: Effects = field(default_factory=Effects)
    taken: list[tuple[_Checked, int]] = field(default_factory=list)
    marks: list[once.Mark] = field(default_factory=list)
    found: list[exceptions.Finding] = field(default_factory=list)
    spent: leases.Spent = field(default_factory=dict)
    closed: dict[str, exceptions.Place] = field(default_factory=dict)

    def events(self) -> list[overdrafts.Event]:
        """What was taken, event by event: only for what is rare."""
        found = []
        for checked, first in self.taken:
            header = checked.segment.header
            for place in range(first - header.first_sequence, header.count):
                hashed, row = checked.unfolded.hashes[place], checked.unfolded.rows[place]
                found.append(overdrafts.Event(checked.stream, header.first_sequence + place, hashed, row))
        return found


def push(context: Context, caller: Caller, request: PushRequest) -> PushReply:
    """Take a push of `caller`.

    Raises `ProtocolError` for what is malformed, forged or torn, `Refusal` for what is not allowed.  Nothing is written
    then.  An event that merely cannot be applied is written, acknowledged and listed as an exception.
    """
    checked = _check(context, caller, request)
    certificates = documents.certificates_in(context, caller, request.documents)
    reply = context.database.write(
        lambda connection: _apply(context, connection, caller, checked, request, certificates)
    )
    context.pushed(caller.merchant_id)
    return reply


def _check(context: Context, caller: Caller, request: PushRequest) -> list[_Checked]:
    parsed = [segments.parse(wire, f"segments[{place}]") for place, wire in enumerate(request.segments)]
    if sum(each.header.count for each in parsed) > PUSH_EVENTS:
        raise TooLargeError("segments", f"{PUSH_EVENTS} events at most in one push", "单次上传的记录过多")
    with context.database.read() as connection:
        keys = devices.public_keys(
            connection, caller.merchant_id, {caller.device, *(each.header.device for each in parsed)}
        )
    devices.check_known(caller, keys)
    # Certificates in the same push make devices known that a restored server forgot.
    for certificate in documents.certificates_in(context, caller, request.documents):
        keys.setdefault(certificate.device, certificate.public_key)
    checked = []
    for place, each in enumerate(parsed):
        name = f"segments[{place}]"
        header = each.header
        if header.merchant_id != caller.merchant_id:
            raise ForbiddenError("the segment belongs to another merchant", "数据段属于其他商户", f"{name}.merchant_id")
        if header.store_id != caller.store_id:
            raise ForbiddenError("the segment belongs to another store", "数据段属于其他门店", f"{name}.store_id")
        if header.device not in keys:
            raise NotFoundError("its device is not known here", "该设备未在服务器登记", f"{name}.device")
        _verify(context, caller, each, keys[header.device], name)
        unfolded = segments.unfold(each, name)
        checked.append(_Checked(each, unfolded, effects_of(unfolded.rows)))
    return checked


def _verify(context: Context, caller: Caller, each: Segment, key: bytes, name: str) -> None:
    """See that its device signed a segment: a device's own push with its key of now, another's with any it had."""
    try:
        segments.verify(each, key, name)
    except SignatureError:
        device = each.header.device
        if device == caller.device:
            raise
        with context.database.read() as connection:
            former = devices.former_keys(context, connection, caller.merchant_id, device)
        if not any(segments.is_signed_by(each, one) for one in former):
            raise


def _apply(
    context: Context,
    connection: Connection,
    caller: Caller,
    checked: Sequence[_Checked],
    request: PushRequest,
    certificates: Sequence[documents.Certificate],
) -> PushReply:
    merchant_id = caller.merchant_id
    counter = merchants.lock_counter(connection, merchant_id)
    devices.check_not_revoked(connection, caller)
    heads = _heads(connection, merchant_id, {each.stream for each in checked})
    state = _Push(counter.gseq + 1, context.now_us(), heads)
    for each in checked:
        state.outcomes.append(_place(connection, merchant_id, state, each))
    winners = documents.winners(connection, merchant_id, request.documents)
    if len(winners) < len(request.documents):
        documents.remember(connection, merchant_id, request.documents)
    devices.learn(connection, certificates)
    if state.taken or winners:
        _record(connection, merchant_id, state, counter, winners)
    if state.taken:
        exceptions.close(connection, state.now_us, merchant_id, state.closed)
        state.found += _conflicts(connection, merchant_id, state)
    exceptions.open_items(connection, state.now_us, merchant_id, caller.store_id, state.found)
    return PushReply(
        generation=counter.generation,
        heads=[StreamHead(s.device, s.incarnation, *head) for s, head in sorted(state.heads.items())],
        outcomes=state.outcomes,
        quarantined=sum(1 for each in state.found if each.kind in KEPT_APART),
    )


def _conflicts(connection: Connection, merchant_id: str, state: _Push) -> list[exceptions.Finding]:
    """What this push made wrong together with others, once it is in the balances."""
    header = state.taken[-1][0].segment.header
    at = (header.stream, header.last_sequence, header.last_hash)
    held = state.effects.held
    found = [
        *overdrafts.overdrawn(connection, merchant_id, held, at),
        *overdrafts.debts(connection, merchant_id, held, at),
    ]
    if state.closed:
        listed = {exceptions.identity(each) for each in found}
        left = overdrafts.still_wrong(connection, merchant_id, held, at)
        found += [each for each in left if exceptions.identity(each) not in listed]
    if found:
        events = state.events()
        found = [overdrafts.at_its_event(each, events) for each in found]
    found += overdrafts.overspent_points(connection, merchant_id, held, state.events)
    return found + once.doubled(connection, merchant_id, state.marks, state.closed)


def _heads(connection: Connection, merchant_id: str, streams: set[StreamId]) -> dict[StreamId, tuple[int, bytes]]:
    heads = {}
    for each in streams:
        its = {"merchant": merchant_id, "its_device": each.device, "its_incarnation": each.incarnation}
        row = connection.execute(_HEAD, its).one_or_none()
        heads[each] = (0, genesis(each)) if row is None else (row.head_sequence, row.head_hash)
    return heads


def _place(connection: Connection, merchant_id: str, state: _Push, checked: _Checked) -> Outcome:
    """Decide what to do with one segment, and note it in `state`."""
    header = checked.segment.header
    head, head_hash = state.heads[checked.stream]
    logged = partial(_hash_at, connection, merchant_id, state, checked.stream)
    if header.first_sequence > head + 1:
        if not forks.goes_on(connection, merchant_id, checked.stream, header.previous_hash, state.found):
            return Outcome.GAP
        same = False
    elif header.last_sequence < head:
        same = logged(header.last_sequence) == header.last_hash
    elif header.first_sequence == head + 1:
        same = header.previous_hash == head_hash
    else:
        same = checked.unfolded.hashes[head - header.first_sequence] == head_hash
    if not same:
        hashes = checked.unfolded.hashes
        state.found += forks.news(connection, merchant_id, checked.segment, hashes, state.found, logged)
        return Outcome.FORK
    if header.last_sequence <= head:
        return Outcome.KNOWN
    skipped = head + 1 - header.first_sequence
    effects = effects_of(checked.unfolded.rows[skipped:]) if skipped else checked.effects
    state.effects.add(effects)
    leases.note(state.spent, checked.stream.device, effects)
    for place, reason in effects.refused.items():
        state.found.append(_poison(checked, skipped + place, reason))
    rows, hashes = checked.unfolded.rows[skipped:], checked.unfolded.hashes[skipped:]
    if int(Account.OCCURRENCE) in effects.held:
        origin = (checked.stream.device, checked.stream.incarnation)
        for place, item in exceptions.closings_in(rows, effects.refused):
            state.closed.setdefault(item, (*origin, head + 1 + place))
    at = once.Stretch(state.gseq, len(state.taken), checked.stream, head + 1, hashes)
    state.marks += once.marks_of(at, rows, effects)
    state.taken.append((checked, head + 1))
    state.heads[checked.stream] = (header.last_sequence, header.last_hash)
    return Outcome.APPLIED


def _hash_at(connection: Connection, merchant_id: str, state: _Push, stream: StreamId, sequence: int) -> bytes | None:
    """The chain's hash at a place, recomputed from the segment that brought it; None behind the head."""
    for other, first in state.taken:
        header = other.segment.header
        if other.stream == stream and first <= sequence <= header.last_sequence:
            return other.unfolded.hashes[sequence - header.first_sequence]
    kept = kept_at(connection, merchant_id, stream, sequence)
    return kept.unfolded.hashes[kept.index] if kept is not None else None


def _poison(checked: _Checked, place: int, reason: str) -> exceptions.Finding:
    return exceptions.Finding(
        exceptions.Kind.QUARANTINE,
        checked.stream,
        checked.segment.header.first_sequence + place,
        checked.unfolded.hashes[place],
        reason,
        segments.encode_row(checked.unfolded.rows[place]),
    )


def _record(
    connection: Connection,
    merchant_id: str,
    state: _Push,
    counter: Row[tuple[int, bytes, bytes]],
    winners: Sequence[DocumentRow],
) -> None:
    """Write everything that this push changed, under one new place in the merchant's order."""
    gseq = state.gseq
    total = hashlib.sha256(counter.cumulative_hash + gseq.to_bytes(8, "big"))
    for checked, first in state.taken:
        total.update(first.to_bytes(8, "big") + checked.segment.header.last_hash)
    for row in winners:
        total.update(hashlib.sha256(segments.encode_row(row)).digest())
    _keep_segments(connection, merchant_id, state)
    documents.keep(connection, merchant_id, gseq, winners)
    write_effects(connection, merchant_id, gseq, state.effects)
    leases.use_up(connection, merchant_id, state.spent)
    once.note(connection, merchant_id, state.marks)
    merchants.advance(connection, merchant_id, gseq, total.digest())


def _keep_segments(connection: Connection, merchant_id: str, state: _Push) -> None:
    rows = []
    stores: dict[StreamId, str] = {}
    for place, (checked, first) in enumerate(state.taken):
        header = checked.segment.header
        stores[checked.stream] = header.store_id
        origin = (header.store_id, header.device, header.incarnation)
        wire = checked.segment.wire
        rows.append(
            (merchant_id, state.gseq, place, *origin, first, header.last_sequence, len(wire), wire, state.now_us)
        )
    batches.append(connection, schema.segment, rows)
    heads = [
        (merchant_id, each.device, each.incarnation, store_id, *state.heads[each], state.gseq)
        for each, store_id in stores.items()
    ]
    batches.put(connection, schema.stream, heads)


def write_effects(connection: Connection, merchant_id: str, gseq: int, effects: Effects) -> None:
    """Add effects to the projections: one row for each balance, day and member that changed.

    Rows go in the order of their keys, so that two transactions never wait for each other crosswise.
    """
    held = [
        (merchant_id, who, account, amount)
        for account, amounts in effects.held.items()
        for who, amount in amounts.items()
    ]
    held.sort()
    batches.add_up(connection, schema.balance, ["amount"], held)
    accounts = [(merchant_id, account, amount) for account, amount in sorted(effects.accounts.items())]
    batches.add_up(connection, schema.account_balance, ["amount"], accounts)
    days = [(merchant_id, who, day, net, orders) for (who, day), (net, orders) in sorted(effects.days.items())]
    batches.add_up(connection, schema.member_day, ["net", "orders"], days)
    nobody = (None, None)
    members = [(merchant_id, who, gseq, *effects.cards.get(who, nobody)) for who in sorted(effects.holders())]
    # The card that stood first in the merchant's order stays a member's card.
    batches.put(connection, schema.holder, members, keep=("card_number", "joined"))
