"""JSON → which lines a rule looks at."""

from __future__ import annotations

from posapp.domain.programme.reader import Fields, Json
from posapp.domain.selector import Selector


def read_selector(value: Json, path: str) -> Selector:
    """Read which lines are meant.  Raises `InvalidField`."""
    fields = Fields(value, path)
    but = fields.inner("except") or Fields({}, f"{path}.except")
    selector = Selector(
        skus=fields.texts("skus"),
        categories=fields.texts("categories"),
        tags=fields.texts("tags"),
        not_skus=but.texts("skus"),
        not_categories=but.texts("categories"),
        not_tags=but.texts("tags"),
        full_price_only=fields.flag("full_price_only", False),
    )
    but.finish()
    fields.finish()
    return selector
