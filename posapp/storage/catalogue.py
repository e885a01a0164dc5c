"""Products: every revision kept, the current one found by scan, key or name.

`reference_data` writes them from product documents.  Where two tills change one product while apart, both make the
same revision number; the later document wins that number and becomes current.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BindParameter, bindparam, literal_column, select, text
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import product, product_spelling
from posapp.storage.spelling import folded, has_hanzi, spellings, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

CANDIDATES = 300
_AFTER_EVERYTHING = "\U0010ffff"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Product).decode

_COLUMNS = "sku revision current active barcode plu quick name_zh name_en body"
_row = insert(product).values({name: bindparam(name) for name in _COLUMNS.split()})
_WRITE = Prepared(
    _row.on_conflict_do_update(
        index_elements=["sku", "revision"], set_={name: _row.excluded[name] for name in _COLUMNS.split()[2:]}
    ).returning(product.c.product_key),
    _COLUMNS,
)
_RETIRE = "UPDATE product SET current = 0 WHERE sku = ? AND current = 1 AND revision <> ? RETURNING product_key"
_SPELLING = Prepared(
    insert(product_spelling)
    .values(spelling=bindparam("spelling"), product_key=bindparam("product_key"))
    .on_conflict_do_nothing(),
    "spelling product_key",
)
_FORGET_SPELLINGS = "DELETE FROM product_spelling WHERE product_key = ?"
_FORGET_NAME = "DELETE FROM product_name_search WHERE rowid = ?"
_REPLACE_NAME = "INSERT OR REPLACE INTO product_name_search(rowid, name) VALUES (?, ?)"

_current = select(product.c.body).where(product.c.current == literal_column("1"))
_active = _current.where(product.c.active == literal_column("1"))
_wanted: BindParameter[int] = bindparam("wanted")
_BY_SKU = Prepared(_current.where(product.c.sku == bindparam("sku")), "sku")
_REVISION = Prepared(
    select(product.c.body).where(product.c.sku == bindparam("sku"), product.c.revision == bindparam("revision")),
    "sku revision",
)
_BY_BARCODE = Prepared(
    _active.where(product.c.barcode == bindparam("code"), product.c.barcode != literal_column("''")).limit(_wanted),
    "code wanted",
)
_BY_PLU = Prepared(
    _active.where(product.c.plu == bindparam("plu"), product.c.plu != literal_column("''")).limit(_wanted),
    "plu wanted",
)
_QUICK = Prepared(
    _active.where(product.c.quick > literal_column("0")).order_by(product.c.quick).limit(_wanted), "wanted"
)
_EVERY = Prepared(_current.order_by(product.c.sku), "")
_spelt = (
    select(product_spelling.c.product_key)
    .where(
        product_spelling.c.spelling >= bindparam("spelling"), product_spelling.c.spelling < bindparam("spelling_end")
    )
    .distinct()
    .limit(literal_column(str(CANDIDATES)))
    .subquery("spelt")
)
_BY_SPELLING = Prepared(
    _active.join(_spelt, _spelt.c.product_key == product.c.product_key)
    .order_by(product.c.quick == literal_column("0"), product.c.quick, product.c.name_zh)
    .limit(_wanted),
    "spelling spelling_end wanted",
)
_BY_NAME = Prepared(
    select(literal_column("product.body"))
    .select_from(text("product_name_search CROSS JOIN product ON product.product_key = product_name_search.rowid"))
    .where(text("product_name_search MATCH :phrase AND product.active = 1"))
    .limit(_wanted),
    "phrase wanted",
)


def write_many(connection: Connection, products: Iterable[Product]) -> None:
    """Store revisions and make each the current one of its product, search indices included."""
    raw = driver(connection)
    names: list[tuple[int, str]] = []
    spelt: list[tuple[str, int]] = []
    for one in products:
        for (retired,) in raw.execute(_RETIRE, (one.sku, one.revision)).fetchall():
            raw.execute(_FORGET_SPELLINGS, (retired,))
            raw.execute(_FORGET_NAME, (retired,))
        ((key,),) = _WRITE.run(
            raw,
            (
                one.sku,
                one.revision,
                1,
                int(one.active),
                one.barcode,
                one.plu,
                one.quick,
                one.name_zh,
                one.name_en,
                encode(one),
            ),
        ).fetchall()
        raw.execute(_FORGET_SPELLINGS, (key,))
        names.append((key, " ".join((*tokens(one.name_zh), *tokens(one.name_en)))))
        found = dict.fromkeys((*spellings(one.name_zh), *spellings(one.name_en), folded(one.sku)))
        spelt += [(spelling, key) for spelling in found]
    raw.executemany(_REPLACE_NAME, names)
    _SPELLING.run_many(raw, spelt)


def encode(one: Product) -> bytes:
    """A product as the bytes of its document."""
    return _encode(one)


def decode(body: bytes) -> Product:
    """The inverse of `encode`.  Raises `msgspec.ValidationError`."""
    return _decode(body)


def current(connection: Connection, sku: Sku) -> Product | None:
    """The current revision of a product, also where it is no longer sold."""
    return next(iter(_products(connection, _BY_SKU, (sku,))), None)


def revision(connection: Connection, sku: Sku, number: int) -> Product | None:
    """A product as it was in one revision, for old receipts."""
    return next(iter(_products(connection, _REVISION, (sku, number))), None)


def by_barcode(connection: Connection, code: str) -> list[Product]:
    """Products on sale with this barcode; more than one is possible, and the cashier picks.

    A 12-digit UPC and its 13-digit form with a leading zero are one code.
    """
    for form in dict.fromkeys((code, code.lstrip("0").rjust(13, "0"), code.lstrip("0").rjust(12, "0"))):
        found = _products(connection, _BY_BARCODE, (form, 8))
        if found:
            return found
    return []


def by_plu(connection: Connection, plu: str) -> list[Product]:
    """Products on sale with this PLU; leading zeros do not count where the exact one is unknown."""
    exact = _products(connection, _BY_PLU, (plu, 8))
    return exact or _products(connection, _BY_PLU, (plu.lstrip("0"), 8))


def quick_items(connection: Connection, limit: int = 30) -> list[Product]:
    """The products on the quick keys, in their order."""
    return _products(connection, _QUICK, (limit,))


def every(connection: Connection) -> list[Product]:
    """The current revision of every product, by sku."""
    return _products(connection, _EVERY, ())


def search(connection: Connection, typed: str, *, limit: int = 20) -> list[Product]:
    """Products on sale that match what was typed: barcode, PLU, sku, a name in either language, pinyin initials."""
    query = folded(typed).strip()
    pieces = tokens(query)
    if not pieces:
        return []
    if query.isdecimal():
        found = by_barcode(connection, query) or by_plu(connection, query)
        if found:
            return found[:limit]
    exact = current(connection, Sku(typed.strip()))
    if exact is not None and exact.active:
        return [exact]
    by_name = _products(connection, _BY_NAME, (_phrase(pieces), limit))
    if has_hanzi(query):
        return by_name
    joined = "".join(pieces)
    by_spelling = _products(connection, _BY_SPELLING, (joined, joined + _AFTER_EVERYTHING, limit))
    return list({one.sku: one for one in (*by_spelling, *by_name)}.values())[:limit]


def _phrase(pieces: Sequence[str]) -> str:
    """Hanzi stand together; of Latin words the last may be unfinished."""
    quoted = f'"{" ".join(pieces)}"'
    return quoted if has_hanzi(pieces[-1]) else quoted + "*"


def revise(connection: Connection, products: Iterable[Product]) -> list[Product]:
    """Number the products that differ from their current revision, leaving out those that do not; nothing is written.

    The `revision` of what is passed in does not matter.
    """
    result = []
    for one in products:
        before = current(connection, one.sku)
        number = before.revision if before else 0
        if before != replace(one, revision=number):
            result.append(replace(one, revision=number + 1))
    return result


def _products(connection: Connection, statement: Prepared, values: tuple[Any, ...]) -> list[Product]:
    return [_decode(body) for (body,) in statement.run(driver(connection), values).fetchall()]
