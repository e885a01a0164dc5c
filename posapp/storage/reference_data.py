"""The only writer of what can be changed: members' profiles, products, programmes, stores, what assets are.

Each is a document, so that it travels; the winning version of a document is materialised into the tables that are
searched, in the same transaction.  Profiles are sealed, because the server carries them and must not read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.ids import MemberId
from posapp.domain.member import Profile
from posapp.domain.time import BusinessDay
from posapp.storage import assets, catalogue, documents, members
from posapp.storage.documents import ASSET, PRODUCT, PROFILE, PROGRAMME, STORE, Document
from posapp.storage.members import MemberRecord
from posapp.storage.schema import programme as programme_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from posapp.domain.asset import Asset
    from posapp.domain.catalogue import Product
    from posapp.domain.ids import StoreId
    from posapp.domain.time import Clock


class Sealer(Protocol):
    """Seals and opens profile bodies; `open` raises `Unreadable` where the key does not fit."""

    def seal(self, key: str, plain: bytes) -> bytes:
        """Encrypt the body of the document of this key."""
        ...

    def open(self, key: str, sealed: bytes) -> bytes:
        """Decrypt it."""
        ...


class Unreadable(Exception):
    """A sealed body that this till cannot open: made with another key, or damaged on its way."""


class _ProfileBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The JSON of a profile document."""

    phone: str
    card: str
    name: str = ""
    birthday: str = ""
    marketing: bool = False
    joined: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge changed: the keys that won by collection, and those whose body could not be read."""

    changed: Mapping[str, tuple[str, ...]]
    unreadable: tuple[str, ...]


class ReferenceData:
    """Writes documents as this device.  Call it only inside `Database.write`."""

    def __init__(self, device: bytes, clock: Clock, sealer: Sealer) -> None:
        self._device = device
        self._clock = clock
        self._sealer = sealer

    def put_member(self, connection: Connection, identity: MemberId, record: MemberRecord) -> None:
        """Write a member's profile: a new card, or a change of name, birthday or consent."""
        self.put_members(connection, {identity: record})

    def put_members(self, connection: Connection, records: Mapping[MemberId, MemberRecord]) -> None:
        """Write many profiles at once."""
        bodies = {who.hex(): self._sealer.seal(who.hex(), _profile_body(one)) for who, one in records.items()}
        self._put(connection, PROFILE, bodies)
        members.write_many(connection, records.items())

    def put_products(self, connection: Connection, products: Iterable[Product]) -> list[Product]:
        """Write products, each as a new revision where it differs from its current one; return the new revisions.

        A sku must not occur twice.
        """
        revised = catalogue.revise(connection, products)
        self._put(connection, PRODUCT, {one.sku: catalogue.encode(one) for one in revised})
        catalogue.write_many(connection, revised)
        return revised

    def put_programme(self, connection: Connection, version: int, body: bytes) -> None:
        """Publish a version of the programme: its JSON, byte for byte."""
        self._put(connection, PROGRAMME, {programme_key(version): body})
        _write_programme(connection, version, body)

    def put_assets(self, connection: Connection, made: Iterable[Asset]) -> None:
        """Write what new assets are, or whose an asset is now; what stands on them is recorded by events alone."""
        kept = list(made)
        self._put(connection, ASSET, {one.id.hex(): assets.encode(one) for one in kept})
        assets.write_many(connection, kept)

    def put_store(self, connection: Connection, store: StoreId, fields: Mapping[str, str]) -> None:
        """Write what is shown of a store, such as its name."""
        self._put(connection, STORE, {store: msgspec.msgpack.encode(dict(fields))})

    def merge(self, connection: Connection, offered: Iterable[Document]) -> Merged:
        """Take documents from the server: the later version wins, and what won is materialised."""
        changed: dict[str, list[str]] = {}
        unreadable: list[str] = []
        records: list[tuple[MemberId, MemberRecord]] = []
        products: list[Product] = []
        owned: list[Asset] = []
        for one in documents.merge(connection, offered):
            try:
                match one.collection:
                    case documents.PROFILE:
                        records.append((MemberId(bytes.fromhex(one.key)), self._read_profile(one)))
                    case documents.PRODUCT:
                        products.append(catalogue.decode(one.body))
                    case documents.ASSET:
                        owned.append(assets.decode(one.key, one.body))
                    case documents.PROGRAMME:
                        _write_programme(connection, int(one.key), one.body)
                    case _:
                        pass  # kept for whoever reads it, also a later version of this program
            except (Unreadable, msgspec.DecodeError, ValueError):
                unreadable.append(f"{one.collection}/{one.key}")
                continue
            changed.setdefault(one.collection, []).append(one.key)
        members.write_many(connection, records)
        catalogue.write_many(connection, products)
        assets.write_many(connection, owned)
        return Merged({name: tuple(keys) for name, keys in changed.items()}, tuple(unreadable))

    def _put(self, connection: Connection, collection: str, bodies: Mapping[str, bytes]) -> None:
        if bodies:
            documents.put_many(connection, collection, bodies, device=self._device, now=self._clock.now())

    def _read_profile(self, one: Document) -> MemberRecord:
        body = msgspec.json.decode(self._sealer.open(one.key, one.body), type=_ProfileBody)
        profile = Profile(body.phone, body.name, body.birthday, body.marketing)
        return MemberRecord(profile, body.card, BusinessDay(body.joined) if body.joined is not None else None)


def _profile_body(record: MemberRecord) -> bytes:
    profile = record.profile
    return msgspec.json.encode(
        _ProfileBody(
            profile.phone_e164,
            record.card_number,
            profile.name,
            profile.birthday,
            profile.marketing,
            record.joined.ordinal if record.joined else None,
        )
    )


def programme_key(version: int) -> str:
    """The key of a programme's document, which sorts by version."""
    return f"{version:010d}"


def _write_programme(connection: Connection, version: int, body: bytes) -> None:
    row = insert(programme_table).values(version=version, body=body)
    connection.execute(row.on_conflict_do_update(index_elements=["version"], set_={"body": body}))


def newest_programme(connection: Connection) -> tuple[int, bytes] | None:
    """The programme in force: its version and its JSON."""
    query = select(programme_table).order_by(programme_table.c.version.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.version, row.body) if row else None


def programme(connection: Connection, version: int) -> bytes | None:
    """The JSON of one version of the programme, which old receipts refer to."""
    body: bytes | None = connection.scalar(select(programme_table.c.body).where(programme_table.c.version == version))
    return body


def store_fields(connection: Connection, store: StoreId) -> dict[str, str]:
    """What is known of a store; empty where its document has not come."""
    found = documents.find(connection, STORE, store)
    return msgspec.msgpack.decode(found.body, type=dict[str, str]) if found else {}
