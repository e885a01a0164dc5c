"""The sheet that lies over the checkout, from what the till is in the middle of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from posapp.application.member_life.recognising import needs_second_factor
from posapp.application.refunds import UNDO_WITHIN
from posapp.domain.amounts import Money
from posapp.domain.member import Standing
from posapp.domain.points_held import PointsOnDay
from posapp.domain.programme import Programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.tier import current_tier
from posapp.ui.checkout import sheets
from posapp.ui.checkout.claim_modes import ClaimMode
from posapp.ui.checkout.device_modes import DevicesMode, PeopleMode, SetupMode
from posapp.ui.checkout.devices.screen import device_sheet
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, FilePickMode
from posapp.ui.checkout.inbox_modes import CaseMode, InboxMode
from posapp.ui.checkout.item_modes import NewItemMode, WeightMode
from posapp.ui.checkout.member_file.lines import Around
from posapp.ui.checkout.member_file.screen import file_sheet, others_notice, pick_sheet
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.report_modes import ReportMode, SaveReportMode
from posapp.ui.checkout.screen_cart import pieces_in
from posapp.ui.checkout.screen_claim import claim_sheet
from posapp.ui.checkout.screen_coupons import coupon_change, coupons_sheet, given_notice
from posapp.ui.checkout.screen_gifts import gifts_sheet
from posapp.ui.checkout.screen_inbox import inbox_sheet
from posapp.ui.checkout.screen_item import item_sheet
from posapp.ui.checkout.screen_member import ago, tier_label
from posapp.ui.checkout.screen_new_card import new_card_sheet
from posapp.ui.checkout.screen_passes import pass_changes, passes_sheet
from posapp.ui.checkout.screen_price import price_sheet
from posapp.ui.checkout.screen_recognising import asking_sheet
from posapp.ui.checkout.screen_report import open_report
from posapp.ui.checkout.screen_returns import find_sheet, points_label, return_sheet, returned_sheet
from posapp.ui.checkout.screen_shift import shift_sheet
from posapp.ui.checkout.screen_staff import staff_sheet
from posapp.ui.checkout.screen_stored import stored_sheet
from posapp.ui.checkout.session import (
    CompleteMode,
    GoodsMode,
    HeldMode,
    KeymapMode,
    LookupMode,
    NewCardMode,
    OtherMemberMode,
    ReassignMode,
    RecogniseMode,
    ReturnedMode,
    ReturnFindMode,
    ReturnMode,
    Session,
    TenderMode,
    UnsyncedMode,
)
from posapp.ui.checkout.shift_modes import DrawerMode, ShiftMode
from posapp.ui.checkout.staff_modes import ApprovalMode, OwnerMode, SignInMode
from posapp.ui.checkout.stored_modes import ClosingMode, PinMode, ProofMode, StoredShare, TopUpMode
from posapp.ui.checkout.wallet_modes import CouponsMode, GiftsMode, PassesMode
from posapp.ui.checkout.words import named, tier_style
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg


def sheet_of(session: Session, programme: Programme, shop: str, now: datetime, language: str) -> sheets.Sheet | None:
    """The open sheet."""
    match session.over:
        case ShiftMode() | DrawerMode() as asked:
            return shift_sheet(asked, programme.zone, language)
        case SignInMode() | ApprovalMode() | OwnerMode() as asked:
            return staff_sheet(asked, session, language)
        case None:
            return _sheet_of_mode(session, programme, shop, now, language)


def _sheet_of_mode(
    session: Session, programme: Programme, shop: str, now: datetime, language: str
) -> sheets.Sheet | None:
    match session.mode:
        case None:
            return None
        case LookupMode() as mode:
            return _lookup(mode, programme, now, language)
        case GoodsMode() as mode:
            return _goods(mode, language)
        case NewCardMode() as mode:
            return new_card_sheet(session, mode, programme, shop, now, language)
        case TenderMode():
            return sheets.TenderSheet()
        case HeldMode() as mode:
            return _held(mode, programme)
        case UnsyncedMode() as mode:
            return _unsynced(mode, programme, language)
        case InboxMode() | CaseMode() as mode:
            return inbox_sheet(mode, programme, language)
        case CouponsMode() as mode:
            return coupons_sheet(session, mode, programme, now, language)
        case PassesMode() as mode:
            return passes_sheet(mode, language)
        case TopUpMode() | PinMode() | ProofMode() | ClosingMode() as mode:
            return stored_sheet(mode, programme, language)
        case RecogniseMode() | ReassignMode() as mode:
            return asking_sheet(mode, programme.business_day(now), language)
        case WeightMode() | NewItemMode() as mode:
            return item_sheet(mode, language)
        case ClaimMode() as mode:
            return claim_sheet(mode, language)
        case PriceMode() as mode:
            return price_sheet(mode, session, language)
        case GiftsMode() as mode:
            return gifts_sheet(mode, language)
        case FileMode() as mode:
            return file_sheet(mode, Around(programme, now, language), session.toast)
        case FileFormMode() as mode:
            return mode.form.sheet(mode, language)
        case FilePickMode() as mode:
            return pick_sheet(mode, language)
        case OtherMemberMode() as mode:
            looked = _lookup(mode.found, programme, now, language)
            return replace(looked, notice=session.toast or others_notice(mode, language), may_open_card=False)
        case ReportMode() | SaveReportMode() as mode:
            return open_report(mode, session.toast, language)
        case DevicesMode() | PeopleMode() | SetupMode() as mode:
            return device_sheet(session, mode, language)
        case CompleteMode() as mode:
            return _complete(session, mode, (programme, language), now)
        case ReturnFindMode() as mode:
            return find_sheet(session, mode, programme)
        case ReturnMode() as mode:
            return return_sheet(session, mode, programme, language)
        case ReturnedMode() as mode:
            sheet = returned_sheet(session, mode)
            return replace(sheet, balances=_changes(mode.done.before, mode.done.after, label=points_label(programme)))
        case KeymapMode(cashier=who) as mode:
            return sheets.KeymapSheet(session.keymap, session.own_keys, who, mode.chord, mode.waiting, mode.notice)


def _lookup(mode: LookupMode, programme: Programme, now: datetime, language: str) -> sheets.LookupSheet:
    digits = mode.query if mode.query.isdigit() else ""
    rows = tuple(_lookup_row(mode, place, digits, programme, now, language) for place in range(len(mode.members)))
    searched = msg("lookup.searched", total=mode.total, ms=-(-mode.microseconds // 1000))
    several = Notice(Tone.WARN, "shield", msg("lookup.verify")) if len(rows) > 1 else None
    return sheets.LookupSheet(
        query=mode.query,
        rows=rows,
        revision=mode.revision,
        selected=mode.selected,
        kind=_lookup_kind(mode.query),
        found=msg("lookup.found", count=len(rows)) if rows else None,
        searched=searched if mode.query else None,
        notice=several,
    )


def _lookup_kind(query: str) -> Message | None:
    if not query:
        return None
    if query.isdigit():
        return msg("lookup.kind_last4" if len(query) <= 4 else "lookup.kind_phone")
    return msg("lookup.kind_name")


def _lookup_row(
    mode: LookupMode, place: int, digits: str, programme: Programme, now: datetime, language: str
) -> sheets.LookupRow:
    member = mode.members[place]
    standing, today = member.standing, programme.business_day(now)
    visits = None
    if standing.last_day is not None:
        days = today.ordinal - standing.last_day.ordinal
        visits = msg("lookup.visits_when", when=ago(days), visits=standing.visits)
    elif standing.visits:
        visits = msg("member.visits_only", visits=standing.visits)
    tier = current_tier(programme, member, today)
    # Whoever was away for long shows something besides the number first; then the card says what is on it.
    silent = needs_second_factor(member, today, Identification.LAST_FOUR)
    recent = msg("lookup.recent") if place == 0 and standing.last_day is not None else None
    return sheets.LookupRow(
        row_id=member.id.hex(),
        name=member.profile.name or "—",
        phone_masked=member.profile.masked_phone,
        phone_match=digits[-4:] if member.profile.masked_phone.endswith(digits[-4:]) else "",
        tier_name=tier_label(tier, language),
        tier_style=tier_style(programme, tier),
        tag=msg("lookup.silent") if silent else recent,
        visits=visits,
        points=None if silent else standing.points.count,
        stored_value_fen=None if silent else mode.stored.get(member.id, Money(0)).fen,
    )


def _goods(mode: GoodsMode, language: str) -> sheets.ChoiceSheet:
    rows = tuple(
        sheets.ChoiceRow(
            row_id=product.sku,
            title=product.name(language),
            detail=" · ".join((product.barcode or product.plu, *((product.unit,) if product.weighed else ()))),
            amount_fen=product.price.fen,
        )
        for product in mode.products
    )
    found = msg("goods.found", count=len(rows))
    return sheets.ChoiceSheet(msg("goods.title"), msg("goods.pick"), rows, mode.selected, found)


def _unsynced(mode: UnsyncedMode, programme: Programme, language: str) -> sheets.ChoiceSheet:
    rows = tuple(
        sheets.ChoiceRow(
            row_id=str(place),
            title=named(one.what, language),
            detail=one.number or None,
            amount_fen=one.amount.fen if one.amount is not None else None,
            aside=f"{one.at.astimezone(programme.zone):%m-%d %H:%M}",
        )
        for place, one in enumerate(mode.rows)
    )
    return sheets.ChoiceSheet(
        msg("unsynced.title"),
        msg("unsynced.seen"),
        rows,
        mode.selected,
        msg("unsynced.found", count=len(rows)) if rows else None,
        nothing=msg("unsynced.none"),
        nothing_detail=msg("unsynced.none_detail"),
    )


def _held(mode: HeldMode, programme: Programme) -> sheets.ChoiceSheet:
    rows = tuple(
        sheets.ChoiceRow(
            row_id=str(held.cart.id),
            title=held.label or msg("held.walk_in"),
            detail=msg("held.detail", lines=len(held.cart.lines), pieces=pieces_in(held.cart.lines)),
            amount_fen=sum(line.list_amount.fen for line in held.cart.lines),
            aside=f"{held.held_at.astimezone(programme.zone):%H:%M}",
        )
        for held in mode.rows
    )
    return sheets.ChoiceSheet(
        msg("held.title"),
        msg("held.take"),
        rows,
        mode.selected,
        nothing=msg("held.none"),
        nothing_detail=msg("held.none_detail"),
    )


def _complete(
    session: Session, mode: CompleteMode, rules: tuple[Programme, str], now: datetime
) -> sheets.CompleteSheet:
    sale, member = mode.done.sale, mode.member
    cash = next((t for t in sale.tenders if t.method is TenderMethod.CASH), None)
    detail = None
    if cash is not None and cash.handed != cash.amount:
        detail = msg("done.change_detail", method=msg("tender.cash"), received=cash.handed.fen, due=cash.amount.fen)
    return sheets.CompleteSheet(
        paid_fen=sale.due.fen,
        receipt_number=sale.receipt_number,
        change_fen=sale.change.fen,
        change_detail=detail,
        member_name=(member.profile.name or member.profile.masked_phone) if member is not None else None,
        member_note=_tier_note(mode, *rules),
        balances=(
            *_changes(mode.done.before, mode.done.after, _spendable(mode)),
            *coupon_change(mode),
            *pass_changes(mode, *rules),
            *_stored_change(mode.stored),
        ),
        offer=given_notice(mode, rules[1]),
        notice=session.toast,
        can_undo=session.last_sale is not None and now - mode.done.recorded.at <= UNDO_WITHIN,
    )


def _tier_note(mode: CompleteMode, programme: Programme, language: str) -> Message | None:
    """That the sale changed the member's tier, which counts from the next order on."""
    change = mode.done.tier
    if change is None or change.before.code == change.after.code:
        return None
    codes = [tier.code for tier in programme.tiers]
    rose = codes.index(change.after.code) > codes.index(change.before.code)
    name = programme.tier(change.after.code).name.in_language(language)
    return msg("done.tier_up" if rose else "done.tier_now", tier=name)


def _spendable(mode: CompleteMode) -> tuple[PointsOnDay, PointsOnDay] | None:
    """The member's points before and after the sale, by what may be spent, as their panel shows them."""
    if mode.member is None or mode.points is None:
        return None
    return mode.member.points_on(mode.points.day), mode.points


def _changes(
    before: Standing | None,
    after: Standing | None,
    points: tuple[PointsOnDay, PointsOnDay] | None = None,
    label: str = "balance.points",
) -> tuple[sheets.BalanceChange, ...]:
    if before is None or after is None:
        return ()
    had, has = (before.points.count, after.points.count) if points is None else (one.available for one in points)
    name = msg(label)
    if points is not None and points[1].frozen:
        name = msg("balance.points_more_frozen", points=points[1].frozen)
    counts = (
        ("coins", name, had, has),
        ("trending-up", msg("balance.growth"), before.growth.count, after.growth.count),
        ("calendar-event", msg("balance.visits"), before.visits, after.visits),
    )
    return tuple(
        sheets.BalanceChange(
            icon, words, count_text(old), count_text(new), _signed(new - old), gained=new > old
        )
        for icon, words, old, new in counts
        if old != new or icon == "coins"
    )  # fmt: skip


def _stored_change(share: StoredShare | None) -> tuple[sheets.BalanceChange, ...]:
    if share is None:
        return ()
    had, left, change = (money_text(one.fen) for one in (share.before, share.after, -share.payment.amount))
    return (sheets.BalanceChange("wallet", msg("balance.stored_value"), had, left, change),)


def _signed(difference: int) -> str:
    return f"+{count_text(difference)}" if difference >= 0 else count_text(difference)
