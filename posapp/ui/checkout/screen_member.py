"""The person column: the member's card and what it brings on this sale, or what joining would bring."""

from __future__ import annotations

from datetime import datetime

from posapp.domain.member import Measures, Member
from posapp.domain.points_held import PointsOnDay
from posapp.domain.pricing import BenefitOutcome, Status
from posapp.domain.programme import Programme, Tier
from posapp.domain.programme.entitlements import entitlements_of
from posapp.domain.sale import Identification
from posapp.domain.stored_card import StoredCard
from posapp.domain.tier import TierProgress, current_tier, held_now, progress
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import Withheld
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.screen_cart import is_unusable
from posapp.ui.checkout.screen_coupons import counted, coupon_outcomes, days_left, reason_of, template_name, wallet_size
from posapp.ui.checkout.session import Session
from posapp.ui.checkout.words import named, said, tier_style
from posapp.ui.faces import worn
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

_PROOF = {
    Identification.DYNAMIC_CODE: ("shield-check", "member.verified_code"),
    Identification.PIN: ("shield-lock", "member.verified_pin"),
    Identification.STATIC_CARD: ("id", "member.verified_card"),
    Identification.PHONE: ("device-mobile", "member.verified_phone"),
    Identification.LAST_FOUR: ("device-mobile", "member.verified_last4"),
    Identification.NEW_CARD: ("user-plus", "member.verified_new"),
    Identification.NONE: ("user", "member.verified_phone"),
}
_BENEFIT_KEYS = {"coupon": "F4", "points": "F5", "pass": "F8"}
_DAYS_IN_MONTH, _DAYS_IN_YEAR = 30, 365


def member_panel(session: Session, programme: Programme, now: datetime, language: str) -> ui.MemberPanel | None:
    """The attached member, or None."""
    member = session.basket.member
    if member is None:
        return None
    today = programme.business_day(now)
    tier = current_tier(programme, member, today)
    held = held_now(programme, member.held_tier, member.standing, today)
    icon, proof = _PROOF[session.basket.cart.identified_by]
    benefits = benefit_rows(session, programme, now, language)
    perks = _perks(programme, tier.code, language)
    return ui.MemberPanel(
        member_id=member.id.hex(),
        name=member.profile.name or member.profile.masked_phone[-4:],
        phone_masked=member.profile.masked_phone,
        tier_name=named(tier.name, language),
        face=worn(member.face, session.face, tier_style(programme, tier)),
        tier_benefit=msg("card.rate", rate=tier.rate) if tier.rate < 10_000 else None,
        verification_icon=icon,
        verification=msg(proof),
        visits=visits_words(member, programme, now),
        balances=_tiles(member, session, programme, today, language),
        progress=_progress(progress(programme, member.standing, held), member, held.rise, language),
        benefits=benefits + perks,
        best_combination=any(row.applied for row in benefits),
    )


def _perks(programme: Programme, tier: str, language: str) -> tuple[ui.BenefitRow, ...]:
    """What the tier brings besides money, with whom to turn to (W-06, W-47)."""
    return tuple(
        ui.BenefitRow(
            benefit_id=f"entitlement:{one.id}",
            label=named(one.name, language),
            applied=True,
            reason=said(one.contact) if one.contact else None,
        )
        for one in entitlements_of(programme.entitlements, tier)
    )


def visits_words(member: Member, programme: Programme, now: datetime) -> Message:
    """When the member was last here, and how often."""
    standing = member.standing
    if standing.visits == 0:
        return msg("member.first_visit")
    if standing.last_day is None:
        return msg("member.visits_only", visits=standing.visits)
    days = programme.business_day(now).ordinal - standing.last_day.ordinal
    return msg("member.visits", when=ago(days), visits=standing.visits)


def ago(days: int) -> Message:
    """How long ago, in the largest whole unit."""
    if days < _DAYS_IN_MONTH:
        return msg("when.days", days=max(0, days))
    if days < _DAYS_IN_YEAR:
        return msg("when.months", months=days // _DAYS_IN_MONTH)
    return msg("when.years", years=days // _DAYS_IN_YEAR)


def _tiles(
    member: Member, session: Session, programme: Programme, today: BusinessDay, language: str
) -> tuple[ui.BalanceTile, ...]:
    quote, cards = session.quote, session.cards
    spent = quote.points_spent.count
    standing = member.standing
    coupons = wallet_size(session.basket.wallet)
    own = {coupon.code for coupon in session.basket.wallet.coupons}
    usable = sum(1 for one in quote.benefits if one.code in own and not is_unusable(one.status))
    points = member.points_on(today)
    using = msg("balance.using_points", points=spent) if spent else _points_note(points)
    return (
        ui.BalanceTile("coins", msg("balance.points"), count_text(points.available), using, highlight=bool(spent)),
        _stored_tile(cards, today) if cards else _growth_tile(member),
        ui.BalanceTile(
            "ticket",
            msg("balance.coupons"),
            msg("balance.coupon_count", coupons=coupons),
            msg("balance.coupons_usable", usable=usable) if usable else None,
        ),
        _pass_tile(session, programme, language)
        or ui.BalanceTile("calendar-event", msg("balance.visits"), msg("balance.visit_count", visits=standing.visits)),
    )


def _pass_tile(session: Session, programme: Programme, language: str) -> ui.BalanceTile | None:
    """A pass of the member by uses: the one that this sale uses, or what ends soonest; None where they hold none."""
    used = {one.pass_id: one.units for one in session.quote.passes}
    counted = [one for one in session.basket.wallet.passes if not one.for_period]
    counted.sort(key=lambda one: one.id not in used)
    for held in counted:
        good = programme.pass_good(held.template)
        note = named(good.name, language) if good is not None else None
        uses = msg("balance.uses", uses=held.left)
        return ui.BalanceTile("coffee", msg("balance.count_card"), uses, note, highlight=held.id in used)
    return None


def _growth_tile(member: Member) -> ui.BalanceTile:
    return ui.BalanceTile("trending-up", msg("balance.growth"), count_text(member.standing.growth.count))


def _stored_tile(cards: tuple[StoredCard, ...], today: BusinessDay) -> ui.BalanceTile:
    """Money matters more than growth, which the way to the next tier shows too."""
    bonus = sum(card.spendable_bonus(today).fen for card in cards)
    note = msg("balance.bonus_part", bonus=bonus) if bonus else None
    return ui.BalanceTile(
        "wallet", msg("balance.stored_value"), money_text(sum(card.spendable(today).fen for card in cards)), note
    )


def _points_note(points: PointsOnDay) -> Message | None:
    """What a cashier tells the member: a debt, what lapses soon 「300 分 12-31 到期」, what is still frozen."""
    if points.debt:
        return msg("balance.points_debt", points=points.debt)
    for notice in points.notices:
        return msg("balance.points_lapse", points=notice.points, day=f"{notice.last_day.date:%m-%d}")
    return msg("balance.points_frozen", points=points.frozen) if points.frozen else None


def _progress(towards: TierProgress, member: Member, since: Measures, language: str) -> ui.TierProgress | None:
    """The way up as a bar; `since` is what counts no more, because the member fell by a review since."""
    upper, label = towards.next_tier, distance(towards, language)
    if upper is None or label is None:
        return None
    have = Measures.of(member.standing).since(since)
    if upper.growth is not None:
        return ui.TierProgress(label, have.growth, upper.growth)
    if upper.spend_fen is not None:
        return ui.TierProgress(label, have.spend_fen, upper.spend_fen)
    return ui.TierProgress(label, have.visits, upper.visits or 0)


def distance(towards: TierProgress, language: str) -> Message | None:
    """What is missing for the next tier: growth if it asks for that, else spend or visits; None at the top (W-19).

    At the till: 「再消费80.00元或1次」.
    """
    upper = towards.next_tier
    if upper is None:
        return None
    name = upper.name.in_language(language)
    growth, spend, visits = (
        max(0, left) if left is not None else None
        for left in (towards.growth_left, towards.spend_left_fen, towards.visits_left)
    )
    if growth is not None:
        return msg("progress.growth", gap=growth, tier=name, rate=upper.rate)
    if spend is not None and visits is not None:
        return msg("progress.spend_or_visits", gap=spend, visits=visits, tier=name)
    if spend is not None:
        return msg("progress.spend", gap=spend, tier=name)
    return msg("progress.visits", gap=visits, tier=name) if visits is not None else None


def benefit_rows(session: Session, programme: Programme, now: datetime, language: str) -> tuple[ui.BenefitRow, ...]:
    """The optional benefits, what applies first; what cannot be had stays visible with its reason (ux.md §6).

    Coupons and points come before promotions, which the lines show as well; and what little is missing for another
    coupon comes before coupons that something better keeps out.
    """
    quote, today = session.quote, programme.business_day(now)
    others = (one for one in quote.benefits if one.optional and one.kind != "coupon")
    shown = [*coupon_outcomes(quote), *(one for one in others if one.status is not Status.UNKNOWN)]
    shown.sort(key=_place)
    keys_given: set[str] = set()
    rows = []
    for one in shown:
        key = _BENEFIT_KEYS.get(one.kind, "")
        label = counted(one, quote, language) if one.kind == "coupon" else _label(one, language)
        note = days_left(one.last_day, today) if one.kind == "coupon" else None
        rows.append(_benefit(one, label, note, "" if key in keys_given else key, language))
        keys_given.add(key)
    waiting = session.basket.wallet.withheld
    return (*rows, *(_waiting(one, programme, language) for one in waiting))


def _place(one: BenefitOutcome) -> tuple[bool, bool, bool, bool]:
    is_short = one.status is Status.SHORT
    return one.kind not in _BENEFIT_KEYS, one.status is not Status.APPLIED, not is_short, is_unusable(one.status)


def _label(one: BenefitOutcome, language: str) -> Message:
    """Its name; of a pass that settles units, how many too."""
    if one.kind == "pass" and one.status is Status.APPLIED:
        uses = int(str(one.explanation.params["units"]))
        return msg("benefit.pass_uses", name=one.name.in_language(language), uses=uses)
    return named(one.name, language)


def _waiting(held: Withheld, programme: Programme, language: str) -> ui.BenefitRow:
    return ui.BenefitRow(
        benefit_id=held.coupon.code,
        label=template_name(programme, held.coupon.template).in_language(language),
        applied=False,
        usable=False,
        reason=msg("coupons.waits"),
    )


def _benefit(one: BenefitOutcome, label: Message, note: Message | None, key: str, language: str) -> ui.BenefitRow:
    applied = one.status is Status.APPLIED
    usable = not is_unusable(one.status)
    return ui.BenefitRow(
        benefit_id=one.code or one.rule,
        label=label,
        applied=applied,
        amount_fen=-one.amount.fen,
        key_hint=key if usable else "",
        usable=usable,
        reason=None if applied else reason_of(one, language),
        note=note,
    )


def join_offer(session: Session, programme: Programme, language: str) -> ui.JoinOffer:
    """What opening a card now would save on this basket (ux.md §7, Empty)."""
    first = programme.tiers[0]
    better = session.as_new_member
    if better is None or not session.quote.lines:
        return ui.JoinOffer()
    saves = session.quote.due.fen - better.due.fen
    gift = sum(one.amount.fen for one in better.benefits if one.kind == "coupon")
    tier = first.name.in_language(language)
    if gift:
        detail = msg("join.detail", tier=tier, rate=first.rate, saved=saves - gift, gift=gift)
    else:
        detail = msg("join.detail_rate", tier=tier, rate=first.rate, saved=saves)
    return ui.JoinOffer(saves_fen=max(0, saves), detail=detail if saves > 0 and first.rate < 10_000 else None)


def tier_label(tier: Tier, language: str) -> Message:
    """The name of a tier."""
    return said(tier.name.in_language(language))
