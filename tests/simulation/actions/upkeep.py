"""What a till does by itself when a day begins, and what the office changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application import daily_gifts, goods
from posapp.application.assets_in_time import let_time_pass
from posapp.application.points_expiry import expire_points
from posapp.domain.amounts import Money
from posapp.domain.ids import Sku
from tests.simulation.model import Attempt
from tests.simulation.till import SKUS

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.simulation.actions.desk import Desk


def end_of_day(_desk: Desk) -> Attempt | None:
    """Points lapse, passes elapse, the day brings its gifts; another till may do the same."""

    def run(till: Application) -> None:
        expire_points(till)
        let_time_pass(till)
        daily_gifts.run_day(till)

    return Attempt("makes its rounds of the day", None, run)


def change_price(desk: Desk) -> Attempt | None:
    """A product gets another price; of two changes the later stands everywhere."""
    product = goods.by_sku(desk.till, Sku(desk.draw.choice(SKUS)))
    if product is None:
        return None
    price = Money(product.price.fen + desk.draw.choice((-10, 10, 50)))

    def run(till: Application) -> None:
        with till.database.write() as connection:
            till.reference.put_products(connection, [replace(product, price=price)])

    return Attempt(f"prices {product.sku} at {price}", None, run)
