"""What each recorded event adds to the stored projections, in the transaction that records it.

Two ways lead here: an event of this device moves postings, balances and days that the server has not settled yet; an
event of another till of the store only adds to the store's days and sales and to what is told of a member, because its
value comes with the server's word on the member (`server_states`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import INTEGER, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.encoding import to_values
from posapp.domain.events import MemberEnrolled, SaleCompleted, SaleRefunded
from posapp.domain.ids import StreamId, event_id
from posapp.domain.projection import member_day as day_of
from posapp.domain.time import to_micros
from posapp.storage.prepared import Prepared
from posapp.storage.receipts import serial_of
from posapp.storage.schema import (
    account_balance,
    card,
    held_balance,
    holder,
    member,
    member_day,
    member_here,
    posting,
    refund,
    sale,
)
from posapp.storage.schema_elsewhere import elsewhere
from posapp.storage.visits import extra_visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posapp.domain.events import Recorded

_encoder = msgspec.msgpack.Encoder()
_decode_days = msgspec.msgpack.Decoder(dict[int, int]).decode


def _insert(table: Any, names: str) -> Prepared:
    return Prepared(insert(table).values({name: bindparam(name) for name in names.split()}), names)


def _adding(table: Any, keys: str, sums: str) -> Any:
    """An upsert that inserts a row of `keys` and `sums`, or adds `sums` to the row that is there."""
    statement = insert(table).values({name: bindparam(name) for name in f"{keys} {sums}".split()})
    added = {name: table.c[name] + statement.excluded[name] for name in sums.split()}
    return statement.on_conflict_do_update(index_elements=keys.split(), set_=added)


_POSTING = _insert(posting, "position line account holder amount")
_ELSEWHERE = _insert(elsewhere, "holder position")
_SALE = _insert(sale, "position receipt_number serial business_day cashier member due at cart_id")
_REFUND = _insert(refund, "position original receipt_number serial business_day member amount at")
_CARD = Prepared(
    insert(card)
    .values(card_number=bindparam("card_number"), member_id=bindparam("member_id"))
    .on_conflict_do_nothing(),
    "card_number member_id",
)

_held = insert(held_balance).values(
    holder=bindparam("holder"), account=bindparam("account"), settled=bindparam("settled"), pending=bindparam("pending")
)
_HELD = Prepared(
    _held.on_conflict_do_update(
        index_elements=["holder", "account"],
        set_={
            "settled": held_balance.c.settled + _held.excluded.settled,
            "pending": held_balance.c.pending + _held.excluded.pending,
        },
    ),
    "holder account settled pending",
)
_ACCOUNT = Prepared(_adding(account_balance, "account", "amount"), "account amount")
_DAY = Prepared(
    _adding(member_day, "member day", "net orders pending_net pending_orders").returning(
        member_day.c.pending_net,
        select(holder.c.recent_days).where(holder.c.holder == bindparam("who")).scalar_subquery(),
    ),
    "member day net orders pending_net pending_orders who",
)

_DAY_ELSEWHERE = Prepared(
    _adding(member_day, "member day", "net orders pending_net pending_orders"),
    "member day net orders pending_net pending_orders",
)

_attendance = insert(holder).values(
    {name: bindparam(name) for name in ("holder", "visits", "orders", "first_day", "last_day")}
)
_HOLDER = Prepared(
    _attendance.on_conflict_do_update(
        index_elements=["holder"],
        set_={
            "visits": holder.c.visits + _attendance.excluded.visits,
            "orders": holder.c.orders + _attendance.excluded.orders,
            "first_day": func.min(
                func.coalesce(holder.c.first_day, _attendance.excluded.first_day), _attendance.excluded.first_day
            ),
            "last_day": func.max(
                func.coalesce(holder.c.last_day, _attendance.excluded.last_day), _attendance.excluded.last_day
            ),
        },
    ),
    "holder visits orders first_day last_day",
)
_here = insert(member_here).from_select(
    ["member_key", "day"],
    select(member.c.member_key, bindparam("on_day", type_=INTEGER)).where(member.c.member_id == bindparam("who")),
)
_HERE = Prepared(
    _here.on_conflict_do_update(
        index_elements=["member_key"], set_={"day": func.max(member_here.c.day, _here.excluded.day)}
    ),
    "on_day who",
)


def encode(recorded: Recorded) -> bytes:
    """The canonical bytes of an event."""
    return _encoder.encode(to_values(recorded))


def project_own(raw: Any, position: int, recorded: Recorded, cart_id: bytes | None, *, pending: bool = True) -> None:
    """Add an event of this device.

    With `pending` false its held value and day are recorded but not counted as pending: the caller works out by
    itself what the server's word includes (`server_states.recount`).
    """
    held: dict[tuple[bytes, int], int] = {}
    plain: dict[int, int] = {}
    rows = []
    for line, entry in enumerate(recorded.transaction.postings):
        account = int(entry.account)
        rows.append((position, line, account, entry.holder or None, entry.amount))
        if entry.holder:
            held[entry.holder, account] = held.get((entry.holder, account), 0) + entry.amount
        else:
            plain[account] = plain.get(account, 0) + entry.amount
    if rows:
        _POSTING.run_many(raw, rows)
        _ACCOUNT.run_many(raw, plain.items())
    if held and pending:
        _HELD.run_many(raw, [(who, account, 0, amount) for (who, account), amount in held.items()])
    day = day_of(recorded)
    if day is not None:
        _add_own_day(raw, *day, pending=pending)
    found = _row_of_its_kind(position, recorded, cart_id, own=True)
    if found is not None:
        found[0].run(raw, found[1])


def project_foreign(raw: Any, placed: Sequence[tuple[int, Recorded]]) -> None:
    """Add events of another till of this store, each with its position: together they cost less than each alone."""
    days: dict[tuple[bytes, int], tuple[int, int]] = {}
    rows: dict[Prepared, list[tuple[Any, ...]]] = {}
    about = [(who, position) for position, recorded in placed for who in holders_elsewhere(recorded)]
    if about:
        _ELSEWHERE.run_many(raw, about)
    for position, recorded in placed:
        day = day_of(recorded)
        if day is not None:
            who, ordinal, net, orders = day
            before = days.get((who, ordinal), (0, 0))
            days[who, ordinal] = (before[0] + net, before[1] + orders)
        found = _row_of_its_kind(position, recorded, None, own=False)
        if found is not None:
            rows.setdefault(found[0], []).append(found[1])
    if days:
        _DAY_ELSEWHERE.run_many(raw, [(*day, *sums, 0, 0) for day, sums in days.items()])
        _HERE.run_many(raw, [(ordinal, who) for who, ordinal in days])
    for statement, many in rows.items():
        statement.run_many(raw, many)


def _add_own_day(raw: Any, who: bytes, ordinal: int, net: int, orders: int, *, pending: bool) -> None:
    _HERE.run(raw, (ordinal, who))
    if not pending:
        _DAY.run(raw, (who, ordinal, net, orders, 0, 0, who)).fetchall()
        return
    ((after, recent),) = _DAY.run(raw, (who, ordinal, net, orders, net, orders, who)).fetchall()
    settled = _decode_days(recent).get(ordinal, 0) if recent else 0
    visits = extra_visit(settled, after) - extra_visit(settled, after - net)
    _HOLDER.run(raw, (who, visits, orders, ordinal, ordinal))


def holders_elsewhere(recorded: Recorded) -> set[bytes]:
    """Under whom an event of another till is found; sales and refunds, the most of all, stand in tables of theirs."""
    if isinstance(recorded.event, SaleCompleted | SaleRefunded):
        return set()
    return {entry.holder for entry in recorded.transaction.postings if entry.holder}


def sale_row(recorded: Recorded, *, own: bool) -> tuple[Any, ...] | None:
    """The columns of `sale` that follow from an event, after `position` and before `cart_id`."""
    match recorded.event:
        case SaleCompleted() as completed:
            number = completed.receipt_number
            serial = serial_of(number) if own else None
            day = completed.business_day.ordinal
            at = to_micros(recorded.at)
            return number, serial, day, completed.cashier, completed.member, completed.due.fen, at
        case _:
            return None


def refund_row(recorded: Recorded, *, own: bool) -> tuple[Any, ...] | None:
    """The columns of `refund` that follow from an event, after `position`."""
    match recorded.event:
        case SaleRefunded() as back:
            place = StreamId(back.original_device, back.original_incarnation)
            original = event_id(place, back.original_sequence)
            number = back.receipt_number
            serial = serial_of(number) if own else None
            day, at = back.business_day.ordinal, to_micros(recorded.at)
            return original, number, serial, day, back.member, back.amount.fen, at
        case _:
            return None


def _row_of_its_kind(
    position: int, recorded: Recorded, cart_id: bytes | None, *, own: bool
) -> tuple[Prepared, tuple[Any, ...]] | None:
    """What an event adds to the table of its kind, and by which statement; None where its kind has no table."""
    sold = sale_row(recorded, own=own)
    if sold is not None:
        return _SALE, (position, *sold, cart_id)
    back = refund_row(recorded, own=own)
    if back is not None:
        return _REFUND, (position, *back)
    if isinstance(recorded.event, MemberEnrolled):
        return _CARD, (recorded.event.card_number, recorded.event.member)
    return None
