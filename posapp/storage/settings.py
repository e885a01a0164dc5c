"""What a till remembers of itself, each value with its type and default, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import setting as setting_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")

_GET = Prepared(select(setting_table.c.value).where(setting_table.c.name == bindparam("which")), "which")
_PUT = Prepared(
    (row := insert(setting_table).values(name=bindparam("name"), value=bindparam("value"))).on_conflict_do_update(
        index_elements=["name"], set_={"value": row.excluded.value}
    ),
    "name value",
)


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A named value of type `kind`; `default` is what an absent one reads as."""

    name: str
    kind: type[T]
    default: T


@dataclass(frozen=True, slots=True)
class PullCursor:
    """How far this till has read the server's feed (sync.md, Pull); in the middle of a pull, also where that stood."""

    sequence: int = 0
    cumulative_hash: bytes = b""
    generation: bytes = b""
    newest: int = 0
    newest_hash: bytes = b""


DEVICE_ID = Setting("device_id", bytes, b"")
MERCHANT_ID = Setting("merchant_id", str, "")
STORE_ID = Setting("store_id", str, "")
TILL_NUMBER = Setting("till_number", int, 1)
TILL_NAME = Setting("till_name", str, "")
SHOP_NAME = Setting("shop_name", str, "")
TIME_ZONE = Setting("time_zone", str, "Asia/Shanghai")
CUTOFF_MINUTES = Setting("cutoff_minutes", int, 0)
LANGUAGE = Setting("language", str, "zh_CN")
THEME = Setting("theme", str, "light")
SERVER_URL = Setting("server_url", str, "")
PULL_CURSOR = Setting("pull_cursor", PullCursor, PullCursor())
HYBRID_CLOCK = Setting("hybrid_clock", int, 0)
SNAPSHOT_MARK = Setting("snapshot_mark", int, 0)
SNAPSHOT_OPEN = Setting("snapshot_open", bool, False)


def get(connection: Connection, which: Setting[T]) -> T:
    """The value of a setting, or its default.  Raises `msgspec.ValidationError` for a value of another type."""
    found = _GET.run(driver(connection), (which.name,)).fetchone()
    return which.default if found is None else msgspec.msgpack.decode(found[0], type=which.kind)


def put(connection: Connection, which: Setting[T], value: T) -> None:
    """Write a setting in the caller's transaction."""
    put_raw(driver(connection), which, value)


def put_raw(raw: Any, which: Setting[T], value: T) -> None:
    """The same on a connection of the driver."""
    body = msgspec.msgpack.encode(msgspec.convert(value, which.kind))
    _PUT.run(raw, (which.name, body))


def forget(connection: Connection, which: Setting[Any]) -> None:
    """Return a setting to its default."""
    connection.execute(delete(setting_table).where(setting_table.c.name == which.name))
