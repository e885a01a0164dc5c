"""The lines of each page of a member's file, each with what it stands for, so that an action knows what is picked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from posapp.domain.asset import AssetKind
from posapp.domain.programme import Programme
from posapp.domain.programme.entitlements import Grant
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.ui.checkout.file_modes import FileMode, Page
from posapp.ui.checkout.file_sheet import FileRow
from posapp.ui.checkout.screen_coupons import days_left, template_name
from posapp.ui.checkout.screen_member import distance, visits_words
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, Words, msg

if TYPE_CHECKING:
    from posapp.application.member_file import FileCard, FileCoupon, MemberFile
    from posapp.application.member_history import HistoryEntry
    from posapp.application.passes import HeldPass
    from posapp.application.workshops import Seating
    from posapp.domain.stored_card import CardLot, StoredCard

    Subject = FileCoupon | HistoryEntry | Seating

_PURPOSES: Final = ("membership", "marketing", "guardian")


@dataclass(frozen=True, slots=True)
class Line:
    """A row, and the coupon, the workshop or the entry that it shows, where something can be done with it."""

    row: FileRow
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """The shop's rules, the moment and the language."""

    programme: Programme
    now: datetime
    language: str

    @property
    def today(self) -> BusinessDay:
        """The business day."""
        return self.programme.business_day(self.now)


def lines_of(mode: FileMode, around: Around) -> tuple[Line, ...]:
    """The lines of the open page."""
    match mode.page:
        case Page.PERSON:
            return tuple(_person(mode, around))
        case Page.WALLET:
            return tuple(_wallet(mode.file, around))
        case Page.POINTS:
            return tuple(_points(mode.file, around))
        case Page.EVENTS:
            return tuple(_events(mode.file, around))
        case Page.HISTORY:
            entries = mode.history.entries if mode.history is not None else ()
            return tuple(Line(_entry(one, around), one) for one in entries)


def subject_of(mode: FileMode, around: Around) -> Subject | None:
    """What the selected line stands for."""
    lines = lines_of(mode, around)
    return lines[mode.selected].subject if 0 <= mode.selected < len(lines) else None


def _line(key: str, value: Words, *detail: Words) -> Line:
    return Line(FileRow(msg(key), value, detail))


def _heading(key: str) -> Line:
    return Line(FileRow(msg(key), heading=True))


# -- the person ---------------------------------------------------------------


def _person(mode: FileMode, around: Around) -> list[Line]:
    file = mode.file
    profile, membership = file.member.profile, file.membership
    until = membership.card_until
    card = msg("file.card_until", day=str(until)) if until is not None else msg("file.card_for_ever")
    joined = str(file.member.joined) if file.member.joined is not None else msg("file.not_given")
    lines = [
        _line("file.phone", mode.revealed or profile.masked_phone),
        _line("file.name", profile.name or msg("file.not_given")),
        _line("file.birthday", _birthday(profile.birthday)),
        _line("file.joined", joined, visits_words(file.member, around.programme, around.now)),
        _line("file.card", file.member.card_number, card),
    ]
    lines += [_consent(file, purpose) for purpose in _PURPOSES]
    lines += [
        Line(FileRow(named(one.name, around.language), one.contact, (_grant(one.grant),)))
        for one in sorted(file.entitlements, key=lambda one: one.grant is not Grant.ADVISER)
    ]
    return lines


def _birthday(birthday: str) -> Words:
    """Month and day, and the year where it was given."""
    if not birthday:
        return msg("file.not_given")
    day = f"{birthday[-4:-2]}-{birthday[-2:]}"
    return f"{birthday[:4]}-{day}" if len(birthday) > len("MMDD") else day


def _grant(grant: Grant) -> Words:
    return msg("file.adviser") if grant is Grant.ADVISER else msg("file.entitlement")


def _consent(file: MemberFile, purpose: str) -> Line:
    said_so = next((one for one in file.membership.consents if one.purpose == purpose), None)
    label = f"file.consent_{purpose}"
    if said_so is None:
        return _line(label, msg("file.never_asked"))
    value: Words = msg("file.agreed" if said_so.granted else "file.declined")
    if purpose == "guardian" and file.membership.guardian:
        value = file.membership.guardian
    return _line(label, value, msg("file.consent_said", day=str(said_so.day), version=said_so.version))


# -- the wallet ---------------------------------------------------------------


def _wallet(file: MemberFile, around: Around) -> list[Line]:
    lines = [_heading("file.coupons")]
    lines += [Line(_coupon(one, around), one) for one in file.coupons] or [_nothing()]
    lines.append(_heading("file.stored"))
    lines += [line for card in file.stored for line in _stored(card, around)] or [_nothing()]
    lines.append(_heading("file.passes"))
    lines += [Line(_pass(one, around.language)) for one in file.passes] or [_nothing()]
    lines.append(_heading("file.cards"))
    lines += [Line(_card(one)) for one in file.cards]
    return lines


def _nothing() -> Line:
    return Line(FileRow(msg("file.none")))


def _coupon(one: FileCoupon, around: Around) -> FileRow:
    left = days_left(one.last_day, around.today) or msg("passes.for_ever")
    may = msg("file.transferable" if one.transferable else "file.own")
    return FileRow(named(template_name(around.programme, one.template), around.language), left, (one.code, may))


def card_name(programme: Programme, kind: str) -> Text:
    """What a kind of stored-value card is called; its code where the programme has it no more."""
    known = programme.stored_value.card(kind) if programme.stored_value is not None else None
    return known.name if known is not None else Text(kind, kind)


def _stored(card: StoredCard, around: Around) -> list[Line]:
    bonus = card.spendable_bonus(around.today).fen
    head = FileRow(
        named(card_name(around.programme, card.kind), around.language),
        money_text(card.spendable(around.today).fen),
        (msg("balance.bonus_part", bonus=bonus),) if bonus else (),
    )
    return [Line(head), *(Line(_lot(lot)) for lot in card.lots if lot.principal_fen or lot.bonus_fen)]


def _lot(lot: CardLot) -> FileRow:
    left = msg("file.lot_left", principal=lot.principal_fen, bonus=lot.bonus_fen)
    until = lot.bonus_until
    detail = (msg("file.lot_bonus_until", day=str(until)),) if until is not None else ()
    return FileRow(msg("file.lot", day=str(lot.first_day)), left, detail)


def _pass(one: HeldPass, language: str) -> FileRow:
    period = one.asset.kind is AssetKind.TIME_PASS
    left = msg("passes.days_left" if period else "passes.left", left=one.left, of=one.of)
    until = one.asset.last_day
    detail = msg("passes.until", day=str(until)) if until is not None else msg("passes.for_ever")
    return FileRow(named(one.name, language), left, (detail,))


def _card(one: FileCard) -> FileRow:
    if one.retired is not None:
        return FileRow(one.number, msg("file.card_retired", day=str(one.retired)))
    return FileRow(one.number, msg("file.card_current" if one.current else "file.card_earlier"))


# -- points and tier ---------------------------------------------------------------


def _points(file: MemberFile, around: Around) -> list[Line]:
    points, standing = file.member.points_on(around.today), file.member.standing
    lines = [
        _line("file.points_available", count_text(points.available)),
        _line("file.points_frozen", count_text(points.frozen)),
    ]
    if points.debt:
        lines.append(_line("file.points_debt", count_text(points.debt)))
    lines += [
        _line("file.points_lapsing", count_text(one.points), msg("file.points_until", day=str(one.last_day)))
        for one in points.notices
    ] or [_line("file.points_lapsing", msg("file.none_soon"))]
    tier = around.programme.tier(file.tier.code)
    if file.tier.until is not None:
        kept = msg("file.tier_by_hand" if file.tier.by_hand else "file.tier_until", day=str(file.tier.until))
    else:
        kept = msg("file.tier_for_ever")
    lines.append(Line(FileRow(msg("file.tier"), named(tier.name, around.language), (kept,))))
    towards = distance(file.towards, around.language)
    if towards is not None:
        lines.append(Line(FileRow(towards)))
    lines += [
        _line("file.growth", count_text(standing.growth.count)),
        _line("file.spend", money_text(standing.spend.fen)),
        _line("file.visits", count_text(standing.visits), msg("file.orders", orders=standing.orders)),
    ]
    return lines


# -- workshops ---------------------------------------------------------------


def _events(file: MemberFile, around: Around) -> list[Line]:
    return [Line(_event(one, around), one) for one in file.workshops] or [
        Line(FileRow(msg("events.nothing"), detail=(msg("events.nothing_detail"),)))
    ]


def _event(one: Seating, around: Around) -> FileRow:
    """A workshop: its free places, the member's own seat, its day, and for whom it is."""
    shop = one.workshop
    if around.today > shop.day:
        left = msg("events.over")
    elif one.free:
        left = msg("events.free", free=one.free, of=shop.capacity)
    else:
        left = msg("events.full", of=shop.capacity, waiting=one.waiting)
    own = (msg(f"events.{one.seat.value}"),) if one.seat else ()
    meant = (msg("events.for", who=one.meant.in_language(around.language)),) if one.meant is not None else ()
    return FileRow(named(shop.name, around.language), left, (*own, msg("events.day", day=str(shop.day)), *meant))


# -- what happened ---------------------------------------------------------------


def _entry(one: HistoryEntry, around: Around) -> FileRow:
    local = one.at.astimezone(around.programme.zone)
    title = msg("file.entry", when=f"{local:%m-%d %H:%M}", what=one.what.in_language(around.language))
    value: Words = money_text(one.money.fen) if one.money is not None else ""
    names = tuple(named(name, around.language) for name in one.names)
    return FileRow(title, value, (*names, *_changes(one), *filter(None, (one.number, one.note))))


def _changes(one: HistoryEntry) -> tuple[Message, ...]:
    """What it changed: 「积分 +152」「成长值 +152」."""
    figures = (
        ("file.by_points", count_text, one.points),
        ("file.by_growth", count_text, one.growth),
        ("file.by_stored", money_text, one.stored.fen),
        ("file.by_uses", count_text, one.uses),
        ("file.by_coupons", count_text, one.coupons),
    )
    return tuple(
        msg(key, change=f"{'+' if amount > 0 else ''}{text(amount)}") for key, text, amount in figures if amount
    )
