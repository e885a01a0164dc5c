"""The sheets of a return, from what the till is in the middle of."""

from __future__ import annotations

from collections.abc import Iterable

from posapp.application.refunds import ReturnPreview
from posapp.application.returnable import ListedSale, Returnable, ReturnableLine
from posapp.domain.amounts import Quantity
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL
from posapp.domain.programme import Programme
from posapp.domain.sale import TenderMethod
from posapp.domain.text import Text
from posapp.ui.checkout import sheets
from posapp.ui.checkout.intents import FunctionKey
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.session import ReturnedMode, ReturnFindMode, ReturnMode, Session
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.words import named, said
from posapp.ui.figures import TIMES, count_text, money_text, signed_count_text
from posapp.ui.messages import Message, msg

TENDERS = {
    TenderMethod.CASH: ("cash", msg("return.cash")),
    TenderMethod.BANK_CARD: ("credit-card", msg("return.bank_card")),
    TenderMethod.WECHAT_PAY: ("qrcode", msg("return.wechat_pay")),
    TenderMethod.ALIPAY: ("qrcode", msg("return.alipay")),
    TenderMethod.MANUFACTURER_COUPON: ("ticket", msg("return.manufacturer_coupon")),
    TenderMethod.STORED_VALUE: ("wallet", msg("return.stored_value")),
}


def find_sheet(session: Session, mode: ReturnFindMode, programme: Programme) -> sheets.ReturnFindSheet:
    """Sales to choose from."""
    return sheets.ReturnFindSheet(
        rows=tuple(_found(one, programme) for one in mode.rows),
        listed=_listed(mode),
        selected=mode.selected,
        revision=mode.revision,
        notice=session.toast or _offline(session, programme),
    )


def _listed(mode: ReturnFindMode) -> Message:
    if not mode.people:
        return msg("return.of_day", date=mode.day.date.isoformat())
    first = mode.people[0].profile
    name = first.name or first.masked_phone
    more = len(mode.people) - 1
    return msg("return.of_members", name=name, count=more) if more else msg("return.of_member", name=name)


def _found(one: ListedSale, programme: Programme) -> sheets.ChoiceRow:
    summary, member = one.summary, one.member
    who: Message = msg("held.walk_in")
    if member is not None:
        who = said(member.profile.name or member.profile.masked_phone)
    local = summary.at.astimezone(programme.zone)
    if not one.given_back:
        detail = msg("return.row", who=who) if summary.own else msg("return.row_other", who=who)
    elif one.given_back >= summary.due:
        detail = msg("return.row_all_back", who=who)
    else:
        detail = msg("return.row_part_back", who=who, amount=one.given_back.fen)
    return sheets.ChoiceRow(
        row_id=str(summary.position),
        title=summary.receipt_number,
        detail=detail,
        amount_fen=summary.due.fen,
        aside=f"{local:%H:%M}",
    )


def return_sheet(session: Session, mode: ReturnMode, programme: Programme, language: str) -> sheets.ReturnSheet:
    """What comes back of a sale, and what that does."""
    original, preview = mode.original, mode.preview
    member = original.member
    return sheets.ReturnSheet(
        receipt_number=original.sale.receipt_number,
        rows=tuple(
            _line(place, line, coming, language)
            for place, (line, coming) in enumerate(zip(original.lines, mode.coming, strict=True))
        ),
        action=msg("return.do"),
        reason=msg(f"return.reason_{mode.reason}"),
        hint=_hint(original.lines[mode.selected]),
        selected=mode.selected,
        revision=mode.revision,
        member_name=(member.profile.name or member.profile.masked_phone) if member is not None else "",
        total_fen=preview.total.fen if preview is not None else None,
        fee_fen=preview.returned.fee.fen if preview is not None else 0,
        facts=facts_of(preview, original, language) if preview is not None else (),
        sentences=sentences_of(preview, language) if preview is not None else (),
        notice=session.toast or _needs_approver(mode) or _offline(session, programme) or _may_be_named(mode),
    )


def _line(place: int, line: ReturnableLine, coming: int, language: str) -> sheets.ReturnLineRow:
    figures: dict[str, str | int] = {"sold": line.figure(line.sold), "left": line.figure(line.left)}
    if line.is_pass:
        detail = msg("return.line_pass")
    elif line.returned.milli:
        detail = msg("return.line_part", back=line.figure(line.returned), **figures)
    else:
        detail = msg("return.line", **figures)
    return sheets.ReturnLineRow(
        row_id=str(place),
        name=line.name(language),
        detail=detail,
        coming=_coming(line, coming) if coming else "",
        amount_fen=line.net_of(coming).fen,
        open=bool(line.left.milli),
    )


def _coming(line: ReturnableLine, milli: int) -> str:
    figure = line.figure(Quantity(milli))
    return figure if line.unit else f"{TIMES}{figure}"


def _hint(line: ReturnableLine) -> Message:
    """What the input takes for a line: a weight can be given in part only where it comes to whole units."""
    if not line.unit:
        return msg("return.quantity_hint")
    return msg("return.whole_weight_hint" if line.whole else "return.weight_hint")


def facts_of(preview: ReturnPreview, original: Returnable, language: str) -> tuple[sheets.ReturnFact, ...]:
    """Each thing that goes back or is taken back, with its sign from the customer's side."""
    returned = preview.returned
    facts = []
    stored = sum(amount.fen for method, amount in returned.tenders if method in (PRINCIPAL, BONUS))
    if stored:
        facts.append(sheets.ReturnFact(*TENDERS[TenderMethod.STORED_VALUE], money_text(stored)))
    for method, amount in returned.tenders:
        if not isinstance(method, TenderMethod) or not (amount or preview.cash):
            continue
        icon, label = TENDERS[method]
        if method is TenderMethod.CASH:
            facts.append(sheets.ReturnFact(icon, label, money_text(preview.cash.fen), _rounding(preview)))
        elif amount:
            facts.append(sheets.ReturnFact(icon, label, money_text(amount.fen)))
    for each in preview.passes:
        label = named(original.pass_name(each.asset), language)
        facts.append(sheets.ReturnFact("coffee", label, msg("return.uses_back", uses=each.units)))
    if returned.points_back or returned.points_taken or preview.gift_points:
        facts.append(_points(preview, points_label(original.programme)))
    if returned.growth_taken:
        count = count_text(-returned.growth_taken.count)
        facts.append(sheets.ReturnFact("trending-up", msg("return.growth_taken"), count))
    if returned.spend_taken:
        facts.append(sheets.ReturnFact("wallet", msg("return.spend_taken"), money_text(-returned.spend_taken.fen)))
    return tuple(facts)


def points_label(programme: Programme) -> str:
    """A return counts all points; where some of them are frozen, its words say so."""
    life = programme.points_life
    return "balance.points_all" if life is not None and life.freezes else "balance.points"


def _points(preview: ReturnPreview, label: str) -> sheets.ReturnFact:
    """The balance before and after, and what comes back and is taken; a member who is not known here has no balance."""
    back = preview.returned.points_back.count
    taken = (preview.returned.points_taken + preview.gift_points).count
    value = signed_count_text(back - taken)
    if preview.points_before is not None and preview.points_after is not None:
        value = f"{count_text(preview.points_before.count)} → {count_text(preview.points_after.count)}"
    detail = msg("return.points_both", back=back, taken=taken)
    if not taken:
        detail = msg("return.points_back", points=back)
    elif not back:
        detail = msg("return.points_taken", points=taken)
    return sheets.ReturnFact("coins", msg(label), value, detail)


def _rounding(preview: ReturnPreview) -> Message | None:
    if preview.round_up.fen > 0:
        return msg("return.rounded_up", amount=preview.round_up.fen)
    if preview.round_up.fen < 0:
        return msg("return.rounded_before", amount=-preview.round_up.fen)
    return None


def sentences_of(preview: ReturnPreview, language: str) -> tuple[Message, ...]:
    """What figures do not say: a fee that is spared, debts, coupons, that it is a void."""
    found = []
    if preview.spared and preview.spared_by is not None:
        name = preview.spared_by.in_language(language)
        found.append(msg("return.fee_spared", name=name, amount=preview.spared.fen))
    if preview.points_after is not None and preview.points_after.count < 0:
        found.append(msg("return.debt", points=-preview.points_after.count))
    if preview.coupons:
        found.append(msg("return.coupon_back", coupons=_joined(preview.coupon_names, language)))
    elif preview.coupons_lost:
        found.append(msg("return.coupon_lost"))
    if preview.gifts_gone:
        found.append(msg("return.gifts_gone", gifts=_joined(preview.gifts_gone, language)))
    if preview.gifts_later:
        found.append(msg("return.gifts_later"))
    if preview.is_void:
        found.append(msg("return.void"))
    return tuple(found)


def _joined(names: Iterable[Text], language: str) -> str:
    return ("、" if language.startswith("zh") else ", ").join(name.in_language(language) for name in names)


def _needs_approver(mode: ReturnMode) -> Notice | None:
    if mode.preview is None or not mode.preview.needs_approver:
        return None
    return Notice(Tone.WARN, "shield-lock", msg("return.needs_approver", amount=mode.preview.cash_of_sale.fen))


def _may_be_named(mode: ReturnMode) -> Notice | None:
    """A sale without a member may get one, as long as nothing is chosen to come back."""
    if mode.original.sale.member is not None or mode.original.claims or any(mode.coming) or mode.original.is_empty:
        return None
    action = Action(msg("claim.do"), "F2", FunctionKey(2))
    return Notice(Tone.INFO, "user-plus", msg("claim.offer"), None, action)


def _offline(session: Session, programme: Programme) -> Notice | None:
    if session.sync.kind is not SyncKind.OFFLINE:
        return None
    return Notice(Tone.WARN, "cloud-off", msg("return.offline", limit=programme.offline.refund_cash_most_fen))


def returned_sheet(session: Session, mode: ReturnedMode) -> sheets.CompleteSheet:
    """A refund is on disk: what to hand out; the balances are those of any finished sheet."""
    refund, member = mode.done.refund, mode.done.original.member
    cash = next((tender.handed.fen for tender in refund.tenders if tender.method is TenderMethod.CASH), 0)
    others = [tender for tender in refund.tenders if tender.method is not TenderMethod.CASH and tender.amount]
    total = cash + sum(tender.handed.fen for tender in others)
    label, big = TENDERS[TenderMethod.CASH][1], cash
    if not cash and others:
        (label, big), others = (TENDERS[others[0].method][1], others[0].handed.fen), others[1:]
    detail: Message | None = None
    for tender in others:
        also = msg("return.also", method=TENDERS[tender.method][1], amount=tender.handed.fen)
        detail = also if detail is None else msg("return.both", first=detail, second=also)
    return sheets.CompleteSheet(
        paid_fen=total,
        receipt_number=refund.receipt_number,
        change_fen=big,
        change_detail=detail,
        change_label=msg("return.hand_out", method=label),
        title=msg("return.voided" if refund.is_void else "return.done", amount=total),
        member_name=(member.profile.name or member.profile.masked_phone) if member is not None else None,
        member_note=msg("return.of_receipt", number=refund.original_receipt),
        notice=session.toast,
        can_undo=None,
    )
