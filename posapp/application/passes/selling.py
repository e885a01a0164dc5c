"""Selling a pass, or giving one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.tendering import check_settled
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Money, Points
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import PassPart, PassSold, Recorded, Tender
from posapp.domain.ids import MemberId, RuleId, derived_id
from posapp.domain.passes import shares, uses_of
from posapp.domain.programme import Programme
from posapp.domain.programme.passes import PassKind, PassTemplate
from posapp.domain.sale import Cart
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import requests
from posapp.storage.receipts import next_document_number

_WHOLE = {
    PassKind.COUNT: AssetKind.COUNT_PASS,
    PassKind.TIME: AssetKind.TIME_PASS,
    PassKind.BUNDLE: AssetKind.BUNDLE_VOUCHER,
    PassKind.BENEFIT: AssetKind.BENEFIT_CARD,
}


@dataclass(frozen=True, slots=True)
class PassOrder:
    """A pass that somebody buys or is given.  `request` makes asking for it twice asking for it once."""

    request: bytes
    member: MemberId
    template: str
    tenders: tuple[Tender, ...]
    cashier: Cashier


@dataclass(frozen=True, slots=True)
class SoldPass:
    """A sold pass: its record (None where it had been sold before), and what the member owns of it now."""

    recorded: Recorded | None
    assets: tuple[Asset, ...]


def sell_pass(till: Till, order: PassOrder) -> SoldPass:
    """Record a pass and what was paid for it.  Raises `InvalidField` naming `template` or a tender."""
    template = till.programme.pass_template(order.template)
    if template is None:
        raise InvalidField("template", f"{order.template!r} is not sold here", f"本店没有 {order.template!r} 这种卡")
    check_settled(order.tenders, Money(template.price_fen))
    today = till.business_day()
    with till.database.write() as connection:
        if requests.answer_of(connection, order.request) is not None:
            return SoldPass(None, _assets(template, order, today, till.identity.device))
        number = next_document_number(connection, "P", today, till.identity.number)
        sold = _record(till, connection, template, order, number, from_sale=False)
        requests.note(connection, order.request)
    till.committed()
    return sold


def sell_with(
    till: Till, connection: Connection, cart: Cart, programme: Programme, cashier: Cashier, receipt_number: str
) -> list[SoldPass]:
    """Record the passes among the lines of a sale, in the transaction that records the sale itself.

    Raises `InvalidField` where nobody would own them.
    """
    sold: list[SoldPass] = []
    for place, line in enumerate(cart.lines):
        template = programme.pass_of_line(line.sku)
        if template is None:
            continue
        if cart.member is None:
            raise InvalidField("member", "a pass needs its owner: find the member first", "卖卡要先带出会员")
        if not line.quantity.is_whole or line.list_amount.fen * 1000 != template.price_fen * line.quantity.milli:
            raise InvalidField(f"lines[{place}]", "a pass is sold whole, at its price", "卡券按张按价出售")
        for piece in range(line.quantity.milli // 1000):
            request = b"%s/%d/%d" % (cart.id.bytes, place, piece)
            order = PassOrder(request, cart.member, template.id, (), cashier)
            sold.append(_record(till, connection, template, order, receipt_number, from_sale=True))
    return sold


def _record(
    till: Till, connection: Connection, template: PassTemplate, order: PassOrder, number: str, *, from_sale: bool
) -> SoldPass:
    today = till.business_day()
    made = _assets(template, order, today, till.identity.device)
    event = PassSold(
        receipt_number=number,
        business_day=today,
        cashier=order.cashier.id,
        member=order.member,
        template=RuleId(template.id),
        parts=_parts(made),
        tenders=order.tenders,
        points=Points(template.points),
        price=Money(template.price_fen),
        from_sale=from_sale,
    )
    recorded = till.log.append(connection, event, till.clock.now())
    till.reference.put_assets(connection, made)
    return SoldPass(recorded, made)


def _assets(template: PassTemplate, order: PassOrder, today: BusinessDay, device: bytes) -> tuple[Asset, ...]:
    """What the member will own.  A points card is spent as points: nothing else is kept of it."""
    if template.kind is PassKind.POINTS:
        return ()
    last_day = template.validity.last_day(today)
    if last_day is not None and last_day < today:
        raise InvalidField("template", f"this pass ended on {last_day}", f"此卡已于 {last_day} 停用")
    whole = derived_id("pass", order.request)

    def asset(component: str, name: Text, paid_fen: int, uses: int) -> Asset:
        terms: dict[str, int | str] = {"paid": paid_fen, "uses": uses, "zh": name.zh, "en": name.en}
        terms |= {"till": device.hex(), "unit": template.unit_fen, "per_day": template.per_day or 0}
        if not template.transferable:
            terms["personal"] = 1
        return Asset(
            id=derived_id("pass", order.request, component) if component else whole,
            kind=AssetKind.VOUCHER_COMPONENT if component else _WHOLE[template.kind],
            owner=order.member,
            template=f"{template.id}/{component}" if component else template.id,
            first_day=today,
            last_day=last_day,
            part_of=whole if component else None,
            terms=terms,
        )

    if template.kind is not PassKind.BUNDLE:
        return (asset("", template.name, template.price_fen, uses_of(template, today)),)
    shared = zip(template.components, shares(template), strict=True)
    parts = [asset(part.id, part.name, fen, part.uses) for part, fen in shared]
    return asset("", template.name, 0, 0), *parts


def _parts(made: tuple[Asset, ...]) -> tuple[PassPart, ...]:
    """The parts that the event records: whatever has uses of its own."""
    return tuple(
        PassPart(one.id, one.template.partition("/")[2], int(one.terms["uses"]), Money(int(one.terms["paid"])))
        for one in made
        if one.kind is not AssetKind.BUNDLE_VOUCHER
    )
