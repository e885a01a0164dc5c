"""What every use case works with: this till's database, log, clock, keys and the programme in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from posapp.application.card_keyring import CardKeyring
from posapp.application.ports import Entropy
from posapp.domain.card import StaticCard
from posapp.domain.ids import DeviceId, MemberId, StaffId, StoreId
from posapp.domain.programme import Programme
from posapp.domain.scale_label import USUAL, ScaleRules
from posapp.domain.staff import CASHIER_LIMITS, Limits
from posapp.domain.time import BusinessDay, Clock
from posapp.storage.contact import Contact, machine_steady_ns
from posapp.storage.database import Database
from posapp.storage.event_log import EventLog
from posapp.storage.reference_data import ReferenceData

CARD_VERSION = 1


@dataclass(frozen=True, slots=True)
class MerchantKeys:
    """The merchant's secrets: `member_key` mints member ids and printed codes, `data_key` seals profiles."""

    member_key: bytes = field(repr=False)
    data_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TillIdentity:
    """Who this till is.  `number` is its number in the store and also the block of card numbers it may print."""

    device: DeviceId
    store: StoreId
    number: int
    shop_name: str
    store_name: str
    till_name: str
    card_block: int


@dataclass(frozen=True, slots=True)
class Cashier:
    """Who stands at the till, what they may do besides selling (the names stand where they are asked for), how far.

    `member` is their own membership, which somebody else serves.
    """

    id: StaffId
    name: str
    permissions: frozenset[str] = frozenset()
    limits: Limits = CASHIER_LIMITS
    member: MemberId | None = None


@dataclass(slots=True)
class Till:
    """One running till.  `committed` is called after every commit, so that whoever carries the log can set off.

    `has_server` says that there is a server whose word on balances is still to come when a sale has just been made.
    `steady_ns` is the machine's monotonic clock.  `hold` asks the server to set a member's balances aside for this
    till, and waits a moment for it: not for the window's thread.  `scale` tells which labels the shop's scales print.
    `card_keys` are what phone codes are checked with.
    """

    database: Database
    log: EventLog
    reference: ReferenceData
    clock: Clock
    entropy: Entropy
    identity: TillIdentity
    keys: MerchantKeys
    programme: Programme
    committed: Callable[[], None] = lambda: None
    has_server: bool = False
    steady_ns: Callable[[], int] = machine_steady_ns
    hold: Callable[[MemberId], None] = lambda _member: None
    scale: ScaleRules = USUAL
    card_keys: CardKeyring = field(default_factory=CardKeyring)

    @property
    def contact(self) -> Contact:
        """What this till knows of its server's silence."""
        return Contact(self.clock, self.steady_ns)

    def business_day(self) -> BusinessDay:
        """Today, by the programme's zone and cut-off."""
        return self.programme.business_day(self.clock.now())


def printed_card(number: int) -> StaticCard:
    """The card that is printed for a number."""
    return StaticCard(number, CARD_VERSION)
