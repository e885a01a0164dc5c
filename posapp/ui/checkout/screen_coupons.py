"""The coupons of a sale: the list under F4, the lines beside them, and what a finished sale brought."""

from __future__ import annotations

from datetime import datetime

from posapp.domain.coupon_code import is_coupon_code
from posapp.domain.pricing import BenefitOutcome, Quote, Status
from posapp.domain.programme import Programme
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import Wallet, Withheld
from posapp.ui.checkout import sheets
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_cart import is_unusable
from posapp.ui.checkout.session import CompleteMode, Session
from posapp.ui.checkout.wallet_modes import CouponsMode
from posapp.ui.checkout.words import explained, given_words, named, said
from posapp.ui.messages import Message, msg

_SURPLUS = "one_of_a_kind"


def coupon_outcomes(quote: Quote) -> tuple[BenefitOutcome, ...]:
    """Coupons and codes, what applies first, then what could, one of each kind: equal ones are counted."""
    found = [
        one
        for one in quote.benefits
        if one.kind == "coupon" and one.status is not Status.UNKNOWN and one.explanation.key != _SURPLUS
    ]
    found.sort(key=lambda one: (one.status is not Status.APPLIED, is_unusable(one.status)))
    return tuple(found)


def how_many(quote: Quote, one: BenefitOutcome) -> int:
    """How many coupons of the same kind there are."""
    return sum(1 for other in quote.benefits if other.kind == "coupon" and other.rule == one.rule)


def days_left(last_day: BusinessDay | None, today: BusinessDay) -> Message | None:
    """How long a coupon is good: today, a few days, or nothing to say of one that never lapses."""
    if last_day is None:
        return None
    days = last_day.ordinal - today.ordinal
    if days < 0:
        return None
    return msg("coupons.today") if days == 0 else msg("coupons.days_left", days=days)


def coupons_sheet(
    session: Session, mode: CouponsMode, programme: Programme, now: datetime, language: str
) -> sheets.ChoiceSheet:
    """Every coupon of this sale with what it saves or why it does not."""
    today = programme.business_day(now)
    rows = [_row(session.quote, one, today, language) for one in coupon_outcomes(session.quote)]
    rows += [_waiting(one, programme, language) for one in session.basket.wallet.withheld]
    return sheets.ChoiceSheet(
        msg("coupons.title"),
        msg("coupons.pick"),
        tuple(rows),
        mode.selected,
        msg("coupons.found", count=len(rows)),
        nothing=msg("toast.no_coupon"),
    )


def _row(quote: Quote, one: BenefitOutcome, today: BusinessDay, language: str) -> sheets.ChoiceRow:
    applied = one.status is Status.APPLIED
    left = days_left(one.last_day, today)
    reason = msg("coupons.in_use") if applied else reason_of(one, language)
    return sheets.ChoiceRow(
        row_id=one.code or one.rule,
        title=counted(one, quote, language),
        detail=reason if left is None else msg("coupons.detail", reason=reason, left=left),
        amount_fen=-one.amount.fen if applied else None,
    )


def reason_of(one: BenefitOutcome, language: str) -> Message:
    """Why it is not used; what to do about it comes before how the engine would put it, because the row is short."""
    if one.status is Status.BEATEN:
        return msg("benefit.beaten")
    if one.status is Status.NEEDS_IDENTIFICATION:
        return msg("benefit.needs_code")
    return explained(one.explanation, language)


def counted(one: BenefitOutcome, quote: Quote, language: str) -> Message:
    """A coupon's name, and how many there are of it."""
    count = how_many(quote, one)
    name = named(one.name, language)
    return name if count == 1 else msg("coupons.several", name=name, count=count)


def _waiting(held: Withheld, programme: Programme, language: str) -> sheets.ChoiceRow:
    return sheets.ChoiceRow(
        row_id=held.coupon.code,
        title=named(template_name(programme, held.coupon.template), language),
        detail=said(held.why.in_language(language)),
        amount_fen=None,
    )


def template_name(programme: Programme, template: str) -> Text:
    """What people call a coupon; its code where the programme has it no more."""
    return next((offer.name for offer in programme.offers if offer.id == template), Text(template, template))


def given_notice(mode: CompleteMode, language: str) -> Notice | None:
    """What the sale brought the member, on the sheet of the finished sale."""
    given = mode.done.given
    if not given:
        return None
    days = [one.last_day for one in given if one.last_day is not None]
    until = msg("coupons.until", day=str(min(days))) if days else None
    return Notice(Tone.SUCCESS, "ticket", msg("coupons.given", gifts=given_words(given, language)), until)


def coupon_change(mode: CompleteMode) -> tuple[sheets.BalanceChange, ...]:
    """How many coupons the member had and has, where the sale changed that."""
    used = sum(is_coupon_code(code) for code in mode.done.sale.coupons)
    gained = sum(bool(one.code) and not one.is_card for one in mode.done.given)
    if mode.member is None or not (used or gained):
        return ()
    after = max(0, mode.coupons - used) + gained
    change = sheets.BalanceChange(
        "ticket",
        msg("balance.coupons"),
        msg("balance.coupon_count", coupons=mode.coupons),
        msg("balance.coupon_count", coupons=after),
        f"+{after - mode.coupons}" if after >= mode.coupons else f"−{mode.coupons - after}",
        gained=after > mode.coupons,
    )
    return (change,)


def wallet_size(wallet: Wallet) -> int:
    """How many coupons a member holds, those that wait for the network included."""
    return len(wallet.coupons) + len(wallet.withheld)
