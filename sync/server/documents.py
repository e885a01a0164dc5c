"""Documents: reference data whose last writer wins, by (hybrid clock, device, body).  Nothing of value is in one.

The body decides where a till that was put back to a copy of its file drew a clock's value a second time.

The server does not read them, but for certificates of devices: those are only taken with its own signature, and make
a device known that a server restored from an old backup forgot.  Of what sales are priced by every version is kept,
also one that lost, so that each sale can be priced again by what its till knew (`sync.server.audit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, tuple_

from sync.protocol import certificate
from sync.protocol.certificate import COLLECTION, Certificate
from sync.protocol.messages import DocumentRow
from sync.server.errors import ForbiddenError
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from sync.server.context import Caller, Context

__all__ = ["Certificate", "certificates_in", "keep", "remember", "winners"]

_AT_ONCE: Final = 500
_document = schema.document
_KEPT: Final = select(*(_document.c[name] for name in ("collection", "key", "hlc", "device", "body"))).where(
    _document.c.merchant_id == bindparam("merchant"),
    tuple_(_document.c.collection, _document.c.key).in_(bindparam("wanted", expanding=True)),
)


def certificates_in(context: Context, caller: Caller, rows: Iterable[DocumentRow]) -> list[Certificate]:
    """The certificates among documents, each checked.  Raises `ProtocolError` or `ForbiddenError`, naming its place."""
    found = []
    for place, row in enumerate(rows):
        if row.collection != COLLECTION:
            continue
        name = f"documents[{place}].body"
        one = certificate.read(row.body, context.keys.certificate_key(caller.merchant_id), name)
        if (one.merchant_id, one.device.hex(), one.hlc) != (caller.merchant_id, row.key, row.hlc) or row.device:
            raise ForbiddenError("the certificate is another's", "设备证书不符", name)
        found.append(one)
    return found


def winners(connection: Connection, merchant_id: str, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """Those that are newer than what is kept, one a key.  The caller holds the merchant's counter."""
    newest: dict[tuple[str, str], DocumentRow] = {}
    for row in rows:
        key = (row.collection, row.key)
        if key not in newest or _rank(row) > _rank(newest[key]):
            newest[key] = row
    keys = list(newest)
    for start in range(0, len(keys), _AT_ONCE):
        kept = connection.execute(_KEPT, {"merchant": merchant_id, "wanted": keys[start : start + _AT_ONCE]})
        for collection, key, *rank in kept.all():
            if _rank(newest[collection, key]) <= tuple(rank):
                del newest[collection, key]
    return [newest[key] for key in sorted(newest)]


def keep(connection: Connection, merchant_id: str, gseq: int, rows: Sequence[DocumentRow]) -> None:
    """Write winners under a place in the merchant's order."""
    batches.put(
        connection,
        schema.document,
        [(merchant_id, row.collection, row.key, row.hlc, row.device, row.body, len(row.body), gseq) for row in rows],
    )
    remember(connection, merchant_id, rows)


def remember(connection: Connection, merchant_id: str, rows: Iterable[DocumentRow]) -> None:
    """Keep versions of what sales are priced by, the losing ones too; one that is known already changes nothing."""
    versions = [
        (merchant_id, row.collection, row.key, row.hlc, row.device, row.body)
        for row in rows
        if row.collection in schema.PRICED_BY
    ]
    batches.append(connection, schema.document_version, versions, known_is_fine=True)


def _rank(row: DocumentRow) -> tuple[int, bytes, bytes]:
    return row.hlc, row.device, row.body
