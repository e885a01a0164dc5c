"""What the wallet replay must come to, reckoned in SQL alone: no code of the till or the server is used.

DuckDB reads the baskets, prices each at every tier, and then walks through each household's sales in order with one
recursive query, whose row is all that a household has: what it spent, its points of this month and the last, the last
days of its coupons.

    price of a line      the lower of the member price and the tier's rate on the list price, rounded half up
    member day (18th)    nine tenths of that, rounded half up; points are doubled after the floor
    vouchers             off their own line, never below nothing
    coupon               5.00 where the lines' prices reach 40.00, the one that lapses first; one a sale
    points               of every third sale of a household: whole hundreds, up to half of what is left
    earned               one a whole unit of what is left to pay, less what a manufacturer's coupon pays
    points lapse         with the last day of the month after that of their earning
    a coupon is given    for each sale that the household pays 30.00 or more of; it is good for 30 days after
    tier                 by what was spent before: 150.00 silver, 600.00 gold; a sale counts from the next on
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from bench.replay.baskets import Basket

TIERS = (("member", 10_000, 0), ("silver", 9_500, 15_000), ("gold", 9_000, 60_000))
POINTS_EVERY = 3
"""Points pay for each so-manieth sale of a household; the query says the same."""
_QUERY = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class Expected:
    """One sale as it must be: in cents and points, the tier it is priced at, whether a coupon was used and given."""

    basket: int
    due: int
    points_spent: int
    points_earned: int
    tier: str
    coupon_used: bool
    coupon_given: bool


@dataclass(frozen=True, slots=True)
class ExpectedMember:
    """A household at the end: what it spent, its points that are good on the last day, its coupons that are."""

    household: int
    spent: int
    points: int
    coupons: int


class WalletOracle:
    """The baskets in a database of their own."""

    def __init__(self, baskets: Iterable[Basket]) -> None:
        self._database = duckdb.connect()
        chosen = list(baskets)
        self._load(chosen)
        self._database.execute(_QUERY.read_text(encoding="utf-8"))

    def sales(self) -> Iterator[Expected]:
        """Every sale, by basket."""
        query = "SELECT basket, due, points, earned, tier, used, given FROM sold ORDER BY basket"
        for row in self._database.execute(query).fetchall():
            yield Expected(*row)

    def members(self) -> Iterator[ExpectedMember]:
        """Every household as it stands on the last day of all."""
        for row in self._database.execute(_STANDING).fetchall():
            yield ExpectedMember(*row)

    def _load(self, baskets: list[Basket]) -> None:
        """Only what was bought: no price of the product's own."""
        heads = pl.DataFrame(
            [(each.id, each.household, each.day, each.at, each.manufacturer_coupon_cents) for each in baskets],
            schema=["basket", "household", "day", "sold_at", "manufacturer"],
            orient="row",
        )
        lines = pl.DataFrame(
            [
                (each.id, place, line.sku, line.pieces, line.unit_cents, line.member_off_cents, line.voucher_cents)
                for each in baskets
                for place, line in enumerate(each.lines)
            ],
            schema=["basket", "place", "sku", "pieces", "unit", "member_off", "voucher"],
            orient="row",
        )
        tiers = pl.DataFrame(TIERS, schema=["tier", "rate", "least_spent"], orient="row")
        for name, frame in (("basket", heads), ("raw_line", lines), ("tier", tiers)):
            self._database.register(name, frame.to_arrow())


_STANDING = """
WITH last_day AS (SELECT max(day_number) AS today, max(month) AS this FROM ordered),
     last_sale AS (SELECT household, max_by(s, n) AS s FROM sold s GROUP BY household)
SELECT household, s.spent,
       CASE WHEN s.month = this THEN s.this_month + s.last_month WHEN s.month = this - 1 THEN s.this_month ELSE 0 END,
       len(list_filter(s.coupons, lambda day: day >= today))
FROM last_sale, last_day ORDER BY household
"""
