"""Shares of balances for tills that may be out of reach later (sync.md, Spending offline): Σ shares ≤ balance.

A share is a row of `lease`.  It is made under the merchant's lock, out of what of a balance is nobody's share; it is
used up as the till's events arrive, in the transaction that takes them off the balance; and it is given back by the
till itself, when all its events are here and it has stopped spending.  So a till that is silent keeps what it has,
however long, and no order of grants, sales and pushes lets tills spend more of a balance together than there was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import BindParameter, String, bindparam, delete, func, select

from posapp.domain.leasing import COUPON, COUPON_ENDS, LEASED, left_of, share_of, taken
from posapp.domain.offline import Leases
from sync.protocol.messages import LeaseReply, LeaseWish
from sync.server import devices, merchants, price_books
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from sync.protocol.messages import LeaseRequest
    from sync.server.context import Caller, Context
    from sync.server.effects import Effects

Spent = dict[bytes, dict[tuple[bytes, int], int]]
"""What tills took: device → (holder, account) → units."""

_MANY: Final = 500
_HOUR_US: Final = 3_600_000_000
_lease, _balance, _back, _stream = schema.lease, schema.balance, schema.lease_return, schema.stream

# Built once: that takes longer than running them.
_merchant: Final = bindparam("merchant", type_=String)
_caller: Final[BindParameter[bytes]] = bindparam("caller")
_wanted: Final[BindParameter[bytes]] = bindparam("wanted", expanding=True)
_TURN: Final = select(_back.c.turn).where(_back.c.merchant_id == _merchant, _back.c.device == _caller)
_GIVE_BACK: Final = delete(_lease).where(_lease.c.merchant_id == _merchant, _lease.c.device == _caller)
_BALANCES: Final = select(_balance.c.holder, _balance.c.account, _balance.c.amount).where(
    _balance.c.merchant_id == _merchant,
    _balance.c.holder.in_(_wanted),
    _balance.c.account.in_([int(each) for each in LEASED | COUPON_ENDS]),
)
_together = select(_lease.c.holder, _lease.c.account, func.sum(_lease.c.amount)).where(
    _lease.c.merchant_id == _merchant
)
_LENT: Final = _together.group_by(_lease.c.holder, _lease.c.account)
_LENT_OF: Final = _together.where(_lease.c.holder.in_(_wanted)).group_by(_lease.c.holder, _lease.c.account)
_MINE: Final = select(_lease.c.holder, _lease.c.account, _lease.c.amount).where(
    _lease.c.merchant_id == _merchant, _lease.c.device == _caller, _lease.c.holder.in_(_wanted)
)
_EVENTS: Final = select(func.coalesce(func.sum(_stream.c.head_sequence), 0)).where(
    _stream.c.merchant_id == _merchant, _stream.c.device == _caller
)
_TILLS: Final = select(func.count()).where(
    schema.device.c.merchant_id == _merchant,
    schema.device.c.store_id == bindparam("store"),
    schema.device.c.revoked == 0,
)


def grant(context: Context, caller: Caller, request: LeaseRequest) -> LeaseReply:
    """Take back what a till returns and set aside what it asks for, as far as there is some; all or nothing.

    Raises `RevokedError` or `UnauthenticatedError`.  Asking again after a lost answer sets aside more and no less, and
    the till's next return clears it.
    """
    return context.database.write(lambda connection: _grant(context, connection, caller, request))


def _grant(context: Context, connection: Connection, caller: Caller, request: LeaseRequest) -> LeaseReply:
    merchant_id = caller.merchant_id
    merchants.lock_counter(connection, merchant_id)
    devices.check_not_revoked(connection, caller)
    programme = price_books.newest_programme(connection, merchant_id)
    settled, turn = _take_back(connection, caller, request)
    wishes = {(one.holder, one.account): one.more for one in request.wishes if one.account in LEASED}
    if programme is None or programme.offline.leases is Leases.NONE or (request.returned is not None and not settled):
        return LeaseReply(settled, 0, [], turn)
    granted = _set_aside(connection, caller, wishes, _tills(connection, caller))
    until = context.now_us() + programme.offline.cash_only_after_hours * _HOUR_US
    return LeaseReply(settled, until, granted, turn)


def _take_back(connection: Connection, caller: Caller, request: LeaseRequest) -> tuple[bool, int]:
    """Clear a till's shares where it gives them back; whether it does, and the last turn in which it did.

    A request that was under way for long may arrive when the till has new shares, and spends them: its turn is over.
    """
    its = _names(caller)
    last = connection.scalar(_TURN, its)
    is_late = last is not None and request.turn <= last
    if request.returned is None or is_late or _events(connection, caller) < request.returned:
        return False, last or 0
    connection.execute(_GIVE_BACK, its)
    batches.put(connection, _back, [(caller.merchant_id, caller.device, request.turn)])
    return True, request.turn


def _set_aside(
    connection: Connection, caller: Caller, wishes: Mapping[tuple[bytes, int], int], tills: int
) -> list[LeaseWish]:
    holders = sorted({holder for holder, _account in wishes})
    free = _free(connection, caller.merchant_id, holders)
    granted = []
    for (holder, account), more in sorted(wishes.items()):
        there = free.get((holder, account), 0)
        amount = min(there, more) if more else share_of(there, tills)
        if amount > 0:
            granted.append(LeaseWish(holder, account, amount))
    rows = [(caller.merchant_id, caller.device, one.holder, one.account, one.more) for one in granted]
    batches.add_up(connection, _lease, ["amount"], rows)
    return granted


def _free(connection: Connection, merchant_id: str, holders: Sequence[bytes]) -> dict[tuple[bytes, int], int]:
    """What of each balance is nobody's share, and which open coupons are."""
    free: dict[tuple[bytes, int], int] = {}
    for some in _parts(holders):
        theirs = {"merchant": merchant_id, "wanted": some}
        balances = {(holder, account): amount for holder, account, amount in connection.execute(_BALANCES, theirs)}
        free.update(balances | _open_coupons(balances))
        for holder, account, amount in connection.execute(_LENT_OF, theirs):
            free[holder, account] = free.get((holder, account), 0) - int(amount)
    return free


def _open_coupons(balances: Mapping[tuple[bytes, int], int]) -> dict[tuple[bytes, int], int]:
    """The one use of each coupon: there while it is open, however often it was issued."""
    return {
        (holder, account): int(issued > 0 and all(balances.get((holder, end), 0) <= 0 for end in COUPON_ENDS))
        for (holder, account), issued in balances.items()
        if account == COUPON
    }


def held(connection: Connection, merchant_id: str) -> dict[tuple[bytes, int], int]:
    """All shares of each balance together."""
    rows = connection.execute(_LENT, {"merchant": merchant_id})
    return {(holder, account): int(amount) for holder, account, amount in rows}


def note(spent: Spent, device: bytes, effects: Effects) -> None:
    """Add what the events of a device took of balances that are lent out in shares."""
    for account in LEASED | COUPON_ENDS:
        for holder, amount in effects.held.get(int(account), {}).items():
            gone = taken(account, amount)
            if gone is not None:
                mine, which = spent.setdefault(device, {}), (holder, int(gone[0]))
                mine[which] = mine.get(which, 0) + gone[1]


def use_up(connection: Connection, merchant_id: str, spent: Spent) -> None:
    """Count down the shares of tills whose events took something; no query where nothing was taken."""
    rows = []
    for device, amounts in spent.items():
        for some in _parts(sorted({holder for holder, _account in amounts})):
            its = {"merchant": merchant_id, "caller": device, "wanted": some}
            rows += [
                (merchant_id, device, holder, account, left_of(amount, amounts.get((holder, account), 0)))
                for holder, account, amount in connection.execute(_MINE, its)
            ]
    batches.put(connection, _lease, sorted(rows))


def _events(connection: Connection, caller: Caller) -> int:
    """How many events of a till are here."""
    return int(connection.scalar(_EVENTS, _names(caller)) or 0)


def _tills(connection: Connection, caller: Caller) -> int:
    """How many tills the caller's store has that were not shut out."""
    return connection.scalar(_TILLS, {"merchant": caller.merchant_id, "store": caller.store_id}) or 0


def _names(caller: Caller) -> dict[str, object]:
    """A till as statements take it."""
    return {"merchant": caller.merchant_id, "caller": caller.device}


def _parts(holders: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (holders[start : start + _MANY] for start in range(0, len(holders), _MANY))
