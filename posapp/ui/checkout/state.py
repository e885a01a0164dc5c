"""What the checkout screen shows, as frozen data: no Qt, no domain types (ux.md §3-§7).

Money is whole fen, points and growth whole numbers. Names of products and members are data and shown as they are; every
other word is a `Message` of the catalogue. The presenter builds a `CheckoutState`; the view renders the difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from posapp.ui.checkout.notice import Notice
from posapp.ui.checkout.sheets import Sheet
from posapp.ui.faces import Face
from posapp.ui.figures import TIMES
from posapp.ui.messages import Message, Words


class SyncKind(StrEnum):
    """What the pill in the top bar says about the server (ux.md §7)."""

    SYNCED = "synced"
    SYNCING = "syncing"
    OFFLINE = "offline"
    CONFLICT = "conflict"
    STANDALONE = "standalone"


class TenderMethod(StrEnum):
    """The ways to pay that the till knows."""

    CASH = "cash"
    STORED_VALUE = "stored_value"
    SCAN_PAY = "scan_pay"
    BANK_CARD = "bank_card"


@dataclass(frozen=True, slots=True)
class SyncPill:
    """`pending` sales wait for the server, of which `done` are through while syncing; `conflicts` need a manager."""

    kind: SyncKind
    pending: int = 0
    done: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class TopBar:
    """Shop, till, cashier and clock.  `exceptions` wait for whoever stands here to decide."""

    shop: str
    store: Words
    sync: SyncPill
    cashier: str = ""
    shift_since: str = ""
    clock: str = ""
    parked: int = 0
    occasion: Message | None = None
    device_fault: Message | None = None
    exceptions: int = 0
    device_icon: str = "printer-off"


@dataclass(frozen=True, slots=True)
class OmniboxState:
    """The one input. The view owns what is being typed; it takes over `text` only when `revision` changes."""

    text: str = ""
    revision: int = 0
    toast: Notice | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One rule that changed a line, and by how many fen (negative saves); zero shows no amount."""

    icon: str
    label: Message
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line of the cart. `list_fen` is the line before, `net_fen` after all adjustments.

    `adjustments` are the first of them, and `more` how many follow: no row has room for more.  `weight` is that of
    goods which are weighed, with its unit.
    """

    line_id: str
    number: int
    name: str
    quantity: str
    unit_price_fen: int
    list_fen: int
    net_fen: int
    adjustments: tuple[Adjustment, ...] = ()
    note: Message | None = None
    more: int = 0
    weight: str = ""

    @property
    def figure(self) -> str:
        """How many, or how much."""
        return self.weight or f"{TIMES}{self.quantity}"


@dataclass(frozen=True, slots=True)
class CartTotals:
    """The foot of the cart."""

    lines: int
    pieces: int
    list_fen: int
    line_savings_fen: int
    subtotal_fen: int


@dataclass(frozen=True, slots=True)
class QuickItem:
    """A product without a barcode on Alt+1 … Alt+0; `slot` is 1-10, `price` already carries its unit."""

    slot: int
    name: Words
    price: str


@dataclass(frozen=True, slots=True)
class Cart:
    """The goods column."""

    lines: tuple[CartLine, ...] = ()
    selected_line_id: str | None = None
    totals: CartTotals | None = None
    quick_items: tuple[QuickItem, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceTile:
    """One balance of the member; `highlight` when this sale uses it."""

    icon: str
    label: Message
    value: Words
    note: Message | None = None
    highlight: bool = False


@dataclass(frozen=True, slots=True)
class TierProgress:
    """How far the next tier is, in the unit of the programme (growth, fen or visits, as the presenter chose)."""

    label: Message
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """Something the member may use on this sale; unusable ones stay visible and say why.

    `note` is a second line: how long a coupon is good.
    """

    benefit_id: str
    label: Words
    applied: bool
    amount_fen: int = 0
    key_hint: str = ""
    usable: bool = True
    reason: Message | None = None
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class PastPurchase:
    """One earlier receipt of the member, shown where there is room."""

    text: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MemberPanel:
    """The person column once a member is attached."""

    member_id: str
    name: str
    phone_masked: str
    tier_name: Words
    face: Face
    tier_benefit: Message | None
    verification_icon: str
    verification: Message
    visits: Message | None = None
    balances: tuple[BalanceTile, ...] = ()
    progress: TierProgress | None = None
    benefits: tuple[BenefitRow, ...] = ()
    best_combination: bool = False
    remark: Message | None = None
    recent: tuple[PastPurchase, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinOffer:
    """What opening a card now would save on this cart; zero fen hides the amount and says what a card brings."""

    saves_fen: int = 0
    detail: Message | None = None
    hint: Message | None = None


@dataclass(frozen=True, slots=True)
class LadderRow:
    """One step from list price to the amount due."""

    label: Message
    amount_fen: int
    detail: Words | None = None


@dataclass(frozen=True, slots=True)
class TenderButton:
    """A way to pay; a disabled one stays visible."""

    method: TenderMethod
    enabled: bool = True
    label: Message | None = None


@dataclass(frozen=True, slots=True)
class PrimaryAction:
    """The one big button."""

    label: Message
    detail: Message | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class MoneyPanel:
    """The money column."""

    due_fen: int
    ladder: tuple[LadderRow, ...] = ()
    saved_fen: int = 0
    earn: Message | None = None
    tenders: tuple[TenderButton, ...] = ()
    primary: PrimaryAction = field(default_factory=lambda: PrimaryAction(Message("money.pay"), enabled=False))


@dataclass(frozen=True, slots=True)
class TenderLine:
    """Money already taken, or being entered; a removable line carries an id."""

    icon: str
    label: Message
    amount_fen: int
    detail: Message | None = None
    entering: bool = False
    tender_id: str | None = None


@dataclass(frozen=True, slots=True)
class TenderState:
    """The paying step. Always present, because a wide screen shows it all the time.

    `entry` is what the keypad and keyboard have put in, as text; the view takes it over when `revision` changes.
    `change_fen` is what to hand back: None shows the box empty. `prompt` says what is being waited for, and `cancel`
    what Esc does then instead of going back to the goods.
    """

    remaining_fen: int
    method: TenderMethod = TenderMethod.CASH
    entry: str = ""
    revision: int = 0
    entry_hint: Message | None = None
    quick_cash_fen: tuple[int, ...] = ()
    lines: tuple[TenderLine, ...] = ()
    change_fen: int | None = None
    change_detail: Message | None = None
    authorisation: Message | None = None
    prompt: Notice | None = None
    cancel: PrimaryAction | None = None
    finish: PrimaryAction = field(default_factory=lambda: PrimaryAction(Message("tender.finish")))


@dataclass(frozen=True, slots=True)
class FunctionKeyState:
    """One cell of the bar at the foot; `hot` marks what is going on.

    `acts_as` is what the key does in the standard map, where it does something else than there.
    """

    number: int
    label: Message
    enabled: bool = True
    hot: bool = False
    acts_as: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """Everything a cashier sees."""

    top: TopBar
    omnibox: OmniboxState
    cart: Cart
    money: MoneyPanel
    tender: TenderState
    member: MemberPanel | None = None
    join: JoinOffer = field(default_factory=JoinOffer)
    sheet: Sheet | None = None
    banner: Notice | None = None
    function_keys: tuple[FunctionKeyState, ...] = ()
