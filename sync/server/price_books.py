"""What a merchant's sales were priced by: every version of its programmes and products, and how members stand.

Documents come from tills; one that cannot be read is as good as absent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import bindparam, func, select

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.ids import AssetId
from posapp.domain.member import VISIT_MINIMUM_FEN, HeldTier, Standing, tier_document
from posapp.domain.posting.tier import tier_given
from posapp.domain.programme import parse_programme
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from posapp.domain.events import SaleCompleted
    from posapp.domain.ids import MemberId, Sku
    from posapp.domain.programme import Programme

_AT_ONCE: Final = 500
_PRODUCT, _PROGRAMME = schema.PRICED_BY
_decode_product: Final = msgspec.msgpack.Decoder(Product).decode


@dataclass(slots=True)
class Books:
    """The programmes and products of one merchant that some sales name, and what members above the first tier came to.

    Newest first where there are several: two tills may have made one revision of a product, apart from each other.
    """

    programmes: dict[int, list[Programme]] = field(default_factory=dict)
    products: dict[tuple[Sku, int], list[Product]] = field(default_factory=dict)
    standings: dict[bytes, Standing] = field(default_factory=dict)
    held: dict[bytes, HeldTier] = field(default_factory=dict)

    def programme(self, sale: SaleCompleted) -> Programme | None:
        """The published programme of a sale's version: the one that it hashes to, else the newest; None without any."""
        known = self.programmes.get(sale.programme_version, [])
        exact = (one for one in known if sale.programme_hash and one.hash.startswith(sale.programme_hash))
        return next(exact, known[0] if known else None)

    def product(self, sku: Sku, revision: int, prices: Collection[Money]) -> Product | None:
        """A revision of a product: the one with a price that a sale records, else the newest."""
        known = self.products.get((sku, revision))
        if not known:
            return None
        return next((one for one in known if one.price in prices), known[0])


def open_books(connection: Connection, merchant_id: str, sales: Collection[SaleCompleted]) -> Books:
    """Read what pricing these sales again takes."""
    books = Books()
    for number in {sale.programme_version for sale in sales}:
        bodies = _versions(connection, merchant_id, _PROGRAMME, [f"{number:010d}"])
        books.programmes[number] = [one for body in bodies if (one := _programme(body)) is not None]
    for body in _versions(connection, merchant_id, _PRODUCT, sorted({line.sku for s in sales for line in s.lines})):
        try:
            product = _decode_product(body)
        except msgspec.MsgspecError:
            continue
        books.products.setdefault((product.sku, product.revision), []).append(product)
    lowest = {one.tiers[0].code for known in books.programmes.values() for one in known}
    raised = {sale.member for sale in sales if sale.member is not None and sale.tier not in lowest}
    books.standings = standings(connection, merchant_id, raised)
    books.held = held_tiers(connection, merchant_id, raised)
    return books


_PROGRAMMES: Final = (
    select(schema.document.c.body)
    .where(schema.document.c.merchant_id == bindparam("merchant"), schema.document.c.collection == _PROGRAMME)
    .order_by(schema.document.c.key.desc())
)


def programmes(connection: Connection, merchant_id: str) -> Iterator[Programme]:
    """Every programme that can be read, the highest version first."""
    bodies = connection.scalars(_PROGRAMMES, {"merchant": merchant_id})
    return (one for body in bodies if (one := _programme(body)) is not None)


def newest_programme(connection: Connection, merchant_id: str) -> Programme | None:
    """The one with the highest version; None without any."""
    return next(programmes(connection, merchant_id), None)


@lru_cache(maxsize=64)
def _programme(body: bytes) -> Programme | None:
    try:
        return parse_programme(body)
    except (InvalidField, ValueError):
        return None


def _versions(connection: Connection, merchant_id: str, collection: str, keys: list[str]) -> Iterator[bytes]:
    table = schema.document_version
    for start in range(0, len(keys), _AT_ONCE):
        yield from connection.scalars(
            select(table.c.body)
            .where(
                table.c.merchant_id == merchant_id,
                table.c.collection == collection,
                table.c.key.in_(keys[start : start + _AT_ONCE]),
            )
            .order_by(table.c.hlc.desc(), table.c.device.desc())
        )


def who_returned(connection: Connection, merchant_id: str, holders: Collection[bytes]) -> set[bytes]:
    """Those of these members who ever brought something back, so far as passes have read."""
    table = schema.audit_returned
    found: set[bytes] = set()
    for some in _parts(holders):
        query = select(table.c.holder).where(table.c.merchant_id == merchant_id, table.c.holder.in_(some))
        found.update(connection.scalars(query))
    return found


def _parts(holders: Collection[bytes]) -> Iterator[list[bytes]]:
    ordered = sorted(holders)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def tiers_given(connection: Connection, merchant_id: str, wanted: Collection[tuple[MemberId, str]]) -> set[bytes]:
    """Which of these members were ever given these tiers, as the holders of `posting.tier.tier_given`.

    A tier may be held that a standing does not reach: by hand until a day, or kept to the end of its promise.
    """
    balance = schema.balance
    found: set[bytes] = set()
    for some in _parts({tier_given(member, tier) for member, tier in wanted}):
        query = select(balance.c.holder).where(
            balance.c.merchant_id == merchant_id,
            balance.c.account == int(Account.OCCURRENCE),
            balance.c.holder.in_(some),
            balance.c.amount > 0,
        )
        found.update(connection.scalars(query))
    return found


class _TierBody(msgspec.Struct, frozen=True):
    """What counts of the document of a tier that a member holds."""

    template: str
    last_day: int | None = None
    terms: dict[str, int] = {}


_decode_tier: Final = msgspec.msgpack.Decoder(_TierBody).decode


def held_tiers(connection: Connection, merchant_id: str, members: Collection[MemberId]) -> dict[bytes, HeldTier]:
    """The tier that was recorded last of each of these members, where one was."""
    table = schema.document
    keys = {tier_document(who): who for who in members}
    found: dict[bytes, HeldTier] = {}
    for some in _parts(keys):
        query = select(table.c.key, table.c.body).where(
            table.c.merchant_id == merchant_id, table.c.collection == "asset", table.c.key.in_([k.hex() for k in some])
        )
        for key, body in connection.execute(query):
            try:
                one = _decode_tier(body)
            except msgspec.MsgspecError:
                continue
            found[keys[AssetId(bytes.fromhex(key))]] = HeldTier.of_terms(one.template, one.last_day, one.terms)
    return found


class _PromisedBody(msgspec.Struct, frozen=True):
    """What counts of the document of an asset that a contract made."""

    terms: dict[str, int | str] = {}


_decode_promised: Final = msgspec.msgpack.Decoder(_PromisedBody).decode


def promised(connection: Connection, merchant_id: str, assets: Collection[AssetId]) -> dict[AssetId, dict[str, int]]:
    """The figures that were promised with these assets, of those whose documents have come."""
    table = schema.document
    keys = {each.hex(): each for each in assets}
    found: dict[AssetId, dict[str, int]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = sorted(keys)[start : start + _AT_ONCE]
        query = select(table.c.key, table.c.body).where(
            table.c.merchant_id == merchant_id, table.c.collection == "asset", table.c.key.in_(some)
        )
        for key, body in connection.execute(query):
            try:
                terms = _decode_promised(body).terms
            except msgspec.MsgspecError:
                continue
            found[keys[key]] = {name: value for name, value in terms.items() if isinstance(value, int)}
    return found


def standings(connection: Connection, merchant_id: str, holders: Collection[bytes]) -> dict[bytes, Standing]:
    """What tiers are measured by, for members, as it is now."""
    found: dict[bytes, Standing] = {}
    balance, day = schema.balance, schema.member_day
    for some in _parts(holders):
        amounts = connection.execute(
            select(balance.c.holder, balance.c.account, balance.c.amount).where(
                balance.c.merchant_id == merchant_id, balance.c.holder.in_(some)
            )
        )
        of = {(who, account): amount for who, account, amount in amounts}
        counted = connection.execute(
            select(day.c.holder, func.count())
            .where(day.c.merchant_id == merchant_id, day.c.holder.in_(some), day.c.net >= VISIT_MINIMUM_FEN)
            .group_by(day.c.holder)
        )
        visits: dict[bytes, int] = {row[0]: row[1] for row in counted}
        for who in some:
            found[who] = Standing(
                growth=Growth(of.get((who, Account.MEMBER_GROWTH), 0)),
                spend=Money(of.get((who, Account.MEMBER_SPEND), 0)),
                visits=visits.get(who, 0) + of.get((who, Account.MEMBER_VISITS), 0),
            )
    return found
