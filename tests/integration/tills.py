"""Real tills on real encrypted databases, for tests of use cases."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from posapp.application.demo_members import REGULARS
from posapp.application.founding import NewShop, found_shop, import_products, open_till
from posapp.application.import_products import plan_products
from posapp.application.members import import_opening_members
from posapp.application.till import Cashier, Till
from posapp.domain.ids import StaffId
from posapp.storage.database import open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret

DEMO = Path(__file__).parents[2] / "resources" / "demo"
CASHIER = Cashier(StaffId("1001"), "陈思雨")


@dataclass(slots=True)
class SteppingClock:
    """A clock that a test sets."""

    instant: datetime = datetime(2026, 10, 17, 10, 42, tzinfo=UTC)

    def now(self) -> datetime:
        """Where the clock stands."""
        return self.instant

    def step(self, **amount: float) -> None:
        """Move it."""
        self.instant += timedelta(**amount)


@dataclass(slots=True)
class SeededEntropy:
    """Bytes that are the same in each run."""

    seed: int = 1
    source: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.source = random.Random(self.seed)  # noqa: S311 - the same in each run, and no secret

    def bytes(self, count: int) -> bytes:
        """So many bytes."""
        return self.source.randbytes(count)


def demo_till(folder: Path, clock: SteppingClock, seed: int = 1, **changes: object) -> Till:
    """The demo shop with its products and its four regulars; `changes` replace keys of its programme."""
    keys = FileKeyStore(folder / "keys")
    entropy = SeededEntropy(seed)
    path = folder / "till.db"
    database = open_database(path, secret(keys, DATABASE_KEY, create=True, entropy=entropy.bytes))
    document = json.loads((DEMO / "programme.json").read_bytes()) | changes
    programme = json.dumps({key: value for key, value in document.items() if value is not None}).encode()
    till = found_shop(database, keys, clock, entropy, NewShop("青禾生活", "文三路店", programme, 2))
    import_products(till, plan_products((DEMO / "products.csv").read_bytes()))
    import_opening_members(till, REGULARS, CASHIER.id, "demo")
    return till


def reopened(till: Till, folder: Path, seed: int = 99) -> Till:
    """The same till after a restart of its process."""
    keys = FileKeyStore(folder / "keys")
    till.database.close()
    database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=False))
    again = open_till(database, keys, till.clock, SeededEntropy(seed))
    if again is None:
        raise LookupError("no shop here")
    return again


def labels(language: str = "zh_CN") -> dict[str, str]:
    """The fixed words of receipts."""
    path = DEMO.parent / "receipts" / f"{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text("utf-8"))
    return loaded


def shop_till(folder: Path, clock: SteppingClock, programme: dict[str, object], *, number: int = 2) -> Till:
    """A shop with a programme of its own and the demo shop's products, and no members yet."""
    keys = FileKeyStore(folder / "keys")
    entropy = SeededEntropy(number)
    database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=True, entropy=entropy.bytes))
    till = found_shop(database, keys, clock, entropy, NewShop("青禾生活", "", json.dumps(programme).encode(), number))
    import_products(till, plan_products((DEMO / "products.csv").read_bytes()))
    return till
