"""The first start and every later one: from a database to a running till."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from posapp.application.card_keyring import open_keyring
from posapp.application.ports import Entropy
from posapp.application.scale_labels import kept_rules
from posapp.application.till import MerchantKeys, Till, TillIdentity
from posapp.domain.errors import InvalidField
from posapp.domain.ids import DEVICE_ID_BYTES, DeviceId, StoreId
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.time import Clock
from posapp.storage import reference_data, settings
from posapp.storage.database import Database
from posapp.storage.errors import StorageError
from posapp.storage.event_log import EventLog
from posapp.storage.key_store import MERCHANT_DATA_KEY, MERCHANT_KEY, KeyStore, secret
from posapp.storage.reference_data import ReferenceData
from posapp.storage.sealing import ProfileSealer

if TYPE_CHECKING:
    from posapp.application.import_products import ProductPlan

log = logging.getLogger(__name__)

MAX_SHOP_NAME = 24
CARD_BLOCK = settings.Setting("card_block", int, 0)
LOCAL_STORE = StoreId("local")


@dataclass(frozen=True, slots=True)
class NewShop:
    """What a shop needs to exist.  `store_name` is shown beside its name."""

    name: str
    store_name: str
    programme: bytes
    till_number: int = 1


def found_shop(database: Database, keys: KeyStore, clock: Clock, entropy: Entropy, shop: NewShop) -> Till:
    """Found a shop on an empty database, with keys of its own.  Raises `InvalidField` for an unusable name."""
    name = " ".join(shop.name.split())
    if not name:
        raise InvalidField("shop", "the shop needs a name", "店名不能为空")
    if len(name) > MAX_SHOP_NAME:
        raise InvalidField("shop", f"longer than {MAX_SHOP_NAME} characters", f"店名超过 {MAX_SHOP_NAME} 个字")
    programme = parse_programme(shop.programme)
    merchant = merchant_keys(keys, entropy, create=True)
    device = DeviceId(entropy.bytes(DEVICE_ID_BYTES))
    reference = ReferenceData(device, clock, ProfileSealer(merchant.data_key, entropy=entropy.bytes))
    with database.write() as connection:
        settings.put(connection, settings.DEVICE_ID, device)
        settings.put(connection, settings.STORE_ID, LOCAL_STORE)
        settings.put(connection, settings.TILL_NUMBER, shop.till_number)
        settings.put(connection, settings.SHOP_NAME, name)
        reference.put_store(connection, LOCAL_STORE, {"name": shop.store_name})
        reference.put_programme(connection, programme.version, programme.canonical)
    till = open_till(database, keys, clock, entropy)
    if till is None:
        raise LookupError("the shop that was just founded cannot be opened")
    return till


def open_till(database: Database, keys: KeyStore, clock: Clock, entropy: Entropy) -> Till | None:
    """The till of a database; None where no shop was founded or joined yet."""
    with database.read() as connection:
        device = DeviceId(settings.get(connection, settings.DEVICE_ID))
        if not device:
            return None
        store = StoreId(settings.get(connection, settings.STORE_ID))
        identity = TillIdentity(
            device=device,
            store=store,
            number=settings.get(connection, settings.TILL_NUMBER),
            shop_name=settings.get(connection, settings.SHOP_NAME),
            store_name=reference_data.store_fields(connection, store).get("name", ""),
            till_name=settings.get(connection, settings.TILL_NAME),
            card_block=settings.get(connection, CARD_BLOCK),
        )
        has_server = bool(settings.get(connection, settings.SERVER_URL))
        scale = kept_rules(connection)
        programme = current_programme(database)
    merchant = merchant_keys(keys, entropy, create=False)
    reference = ReferenceData(device, clock, ProfileSealer(merchant.data_key, entropy=entropy.bytes))
    return Till(
        database,
        EventLog(device, store, entropy=entropy.bytes),
        reference,
        clock,
        entropy,
        identity,
        merchant,
        programme,
        has_server=has_server,
        scale=scale,
        card_keys=open_keyring(keys, entropy, has_server=has_server),
    )


def count_deferred(till: Till) -> None:
    """Let events count that an older program did not know.

    A disk that takes nothing leaves them to the next start: the till opens all the same, and can be read.
    """
    try:
        # It follows from the log, and is made again where a power cut takes it.
        with till.database.write(durable=False) as connection:
            till.log.project_deferred(connection)
    except StorageError as error:
        log.warning("events of a newer program do not count yet: %s", error)


def current_programme(database: Database) -> Programme:
    """The programme in force.  A shop that has none yet (it waits for its server) sells at list prices."""
    with database.read() as connection:
        newest = reference_data.newest_programme(connection)
    return parse_programme(newest[1] if newest else _LIST_PRICES)


def refresh(till: Till) -> None:
    """Take over a programme that came from the server; the sale on the counter is priced again by its screen."""
    till.programme = current_programme(till.database)


def merchant_keys(keys: KeyStore, entropy: Entropy, *, create: bool) -> MerchantKeys:
    """The merchant's keys from the key store.  Raises `KeyUnavailable` where they are missing and not to be made."""
    return MerchantKeys(
        secret(keys, MERCHANT_KEY, create=create, entropy=entropy.bytes),
        secret(keys, MERCHANT_DATA_KEY, create=create, entropy=entropy.bytes),
    )


def import_products(till: Till, plan: ProductPlan) -> int:
    """Write the products of a plan; returns how many are new or changed."""
    with till.database.write() as connection:
        changed = till.reference.put_products(connection, plan.products)
    till.committed()
    return len(changed)


_LIST_PRICES = msgspec.json.encode(
    {
        "version": 1,
        "name": {"zh_CN": "会员", "en": "Membership"},
        "zone": "Asia/Shanghai",
        "tiers": [{"code": "member", "name": {"zh_CN": "会员", "en": "Member"}}],
    }
)
