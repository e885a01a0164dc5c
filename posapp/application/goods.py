"""From a code or a word to goods in the basket."""

from __future__ import annotations

from posapp.application.till import Till
from posapp.domain.amounts import Money, Quantity, half_up
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.ids import Sku
from posapp.domain.sale import CartLine
from posapp.domain.scale_label import ScaleLabel, read_scale_label
from posapp.domain.weight import GRAMS, in_units
from posapp.storage import catalogue

_MOST = Quantity(9_999_000)


def by_barcode(till: Till, code: str) -> Product | None:
    """The product with a barcode; None where the shop has none (then Ctrl+N makes one)."""
    with till.database.read() as connection:
        return next(iter(catalogue.by_barcode(connection, code)), None)


def by_plu(till: Till, plu: str) -> Product | None:
    """The product with a PLU."""
    with till.database.read() as connection:
        return next(iter(catalogue.by_plu(connection, plu)), None)


def by_sku(till: Till, sku: Sku) -> Product | None:
    """The current revision of a product."""
    with till.database.read() as connection:
        return catalogue.current(connection, sku)


def search(till: Till, typed: str, limit: int = 9, *, for_member: bool = True) -> list[Product]:
    """Products by name, pinyin initials, PLU or barcode; what is for members alone is hidden from others (X-17)."""
    with till.database.read() as connection:
        found = catalogue.search(connection, typed, limit=limit)
    return [one for one in found if for_member or not one.is_for_members]


def quick_items(till: Till) -> list[Product]:
    """The products of Alt+1 … Alt+0."""
    with till.database.read() as connection:
        return catalogue.quick_items(connection, limit=10)


def line_of(product: Product, language: str, quantity: Quantity | None = None) -> CartLine:
    """A basket line of a product, one unit unless told."""
    return CartLine(
        sku=product.sku,
        name=product.name(language),
        quantity=quantity or Quantity.pieces(1),
        unit_price=product.price,
        revision=product.revision,
        category=product.category,
        tags=product.tags,
        member_price=product.member_price,
        cost=product.cost or None,
    )


def is_in_grams(product: Product) -> bool:
    """Whether goods are sold by a weight that a scale shows, so that kilograms are typed."""
    return product.weighed and product.unit in GRAMS


def typed_quantity(product: Product, typed: str) -> Quantity:
    """So many pieces, or so much weight: kilograms as a scale shows them, in the product's unit.

    Raises `InvalidField` for none, for what is no number, and for pieces that are not whole.
    """
    number = Quantity.parse(typed.removesuffix("."))
    if not product.weighed and not number.is_whole:
        raise InvalidField("quantity", "whole pieces only", "这个商品按件卖，数量须为整数")
    if product.weighed:
        number = in_units(number, product.unit)
    if not Quantity(0) < number <= _MOST:
        raise InvalidField("quantity", "above 0 and below 10,000", "数量须大于 0、小于 1 万")
    return number


def line_of_label(till: Till, digits: str, language: str) -> CartLine:
    """The line of a scale label: a printed amount stands, and where there is no weight the quantity is derived from it.

    Raises `InvalidField` where the shop has no goods of that PLU, nothing was weighed, or goods that have a weight on
    the label are sold by something else.
    """
    label = read_scale_label(digits, till.scale)
    plu = label.plu.lstrip("0")
    product = by_plu(till, plu)
    if product is None:
        raise InvalidField("plu", f"no goods have PLU {plu}", f"没有 PLU {plu} 的商品")
    if not (label.amount_fen or label.grams):
        raise InvalidField("plu", "the label says that nothing was weighed: weigh again", "秤签上是 0，重新称")
    quantity = _labelled_quantity(label, product)
    line = line_of(product, language, quantity)
    return CartLine(
        sku=line.sku, name=line.name, quantity=quantity, unit_price=line.unit_price, revision=line.revision,
        category=line.category, tags=line.tags, member_price=line.member_price, cost=line.cost,
        amount=Money(label.amount_fen) if label.amount_fen is not None else None,
    )  # fmt: skip


def _labelled_quantity(label: ScaleLabel, product: Product) -> Quantity:
    grams = GRAMS.get(product.unit)
    if label.grams is not None and grams is not None:
        return Quantity(half_up(label.grams * 1000, grams))
    if label.amount_fen is None:
        name = product.name("zh_CN")
        raise InvalidField(
            "plu",
            f"the label is a weight, but {product.name('en')} is sold by the {product.unit or 'piece'}: mend its unit",
            f"标签是重量，但“{name}”按{product.unit or '件'}卖：改它的单位",
        )
    return Quantity(half_up(label.amount_fen * 1000, product.price.fen)) if product.price else Quantity(1000)
