"""Coupons at the counter: give one, print a batch, claim, hand on, void, buy with points, check, bring back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from posapp.application import rule_uses, wallet
from posapp.application.gifts_given import Given, Occasion, give
from posapp.application.points import points_on
from posapp.application.reach import check_points, require_server
from posapp.application.till import Cashier, Till
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.coupon_code import batch_codes, batch_of, coupon_id, is_coupon_code
from posapp.domain.errors import DomainError, InvalidField
from posapp.domain.events import CouponBatchOpened, CouponsVoided, CouponTransferred, SaleCompleted
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Standing
from posapp.domain.offline import Action
from posapp.domain.pricing import Quote
from posapp.domain.programme import Programme
from posapp.domain.programme.coupons import CouponTemplate
from posapp.domain.programme.triggers import Gifts
from posapp.domain.refund import COUPON_GRACE_DAYS
from posapp.domain.refund_record import coupons_back
from posapp.domain.sale import Identification
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import assets, coupons, event_search, member_search
from posapp.storage import members as member_rows

_NEVER = 10**9


class BenefitGone(DomainError):
    """Something that the quote counts on is there no more: read the wallet again, price again, ask again."""

    def __init__(self, what: str, why: Text) -> None:
        super().__init__(f"{what}: {why.en}")
        self.what, self.zh, self.en = what, why.zh, why.en


def issue_coupon(till: Till, member: MemberId, template: str, cashier: Cashier, request: str) -> tuple[Given, ...]:
    """Give a member a coupon by hand; the same `request` again gives nothing more.

    Raises `InvalidField` for what is no coupon of the programme, and where the member had as many as one may have.
    """
    _template(till, template)
    with till.database.write() as connection:
        _check_limit(till, connection, member, template)
        occasion = Occasion(template, f"given {request}", cashier.id)
        given = give(till, connection, member, occasion, Gifts((template,)))
    till.committed()
    return given


def open_batch(till: Till, number: int, cashier: Cashier) -> list[str]:
    """Make the codes of a batch of the programme good, and return them for printing; opening it again only returns.

    Raises `InvalidField` where the programme has no such batch.
    """
    batch = till.programme.coupons.batches.get(number)
    if batch is None:
        raise InvalidField("batch", f"the programme has no batch {number}", f"方案里没有批次 {number}")
    with till.database.write() as connection:
        if coupons.batch_size(connection, number) == 0:
            ends = till.programme.coupons.template(batch.template).valid.until
            event = CouponBatchOpened(till.business_day(), cashier.id, number, batch.template, batch.codes, ends)
            till.log.append(connection, event, till.clock.now())
    till.committed()
    return list(batch_codes(till.keys.member_key, number, batch.codes))


def claim(till: Till, member: MemberId, code: str, cashier: Cashier, *, online: bool = True) -> tuple[Given, ...]:
    """Put a coupon into a member's wallet: a printed code, or a word of the programme, once a member (X-18).

    Returns nothing where the member has it already.  Raises `InvalidField` where the code is not good, or no more may
    be had.
    """
    with till.database.write() as connection:
        template = till.programme.coupons.claimed_by(code)
        if template is not None:
            occasion = Occasion(template.offer, "claimed", cashier.id)
            if coupons.has_happened(connection, template.offer, member, "claimed"):
                return ()
            _check_limit(till, connection, member, template.offer)
            given = give(till, connection, member, occasion, Gifts((template.offer,)))
        else:
            given = _claim_printed(till, connection, member, code, cashier, online=online)
    till.committed()
    return given


def _claim_printed(
    till: Till, connection: Connection, member: MemberId, code: str, cashier: Cashier, *, online: bool
) -> tuple[Given, ...]:
    known = assets.by_code(connection, code)
    if known is not None and known.asset.owner == member:
        return ()
    held = wallet.printed_coupon(till, connection, code, online=online)
    _check_limit(till, connection, member, held.template)
    today = till.business_day()
    terms: dict[str, int | str] = {"store": till.identity.store, "till": till.identity.device.hex()}
    asset = Asset(
        coupon_id(code), AssetKind.COUPON, member, held.template, today, held.last_day, code=code, terms=terms
    )
    event = CouponTransferred(today, cashier.id, code, None, member, held.last_day)
    till.log.append(connection, event, till.clock.now())
    till.reference.put_assets(connection, [asset])
    return (Given(_name(till, held.template), code, held.last_day),)


def transfer(till: Till, code: str, receiver: MemberId, cashier: Cashier, *, online: bool = True) -> None:
    """Hand a coupon on to another member, where its template allows that.

    Raises `InvalidField`; offline as well, because two tills could hand it to two people (domain.md §5.1, transfer).
    """
    require_server(Action.TRANSFER, "code", online=online)
    with till.database.write() as connection:
        held = assets.by_code(connection, code)
        if held is None or not coupons.state_of(held.balances).is_open:
            raise InvalidField("code", wallet.TAKEN.en, wallet.TAKEN.zh)
        template = till.programme.coupons.template(held.asset.template)
        if not template.transferable:
            raise InvalidField("code", "this coupon is its owner's alone", "这张券仅限本人使用，不可转赠")
        if held.asset.owner == receiver or member_search.find(connection, receiver) is None:
            raise InvalidField("receiver", "choose another member of this shop", "请选择另一位会员")
        last_day = held.asset.last_day
        event = CouponTransferred(till.business_day(), cashier.id, code, held.asset.owner, receiver, last_day)
        till.log.append(connection, event, till.clock.now())
        till.reference.put_assets(connection, [replace(held.asset, owner=receiver)])
    till.committed()


def void(till: Till, codes: Collection[str], reason: str, cashier: Cashier) -> tuple[str, ...]:
    """Make coupons worthless; returns those that were not so before.  Raises `InvalidField` without a reason."""
    if not reason.strip():
        raise InvalidField("reason", "say why", "请写明原因")
    with till.database.write() as connection:
        open_ones = tuple(
            code
            for code in dict.fromkeys(codes)
            if is_coupon_code(code) and coupons.state(connection, code).voided == 0
        )
        if open_ones:
            event = CouponsVoided(till.business_day(), cashier.id, reason.strip(), open_ones)
            till.log.append(connection, event, till.clock.now())
    till.committed()
    return open_ones


def void_all(till: Till, connection: Connection, owner: MemberId, reason: str, operator: StaffId) -> None:
    """What a member held is worth nothing when they leave: whoever joins again finds no coupon of before (W-32)."""
    codes = tuple(
        held.asset.code
        for held in assets.of_owner(connection, owner)
        if held.asset.kind in (AssetKind.COUPON, AssetKind.BENEFIT_CARD) and coupons.state_of(held.balances).is_open
    )
    if codes:
        event = CouponsVoided(till.business_day(), operator, reason, codes)
        till.log.append(connection, event, till.clock.now())


def void_duplicates(till: Till, connection: Connection, owner: MemberId, reason: str, operator: StaffId) -> None:
    """After two wallets became one, in that transaction: of a coupon that one may have so often, no more stay good.

    Those that lapse last are kept (domain.md §2.9, Merge: duplicate welcome coupons void).
    """
    by_template: dict[str, list[Asset]] = {}
    for held in assets.of_owner(connection, owner):
        if held.asset.kind is AssetKind.COUPON and coupons.state_of(held.balances).is_open:
            by_template.setdefault(held.asset.template, []).append(held.asset)
    surplus: list[str] = []
    for template, owned in sorted(by_template.items()):
        most = till.programme.coupons.template(template).per_member
        if most is not None and len(owned) > most:
            owned.sort(key=lambda one: (one.last_day.ordinal if one.last_day is not None else _NEVER, one.code))
            surplus += [one.code for one in owned[: len(owned) - most]]
    if surplus:
        event = CouponsVoided(till.business_day(), operator, reason, tuple(surplus))
        till.log.append(connection, event, till.clock.now())


def restore_voided(till: Till, connection: Connection, reason: str, operator: StaffId) -> None:
    """Take back what was voided for a reason, in the transaction that takes back the reason itself."""
    standing: dict[str, int] = {}
    for event in event_search.of_kind(connection, CouponsVoided):
        if event.reason == reason:
            for code in event.codes:
                standing[code] = standing.get(code, 0) + (-1 if event.back else 1)
    codes = tuple(code for code, times in standing.items() if times > 0)
    if codes:
        event = CouponsVoided(till.business_day(), operator, reason, codes, back=True)
        till.log.append(connection, event, till.clock.now())


def exchange_points(
    till: Till,
    member: MemberId,
    template: str,
    how: Identification,
    cashier: Cashier,
    request: str,
    *,
    online: bool = True,
) -> tuple[Given, ...]:
    """Buy a coupon with points (X-13); the same `request` again is the same exchange.

    Raises `InvalidField` where it is not for points, where the member has too few, did not prove who they are as
    spending points asks (ux.md §6, Identity levels), or where it must wait for the server.
    """
    asked = _template(till, template)
    redeem = till.programme.redeem
    if not asked.points:
        raise InvalidField("template", "this coupon is not for points", "这张券不能用积分换")
    if redeem is not None and how not in redeem.identification:
        raise InvalidField(
            "member", "spending points needs the member's code or PIN", "用积分需出示动态会员码或输入密码"
        )
    with till.database.write() as connection:
        if coupons.has_happened(connection, template, member, f"points {request}"):
            return ()
        _check_limit(till, connection, member, template)
        standing = member_rows.standing(connection, member)
        have = points_on(till, connection, member, standing, till.business_day()).available
        if have < asked.points:
            short = asked.points - have
            raise InvalidField("points", f"{short} points short", f"积分还差 {short}")
        check_points(till, connection, member, asked.points, "points", online=online)
        occasion = Occasion(template, f"points {request}", cashier.id)
        given = give(till, connection, member, occasion, Gifts((template,)), points_spent=asked.points)
        if not given:
            raise InvalidField("template", "this coupon is no longer issued", "这张券已停发")
    till.committed()
    return given


def check_benefits(
    till: Till,
    connection: Connection,
    quote: Quote,
    member: MemberId | None,
    before: Standing | None,
    *,
    online: bool,
) -> None:
    """Inside the sale's transaction: everything that its quote redeems is still good.  Raises `BenefitGone`.

    So one coupon cannot be redeemed twice at this till, however many baskets were priced with it.
    """
    for code in quote.coupons:
        if is_coupon_code(code):
            why = wallet.why_not(till, connection, code, member, online=online)
            if why is not None:
                raise BenefitGone(code, why)
    used = [offer for offer in till.programme.offers if offer.id in quote.rules]
    for offer in used:
        wanted = offer.audience.order_number
        if wanted is not None and before is not None and before.orders + 1 != wanted:
            zh = f"「{offer.name.zh}」只限第 {wanted} 单，已重新计价"
            en = f"“{offer.name.en}” is for order {wanted} only; the sale is priced again without it"
            raise BenefitGone(offer.id, Text(zh, en))
    gone = rule_uses.used_up(till, connection, quote.rules, quote.business_day, member)
    if gone is not None:
        raise BenefitGone("limit", gone)


def returning_coupons(
    till: Till, connection: Connection, sale: SaleCompleted, programme: Programme
) -> tuple[tuple[str, Text], ...]:
    """The codes of a sale that return when nothing of it is left, each with what people call it (domain.md §2.5).

    One that lapsed no more than `COUPON_GRACE_DAYS` ago returns too; a flyer's code returns in that its use is free.
    """
    today = till.business_day()
    flyers = coupons_back(sale, programme, today)
    names = {offer.code: offer.name for offer in programme.offers if offer.code}
    found = []
    for code in sale.coupons:
        if is_coupon_code(code):
            last = _last_day(connection, code, programme)
            if last is None or today <= last.plus(COUPON_GRACE_DAYS):
                found.append((code, _name(till, _template_of(connection, code, programme))))
        elif code in flyers:
            found.append((code, names.get(code, Text(code, code))))
    return tuple(found)


def bring_back(till: Till, connection: Connection, codes: Collection[str]) -> None:
    """After a refund that returned coupons, in its transaction: one that lapsed may be used for its days of grace."""
    today = till.business_day()
    longer = []
    for code in codes:
        held = assets.by_code(connection, code) if is_coupon_code(code) else None
        if held is not None and held.asset.last_day is not None and held.asset.last_day < today:
            longer.append(replace(held.asset, last_day=held.asset.last_day.plus(COUPON_GRACE_DAYS)))
    if longer:
        till.reference.put_assets(connection, longer)


def _last_day(connection: Connection, code: str, programme: Programme) -> BusinessDay | None:
    held = assets.by_code(connection, code)
    if held is None:
        return None
    offer = next((one for one in programme.offers if one.id == held.asset.template), None)
    ends = offer.during.until if offer is not None else None
    return min((day for day in (held.asset.last_day, ends) if day is not None), default=None)


def _template_of(connection: Connection, code: str, programme: Programme) -> str:
    held = assets.by_code(connection, code)
    if held is not None:
        return held.asset.template
    printed = programme.coupons.batches.get(batch_of(code))
    return printed.template if printed is not None else ""


def _template(till: Till, template: str) -> CouponTemplate:
    if not any(offer.id == template and offer.by == "coupon" for offer in till.programme.offers):
        raise InvalidField("template", f"{template!r} is not a coupon of the programme", f"方案里没有券 {template!r}")
    return till.programme.coupons.template(template)


def _check_limit(till: Till, connection: Connection, member: MemberId, template: str) -> None:
    most = till.programme.coupons.template(template).per_member
    if most is not None and coupons.ever_issued(connection, member, template) >= most:
        raise InvalidField("template", f"{most} of these a member at most", f"每位会员最多领 {most} 张")


def _name(till: Till, template: str) -> Text:
    return next((offer.name for offer in till.programme.offers if offer.id == template), Text(template, template))
