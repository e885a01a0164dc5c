"""What the server holds at the end: its log, event by event, and the standings that it gives to tills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bench.replay.totals import Totals
from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.encoding import from_values
from posapp.domain.events import ConsentRecorded, MemberEnrolled, Recorded, SaleCompleted
from posapp.domain.ids import MemberId
from posapp.domain.member import VISIT_MINIMUM_FEN, Standing
from posapp.domain.time import BusinessDay
from sync.protocol import segment
from sync.server import audit, exceptions
from sync.server.context import Context
from sync.server.storage import schema

_SHOWN = 5


@dataclass(slots=True)
class Reading:
    """How much was read: segments, events, sales, cards, consents, and card numbers that more than one member got."""

    segments: int = 0
    events: int = 0
    sales: int = 0
    cards: int = 0
    consents: int = 0
    shared_numbers: int = 0


def read_log(context: Context, merchant: str, totals: Totals) -> Reading:
    """Add every sale of the server's log to `totals`."""
    reading = Reading()
    owners: dict[str, set[MemberId]] = {}
    with context.database.read() as connection:
        for store, recorded in _events(connection, merchant, reading):
            reading.events += 1
            match recorded.event:
                case SaleCompleted():
                    reading.sales += 1
                    totals.add(int(store.removeprefix("S")), recorded.at, recorded.event)
                case MemberEnrolled(member, number):
                    reading.cards += 1
                    owners.setdefault(number, set()).add(member)
                case ConsentRecorded():
                    # Comes with a card.
                    reading.consents += 1
                case _:
                    raise ValueError(f"nobody recorded a {type(recorded.event).__name__}")
    reading.shared_numbers = sum(len(members) > 1 for members in owners.values())
    return reading


def _events(connection: Connection, merchant: str, reading: Reading) -> Iterator[tuple[str, Recorded]]:
    table = schema.segment
    columns = (table.c.store_id, table.c.first_sequence, table.c.wire)
    rows = connection.execute(select(*columns).where(table.c.merchant_id == merchant).order_by(table.c.gseq))
    for store, first, wire in rows:
        reading.segments += 1
        kept = segment.parse(wire)
        skipped = first - kept.header.first_sequence
        for sequence, values in enumerate(segment.unfold(kept).rows[skipped:], first):
            yield store, from_values(kept.header.stream, sequence, values)


def standings(context: Context, merchant: str) -> dict[MemberId, Standing]:
    """How each member stands by the server's projections, which is what tills are told."""
    with context.database.read() as connection:
        holder, balance, day = schema.holder, schema.balance, schema.member_day
        everyone = connection.scalars(select(holder.c.holder).where(holder.c.merchant_id == merchant)).all()
        amounts: dict[bytes, dict[int, int]] = {}
        for row in connection.execute(select(balance).where(balance.c.merchant_id == merchant)):
            amounts.setdefault(row.holder, {})[row.account] = row.amount
        days: dict[bytes, list[tuple[int, int, int]]] = {}
        for row in connection.execute(select(day).where(day.c.merchant_id == merchant)):
            days.setdefault(row.holder, []).append((row.day, row.net, row.orders))
    return {MemberId(who): _standing(amounts.get(who, {}), days.get(who, [])) for who in everyone}


def _standing(amounts: dict[int, int], days: list[tuple[int, int, int]]) -> Standing:
    dates = [day for day, _net, _orders in days]
    return Standing(
        points=Points(amounts.get(Account.MEMBER_POINTS, 0)),
        growth=Growth(amounts.get(Account.MEMBER_GROWTH, 0)),
        spend=Money(amounts.get(Account.MEMBER_SPEND, 0)),
        visits=amounts.get(Account.MEMBER_VISITS, 0) + sum(net >= VISIT_MINIMUM_FEN for _day, net, _orders in days),
        orders=sum(orders for _day, _net, orders in days),
        first_day=BusinessDay(min(dates)) if dates else None,
        last_day=BusinessDay(max(dates)) if dates else None,
    )


def complaints(context: Context, merchant: str) -> list[str]:
    """What the server would show a person: events that it could not apply, forks, sales priced by other rules.

    Nearly every sale also stands out for its clock, which says 2017 in a push of today: that is the replay's doing.
    """
    audit.audit(context, merchant)
    with context.database.read() as connection:
        items = exceptions.list_open(connection, merchant)
    kinds = Counter(item.kind for item in items)
    print(f"server: {sum(kinds.values())} items to look at: { ({kind.value: n for kind, n in kinds.items()}) }")
    others = [item for item in items if item.kind is not exceptions.Kind.CLOCK_DIFFERENCE]
    return [f"{item.kind.value} at event {item.sequence}: {item.detail}" for item in others[:_SHOWN]]


def unlike(totals: Totals, held: dict[MemberId, Standing]) -> list[str]:
    """Where a member's standing is not what the member's own sales add up to."""
    found = []
    standing_of = {totals.household(who): standing for who, standing in held.items()}
    for household in totals.members.keys() | standing_of.keys():
        line, standing = totals.members.get(household), standing_of.get(household)
        if line is None or standing is None:
            found.append(f"household {household}: {line or 'no sale'}, at the server {standing}")
            continue
        wanted = (line.points, line.paid, line.visits, line.sales, line.first, line.last)
        days = [day and day.date for day in (standing.first_day, standing.last_day)]
        if wanted != (standing.points.count, standing.spend.fen, standing.visits, standing.orders, *days):
            found.append(f"household {household}: its sales say {wanted}, the server {standing}")
    return found[:_SHOWN]
