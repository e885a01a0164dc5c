"""What two tills spent together that was there only once (domain.md §5.2), and what members owe for it since.

Nothing is rejected for it: both events stand, the balance goes below nothing, and an item names the till whose events
took it there in the merchant's order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, select

from posapp.domain.accounts import Account
from posapp.domain.encoding import number_of
from posapp.domain.events import CouponsIssued, DrawMade, GiftRedeemed, SaleCompleted
from posapp.domain.inbox.kinds import wrong_by
from sync.server import exceptions
from sync.server.effects import ROW_LENGTH, effects_of
from sync.server.exceptions import Finding, Kind
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from posapp.domain.ids import StreamId
    from sync.protocol.columnar.nodes import Value

    Held = Mapping[int, Mapping[bytes, int]]

NEVER_NEGATIVE: Final = (Account.PASS_USES, Account.STORED_PRINCIPAL, Account.STORED_BONUS, Account.STOCK)
"""Accounts that only a conflict overdraws.  Points are not among them: a refund may leave a debt (domain.md §2.5)."""
_SPENDS_POINTS: Final = frozenset(number_of(kind) for kind in (SaleCompleted, GiftRedeemed, DrawMade, CouponsIssued))
_MANY: Final = 500
_balance = schema.balance
_of_these = select(_balance.c.holder, _balance.c.amount).where(
    _balance.c.merchant_id == bindparam("merchant"),
    _balance.c.account == bindparam("its_account"),
    _balance.c.holder.in_(bindparam("wanted", expanding=True)),
)
_OWING: Final = _of_these.where(_balance.c.amount != 0)
_NEGATIVE: Final = _of_these.where(_balance.c.amount < 0)


class Event(NamedTuple):
    """An event as it was taken."""

    stream: StreamId
    sequence: int
    hash: bytes
    row: Value

    @property
    def kind(self) -> int | None:
        """The number of its kind; an event that was refused may be anything."""
        row = self.row
        well = isinstance(row, (list, tuple)) and len(row) == ROW_LENGTH and type(row[0]) is int
        return row[0] if well else None

    @property
    def holders(self) -> frozenset[bytes]:
        """Whom it names."""
        named = self.row[4] if self.kind is not None else ()
        if not isinstance(named, (list, tuple)):
            return frozenset()
        return frozenset(one for one in named if type(one) is bytes)

    def moved(self, account: int, holder: bytes) -> int:
        """What it moved on a holder's balance; nothing where it was refused."""
        return effects_of([self.row]).held.get(account, {}).get(holder, 0) if holder in self.holders else 0


def overdrawn(
    connection: Connection, merchant_id: str, held: Held, at: tuple[StreamId, int, bytes]
) -> Iterator[Finding]:
    """What `held` (account → holder → amount) took below nothing; `at` is the place of the stream that did it."""
    for account in NEVER_NEGATIVE:
        spent = [who for who, amount in held.get(int(account), {}).items() if amount < 0]
        yield from _below_nothing(connection, merchant_id, account, spent, at)


def still_wrong(
    connection: Connection, merchant_id: str, held: Held, at: tuple[StreamId, int, bytes]
) -> Iterator[Finding]:
    """What closings left: balances that were wrong by more than those who closed them knew."""
    for account in NEVER_NEGATIVE:
        given = [who for who, amount in held.get(int(account), {}).items() if amount > 0]
        yield from _below_nothing(connection, merchant_id, account, given, at)


def debts(connection: Connection, merchant_id: str, held: Held, at: tuple[StreamId, int, bytes]) -> Iterator[Finding]:
    """What members owe, since an exception was closed so or they were merged with somebody who does."""
    for who, fen in _wrong(connection, merchant_id, Account.MEMBER_DEBT, held.get(int(Account.MEMBER_DEBT), {})):
        found = Finding(Kind.DEBT, *at, f"{who.hex()} owes {fen}")
        yield from _unless_listed(connection, merchant_id, found, (who, Account.MEMBER_DEBT, fen))


def overspent_points(
    connection: Connection, merchant_id: str, held: Held, events: Callable[[], Sequence[Event]]
) -> Iterator[Finding]:
    """Events that spent points which were not there any more.

    What a refund took back later is a debt that nobody need look at: each event counts by the balance right after it.
    """
    fewer = [who for who, amount in held.get(int(Account.MEMBER_POINTS), {}).items() if amount < 0]
    in_debt = list(_wrong(connection, merchant_id, Account.MEMBER_POINTS, fewer))
    taken = events() if in_debt else ()
    for who, missing in in_debt:
        after = -missing
        for event in reversed(taken):
            moved = event.moved(int(Account.MEMBER_POINTS), who)
            if event.kind in _SPENDS_POINTS and moved < 0 and after < 0:
                part = min(-after, -moved)
                detail = f"MEMBER_POINTS of {who.hex()} is overdrawn by {part}"
                about = (who, int(Account.MEMBER_POINTS), part)
                yield Finding(Kind.POINTS_OVERSPENT, *event[:3], detail, b"", b"", *about)
            after -= moved


def at_its_event(found: Finding, events: Sequence[Event]) -> Finding:
    """A finding about a balance, at the last of these events that made it wrong."""
    sign = 1 if found.kind is Kind.DEBT and found.amount > 0 else -1
    for event in reversed(events):
        if found.holder and sign * event.moved(found.account, found.holder) > 0:
            return replace(found, stream=event.stream, sequence=event.sequence, hash=event.hash)
    return found


def _below_nothing(
    connection: Connection, merchant_id: str, account: Account, who: Iterable[bytes], at: tuple[StreamId, int, bytes]
) -> Iterator[Finding]:
    for holder, missing in _wrong(connection, merchant_id, account, who):
        found = Finding(Kind.OVERDRAFT, *at, f"{account.name} of {holder.hex()} is overdrawn by {missing}")
        yield from _unless_listed(connection, merchant_id, found, (holder, account, missing))


def _wrong(
    connection: Connection, merchant_id: str, account: Account, who: Iterable[bytes]
) -> Iterator[tuple[bytes, int]]:
    """Those of these holders whose balance is wrong, and by how much."""
    wanted = sorted(who)
    query = _OWING if account is Account.MEMBER_DEBT else _NEGATIVE
    for start in range(0, len(wanted), _MANY):
        some = {"merchant": merchant_id, "its_account": int(account), "wanted": wanted[start : start + _MANY]}
        yield from ((row.holder, wrong_by(account, row.amount)) for row in connection.execute(query, some))


def _unless_listed(
    connection: Connection, merchant_id: str, found: Finding, about: tuple[bytes, Account, int]
) -> Iterator[Finding]:
    """A wrong balance has one open item; its ids are counted through, so that every server finds the same."""
    holder, account, amount = about
    table = schema.exception_item
    query = select(table.c.item_id, table.c.closed_at_us).where(
        table.c.merchant_id == merchant_id, table.c.holder == holder, table.c.account == int(account)
    )
    known = {row.item_id: row.closed_at_us for row in connection.execute(query)}
    if None in known.values():
        return
    found = replace(found, holder=holder, account=int(account), amount=amount)
    number = 0
    while True:
        cause = holder + int(account).to_bytes(4, "big") + (number.to_bytes(4, "big") if number else b"")
        this = replace(found, cause=cause)
        item = exceptions.identity(this)
        if item not in known and not exceptions.closings_of(connection, merchant_id, [item]):
            yield this
            return
        number += 1
