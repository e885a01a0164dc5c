"""What the till is in the middle of: the basket, who it is for, and which sheet lies over it.  Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from posapp.application.checkout import CompletedSale
from posapp.application.devices import Device, Gear
from posapp.application.member_life.recognising import Factor
from posapp.application.printing.worker import PrinterNews
from posapp.application.receipt import Receipt, RefundReceipt, Slip
from posapp.application.refunds import CompletedRefund, ReturnPreview
from posapp.application.returnable import ListedSale, Returnable
from posapp.application.unsynced import Dealing
from posapp.domain.amounts import Money
from posapp.domain.card_face import BY_TIER
from posapp.domain.catalogue import Product
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded
from posapp.domain.ids import MemberId, Sku
from posapp.domain.member import Member
from posapp.domain.passes import UsablePass
from posapp.domain.payment import Payment
from posapp.domain.points_held import PointsOnDay
from posapp.domain.pricing import Quote
from posapp.domain.programme.returns import ReturnReason
from posapp.domain.sale import Cart, Identification, TenderMethod
from posapp.domain.stored_card import StoredCard
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import EMPTY_WALLET, Wallet
from posapp.storage.held_carts import HeldCart
from posapp.ui.checkout.claim_modes import ClaimMode
from posapp.ui.checkout.device_modes import DeviceModes
from posapp.ui.checkout.file_modes import FileMode, FileModes
from posapp.ui.checkout.inbox_modes import InboxMode, InboxModes
from posapp.ui.checkout.item_modes import ItemMode
from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.report_modes import ReportModes
from posapp.ui.checkout.shift_modes import DrawerQuestion
from posapp.ui.checkout.staff_modes import StaffMode
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.stored_modes import StoredMode, StoredShare
from posapp.ui.checkout.wallet_modes import CouponsMode, GiftsMode, PassesMode
from posapp.ui.keymap import STANDARD, Keymap


@dataclass(frozen=True, slots=True)
class Basket:
    """What one step of undo restores.  `line_ids` names the cart's lines, so that a selection outlives an edit.

    `wallet` was read when the card was attached or a code was entered: pricing a basket asks no database.
    """

    cart: Cart
    line_ids: tuple[int, ...] = ()
    selected: int | None = None
    member: Member | None = None
    next_id: int = 1
    wallet: Wallet = EMPTY_WALLET

    @property
    def selected_index(self) -> int | None:
        """The place of the selected line in the cart."""
        return self.line_ids.index(self.selected) if self.selected in self.line_ids else None


@dataclass(frozen=True, slots=True)
class LookupMode:
    """Finding a member; `stored` is what those who have stored value may spend, `under` the paying step below."""

    query: str = ""
    members: tuple[Member, ...] = ()
    selected: int = 0
    total: int = 0
    microseconds: int = 0
    revision: int = 0
    stored: Mapping[MemberId, Money] = field(default_factory=dict)
    under: TenderMode | None = None


@dataclass(frozen=True, slots=True)
class OtherMemberMode:
    """Finding another member for an open file: to merge with, or to hand on a coupon of this code and name.

    `transfers`: who takes over a card or a pass.
    """

    back: FileMode
    found: LookupMode
    coupon: str = ""
    name: Text | None = None
    transfers: bool = False


@dataclass(frozen=True, slots=True)
class GoodsMode:
    """Choosing among products that match what was typed."""

    query: str
    products: tuple[Product, ...]
    selected: int = 0


@dataclass(frozen=True, slots=True)
class NewCardMode:
    """Opening a card.  `known` is who has the number already; `as_member` is the basket's price with a first card.

    `under` is the paying step to go back to, `kind` the place of the chosen kind (`card_kinds`).
    """

    phone: str = ""
    name: str = ""
    birthday: str = ""
    revision: int = 0
    known: Member | None = None
    as_member: Quote | None = None
    under: TenderMode | None = None
    face: str = ""
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Charging:
    """A payment by code for the basket in hand.  `quote` is what the sale will be completed with.

    `payment` is None until it is written down; `cancel_wanted` says that the cashier has pressed Esc.
    """

    method: TenderMethod
    quote: Quote
    payment: Payment | None = None
    cancel_wanted: bool = False

    @property
    def is_cancelled(self) -> bool:
        """Whether it is to be taken back, by the cashier's wish."""
        return self.cancel_wanted or (self.payment is not None and self.payment.cancelled is not None)


@dataclass(frozen=True, slots=True)
class TenderMode:
    """Paying: `entry` is the cash that has been keyed in; `by_code` waits for a code, `charging` for its payment.

    `stored` is what a card pays of the sale.
    """

    entry: str = ""
    revision: int = 0
    by_code: bool = False
    charging: Charging | None = None
    stored: StoredShare | None = None


@dataclass(frozen=True, slots=True)
class RecogniseMode:
    """Something besides the number is asked for; `factor` is what, of the `factors` there are.

    `under` is the paying step that the number was scanned in, to go back to.
    """

    member: Member
    how: Identification
    factors: tuple[Factor, ...]
    factor: Factor
    under: TenderMode | None = None
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ReassignMode:
    """The number is to go to somebody else; `back` is the question that it came up at."""

    back: RecogniseMode
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class HeldMode:
    """Choosing among parked sales."""

    rows: tuple[HeldCart, ...]
    selected: int = 0


@dataclass(frozen=True, slots=True)
class UnsyncedMode:
    """What still has to reach the server."""

    rows: tuple[Dealing, ...]
    selected: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class CompleteMode:
    """A sale that is on disk.  `coupons` is how many the member held before, and `passes` are those they held.

    `points` are the member's after it.
    """

    done: CompletedSale
    member: Member | None
    receipt: Receipt
    coupons: int = 0
    stored: StoredShare | None = None
    passes: tuple[UsablePass, ...] = ()
    points: PointsOnDay | None = None


@dataclass(frozen=True, slots=True)
class ReturnFindMode:
    """Choosing the sale that something comes back of: those of a day, or of these members."""

    rows: tuple[ListedSale, ...]
    day: BusinessDay
    people: tuple[Member, ...] = ()
    selected: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ReturnMode:
    """Choosing what comes back of a sale: so many milli-units of each line; confirming it twice is `request` once.

    `untyped` is what came back before the quantity in the input was typed; the input empty again is that.  `found` is
    the list to go back to, `reason` why the goods come back.
    """

    original: Returnable
    coming: tuple[int, ...]
    request: bytes
    selected: int = 0
    preview: ReturnPreview | None = None
    untyped: tuple[int, ...] | None = None
    revision: int = 0
    found: ReturnFindMode | None = None
    reason: ReturnReason = ReturnReason.CHANGED_MIND


@dataclass(frozen=True, slots=True)
class ReturnedMode:
    """A refund that is on disk."""

    done: CompletedRefund
    receipt: RefundReceipt


@dataclass(frozen=True, slots=True)
class KeymapMode:
    """The overlay of keys.  `chord` of the standard map is chosen, `waiting` for the key that is to do the same.

    `cashier` is the name of who may have keys of their own.
    """

    cashier: str = ""
    chord: str = ""
    waiting: bool = False
    notice: Notice | None = None


Listing = (
    LookupMode | GoodsMode | HeldMode | CouponsMode | PassesMode | GiftsMode | ReturnFindMode | UnsyncedMode | InboxMode
)
AskingMode = RecogniseMode | ReassignMode
OverFile = FileModes | OtherMemberMode
Serving = NewCardMode | TenderMode | CompleteMode | ReturnMode | ReturnedMode
Mode = (
    Listing
    | StoredMode
    | AskingMode
    | OverFile
    | ReportModes
    | InboxModes
    | DeviceModes
    | PriceMode
    | ItemMode
    | ClaimMode
    | Serving
    | KeymapMode
)


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the carrier of the log says of itself.  `offline_since` is when the server was last reached.

    `drift` is how far this machine's clock is ahead of the server's, below zero behind; zero where that is little.
    `exceptions` is how many are open in this store, as far as this till knows.
    """

    kind: SyncKind = SyncKind.STANDALONE
    pending: int = 0
    done: int = 0
    conflicts: int = 0
    offline_since: datetime | None = None
    drift: timedelta = timedelta(0)
    exceptions: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """Everything the screen follows from, besides the shop itself.

    `scan_pay` says that payments by code can be taken here. `cards` are the stored-value cards of the member
    `cards_of`, as they were read when that member was attached.  `over` is what somebody is asked before anything else
    is done; what the till was in the middle of waits under it.  `heard` is the last word of each device.  `own_keys`:
    the key map is this cashier's alone.
    """

    basket: Basket
    quote: Quote
    as_new_member: Quote | None = None
    undo: tuple[Basket, ...] = ()
    mode: Mode | None = None
    over: StaffMode | DrawerQuestion | None = None
    toast: Notice | None = None
    omnibox_revision: int = 0
    products: Mapping[Sku, Product] = field(default_factory=dict)
    quick: tuple[Product, ...] = ()
    parked: int = 0
    sync: SyncStatus = field(default_factory=SyncStatus)
    last_receipt: Slip | None = None
    last_sale: Recorded | None = None
    scan_pay: bool = False
    cards: tuple[StoredCard, ...] = ()
    cards_of: MemberId | None = None
    printer: PrinterNews = field(default_factory=PrinterNews)
    keymap: Keymap = STANDARD
    own_keys: bool = False
    heard: Mapping[Gear, Device] = field(default_factory=dict)
    face: str | bytes = BY_TIER

    @property
    def is_idle(self) -> bool:
        """Whether nobody is being served: no goods, no card, nothing asked."""
        served = self.basket.cart.lines or self.basket.member is not None
        return not served and (self.mode is None or isinstance(self.mode, CompleteMode))

    @property
    def has_balance(self) -> bool:
        """Whether the member has stored value."""
        return any(card.balance for card in self.cards)

    @property
    def share(self) -> StoredShare | None:
        """What a stored-value card pays of the sale in hand."""
        return self.mode.stored if isinstance(self.mode, TenderMode) else None

    @property
    def outstanding(self) -> Money:
        """What is still to be paid when the card has paid its share."""
        return self.quote.due - (self.share.payment.amount if self.share is not None else Money(0))
