"""Finding a sale that something is to come back of, and what of it is still here to come back.

Only sales of the own store are in this till's log: its own and, as far as they were synced, the other tills'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.coupons import returning_coupons
from posapp.application.gifts_taken_back import Giving, givings_of
from posapp.application.till import Till
from posapp.domain.amounts import Money, Quantity
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded, SaleClaimed, SaleCompleted, SaleLine, SaleRefunded
from posapp.domain.ids import AssetId, EventId, MemberId, Sku, event_id
from posapp.domain.member import Member
from posapp.domain.pricing.audit import ProductOf
from posapp.domain.pricing.by_pass import ANY_PASS
from posapp.domain.pricing.reading import settled_as_recorded
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.refund import Sold
from posapp.domain.refund_record import product_sold, returned_so_far, sold_as_recorded
from posapp.domain.sold_units import SoldUnits, sold_units
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.weight import in_units, weight_text
from posapp.storage import catalogue, member_search, member_states, reference_data, sales
from posapp.storage.claims import claims_of
from posapp.storage.receipts import format_receipt_number
from posapp.storage.sales import SaleSummary

_SHORT = re.compile(r"(?:(\d{1,2})-)?(\d{1,4})")
_FULL = re.compile(r"\d{6}-\d{2,}-\d{4,}")
LISTED = 40


@dataclass(frozen=True, slots=True)
class ListedSale:
    """A sale in a list to choose from: whose it was, and what came back of it already."""

    summary: SaleSummary
    member: Member | None
    given_back: Money


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """One line of a sale: its product's names, what was sold, and what came back so far.

    `whole` says that only all of what is left can come back: a weighed piece is not divided.  A pass is no goods: what
    is left of it is given back by its own rules (`passes.return_pass`), and nothing of it here.  `by_pass` milli-units
    were settled by passes; they come back last, as uses.  `unit` is the weight that the price of weighed goods is for.
    """

    name_zh: str
    name_en: str
    barcode: str
    sold: Quantity
    net: Money
    returned: Quantity
    whole: bool
    is_pass: bool = False
    by_pass: int = 0
    unit: str = ""

    def name(self, language: str) -> str:
        """The name in a language, or the other one's where it has none."""
        return (self.name_zh or self.name_en) if language.startswith("zh") else (self.name_en or self.name_zh)

    def net_of(self, milli: int) -> Money:
        """What so many more milli-units of it cost, and so give back."""
        units, before = SoldUnits(self.sold.milli, self.by_pass), self.returned.milli
        return Money(units.share(self.net.fen, before + milli) - units.share(self.net.fen, before))

    def figure(self, quantity: Quantity) -> str:
        """So much of it as people read it: ``1.25 kg``, or how many pieces."""
        return weight_text(quantity, self.unit) or str(quantity)

    def typed(self, text: str) -> Quantity:
        """What somebody types of it: kilograms of what was weighed, else pieces.  Raises `InvalidField`."""
        return in_units(Quantity.parse(text.removesuffix(".")), self.unit)

    @property
    def left(self) -> Quantity:
        """What can still come back as goods."""
        return Quantity(0 if self.is_pass else self.sold.milli - self.returned.milli)


@dataclass(frozen=True, slots=True)
class Returnable:
    """A sale that is open for returning: its record, how refunds look at it, and what came back of it before.

    `own` says that this till sold it.  `programme` is the version that priced it, or the one in force where that
    version is not here.  `position` is its place in this till's log.  `member_id` is who the member of the sale is now,
    after every merge; `member` is what is known of them here.  `coupons` are the codes that return when nothing of the
    sale is left, with what people call them; `givings` are gifts of sales that a return may take back; `claims` say who
    was named for the sale late, and what was taken back of that.
    """

    position: int
    recorded: Recorded
    sale: SaleCompleted
    own: bool
    programme: Programme
    view: Sold
    lines: tuple[ReturnableLine, ...]
    refunds: tuple[SaleRefunded, ...]
    member_id: MemberId | None
    member: Member | None
    coupons: tuple[tuple[str, Text], ...] = ()
    givings: tuple[Giving, ...] = ()
    claims: tuple[SaleClaimed, ...] = ()

    @property
    def event_id(self) -> EventId:
        """The identity of the sale."""
        return event_id(self.recorded.stream, self.recorded.sequence)

    @property
    def before(self) -> tuple[int, ...]:
        """Milli-units of each line that came back so far."""
        return tuple(line.returned.milli for line in self.lines)

    @property
    def everything(self) -> tuple[int, ...]:
        """Milli-units of each line that are left."""
        return tuple(line.left.milli for line in self.lines)

    def pass_name(self, asset: AssetId) -> Text:
        """What people call a pass that settled units of the sale."""
        template = next((one.template for one in settled_as_recorded(self.sale) if one.pass_id == asset), "")
        good = self.programme.pass_good(template)
        return good.name if good is not None else ANY_PASS

    @property
    def is_empty(self) -> bool:
        """Whether all of it came back already."""
        return not any(self.everything)


def is_receipt_number(text: str) -> bool:
    """Whether a scan reads like the number of a receipt of ours."""
    return _FULL.fullmatch(text) is not None


def find_receipt(till: Till, typed: str) -> list[ListedSale]:
    """Sales by receipt number: whole, or its end as today's (``147`` of this till, ``3-147`` of till 3).

    Raises `InvalidField` where no such sale is here, saying what to do.
    """
    text = typed.strip().upper()
    short = _SHORT.fullmatch(text)
    if short is not None:
        number = int(short.group(1) or till.identity.number)
        text = format_receipt_number(till.business_day(), number, int(short.group(2)))
    with till.database.read() as connection:
        found = _listed(connection, sales.by_receipt(connection, text))
    if not found:
        raise InvalidField(
            "receipt",
            f"receipt {text} is not on this till; check the number, or return it at the till that sold it",
            f"本机没有小票 {text}；核对单号，或到卖出的收银台退",
        )
    return found


def sales_of_day(till: Till, day: BusinessDay) -> list[ListedSale]:
    """The store's newest sales of a business day, as far as they are here."""
    with till.database.read() as connection:
        return _listed(connection, sales.of_day(connection, day, LISTED))


def sales_of_members(till: Till, members: Iterable[MemberId]) -> list[ListedSale]:
    """The newest sales to these members at this store, newest first."""
    with till.database.read() as connection:
        found = [one for member in members for one in sales.by_member(connection, member, LISTED)]
        found.sort(key=lambda one: -one.position)
        return _listed(connection, found[:LISTED])


def _listed(connection: Connection, found: list[SaleSummary]) -> list[ListedSale]:
    back = sales.given_back(connection, [one.event_id for one in found])
    people = {
        one.member: member_search.find(connection, member_states.survivor_of(connection, one.member))
        for one in found
        if one.member is not None
    }
    return [
        ListedSale(one, people.get(one.member) if one.member else None, back.get(one.event_id, Money(0)))
        for one in found
    ]


def open_return(till: Till, position: int) -> Returnable:
    """Open a sale for returning.  Raises `InvalidField` where it is not here any more."""
    with till.database.read() as connection:
        return read_returnable(till, connection, position)


def read_returnable(till: Till, connection: Connection, position: int) -> Returnable:
    """The same, inside a transaction of the caller."""
    recorded = sales.sale_at(connection, position)
    if recorded is None or not isinstance(recorded.event, SaleCompleted):
        raise InvalidField("sale", "this sale is not on this till", "本机没有这一单")
    sale = recorded.event
    programme = _programme_of(till, connection, sale)

    def product_of(sku: Sku, revision: int) -> Product | None:
        return catalogue.revision(connection, sku, revision)

    refunds = tuple(
        back.event
        for back in sales.refunds_of(connection, event_id(recorded.stream, recorded.sequence))
        if isinstance(back.event, SaleRefunded)
    )
    back = returned_so_far(sale, refunds)
    who = member_states.survivor_of(connection, sale.member) if sale.member is not None else None
    view = sold_as_recorded(sale, recorded.at, programme, product_of, till.identity.store)
    return Returnable(
        position=position,
        recorded=recorded,
        sale=sale,
        own=recorded.stream.device == till.identity.device,
        programme=programme,
        view=view,
        lines=tuple(
            _line(line, units, milli, programme, product_of)
            for line, units, milli in zip(sale.lines, sold_units(sale), back, strict=True)
        ),
        refunds=refunds,
        member_id=who,
        member=member_search.find(connection, who) if who is not None else None,
        coupons=returning_coupons(till, connection, sale, programme),
        givings=givings_of(till, connection, recorded, sale, programme, who) if who is not None else (),
        claims=claims_of(connection, recorded.stream, recorded.sequence) if sale.member is None else (),
    )


def _line(line: SaleLine, units: SoldUnits, back: int, programme: Programme, product_of: ProductOf) -> ReturnableLine:
    product = product_sold(line, programme, product_of)
    fallback = line.name or line.sku
    return ReturnableLine(
        name_zh=product.name("zh_CN") if product is not None else fallback,
        name_en=product.name("en") if product is not None else fallback,
        barcode=product.barcode if product is not None else "",
        sold=line.quantity,
        net=line.net,
        returned=Quantity(min(back, line.quantity.milli)),
        whole=not line.quantity.is_whole,
        is_pass=programme.pass_of_line(line.sku) is not None,
        by_pass=units.by_pass,
        unit=product.unit if product is not None and product.weighed else "",
    )


def _programme_of(till: Till, connection: Connection, sale: SaleCompleted) -> Programme:
    """The programme that priced a sale.  Where it is not here, the sale's own figures decide."""
    if till.programme.version == sale.programme_version:
        return till.programme
    body = reference_data.programme(connection, sale.programme_version)
    return parse_programme(body) if body is not None else till.programme
