"""A small shop to test with: a key, people, and believable facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import BalanceOpened, LineAdjustment, MemberEnrolled, SaleCompleted, SaleLine, Step, Tender
from posapp.domain.ids import CartId, DeviceId, MemberId, RuleId, Sku, StaffId, StoreId
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay

KEY = bytes(range(32))
STORE = StoreId("hangzhou-1")
DEVICE = DeviceId(b"D" * 16)
OTHER_DEVICE = DeviceId(b"E" * 16)
DAY = BusinessDay(740_000)
AT = datetime(2027, 1, 18, 9, 30, tzinfo=UTC)
ANNE = MemberId(b"a" * 16)
BO = MemberId(b"b" * 16)


@dataclass(slots=True)
class StepClock:
    """A clock that the test sets."""

    instant: datetime = AT

    def now(self) -> datetime:
        return self.instant

    def step(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


def cart(number: int) -> CartId:
    return CartId(UUID(int=number))


def sale(
    number: str = "270118-03-0001", member: MemberId | None = ANNE, day: BusinessDay = DAY, fen: int = 5_000
) -> SaleCompleted:
    """A sale of two lines, of which a tenth is taken off; `fen` is its list total."""
    off = fen // 10
    first, rest = fen // 2, fen - fen // 2
    due = fen - off
    return SaleCompleted(
        receipt_number=number,
        business_day=day,
        cashier=StaffId("c07"),
        member=member,
        identified_by=Identification.PHONE if member else Identification.NONE,
        tier="gold" if member else "",
        programme_version=1,
        programme_hash=bytes(8),
        engine_version=1,
        rules=(RuleId("tier:gold"),),
        lines=(
            SaleLine(Sku("tea"), 1, "", Quantity(1000), Money(first), Money(first), ()),
            SaleLine(
                Sku("cup"), 1, "", Quantity(435), Money(rest), Money(rest),
                (LineAdjustment(0, Step.TIER_RATE, Money(off)),),
            ),
        ),
        tenders=(Tender(TenderMethod.CASH, Money(due), Money(due + 500)),),
        points_spent=Points(0),
        points_base=Points(due // 100 if member else 0),
        points_bonus=Points(0),
        growth=Growth(due // 100 if member else 0),
        spend=Money(due if member else 0),
        coupons=(),
    )  # fmt: skip


def enrolled(member: MemberId = ANNE, number: str = "860000000017") -> MemberEnrolled:
    return MemberEnrolled(member, number, DAY, StaffId("c07"), "counter", "v1")


def opened(member: MemberId = ANNE) -> BalanceOpened:
    return BalanceOpened(member, DAY, Points(300), Growth(200), Money(40_000), 7, "old system")
