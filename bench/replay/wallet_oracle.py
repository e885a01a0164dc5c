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
    a coupon is given    for each sale that comes to 30.00; it is good for 30 days after
    tier                 by what was spent before: 150.00 silver, 600.00 gold; a sale's own spending counts from the next
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from bench.replay.baskets import Basket

TIERS = (("member", 10_000, 0), ("silver", 9_500, 15_000), ("gold", 9_000, 60_000))
COUPON_CENTS, COUPON_FROM_CENTS, COUPON_GIVEN_FROM_CENTS, COUPON_DAYS = 500, 4_000, 3_000, 30
MEMBER_DAY, MEMBER_DAY_RATE = 18, 9_000
POINTS_EVERY = 3

_LINES = """
CREATE TABLE line AS
SELECT basket, sku, unit, member_off, voucher, sum(pieces)::BIGINT AS pieces,
       -- One more piece of a plain product is the same line; a line with terms of its own stays by itself.
       min(place) AS place
FROM raw_line
GROUP BY basket, sku, unit, member_off, voucher, CASE WHEN member_off > 0 OR voucher > 0 THEN place ELSE -1 END
"""

_PRICED = f"""
CREATE TABLE priced AS
WITH item AS (
    SELECT b.basket, b.day, t.tier, l.voucher,
           least(l.pieces * l.unit - l.member_off, (2 * l.pieces * l.unit * t.rate + 10000) // 20000) AS price
    FROM line l JOIN basket b USING (basket) CROSS JOIN tier t
), on_the_day AS (
    SELECT basket, tier, voucher,
           CASE WHEN day(day) = {MEMBER_DAY} THEN (2 * price * {MEMBER_DAY_RATE} + 10000) // 20000 ELSE price END AS price
    FROM item
)
SELECT basket, tier, sum(price)::BIGINT AS line_prices, sum(price - least(voucher, price))::BIGINT AS left_over
FROM on_the_day GROUP BY basket, tier
"""

_WALK = f"""
CREATE TABLE sold AS
WITH RECURSIVE walk AS (
    SELECT household, 0::BIGINT AS n, NULL::BIGINT AS basket, 0::BIGINT AS spent, NULL::BIGINT AS month,
           0::BIGINT AS this_month, 0::BIGINT AS last_month, []::INTEGER[] AS coupons,
           0::BIGINT AS due, 0::BIGINT AS earned, 0::BIGINT AS points, '' AS tier, false AS used, false AS given
    FROM (SELECT DISTINCT household FROM basket)
    UNION ALL
    SELECT household, n, basket, spent + due - tender, month_now,
           this_now - (points - least(points, last_now)) + earned, last_now - least(points, last_now),
           CASE WHEN due >= {COUPON_GIVEN_FROM_CENTS} THEN list_append(kept, day_number + {COUPON_DAYS}) ELSE kept END,
           due, earned, points, tier, used, due >= {COUPON_GIVEN_FROM_CENTS}
    FROM (
        SELECT *, CASE WHEN used THEN valid[2:] ELSE valid END AS kept,
               (due - tender) // 100 * CASE WHEN is_member_day THEN 2 ELSE 1 END AS earned
        FROM (
            SELECT *, after_coupon - points AS due, least(manufacturer, after_coupon - points) AS tender
            FROM (
                SELECT *, CASE WHEN n % {POINTS_EVERY} = 0
                               THEN least((after_coupon // 2) // 100 * 100, (this_now + last_now) // 100 * 100)
                               ELSE 0 END AS points
                FROM (
                    SELECT *, left_over - CASE WHEN used THEN least({COUPON_CENTS}, left_over) ELSE 0 END AS after_coupon
                    FROM (
                        SELECT s.*, p.line_prices, p.left_over,
                               len(s.valid) > 0 AND p.line_prices >= {COUPON_FROM_CENTS} AND p.left_over > 0 AS used
                        FROM (
                            SELECT w.household, o.n, o.basket, w.spent, o.manufacturer, o.month AS month_now,
                                   o.day_number, o.is_member_day,
                                   CASE WHEN w.month = o.month THEN w.this_month ELSE 0 END AS this_now,
                                   CASE WHEN w.month = o.month THEN w.last_month
                                        WHEN w.month = o.month - 1 THEN w.this_month ELSE 0 END AS last_now,
                                   list_filter(w.coupons, lambda day: day >= o.day_number) AS valid,
                                   (SELECT arg_max(tier, least_spent) FROM tier t WHERE w.spent >= t.least_spent) AS tier
                            FROM walk w JOIN ordered o ON o.household = w.household AND o.n = w.n + 1
                        ) s JOIN priced p ON p.basket = s.basket AND p.tier = s.tier
                    )
                )
            )
        )
    )
)
SELECT * FROM walk WHERE basket IS NOT NULL
"""


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
        for statement in (_LINES, _PRICED, _ORDERED, _WALK):
            self._database.execute(statement)

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
            self._database.register("frame", frame.to_arrow())
            self._database.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            self._database.unregister("frame")


_ORDERED = f"""
CREATE TABLE ordered AS
SELECT basket, household, manufacturer, row_number() OVER (PARTITION BY household ORDER BY sold_at, basket) AS n,
       year(day) * 12 + month(day) AS month, day(day) = {MEMBER_DAY} AS is_member_day,
       (day - DATE '0001-01-01')::INTEGER + 1 AS day_number
FROM basket
"""

_STANDING = """
WITH last_day AS (SELECT max(day_number) AS today, max(month) AS this FROM ordered),
     last_sale AS (SELECT household, max_by(s, n) AS s FROM sold s GROUP BY household)
SELECT household, s.spent,
       CASE WHEN s.month = this THEN s.this_month + s.last_month WHEN s.month = this - 1 THEN s.this_month ELSE 0 END,
       len(list_filter(s.coupons, lambda day: day >= today))
FROM last_sale, last_day ORDER BY household
"""
