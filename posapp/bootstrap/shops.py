"""Opening a till's database, and the three ways to begin: a demo shop, an empty shop, a server."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.demo_members import demo_members
from posapp.application.demo_wallets import hand_out
from posapp.application.draws import open_draw
from posapp.application.founding import NewShop, count_deferred, found_shop, import_products, open_till
from posapp.application.gifts import supply_pool
from posapp.application.looks import Looks
from posapp.application.ports import Entropy
from posapp.application.staff.signing_in import ASK_OWNER
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.domain.time import Clock
from posapp.resources import resource_path
from posapp.storage import settings
from posapp.storage.database import Database, open_database
from posapp.storage.key_store import DATABASE_KEY, KeyStore, open_key_store, secret

DEMO_MEMBERS = 2000
SIMULATED_PAYMENTS = settings.Setting("simulated_payments", bool, False)


@dataclass(slots=True)
class Shops:
    """The shops of one folder; the database is opened at the first call and stays open."""

    folder: TillFolder
    clock: Clock
    entropy: Entropy
    demo_count: int = DEMO_MEMBERS
    _keys: KeyStore | None = None
    _database: Database | None = None

    @property
    def keys(self) -> KeyStore:
        """Where the secrets of this folder are."""
        if self._keys is None:
            self.folder.make()
            self._keys = open_key_store(self.folder.root)
        return self._keys

    @property
    def database(self) -> Database:
        """The open database.  Raises the storage's errors."""
        if self._database is None:
            exists = self.folder.database.exists()
            key = secret(self.keys, DATABASE_KEY, create=not exists, entropy=self.entropy.bytes)
            self._database = open_database(self.folder.database, key)
        return self._database

    def open_till(self) -> Till | None:
        """The till, or None before a shop was chosen."""
        till = open_till(self.database, self.keys, self.clock, self.entropy)
        if till is not None:
            count_deferred(till)
        return till

    def demo(self) -> Till:
        """The demo shop: its goods, its members, its programme."""
        # Needed once in a till's life, so not at its every start.
        from posapp.application.demo_staff import demo_staff  # noqa: PLC0415 - see above
        from posapp.application.import_products import plan_products  # noqa: PLC0415 - see above
        from posapp.application.members import import_opening_members  # noqa: PLC0415 - see above

        files = {name: resource_path("demo", name).read_bytes() for name in ("programme.json", "products.csv")}
        shop = NewShop("青禾生活", "文三路店", files["programme.json"], till_number=2)
        till = found_shop(self.database, self.keys, self.clock, self.entropy, shop)
        import_products(till, plan_products(files["products.csv"]))
        cashier = demo_staff(till)
        with self.database.write() as connection:
            settings.put(connection, SIMULATED_PAYMENTS, True)
        names = resource_path("demo", "names.json").read_bytes()
        people = demo_members(names, self.demo_count)
        import_opening_members(till, people, cashier.id, "demo")
        hand_out(till, [person.profile.phone_e164 for person in people])
        supply_pool(till, cashier)
        for draw in till.programme.draws:
            open_draw(till, draw.id, cashier.id)
        return till

    def empty(self, name: str) -> Till:
        """A shop with nothing in it but a plain programme.  Raises `InvalidField` for a bad name."""
        programme = resource_path("programmes", "plain.json").read_bytes()
        till = found_shop(self.database, self.keys, self.clock, self.entropy, NewShop(name, "", programme))
        with self.database.write() as connection:
            settings.put(connection, ASK_OWNER, True)
        return till

    def remember(self, till: Till, looks: Looks) -> None:
        """Keep how the cashier likes the window."""
        with till.database.write() as connection:
            looks.keep(connection)

    def preferences(self) -> Looks:
        """How the window was kept."""
        with self.database.read() as connection:
            return Looks.of(connection)

    def close(self) -> None:
        """Close the database, if it is open."""
        if self._database is not None:
            self._database.close()
            self._database = None
