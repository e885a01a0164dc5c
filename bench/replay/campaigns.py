"""What an oracle says of the data set that is none of a till's business.

A till records what a manufacturer's coupon settled, not what is printed on it (``coupon_disc_raw_cents``); that a
coupon was handed over, not which product earned it (``redemption_basket_match``); and who redeemed, not whom a campaign
was mailed to, nor its type (``campaign_rate``: of its fields, redeemers and redemptions come from the log).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from bench.replay.baskets import MATCHES, Basket
from bench.replay.totals import Totals


def data_set_fields(folder: Path, baskets: Sequence[Basket], totals: Totals) -> dict[str, Any]:
    """Those fields of the report; `folder` holds the data set's tables."""
    matches = Counter(match for basket in baskets for match in basket.matches)
    return {
        "coupon_disc_raw_cents": sum(basket.manufacturer_coupon_cents for basket in baskets),
        "redemption_basket_match": {name: matches[name] for name in MATCHES},
        "campaign_rate": dict(_campaign_rates(folder, totals)),
    }


def _campaign_rates(folder: Path, totals: Totals) -> Iterable[tuple[str, dict[str, Any]]]:
    audience = Counter(pl.read_parquet(folder / "campaigns.parquet")["campaign_id"].to_list())
    kinds = pl.read_parquet(folder / "campaign_descriptions.parquet").select("campaign_id", "campaign_type")
    for campaign, kind in kinds.sort("campaign_id").iter_rows():
        yield (
            str(campaign),
            {
                "type": kind,
                "audience": audience[campaign],
                "redeemers": len(totals.redeemers.get(str(campaign), set())),
                "redemptions": totals.campaigns[str(campaign)],
            },
        )
