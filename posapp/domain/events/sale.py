"""A sale, and what came back of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique

from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events.lot import LotPart
from posapp.domain.ids import AssetId, DeviceId, Incarnation, MemberId, RuleId, Sku, StaffId
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay


@unique
class Step(IntEnum):
    """The step of the pricing pipeline that took an amount off a line (domain.md §2.3)."""

    PASS = 10
    MEMBER_PRICE = 20
    TIER_RATE = 21
    FLASH_PRICE = 22
    PROMOTION = 25
    EXTRA_PERCENT = 30
    LINE_MANUAL = 40
    COUPON = 50
    ORDER_MANUAL = 55
    POINTS = 60
    ROUND_OFF = 70


@dataclass(frozen=True, slots=True)
class LineAdjustment:
    """An amount that one rule took off one line; `rule` indexes the sale's `rules`; positive lowers the price."""

    rule: int
    step: Step
    amount: Money


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One sold line: its list amount, and what each rule took off it.  Net = list − Σ adjustments.

    `name` is empty where the catalogue holds this revision of the product.
    """

    sku: Sku
    revision: int
    name: str
    quantity: Quantity
    unit_price: Money
    list_amount: Money
    adjustments: tuple[LineAdjustment, ...]

    @property
    def net(self) -> Money:
        """What the buyer pays for the line."""
        return Money(self.list_amount.fen - sum(adjustment.amount.fen for adjustment in self.adjustments))


@dataclass(frozen=True, slots=True)
class Tender:
    """A payment that settles part of a sale.  `handed` is what was handed over; handed − amount is the change."""

    method: TenderMethod
    amount: Money
    handed: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class UnitsByPass:
    """Units of one line of a sale that a pass settled, each an entry of the pass's day.

    `uses` leave the pass (none of one for a period, whose days pass by themselves) and earn `revenue`.
    """

    line: int
    asset: AssetId
    units: int
    uses: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class PriceByHand:
    """A price of a sale that somebody set, of one line or, None, of the whole order.

    `reason` is a word of `by_hand.REASONS` or what was written; `approver` is empty where nobody had to agree.
    """

    line: int | None
    reason: str
    approver: StaffId


@dataclass(frozen=True, slots=True)
class SaleCompleted:
    """A sale that was confirmed on screen: on disk before the receipt prints, and never unsold (sync.md, promise 1).

    `programme_version`, `programme_hash` and `engine_version` say which rules priced it; `tier` is the tier that it
    was priced at.  `points_base` and `points_bonus` were earned, `points_spent` were spent (domain.md §2.4).
    `draws` are the lots that paid the stored-value tender, in the order in which they were drawn (since version 2).
    Where points lapse, `points_last_day` is the last valid day of what was earned, and `points_free_day` the first on
    which it may be spent if that is later (domain.md §2.7).
    `passes` settled units of lines at their list price: what is due does not contain those (since version 3).
    `by_hand` says why prices were set by hand, and who agreed (since version 4).
    """

    receipt_number: str
    business_day: BusinessDay
    cashier: StaffId
    member: MemberId | None
    identified_by: Identification
    tier: str
    programme_version: int
    programme_hash: bytes
    engine_version: int
    rules: tuple[RuleId, ...]
    lines: tuple[SaleLine, ...]
    tenders: tuple[Tender, ...]
    points_spent: Points
    points_base: Points
    points_bonus: Points
    growth: Growth
    spend: Money
    coupons: tuple[str, ...]
    draws: tuple[LotPart, ...] = ()
    points_last_day: BusinessDay | None = None
    points_free_day: BusinessDay | None = None
    passes: tuple[UnitsByPass, ...] = ()
    by_hand: tuple[PriceByHand, ...] = ()

    @property
    def list_total(self) -> Money:
        """The basket before any rule."""
        return Money(sum(line.list_amount.fen for line in self.lines))

    @property
    def due(self) -> Money:
        """What the buyer had to pay."""
        # Twice in every sale's commit: counted without an amount of its own for each line.
        fen = 0
        for line in self.lines:
            fen += line.list_amount.fen
            for adjustment in line.adjustments:
                fen -= adjustment.amount.fen
        return Money(fen)

    @property
    def change(self) -> Money:
        """Cash given back."""
        return Money(sum(tender.handed.fen - tender.amount.fen for tender in self.tenders))


@dataclass(frozen=True, slots=True)
class FeeWithheld:
    """The part of a return's fee that was withheld from what goes back by one method."""

    method: TenderMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """What came back of one line of the original sale: so much of it, at exactly what that part had cost.

    `adjustments` are the parts of the original's discounts that fall away; `rule` indexes the original's `rules`.
    """

    line: int
    quantity: Quantity
    list_amount: Money
    adjustments: tuple[LineAdjustment, ...]

    @property
    def net(self) -> Money:
        """What is given back for it."""
        return Money(self.list_amount.fen - sum(adjustment.amount.fen for adjustment in self.adjustments))


@dataclass(frozen=True, slots=True)
class SaleRefunded:
    """A part of a sale, or all of it, came back (domain.md §2.5).  A new document; the sale itself is never changed.

    `original` names the sale by its place: device, incarnation, sequence.  `is_void` marks a sale that was taken back
    in the same shift.  A tender's `amount` is exact, its `handed` is what was given out: cash without fen coins is
    rounded in the buyer's favour.  `points_back` had been spent, `points_taken` had been earned; both are counts from
    zero up.  `is_complete` says that nothing of the sale is left: the order, its visit and its coupons fall away.
    `sold_to` is the member of the sale where they were merged into `member` since: the day was theirs.  `restores` is
    what returns to the lots of the sale's stored value, exhausted ones too (both since version 2).
    `points_last_day` and `points_free_day` are the sale's.  `points_lapsed` of the points that come back belong to lots
    that have lapsed meanwhile, and are good until `points_grace_day`.  `passes` are the units whose uses go back to
    their passes, counted off the day of the sale (since version 3).  `fees` were withheld from the tenders, whose
    amounts are what went back without them (since version 4).
    """

    receipt_number: str
    business_day: BusinessDay
    cashier: StaffId
    approver: StaffId
    reason: str
    is_void: bool
    original_device: DeviceId
    original_incarnation: Incarnation
    original_sequence: int
    original_receipt: str
    original_day: BusinessDay
    member: MemberId | None
    rules: tuple[RuleId, ...]
    lines: tuple[ReturnedLine, ...]
    tenders: tuple[Tender, ...]
    points_back: Points
    points_taken: Points
    growth_taken: Growth
    spend_taken: Money
    coupons: tuple[str, ...]
    is_complete: bool
    sold_to: MemberId | None = None
    restores: tuple[LotPart, ...] = ()
    points_last_day: BusinessDay | None = None
    points_free_day: BusinessDay | None = None
    points_lapsed: Points = Points(0)
    points_grace_day: BusinessDay | None = None
    passes: tuple[UnitsByPass, ...] = ()
    fees: tuple[FeeWithheld, ...] = ()

    @property
    def fee(self) -> Money:
        """What was withheld for bringing the goods back."""
        return Money(sum(part.amount.fen for part in self.fees))

    @property
    def visitor(self) -> MemberId | None:
        """Whose visit the sale was."""
        return self.member if self.sold_to is None else self.sold_to

    @property
    def amount(self) -> Money:
        """What the returned part had cost."""
        return Money(sum(line.net.fen for line in self.lines))
