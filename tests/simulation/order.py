"""The server's log, read anew: the hashes of each stream, and what each push moved, in the merchant's order."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from posapp.domain.accounts import Account
from sync.protocol import segment as segments
from sync.server.storage import schema
from tests.simulation.model import SPENT_ONCE
from tests.simulation.serving import MERCHANT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.domain.ids import StreamId
    from tests.simulation.serving import Server


class Move(NamedTuple):
    """One posting to a holder's account, and the kind of event and the device that made it."""

    device: bytes
    kind: int
    account: Account
    holder: bytes
    amount: int


@lru_cache(maxsize=256)
def _read(wire: bytes) -> tuple[segments.Segment, segments.Unfolded]:
    parsed = segments.parse(wire)
    return parsed, segments.unfold(parsed)


class Order:
    """What the server took in, push by push; `pushes` is by the place in the merchant's order.

    `hashes` and `places` are the chain's hash and the place in the order of each event of a stream.
    """

    def __init__(self, server: Server) -> None:
        table = schema.segment
        with server.running.database.read() as connection:
            query = select(table.c.gseq, table.c.wire, table.c.first_sequence).where(table.c.merchant_id == MERCHANT)
            kept = connection.execute(query.order_by(table.c.gseq, table.c.place)).all()
        self.hashes: dict[StreamId, list[bytes]] = defaultdict(list)
        self.places: dict[StreamId, list[int]] = defaultdict(list)
        self.pushes: dict[int, list[Move]] = defaultdict(list)
        for gseq, wire, first in kept:
            parsed, unfolded = _read(wire)
            skipped = first - parsed.header.first_sequence
            self.hashes[parsed.header.stream] += unfolded.hashes[skipped:]
            self.places[parsed.header.stream] += [gseq] * len(unfolded.hashes[skipped:])
            for kind, _version, _at, _body, holders, flat in unfolded.rows[skipped:]:
                self.pushes[gseq] += [
                    Move(parsed.header.device, kind, Account(account), holders[place - 1], amount)
                    for account, place, amount in zip(flat[0::3], flat[1::3], flat[2::3], strict=True)
                    if place
                ]

    @property
    def heads(self) -> dict[StreamId, int]:
        """How long each stream is."""
        return {stream: len(hashes) for stream, hashes in self.hashes.items()}

    def overdrawn(self) -> set[tuple[Account, bytes]]:
        """What went below nothing by a push that took from it, and is there still: what came back needs nobody."""
        balances: Counter[tuple[Account, bytes]] = Counter()
        found = set()
        for moves in self.pushes.values():
            moved: Counter[tuple[Account, bytes]] = Counter()
            for move in moves:
                if move.account in SPENT_ONCE:
                    moved[move.account, move.holder] += move.amount
            for key, amount in moved.items():
                balances[key] += amount
                if amount < 0 and balances[key] < 0:
                    found.add(key)
        return {key for key in found if balances[key] < 0}

    def redeemed_again(self) -> int:
        """How often a coupon was redeemed that stood redeemed; one that came back with the same push is none."""
        standing: Counter[bytes] = Counter()
        again = 0
        for moves in self.pushes.values():
            doubled: Counter[bytes] = Counter()
            for move in moves:
                if move.account is Account.COUPON_REDEEMED:
                    doubled[move.holder] += move.amount > 0 and standing[move.holder] > 0
                    standing[move.holder] += move.amount
            again += sum(times for coupon, times in doubled.items() if standing[coupon] > 1)
        return again

    def by_others(self, device: bytes, since: int) -> Iterator[Counter[tuple[bytes, int]]]:
        """What everybody but one device moved of each balance, as it stood at a place and at each one after it."""
        sums: Counter[tuple[bytes, int]] = Counter()
        for gseq, moves in sorted(self.pushes.items()):
            if gseq > since:
                yield Counter(sums)
            for move in moves:
                if move.device != device:
                    sums[move.holder, int(move.account)] += move.amount
        yield sums
