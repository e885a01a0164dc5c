"""Giving goods back: what a return would do, and doing it once, durably (domain.md §2.5, §5.1, §5.4).

A refund is a new document, a void is one of the same business day that takes all of a sale back at once.  A request has
an id, so that a double press is one refund; and it says what had come back before, so that one which was made over an
older state of the sale is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from posapp.application import payment_returns
from posapp.application.claiming import take_back_claim
from posapp.application.coupons import bring_back
from posapp.application.gifts_taken_back import (
    Giving,
    Taking,
    change_of,
    fallen,
    may_be_elsewhere,
    names_of,
    points_of,
    take_back,
)
from posapp.application.points import with_lots
from posapp.application.reach import reach, refuse
from posapp.application.return_fees import charge
from posapp.application.returnable import Returnable, ReturnableLine, read_returnable
from posapp.application.rule_uses import free_uses
from posapp.application.tiers import record_after_refund
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import ZERO_MONEY, Money, Points, Quantity
from posapp.domain.errors import InvalidField
from posapp.domain.events import Recorded, SaleRefunded, UnitsByPass
from posapp.domain.ids import StaffId
from posapp.domain.member import Standing
from posapp.domain.offline import Action
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL
from posapp.domain.programme.returns import ReturnReason
from posapp.domain.refund import Returned, refund
from posapp.domain.refund_record import NOBODY, RefundPapers, lots_back, refund_event
from posapp.domain.sale import TenderMethod
from posapp.domain.sold_units import passes_back, sold_units
from posapp.domain.staff import CASHIER_LIMITS, Limits, Right
from posapp.domain.text import Text
from posapp.storage import members as member_rows
from posapp.storage import requests, sales
from posapp.storage.receipts import next_refund_number

UNDO_WITHIN = timedelta(seconds=60)
"""So long after its completion the last sale can be undone by one key (ux.md §6, Ctrl+Z)."""


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """What giving back `coming` milli-units of each line would do.

    `returned` has the figures.  `coupons` come back, which people call `coupon_names`; `coupons_lost` says that the
    sale used coupons and none returns.  `round_up` is what cash is rounded up by in the buyer's favour; below zero
    where an earlier return was rounded up for this one.  `points_after` is what the member would have, below zero a
    debt that later points repay.  `needs_approver`: the cash of this sale, `cash_of_sale` with what went back before,
    is more than the cashier gives back alone.  `passes` are the units whose uses go back to their passes.
    `spared` is the fee that the member's `spared_by` saves them.  `gifts_gone` are what people call the unused coupons
    that sales had brought and that go with it, `gift_points` the points; `gifts_later`: without the server it is not
    known whether another store gave something for it.
    """

    coming: tuple[int, ...]
    returned: Returned
    coupons: tuple[str, ...]
    coupons_lost: bool
    coupon_names: tuple[Text, ...]
    round_up: Money
    points_before: Points | None
    points_after: Points | None
    needs_approver: bool
    cash_of_sale: Money
    is_void: bool
    passes: tuple[UnitsByPass, ...] = ()
    spared: Money = ZERO_MONEY
    spared_by: Text | None = None
    gifts_gone: tuple[Text, ...] = ()
    gift_points: Points = Points(0)
    gifts_later: bool = False

    @property
    def cash(self) -> Money:
        """What is handed out of the drawer."""
        return self.returned.cash_paid

    @property
    def total(self) -> Money:
        """What goes back by all tenders together, cash as it is handed out."""
        return self.returned.amount + self.round_up


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What the cashier confirmed: so much of each line of a sale, seen when `before` had come back of it.

    `request` makes asking for it twice asking for it once.  `online` says that this till needs no server, or has just
    heard of it.
    """

    request: bytes
    position: int
    before: tuple[int, ...]
    coming: tuple[int, ...]
    cashier: Cashier
    approver: StaffId = NOBODY
    reason: ReturnReason = ReturnReason.CHANGED_MIND
    online: bool = True


@dataclass(frozen=True, slots=True)
class CompletedRefund:
    """A refund on disk.  `before` and `after` are the member's standing around it; None when it was done before.

    `gifts_gone` and `gift_points` went with it, as in its preview.
    """

    recorded: Recorded
    refund: SaleRefunded
    original: Returnable
    before: Standing | None
    after: Standing | None
    gifts_gone: tuple[Text, ...] = ()
    gift_points: Points = Points(0)


def preview_return(
    till: Till,
    original: Returnable,
    coming: Sequence[int],
    limits: Limits = CASHIER_LIMITS,
    reason: ReturnReason = ReturnReason.CHANGED_MIND,
    *,
    online: bool = True,
) -> ReturnPreview:
    """What a return for this reason would do, now, where somebody with these limits gives back.

    `online` says that this till needs no server, or has just heard of it.  Writes nothing.  Raises `InvalidField` where
    more comes back than is left.
    """
    _check_quantities(original, coming)
    returned = refund(original.view, original.before, coming)
    is_void = _is_void(till, original, returned)
    charged = charge(till, original, returned, coming, reason, is_void=is_void)
    returned = charged.returned
    exact = sum(amount.fen for method, amount in returned.tenders if method is TenderMethod.CASH)
    standing = original.member.standing if original.member is not None else None
    points = standing.points if standing is not None else None
    coupons = original.coupons if returned.complete else ()
    cash = _cash_of(original, returned)
    gone: tuple[Giving, ...] = ()
    gifts_later = False
    if standing is not None:
        change = change_of(original.sale.spend.fen, original.refunds, returned, standing)
        gone = fallen(original.givings, till.programme, change)
        gifts_later = not online and may_be_elsewhere(till.programme, gone)
    taken = returned.points_taken + points_of(gone)
    return ReturnPreview(
        coming=tuple(coming),
        returned=returned,
        coupons=tuple(code for code, _name in coupons),
        coupons_lost=bool(original.sale.coupons) and not coupons,
        coupon_names=tuple(name for _code, name in coupons),
        round_up=returned.cash_paid - Money(exact),
        points_before=points,
        points_after=points + returned.points_back - taken if points is not None else None,
        needs_approver=not limits.cover(Right.CASH_REFUND, cash.fen),
        cash_of_sale=cash,
        is_void=is_void,
        spared=charged.spared,
        spared_by=charged.spared_by,
        passes=passes_back(sold_units(original.sale), original.sale.passes, original.before, coming),
        gifts_gone=names_of(gone),
        gift_points=points_of(gone),
        gifts_later=gifts_later,
    )


def complete_refund(till: Till, request: RefundRequest) -> CompletedRefund:
    """Record a refund durably; when this returns, it is on disk and the money may be handed out.

    The same request again is the same refund, and its first record is returned.  Raises `InvalidField` with a sentence
    where more comes back than is left, where the sale changed since it was looked at, where somebody else must agree,
    or where it must wait for the server; and the storage's errors.  Nothing is written then.
    """
    with till.database.write() as connection:
        original = read_returnable(till, connection, request.position)
        first = _done_before(connection, original, request)
        if first is not None:
            return first
        done = _record(till, connection, original, request, undo=False)
    till.committed()
    return done


def undo_sale(till: Till, sold: Recorded, cashier: Cashier) -> CompletedRefund:
    """Void the sale that was completed just now: everything back, no questions (ux.md §6).

    The customer is still there, so nobody else has to agree.  Raises `InvalidField` where it is another till's, older
    than `UNDO_WITHIN`, or where something came back already.  A second call returns the first record.
    """
    with till.database.write() as connection:
        place = sales.find(connection, sold.stream, sold.sequence)
        original = read_returnable(till, connection, place.position if place is not None else 0)
        request = RefundRequest(
            b"undo" + original.event_id,
            original.position,
            (0,) * len(original.lines),
            tuple(line.sold.milli for line in original.lines),
            cashier,
        )
        first = _done_before(connection, original, request)
        if first is not None:
            return first
        if not original.own or till.clock.now() - original.recorded.at > UNDO_WITHIN:
            raise InvalidField(
                "sale", "more than 60 seconds ago: return it by Shift+F9", "已超过 60 秒，用 Shift+F9 退货"
            )
        done = _record(till, connection, original, request, undo=True)
    till.committed()
    return done


def _record(
    till: Till, connection: Connection, original: Returnable, request: RefundRequest, *, undo: bool
) -> CompletedRefund:
    if request.before != original.before:
        raise InvalidField(
            "sale", "something of this sale came back meanwhile: look at it again", "这一单刚有退货，重新选数量"
        )
    _check_quantities(original, request.coming)
    returned = refund(original.view, original.before, request.coming)
    is_void = _is_void(till, original, returned)
    returned = charge(till, original, returned, request.coming, request.reason, is_void=undo or is_void).returned
    if not undo:
        _check_limits(till, connection, original, returned, request)
    today = till.business_day()
    papers = RefundPapers(
        receipt_number=next_refund_number(connection, today, till.identity.number),
        business_day=today,
        cashier=request.cashier.id,
        member=original.member_id,
        approver=request.approver,
        reason=request.reason.value,
        is_void=is_void,
        coupons=tuple(code for code, _name in original.coupons) if returned.complete else (),
        restores=lots_back(original.sale, original.refunds, returned),
    )
    event = refund_event(original.recorded, original.before, request.coming, returned, papers)
    member = original.member_id
    event = with_lots(till, connection, event, original.sale)
    before = member_rows.standing(connection, member) if member is not None else None
    recorded = till.log.append(connection, event, till.clock.now())
    requests.note(connection, request.request, *_place(recorded))
    take_back_claim(till, connection, original, request.coming, request.cashier.id, event.amount)
    payment_returns.write_down(till, connection, original.sale, original.refunds, event)
    if event.is_complete:
        bring_back(till, connection, event.coupons)
        free_uses(till, connection, original.sale, original.programme)
    if member is None or before is None:
        return CompletedRefund(recorded, event, original, None, None)
    after = member_rows.standing(connection, member)
    change = replace(change_of(original.sale.spend.fen, original.refunds, returned, before), after=after)
    gone = fallen(original.givings, till.programme, change)
    take_back(till, connection, gone, member, Taking(request.cashier.id, event.receipt_number))
    record_after_refund(till, connection, member, (before, after), request.cashier.id)
    after = member_rows.standing(connection, member) if gone else after
    return CompletedRefund(recorded, event, original, before, after, names_of(gone), points_of(gone))


def _check_quantities(original: Returnable, coming: Sequence[int]) -> None:
    if len(coming) != len(original.lines) or not any(coming):
        raise InvalidField("lines", "choose what comes back", "先选要退的商品")
    for place, (line, milli) in enumerate(zip(original.lines, coming, strict=True)):
        if line.is_pass and milli:
            raise InvalidField(
                f"lines[{place}]",
                f"{line.name_en} is a pass: give it back as one",
                f"{line.name_zh} 是卡券，按退卡办理",
            )
        if milli > line.left.milli:
            raise InvalidField(
                f"lines[{place}].quantity",
                f"only {line.figure(line.left)} of {line.name_en} are left to return",
                f"{line.name_zh} 只剩 {line.figure(line.left)} 可退",
            )
        if milli < 0 or (milli % 1000 and milli != line.left.milli):
            raise _not_divided(place, line)
        if line.whole and milli not in (0, line.left.milli):
            raise InvalidField(
                f"lines[{place}].quantity",
                f"{line.name_en} was weighed: all of it or none",
                f"{line.name_zh} 称重商品要整份退",
            )


def _not_divided(place: int, line: ReturnableLine) -> InvalidField:
    field = f"lines[{place}].quantity"
    if not line.unit:
        return InvalidField(field, "return whole pieces", "按整件退")
    step = line.figure(Quantity.pieces(1))
    return InvalidField(field, f"return steps of {step}, or all of it", f"按 {step} 的倍数退，或整份退")


def _check_limits(
    till: Till, connection: Connection, original: Returnable, returned: Returned, request: RefundRequest
) -> None:
    cash = _cash_of(original, returned)
    stored = sum(amount.fen for method, amount in returned.tenders if method in (PRINCIPAL, BONUS))
    state = reach(till, connection, online=request.online)
    wanted = [(Action.REFUND_STORED, "stored", stored), (Action.REFUND_CASH, "cash", cash.fen)]
    if not original.own:
        wanted.insert(0, (Action.REFUND_OF_OTHERS, "sale", 0))
    for action, field, fen in wanted:
        refuse(field, till.programme.offline.may(action, fen, state))
    limits = request.cashier.limits
    if not limits.cover(Right.CASH_REFUND, cash.fen) and not request.approver:
        alone = Money(limits.cash_refund or 0)
        raise InvalidField(
            "approver",
            f"over {alone} in cash: another person agrees",
            f"退现金超过 {alone} 元，须另一人同意",
        )
    if request.approver and request.approver == request.cashier.id:
        raise InvalidField("approver", "somebody else must agree, not the cashier", "须由另一人同意，不能是收银员本人")


def _cash_of(original: Returnable, returned: Returned) -> Money:
    """Cash of this sale that goes out with this refund and went out before: parts do not slip below a limit."""
    earlier = sum(
        tender.handed.fen
        for back in original.refunds
        for tender in back.tenders
        if tender.method is TenderMethod.CASH
    )  # fmt: skip
    return returned.cash_paid + Money(earlier) if returned.cash_paid else Money(0)


def _is_void(till: Till, original: Returnable, returned: Returned) -> bool:
    """All of an own sale, on its own business day, before anything else came back of it."""
    same_day = original.sale.business_day == till.business_day()
    return returned.complete and original.own and same_day and not original.refunds


def _done_before(connection: Connection, original: Returnable, request: RefundRequest) -> CompletedRefund | None:
    """The refund that this request was carried out as."""
    done = requests.answer_of(connection, request.request)
    if done is None:
        return None
    for back in sales.refunds_of(connection, original.event_id):
        if _place(back) == done and isinstance(back.event, SaleRefunded):
            return CompletedRefund(back, back.event, original, None, None)
    raise LookupError("a refund that was carried out is not in the log")


def _place(recorded: Recorded) -> tuple[int, ...]:
    """Where an event of this till stands, in figures."""
    return int.from_bytes(recorded.stream.incarnation, "big"), recorded.sequence
