"""Pricing a basket and completing a sale: one transaction, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from posapp.application.coupons import check_benefits
from posapp.application.gifts_given import Given
from posapp.application.pass_units import check_passes, units_by_pass
from posapp.application.passes import sell_with
from posapp.application.payments import settle_with
from posapp.application.reach import check_points, reach, refuse
from posapp.application.rule_uses import count_uses
from posapp.application.stored_value.spending import StoredPayment, draws_of
from posapp.application.tendering import check_settled
from posapp.application.tiers import TierChange, record_after_sale
from posapp.application.till import Cashier, Till
from posapp.application.triggers import SaleAround, on_sale
from posapp.domain import pricing
from posapp.domain.amounts import Points
from posapp.domain.catalogue import TAG_MEMBERS_ONLY
from posapp.domain.errors import DomainError, InvalidField
from posapp.domain.events import LotPart, Recorded, SaleCompleted, Tender, UnitsByPass
from posapp.domain.ids import CartId, uuid7
from posapp.domain.member import Member, Standing
from posapp.domain.offline import Action
from posapp.domain.payment import TIMINGS
from posapp.domain.pricing.hand_limits import prices_by_hand, reaches
from posapp.domain.pricing.settlement import settled_by
from posapp.domain.programme import Programme
from posapp.domain.sale import Cart, TenderMethod
from posapp.domain.tier import current_tier
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import EMPTY_WALLET, Wallet
from posapp.storage import members as member_rows
from posapp.storage import points as point_rows
from posapp.storage.event_log import find_by_cart
from posapp.storage.receipts import next_receipt_number


class PointsShort(DomainError):
    """The member has fewer points now than the sale wants to spend: price again and ask again."""

    def __init__(self, available: Points) -> None:
        super().__init__(f"only {available.count} points are left")
        self.available = available


@dataclass(frozen=True, slots=True)
class SaleRequest:
    """A basket that the cashier confirmed, with the quote that stood on the screen.

    `coupons_presented` are manufacturers' coupons that were handed over, by reference.  `online` says whether the
    server can be reached, where there is one: some coupons wait for it (domain.md §5.1).  `stored` is the card behind a
    stored-value tender.
    """

    cart: Cart
    quote: pricing.Quote
    programme: Programme
    tenders: tuple[Tender, ...]
    cashier: Cashier
    coupons_presented: tuple[str, ...] = ()
    online: bool = True
    stored: StoredPayment | None = None


@dataclass(frozen=True, slots=True)
class CompletedSale:
    """A sale on disk, with the member's standing `before` and `after` it.

    `given` is what it brought them, `tier` the tier that it changed.
    """

    recorded: Recorded
    sale: SaleCompleted
    before: Standing | None
    after: Standing | None
    given: tuple[Given, ...] = ()
    tier: TierChange | None = None


def new_cart(till: Till) -> Cart:
    """An empty basket with an id of its own, by which completing it twice is completing it once."""
    unix_ms = int(till.clock.now().timestamp() * 1000)
    return Cart(CartId(uuid7(unix_ms, till.entropy.bytes(10))))


def member_view(
    programme: Programme, member: Member, day: BusinessDay, wallet: Wallet = EMPTY_WALLET
) -> pricing.MemberView:
    """What pricing may know of an attached member on a day; the tier is the one this order is priced at."""
    standing = member.standing
    return pricing.MemberView(
        id=member.id,
        tier=current_tier(programme, member, day).code,
        standing=standing,
        birthday=member.profile.birthday,
        joined=member.joined,
        paid_orders=standing.orders,
        coupons=wallet.coupons,
        spendable=Points(_spendable(member.points_on(day).available, wallet)),
        tags=wallet.tags,
        uses=wallet.uses.ever,
        uses_today=wallet.uses.today,
        passes=wallet.passes,
    )


def _spendable(available: int, wallet: Wallet) -> int:
    return available if wallet.points_most is None else min(available, wallet.points_most)


def price_cart(
    till: Till,
    cart: Cart,
    member: Member | None,
    tenders: Sequence[pricing.PlannedTender] = (),
    wallet: Wallet = EMPTY_WALLET,
    *,
    at: datetime | None = None,
) -> pricing.Quote:
    """The quote of a basket, now or as it was `at` an instant.  Fast enough for the thread of the window.

    `wallet` was read when the card was attached, or when a code was entered (`application.wallet`).
    """
    now = at or till.clock.now()
    today = till.programme.business_day(now)
    view = member_view(till.programme, member, today, wallet) if member is not None else None
    context = pricing.Context(
        store=till.identity.store,
        uses=wallet.all_uses.ever,
        uses_today=wallet.all_uses.today,
        presented=wallet.presented,
    )
    return pricing.price(cart, till.programme, now, view, tenders=tenders, context=context)


def complete_sale(till: Till, request: SaleRequest) -> CompletedSale:
    """Record a sale durably; when this returns, it is on disk and the receipt may print (sync.md, promise 1).

    A basket that was completed before is the same sale, and its first record is returned.  Raises `InvalidField`
    where the tenders do not settle the quote, `PaymentOpen` while a payment by code is not settled, `PointsShort`,
    `BenefitGone` where a coupon, a pass or a limit was used meanwhile, and the storage's errors; nothing is written
    then.  What the sale brings is part of its transaction.
    """
    _check(request)
    with till.database.write() as connection:
        first = find_by_cart(connection, request.cart.id)
        if first is not None:
            return _again(first)
        settle_with(connection, request.cart.id, request.tenders)
        if any(tender.method is TenderMethod.BANK_CARD for tender in request.tenders):
            state = reach(till, connection, online=request.online)
            refuse("tenders", till.programme.offline.may(Action.BANK_CARD, 0, state))
        member = request.cart.member
        before = member_rows.standing(connection, member) if member is not None else None
        if not any(tender.method in TIMINGS for tender in request.tenders):
            # Money that was taken by code is a fact: such a sale is recorded whatever was spent meanwhile, and what
            # was spent twice is somebody's to look at (domain.md §5.2).
            if before is not None and request.quote.points_spent.count:
                _check_points(till, connection, request, before)
            check_benefits(till, connection, request.quote, member, before, online=request.online)
            check_passes(till, connection, request.cart, request.quote, online=request.online)
            _check_by_hand(request)
        draws = draws_of(till, connection, request.cart, request.stored) if request.stored is not None else ()
        passes = units_by_pass(connection, request.quote)
        number = next_receipt_number(connection, request.quote.business_day, till.identity.number)
        event = _event(request, draws, passes, number)
        recorded = till.log.append(connection, event, till.clock.now(), cart_id=request.cart.id)
        sell_with(till, connection, request.cart, request.programme, request.cashier, number)
        count_uses(till, connection, event, request.programme)
        after = member_rows.standing(connection, member) if member is not None else None
        given: tuple[Given, ...] = ()
        tier = None
        if before is not None and after is not None and event.member is not None:
            given = on_sale(till, connection, SaleAround(event, request.cart.id, before, after))
            after = member_rows.standing(connection, event.member) if given else after
            tier = record_after_sale(till, connection, event.member, (before, after), request.cashier.id)
    till.committed()
    return CompletedSale(recorded, event, before, after, given, tier)


def _check_points(till: Till, connection: Connection, request: SaleRequest, before: Standing) -> None:
    """Whether the points are still there that the quote spends, and may be spent now.  Raises `PointsShort`."""
    life, member, day = request.programme.points_life, request.cart.member, request.quote.business_day
    there = max(0, before.points.count)
    if life is not None and member is not None:
        there = point_rows.held(connection, member, life, day).on(day).available
    if request.quote.points_spent.count > there:
        raise PointsShort(Points(there))
    if member is not None:
        check_points(till, connection, member, request.quote.points_spent.count, "points", online=request.online)


def _check_by_hand(request: SaleRequest) -> None:
    """Whether prices set by hand stay within what the cashier may, or what somebody agreed to."""
    if any(one.beyond(request.cashier.limits) for one in reaches(request.cart, request.quote)):
        raise InvalidField(
            "by_hand",
            "a price by hand needs another person to agree: F7 sets it again",
            "手工改价超出权限：按 F7 重设，由主管同意",
        )


def _check(request: SaleRequest) -> None:
    if not request.cart.lines:
        raise InvalidField("lines", "the basket is empty", "还没有商品")
    if request.quote.has_member != (request.cart.member is not None):
        raise InvalidField("member", "the quote is for another customer", "报价不是这位顾客的")
    if request.cart.member is not None and request.cart.member == request.cashier.member:
        raise InvalidField(
            "member",
            "the cashier's own card: somebody else signs in (Ctrl+L)",
            "这是收银员本人的会员卡：Ctrl+L 换人收银",
        )
    if request.cart.member is None and any(TAG_MEMBERS_ONLY in line.tags for line in request.cart.lines):
        raise InvalidField(
            "member", "some of this is for members alone: find the member first", "有会员专享商品，先带出会员"
        )
    check_settled(request.tenders, request.quote.due)
    by_card = [tender.amount for tender in request.tenders if tender.method is TenderMethod.STORED_VALUE]
    if by_card != ([request.stored.amount] if request.stored is not None else []):
        raise InvalidField("stored", "stored value pays with one card, once", "储值付款请选定一张卡")


def _event(
    request: SaleRequest, draws: tuple[LotPart, ...], passes: tuple[UnitsByPass, ...], number: str
) -> SaleCompleted:
    earning = pricing.earn(request.quote, request.programme, settled_by(request.tenders, draws))
    rules, lines = pricing.sale_lines(request.cart, request.quote)
    life = request.programme.points_life if request.cart.member is not None else None
    return SaleCompleted(
        receipt_number=number,
        business_day=request.quote.business_day,
        cashier=request.cashier.id,
        member=request.cart.member,
        identified_by=request.cart.identified_by,
        tier=request.quote.tier,
        programme_version=request.quote.programme_version,
        programme_hash=request.quote.programme_hash[:8],
        engine_version=request.quote.engine_version,
        rules=rules,
        lines=lines,
        tenders=request.tenders,
        points_spent=request.quote.points_spent,
        points_base=earning.base,
        points_bonus=earning.bonus,
        growth=earning.growth,
        spend=earning.spend,
        coupons=(*request.quote.coupons, *request.coupons_presented),
        draws=draws,
        points_last_day=life.last_day(request.quote.business_day) if life is not None else None,
        points_free_day=life.free_day(request.quote.business_day) if life is not None else None,
        passes=passes,
        by_hand=prices_by_hand(request.cart, request.quote),
    )


def _again(first: Recorded) -> CompletedSale:
    if not isinstance(first.event, SaleCompleted):
        raise TypeError("a cart id belongs to a sale")
    return CompletedSale(first, first.event, None, None)
