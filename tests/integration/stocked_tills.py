"""Tills that joined a server and sell the demo shop's goods by the real use cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posapp.application import goods
from posapp.application import till as tills
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.import_products import plan_products
from posapp.domain.amounts import Money, Quantity
from posapp.domain.catalogue import TAG_MEMBERS_ONLY
from posapp.domain.events import SaleCompleted, Tender
from posapp.domain.ids import DeviceId, Sku, StoreId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from sync.server import exceptions
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER, DEMO, SeededEntropy

if TYPE_CHECKING:
    from posapp.application.checkout import CompletedSale
    from posapp.domain.member import Member
    from tests.integration.sync_world import Till

PROGRAMME = (DEMO / "programme.json").read_bytes()
RULES = parse_programme(PROGRAMME)
PRODUCTS = plan_products((DEMO / "products.csv").read_bytes())
FOR_MEMBERS = frozenset(one.sku for one in PRODUCTS.products if TAG_MEMBERS_ONLY in one.tags)


def application(till: Till) -> tills.Till:
    """The use cases' view of a till that joined a server."""
    joined = till.enrolment
    return tills.Till(
        till.database,
        till.log,
        till.reference,
        till.clock,
        SeededEntropy(),
        tills.TillIdentity(
            DeviceId(joined.device), StoreId(joined.store_id), joined.till_number, "shop", "store", till.name, 1
        ),
        tills.MerchantKeys(joined.keys.member_key, joined.keys.data_key),
        RULES,
    )


def stocked(till: Till) -> tills.Till:
    """A till that published the demo shop's programme and products."""
    with till.database.write() as connection:
        till.reference.put_programme(connection, RULES.version, PROGRAMME)
        till.reference.put_products(connection, PRODUCTS.products)
    return application(till)


@dataclass(frozen=True)
class Wish:
    """What a customer asks for."""

    pieces: tuple[tuple[str, int], ...]
    codes: tuple[str, ...] = ()
    points: int = 0
    chosen: tuple[tuple[str, bool], ...] = ()
    method: TenderMethod = TenderMethod.CASH


def sell(till: tills.Till, wish: Wish, member: Member | None = None) -> CompletedSale:
    cart = new_cart(till)
    for sku, count in wish.pieces:
        product = goods.by_sku(till, Sku(sku))
        assert product is not None
        cart = cart.add(goods.line_of(product, "zh_CN", Quantity.pieces(count)))
    cart = replace(
        cart,
        member=member.id if member else None,
        identified_by=Identification.DYNAMIC_CODE if member else Identification.NONE,
        codes=wish.codes,
        points_wanted=wish.points,
        chosen=dict(wish.chosen),
    )
    quote = price_cart(till, cart, member)
    taken = (Tender(wish.method, quote.due, quote.due),) if quote.due else ()
    return complete_sale(till, SaleRequest(cart, quote, till.programme, taken, CASHIER))


def inbox(place: World) -> list[exceptions.Item]:
    with place.context.database.read() as connection:
        return exceptions.list_open(connection, MERCHANT)


def latest(till: Till) -> SaleCompleted:
    """An honest sale to forge from."""
    sold = sell(application(till), Wish((("TL001", 2), ("BI001", 2), ("CF001", 1)), codes=("QH20",)))
    return sold.sale


def cheaper(sale: SaleCompleted) -> SaleCompleted:
    """A fen more off the first line, by a rule that is really there, and a fen less to pay."""
    first = sale.lines[0]
    more = replace(first.adjustments[0], amount=first.adjustments[0].amount + Money(1))
    paid = sale.due - Money(1)
    lines = (replace(first, adjustments=(more, *first.adjustments[1:])), *sale.lines[1:])
    return replace(sale, lines=lines, tenders=(Tender(TenderMethod.CASH, paid, paid),))
