"""Members' assets as this till knows them, and what the ledger holds on each.

`reference_data` writes them from documents, as it does profiles: an asset opened at one till can be used at another.
Their balances are held balances like any other, settled by the server and pending on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.accounts import Account
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.time import BusinessDay
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import asset as asset_table
from posapp.storage.schema import held_balance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection


class _Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """The document of an asset, as MessagePack; its key is the id in hexadecimal."""

    owner: bytes
    kind: str
    template: str
    first_day: int
    last_day: int | None = None
    part_of: bytes | None = None
    code: str = ""
    terms: dict[str, int | str] = {}


_COLUMNS = "asset_id owner kind template last_day part_of code body"
_row = insert(asset_table).values({name: bindparam(name) for name in _COLUMNS.split()})
_WRITE = Prepared(
    _row.on_conflict_do_update(
        index_elements=["asset_id"], set_={name: _row.excluded[name] for name in _COLUMNS.split()[1:]}
    ),
    _COLUMNS,
)
_READ = (asset_table.c.asset_id, asset_table.c.body)
_OF_OWNER = Prepared(
    select(*_READ).where(asset_table.c.owner == bindparam("owner")).order_by(asset_table.c.asset_id), "owner"
)
_PARTS = Prepared(
    select(*_READ).where(asset_table.c.part_of == bindparam("whole")).order_by(asset_table.c.asset_id), "whole"
)
_BY_ID = Prepared(select(*_READ).where(asset_table.c.asset_id == bindparam("id")), "id")
_PAGE = Prepared(
    select(asset_table.c.asset_id, asset_table.c.kind, asset_table.c.body)
    .where(asset_table.c.asset_id > bindparam("after"))
    .order_by(asset_table.c.asset_id)
    .limit(bindparam("most")),
    "after most",
)
_BY_CODE = Prepared(select(*_READ).where(asset_table.c.code == bindparam("code")), "code")
_BALANCES = Prepared(
    select(held_balance.c.account, held_balance.c.settled + held_balance.c.pending).where(
        held_balance.c.holder == bindparam("holder")
    ),
    "holder",
)
_decode = msgspec.msgpack.Decoder(_Body).decode


@dataclass(frozen=True, slots=True)
class HeldAsset:
    """An asset with its balances: account → amount in the account's unit; what is absent is zero."""

    asset: Asset
    balances: Mapping[Account, int]

    def on(self, account: Account) -> int:
        """What stands on one account."""
        return self.balances.get(account, 0)


def encode(one: Asset) -> bytes:
    """The body of an asset's document."""
    return msgspec.msgpack.encode(
        _Body(
            owner=one.owner,
            kind=one.kind.value,
            template=one.template,
            first_day=one.first_day.ordinal,
            last_day=one.last_day.ordinal if one.last_day is not None else None,
            part_of=one.part_of,
            code=one.code,
            terms=dict(one.terms),
        )
    )


def decode(key: str, body: bytes) -> Asset:
    """Read a document back.  Raises `ValueError` or `msgspec.DecodeError` for what is no asset, or of a newer kind."""
    return _asset(bytes.fromhex(key), body)


def write_many(connection: Connection, assets: Iterable[Asset]) -> None:
    """Insert assets or replace what was known of them."""
    rows = [
        (
            one.id,
            one.owner,
            one.kind.value,
            one.template,
            one.last_day.ordinal if one.last_day is not None else None,
            one.part_of,
            one.code,
            encode(one),
        )
        for one in assets
    ]
    _WRITE.run_many(driver(connection), rows)


def of_owner(connection: Connection, owner: MemberId) -> list[HeldAsset]:
    """Everything that a member owns or owned, with balances; in the order of ids."""
    raw = driver(connection)
    return [_held(raw, row) for row in _OF_OWNER.run(raw, (owner,)).fetchall()]


def parts_of(connection: Connection, whole: AssetId) -> list[HeldAsset]:
    """The lots of a card, the components of a bundle."""
    raw = driver(connection)
    return [_held(raw, row) for row in _PARTS.run(raw, (whole,)).fetchall()]


def page(
    connection: Connection, after: bytes, most: int, kinds: Collection[AssetKind]
) -> tuple[list[HeldAsset], bytes | None]:
    """Those of some kinds among the next assets, however many others there are, and the last id that was looked at.

    That is None where none is left.
    """
    raw = driver(connection)
    rows = _PAGE.run(raw, (after, most)).fetchall()
    wanted = {kind.value for kind in kinds}
    found = [_held(raw, (identity, body)) for identity, kind, body in rows if kind in wanted]
    return found, rows[-1][0] if rows else None


def find(connection: Connection, identity: AssetId) -> HeldAsset | None:
    """An asset by its id."""
    raw = driver(connection)
    row = _BY_ID.run(raw, (identity,)).fetchone()
    return _held(raw, row) if row is not None else None


def by_code(connection: Connection, code: str) -> HeldAsset | None:
    """An asset by what is printed or shown for it; None where nothing or more than one thing has that code."""
    raw = driver(connection)
    rows = _BY_CODE.run(raw, (code,)).fetchmany(2) if code else []
    return _held(raw, rows[0]) if len(rows) == 1 else None


def balances(connection: Connection, holder: bytes) -> dict[Account, int]:
    """What any holder has, by account, own pending events included."""
    return _balances(driver(connection), holder)


def _held(raw: Any, row: tuple[bytes, bytes]) -> HeldAsset:
    return HeldAsset(_asset(*row), _balances(raw, row[0]))


def _balances(raw: Any, holder: bytes) -> dict[Account, int]:
    return {Account(account): amount for account, amount in _BALANCES.run(raw, (holder,)).fetchall()}


def _asset(identity: bytes, body: bytes) -> Asset:
    read = _decode(body)
    return Asset(
        id=AssetId(identity),
        kind=AssetKind(read.kind),
        owner=MemberId(read.owner),
        template=read.template,
        first_day=BusinessDay(read.first_day),
        last_day=BusinessDay(read.last_day) if read.last_day is not None else None,
        part_of=AssetId(read.part_of) if read.part_of is not None else None,
        code=read.code,
        terms=read.terms,
    )
