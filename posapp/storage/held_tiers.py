"""The tier that each member holds, as a document: it travels to every till, and the last one recorded counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, select

from posapp.domain.asset import Asset, AssetKind
from posapp.domain.ids import MemberId
from posapp.domain.member import HeldTier, tier_document
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import asset as asset_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.domain.time import BusinessDay


class _Body(msgspec.Struct, frozen=True):
    """What a tier's document says that counts; the rest of an asset's document is passed over."""

    template: str
    last_day: int | None = None
    terms: dict[str, int] = {}


_decode = msgspec.msgpack.Decoder(_Body).decode
_BODY = Prepared(select(asset_table.c.body).where(asset_table.c.asset_id == bindparam("id")), "id")


def find(connection: Connection, member: MemberId) -> HeldTier | None:
    """What was recorded last of a member; None where nothing was.

    Every sale to a member asks: so only the document is read, and of it only what is needed.
    """
    row = _BODY.run(driver(connection), (tier_document(member),)).fetchone()
    if row is None:
        return None
    one = _decode(row[0])
    return HeldTier.of_terms(one.template, one.last_day, one.terms)


def as_document(member: MemberId, held: HeldTier, since: BusinessDay) -> Asset:
    """A tier that is held from a day on, to be written by `ReferenceData.put_assets`."""
    return Asset(tier_document(member), AssetKind.TIER, member, held.code, since, held.until, terms=held.terms)
