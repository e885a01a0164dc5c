"""What members own, as tills tell it in documents: whose it is, of what kind, where it was made.

Documents come from tills; one that cannot be read is as good as absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import select

from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

_COLLECTION: Final = "asset"
_MANY: Final = 500


class OwnedAsset(msgspec.Struct, frozen=True):
    """What counts of an asset's document (`posapp.storage.assets` writes it)."""

    owner: bytes
    kind: str
    template: str = ""
    part_of: bytes | None = None
    terms: dict[str, int | str] = {}


_decode: Final = msgspec.msgpack.Decoder(OwnedAsset).decode


def find(connection: Connection, merchant_id: str, wanted: Iterable[bytes]) -> dict[bytes, OwnedAsset]:
    """Those of these assets that are known, by their ids."""
    table = schema.document
    keys = sorted(each.hex() for each in wanted)
    found: dict[bytes, OwnedAsset] = {}
    for start in range(0, len(keys), _MANY):
        query = select(table.c.key, table.c.body).where(
            table.c.merchant_id == merchant_id,
            table.c.collection == _COLLECTION,
            table.c.key.in_(keys[start : start + _MANY]),
        )
        for key, body in connection.execute(query):
            try:
                found[bytes.fromhex(key)] = _decode(body)
            except (msgspec.MsgspecError, ValueError):
                continue
    return found
