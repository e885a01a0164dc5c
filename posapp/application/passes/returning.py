"""Giving a pass back: what the law returns, and what it leaves (domain.md §3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.passes.elapsing import elapsed
from posapp.application.passes.terms import (
    USED_BY_COUNT,
    earned_by,
    left_of,
    mark_gone,
    name_of,
    number,
    paid_for,
    parts_of,
    used_of,
    used_on,
)
from posapp.application.tendering import check_settled
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import PassRefunded, PassReturned, Recorded, Tender
from posapp.domain.gone_otherwise import gone_of
from posapp.domain.ids import AssetId, MemberId, RuleId, StaffId
from posapp.domain.passes import RefundBasis, refund_fen
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import assets, requests
from posapp.storage.assets import HeldAsset
from posapp.storage.receipts import next_document_number

COOLING_OFF_DAYS = 7
"""Days after payment in which an unused pass is given back whole (法释〔2025〕4号 Art 14); the first does not count."""


_SOLD = (AssetKind.COUNT_PASS, AssetKind.TIME_PASS, AssetKind.BUNDLE_VOUCHER)


@dataclass(frozen=True, slots=True)
class PassReturnPreview:
    """What giving a pass back would come to: the refund, and the uses or days of each part that fall away."""

    pass_id: AssetId
    basis: RefundBasis
    refund: Money
    parts: tuple[PassReturned, ...]


@dataclass(frozen=True, slots=True)
class ReturnablePass:
    """A pass that can be given back today: `left` of its uses or days are left, `paid` was paid for all of them.

    `previews` are what it comes to by each article that applies.
    """

    asset: Asset
    name: Text
    left: int
    of: int
    paid: Money
    previews: tuple[PassReturnPreview, ...]


@dataclass(frozen=True, slots=True)
class PassReturn:
    """A pass that is given back.  Whoever approves it is not who asks for it (domain.md §5.4)."""

    request: bytes
    preview: PassReturnPreview
    reason: str
    tenders: tuple[Tender, ...]
    cashier: Cashier
    approver: StaffId


def returnable_passes(till: Till, member: MemberId) -> tuple[ReturnablePass, ...]:
    """The passes of a member that something is left of and that were paid for."""
    today = till.business_day()
    with till.database.read() as connection:
        found = (
            _returnable(connection, held, today)
            for held in assets.of_owner(connection, member)
            if held.asset.kind in _SOLD
        )
        return tuple(one for one in found if one is not None)


def _returnable(connection: Connection, whole: HeldAsset, today: BusinessDay) -> ReturnablePass | None:
    previews = []
    for basis in (RefundBasis.BUYER, RefundBasis.MERCHANT, RefundBasis.COOLING_OFF):
        try:
            previews.append(_preview(connection, whole.asset.id, basis, today))
        except InvalidField:
            continue  # this article does not apply
    if not previews:
        return None
    parts = parts_of(connection, whole)
    return ReturnablePass(
        asset=whole.asset,
        name=name_of(whole.asset),
        left=sum(_refundable_uses(part, today) for part in parts),
        of=sum(paid_for(part.asset).uses for part in parts),
        paid=Money(sum(paid_for(part.asset).fen for part in parts)),
        previews=tuple(previews),
    )


def preview_return(till: Till, pass_id: AssetId, basis: RefundBasis) -> PassReturnPreview:
    """What giving a pass back today comes to.  Raises `InvalidField` where there is nothing to give back."""
    with till.database.read() as connection:
        return _preview(connection, pass_id, basis, till.business_day())


def return_pass(till: Till, back: PassReturn) -> Recorded | None:
    """Record that a pass was given back; None where this request was carried out before.  Raises `InvalidField`."""
    if back.approver == back.cashier.id:
        raise InvalidField("approver", "somebody else approves a refund", "退卡要由另一人批准")
    check_settled(back.tenders, back.preview.refund)
    today = till.business_day()
    with till.database.write() as connection:
        if requests.answer_of(connection, back.request) is not None:
            return None
        preview = _preview(connection, back.preview.pass_id, back.preview.basis, today)
        if preview != back.preview:
            raise InvalidField("pass", "it was used meanwhile; look at the amount again", "期间有核销，重新看一下金额")
        whole = _known(connection, preview.pass_id)
        for part in parts_of(connection, whole):
            # What went by is earned, not forfeited, even where its day has not been closed yet.
            went_by = elapsed(part, today)
            if went_by is not None:
                till.log.append(connection, went_by, till.clock.now())
            left, refund = _refundable_uses(part, today), _refund_of(part, preview.basis, today)
            if left:
                gone = gone_of(part.asset.terms).given_back(left, refund)
                mark_gone(till, connection, part.asset.id, gone)
        event = PassRefunded(
            receipt_number=next_document_number(connection, "P", today, till.identity.number),
            business_day=today,
            cashier=back.cashier.id,
            approver=back.approver,
            member=whole.asset.owner,
            template=RuleId(whole.asset.template),
            basis=preview.basis.value,
            reason=back.reason,
            parts=preview.parts,
            refund=preview.refund,
            tenders=back.tenders,
        )
        recorded = till.log.append(connection, event, till.clock.now())
        requests.note(connection, back.request)
    till.committed()
    return recorded


def _preview(connection: Connection, pass_id: AssetId, basis: RefundBasis, today: BusinessDay) -> PassReturnPreview:
    whole = _known(connection, pass_id)
    parts = parts_of(connection, whole)
    if not any(_refundable_uses(part, today) for part in parts):
        raise InvalidField("pass", "nothing is left of it", "已用完，没有可退的")
    if not any(number(part.asset, "paid") for part in parts):
        raise InvalidField("pass", "it was a gift, and a gift is not paid out", "赠送的卡不退款")
    if basis is RefundBasis.COOLING_OFF:
        _check_cooling_off(connection, parts, today)
    refund = sum(_refund_of(part, basis, today) for part in parts)
    returned = tuple(
        PassReturned(part.asset.id, uses, earned_by(part.asset, uses, uses))
        for part in parts
        if (uses := _refundable_uses(part, today))
    )
    return PassReturnPreview(pass_id, basis, Money(refund), returned)


def _refundable_uses(part: HeldAsset, today: BusinessDay) -> int:
    """What can be given back of a part: nothing once it has ended, also before the job of that day recorded it."""
    ended = part.asset.last_day is not None and today > part.asset.last_day
    return 0 if ended else left_of(part, today)


def _refund_of(part: HeldAsset, basis: RefundBasis, today: BusinessDay) -> int:
    """What the law gives for what stands on a pass, or on a part of a bundle."""
    asset, left = part.asset, _refundable_uses(part, today)
    if not left:
        return 0
    paid, unit = paid_for(asset), number(asset, "unit")
    return gone_of(asset.terms).due(used_of(asset, left), lambda used: refund_fen(paid, used, basis, unit))


def _check_cooling_off(connection: Connection, parts: list[HeldAsset], today: BusinessDay) -> None:
    """Art 14: within seven days of payment, and nothing was had of it yet."""
    first = parts[0].asset.first_day
    if today.ordinal > first.plus(COOLING_OFF_DAYS).ordinal:
        raise InvalidField("basis", f"the {COOLING_OFF_DAYS} days are over", f"已超过 {COOLING_OFF_DAYS} 日")
    if any(was_begun(connection, part, today) for part in parts):
        raise InvalidField("basis", "it was used already", "已使用过，不适用七日无理由退")


def was_begun(connection: Connection, part: HeldAsset, today: BusinessDay) -> bool:
    """Whether anything was had of a pass within the days of cooling off, by whoever owned it then."""
    asset = part.asset
    # What an earlier owner used is known only by what is left, and of a period by what was kept with it.
    if number(asset, "begun") or (asset.kind in USED_BY_COUNT and left_of(part, today) < number(asset, "uses")):
        return True
    days = range(asset.first_day.ordinal, min(today, asset.first_day.plus(COOLING_OFF_DAYS)).ordinal + 1)
    return any(used_on(connection, asset.id, BusinessDay(day)) for day in days)


def _known(connection: Connection, pass_id: AssetId) -> HeldAsset:
    held = assets.find(connection, pass_id)
    if held is None:
        raise InvalidField("pass", "this till does not know this pass", "本机没有这张卡的记录")
    return held
