"""The only writer of what can be changed: members' profiles, products, programmes, stores, what assets are.

Each is a document, so that it travels; the winning version of a document is materialised into the tables that are
searched, in the same transaction.  Profiles are sealed, because the server carries them and must not read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec
from sqlalchemy import literal_column, select
from sqlalchemy.dialects.sqlite import insert

from posapp.domain.ids import MemberId
from posapp.domain.member import Consent, Membership, MemberState, Profile
from posapp.domain.time import BusinessDay
from posapp.storage import assets, catalogue, documents, member_states, members
from posapp.storage.database import driver
from posapp.storage.documents import ASSET, CARD, CARD_FACE, CLAIM, PRODUCT, PROFILE, PROGRAMME, STORE, Document
from posapp.storage.member_states import Claim
from posapp.storage.members import MemberRecord
from posapp.storage.prepared import Prepared
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
    state: str = ""
    survivor: str = ""
    card_until: int | None = None
    guardian: str = ""
    consents: list[tuple[str, bool, str, int, str]] = []
    birthday_day: int | None = None
    face: str = ""


class _ClaimBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The MessagePack of a claim: whose the number of this keyed hash is."""

    member: bytes | None
    generation: int


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge changed: the keys that won by collection, and those whose body could not be read."""

    changed: Mapping[str, tuple[str, ...]]
    unreadable: tuple[str, ...]


class ReferenceData:
    """Writes documents as this device.  Call it only inside `Database.write`."""

    def __init__(self, device: bytes, clock: Clock, sealer: Sealer) -> None:
        self._device = device
        self.clock = clock
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

    def put_claim(self, connection: Connection, number_key: bytes, claim: Claim) -> None:
        """Write whose a phone number is; the number itself stands nowhere."""
        body = msgspec.msgpack.encode(_ClaimBody(claim.member, claim.generation))
        self._put(connection, CLAIM, {number_key.hex(): body})
        member_states.write_claim(connection, number_key, claim)

    def revoke_card(self, connection: Connection, card_number: str, day: BusinessDay) -> None:
        """Write that a card is no longer good."""
        self._put(connection, CARD, {card_number: msgspec.msgpack.encode(day.ordinal)})
        member_states.revoke_card(connection, card_number, day)

    def put_card_face(self, connection: Connection, body: bytes) -> None:
        """Write what the membership card looks like: the name of a built-in template, or a picture."""
        self._put(connection, CARD_FACE, {CARD_FACE: body})

    def put_sealed(self, connection: Connection, collection: str, key: str, plain: bytes) -> None:
        """Write a document that the server carries and must not read: a PIN's hash, an identity paper."""
        self._put(connection, collection, {key: self._sealer.seal(f"{collection}/{key}", plain)})

    def sealed(self, connection: Connection, collection: str, key: str) -> bytes | None:
        """What was written by `put_sealed`, here or elsewhere; None where nothing was.  Raises `Unreadable`."""
        found = documents.find(connection, collection, key)
        return self._sealer.open(f"{collection}/{key}", found.body) if found is not None else None

    def put_store(self, connection: Connection, store: StoreId, fields: Mapping[str, str]) -> None:
        """Write what is shown of a store, such as its name."""
        self._put(connection, STORE, {store: msgspec.msgpack.encode(dict(fields))})

    def member_record(self, connection: Connection, identity: MemberId) -> MemberRecord | None:
        """A member's whole record as it was written last, also of one who was merged.  Raises `Unreadable`."""
        found = documents.find(connection, PROFILE, identity.hex())
        return self._read_profile(found) if found is not None else None

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
                    case documents.CLAIM:
                        read = msgspec.msgpack.decode(one.body, type=_ClaimBody)
                        owner = MemberId(read.member) if read.member is not None else None
                        member_states.write_claim(connection, bytes.fromhex(one.key), Claim(owner, read.generation))
                    case documents.CARD:
                        day = BusinessDay(msgspec.msgpack.decode(one.body, type=int))
                        member_states.revoke_card(connection, one.key, day)
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
            documents.put_many(connection, collection, bodies, device=self._device, now=self.clock.now())

    def _read_profile(self, one: Document) -> MemberRecord:
        body = msgspec.json.decode(self._sealer.open(one.key, one.body), type=_ProfileBody)
        profile = Profile(body.phone, body.name, body.birthday, body.marketing)
        joined = BusinessDay(body.joined) if body.joined is not None else None
        return MemberRecord(profile, body.card, joined, _membership(body))


def _profile_body(record: MemberRecord) -> bytes:
    profile, of = record.profile, record.membership
    return msgspec.json.encode(
        _ProfileBody(
            profile.phone_e164,
            record.card_number,
            profile.name,
            profile.birthday,
            profile.marketing,
            record.joined.ordinal if record.joined else None,
            of.state.value,
            of.survivor.hex() if of.survivor is not None else "",
            of.card_until.ordinal if of.card_until is not None else None,
            of.guardian,
            [(one.purpose, one.granted, one.version, one.day.ordinal, one.channel) for one in of.consents],
            of.birthday_day.ordinal if of.birthday_day is not None else None,
            of.face,
        )
    )


def _membership(body: _ProfileBody) -> Membership:
    return Membership(
        MemberState(body.state),
        MemberId(bytes.fromhex(body.survivor)) if body.survivor else None,
        BusinessDay(body.card_until) if body.card_until is not None else None,
        body.guardian,
        tuple(
            Consent(purpose, granted, version, BusinessDay(day), how)
            for purpose, granted, version, day, how in body.consents
        ),
        BusinessDay(body.birthday_day) if body.birthday_day is not None else None,
        body.face,
    )


def programme_key(version: int) -> str:
    """The key of a programme's document, which sorts by version."""
    return f"{version:010d}"


def _write_programme(connection: Connection, version: int, body: bytes) -> None:
    row = insert(programme_table).values(version=version, body=body)
    connection.execute(row.on_conflict_do_update(index_elements=["version"], set_={"body": body}))


_NEWEST_PROGRAMME = Prepared(
    select(programme_table.c.version, programme_table.c.body)
    .order_by(programme_table.c.version.desc())
    .limit(literal_column("1")),
    "",
)


def newest_programme(connection: Connection) -> tuple[int, bytes] | None:
    """The programme in force: its version and its JSON."""
    row: tuple[int, bytes] | None = _NEWEST_PROGRAMME.run(driver(connection)).fetchone()
    return row


def programme(connection: Connection, version: int) -> bytes | None:
    """The JSON of one version of the programme, which old receipts refer to."""
    body: bytes | None = connection.scalar(select(programme_table.c.body).where(programme_table.c.version == version))
    return body


def store_fields(connection: Connection, store: StoreId) -> dict[str, str]:
    """What is known of a store; empty where its document has not come."""
    found = documents.find(connection, STORE, store)
    return msgspec.msgpack.decode(found.body, type=dict[str, str]) if found else {}


def card_face(connection: Connection) -> bytes | None:
    """What was chosen for the membership card; None where nothing was."""
    found = documents.find(connection, CARD_FACE, CARD_FACE)
    return found.body if found is not None else None
