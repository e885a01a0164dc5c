"""Sales of a believable shop, as events, as the log's rows, and as bare rows of a table.

An entry is a posting or a sale line.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from posapp.domain.amounts import Growth, Money, Points, Quantity, half_up
from posapp.domain.encoding import to_values
from posapp.domain.events import LineAdjustment, Recorded, SaleCompleted, SaleLine, Step, Tender
from posapp.domain.ids import DeviceId, Incarnation, RuleId, Sku, StaffId, StreamId, member_id
from posapp.domain.posting import post
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay

SECONDS_BETWEEN: Final = 45.0
_METHODS: Final = [TenderMethod.WECHAT_PAY] * 6 + [TenderMethod.ALIPAY] * 3 + [TenderMethod.CASH]
# What a row says of an event does not name its stream.
_ANY_STREAM: Final = StreamId(DeviceId(bytes(16)), Incarnation(bytes(8)))

Row = list[Any]
Sale = tuple[datetime, SaleCompleted]


def make_sales(
    count: int, *, members: int = 2_000, products: int = 300, seed: int = 1, apart: float = SECONDS_BETWEEN
) -> list[Sale]:
    """Sales of a few lines each from a steep price list, six in ten by members at 95 percent; `apart` seconds apart."""
    dice = random.Random(seed)
    people = [member_id(b"k" * 32, f"+86138{number:08d}") for number in range(members)]
    goods = [(Sku(f"P{number:05d}"), dice.randrange(100, 9_990, 10)) for number in range(products)]
    weights = [1 / (place + 1) for place in range(products)]
    at = datetime(2026, 1, 1, 1, tzinfo=UTC)
    numbers: dict[BusinessDay, int] = {}
    sales = []
    for _sequence in range(count):
        at += timedelta(microseconds=int(dice.expovariate(1 / (apart * 1e6))))
        day = BusinessDay.of(at.date())
        numbers[day] = numbers.get(day, 0) + 1
        who = dice.choice(people) if dice.random() < 0.6 else None
        lines = []
        for sku, price in dice.choices(goods, weights, k=min(20, int(dice.expovariate(0.2)) + 1)):
            pieces = 1 if dice.random() < 0.85 else dice.randrange(2, 5)
            off = Money(price * pieces - half_up(price * pieces * 95, 100))
            taken = (LineAdjustment(0, Step.TIER_RATE, off),) if who else ()
            amount = Money(price * pieces)
            lines.append(SaleLine(sku, 1, "", Quantity.pieces(pieces), Money(price), amount, taken))
        due = sum(line.net.fen for line in lines)
        method = dice.choice(_METHODS)
        handed = -(-due // 1_000) * 1_000 if method is TenderMethod.CASH else due
        earned = due // 100 if who else 0
        event = SaleCompleted(
            receipt_number=f"{day.date:%y%m%d}-02-{numbers[day]:04d}",
            business_day=day,
            cashier=StaffId(dice.choice(["u1", "u2", "u3"])),
            member=who,
            identified_by=Identification.PHONE if who else Identification.NONE,
            tier="gold" if who else "",
            programme_version=3,
            programme_hash=b"h" * 32,
            engine_version=1,
            rules=(RuleId("tier.gold"),) if who else (),
            lines=tuple(lines),
            tenders=(Tender(method, Money(due), Money(handed)),),
            points_spent=Points(0),
            points_base=Points(earned),
            points_bonus=Points(0),
            growth=Growth(earned),
            spend=Money(due if who else 0),
            coupons=(),
        )
        sales.append((at, event))
    return sales


def as_rows(sales: Sequence[Sale]) -> list[Row]:
    """Sales as the log holds them: what is written as an integer is one when it is read."""
    return [
        msgspec.msgpack.decode(
            msgspec.msgpack.encode(to_values(Recorded(_ANY_STREAM, sequence, at, event, post(event))))
        )
        for sequence, (at, event) in enumerate(sales, 1)
    ]


def postings(rows: Sequence[Row]) -> int:
    """Postings in events."""
    return sum(len(row[5]) for row in rows) // 3


def entries(rows: Sequence[Row]) -> int:
    """Postings and sale lines in events."""
    return postings(rows) + sum(len(row[3][10]) for row in rows)


def posting_rows(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Events as one tuple a posting: event, place, account, holder, amount."""
    found = []
    for sequence, row in enumerate(rows):
        holders, flat = row[4], row[5]
        for place in range(0, len(flat), 3):
            holder = holders[flat[place + 1] - 1] if flat[place + 1] else None
            found.append((sequence, place, flat[place], holder, flat[place + 2]))
    return found


def entry_rows(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Events as one tuple an entry; of a sale line the quantity in thousandths, what was sold, and its amount."""
    found = posting_rows(rows)
    for sequence, row in enumerate(rows):
        for place, line in enumerate(row[3][10], 1_000):
            found.append((sequence, place, line[3], line[0].encode(), line[5]))
    return found
