"""The dialog of a new card, from what the till is in the middle of."""

from __future__ import annotations

from datetime import datetime

from posapp.application.member_life.recognising import needs_second_factor
from posapp.domain.programme import Programme
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay
from posapp.ui.checkout import sheets
from posapp.ui.checkout.card_kinds import kinds_of
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.session import NewCardMode, Session
from posapp.ui.checkout.words import named, said, tier_style
from posapp.ui.faces import worn
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

_PHONE_DIGITS = 11


def new_card_sheet(
    session: Session, mode: NewCardMode, programme: Programme, shop: str, now: datetime, language: str
) -> sheets.NewCardSheet:
    """Opening a card, with what it brings to this sale."""
    digits = "".join(character for character in mode.phone if character.isdigit())
    first = programme.tiers[0]
    status, tone = _phone_status(mode, digits, programme.business_day(now))
    gains, saves = _gains(session, mode, programme, language)
    kinds = kinds_of(mode, programme)
    kind = kinds[mode.kind] if len(kinds) > 1 else None
    return sheets.NewCardSheet(
        phone=mode.phone,
        revision=mode.revision,
        phone_status=status,
        phone_tone=tone,
        shop=shop,
        tier_name=said(first.name.in_language(language)),
        face=worn(mode.face, session.face, tier_style(programme, first)),
        face_name=msg(f"face.{mode.face or 'shop'}"),
        card_terms=msg("card.terms", rate=first.rate) if first.rate < 10_000 else None,
        saves_fen=saves,
        gains=gains,
        kind=msg("card.kind", name=named(kind.name, language)) if kind is not None else None,
        kind_terms=kind.terms if kind is not None else None,
        is_plain=kind is None or kind.then is None,
        can_submit=tone is not Tone.DANGER and len(digits) == _PHONE_DIGITS,
    )


def _phone_status(mode: NewCardMode, digits: str, today: BusinessDay) -> tuple[Message | None, Tone]:
    if not digits:
        return None, Tone.INFO
    if len(digits) < _PHONE_DIGITS:
        return msg("card.digits_missing", digits=_PHONE_DIGITS - len(digits)), Tone.INFO
    if len(digits) > _PHONE_DIGITS:
        return msg("card.digits_over", digits=len(digits) - _PHONE_DIGITS), Tone.DANGER
    if not digits.startswith("1") or digits[1] in "012":
        return msg("card.not_mobile"), Tone.DANGER
    if mode.known is not None:
        silent = needs_second_factor(mode.known, today, Identification.PHONE)
        return msg("card.taken_silent" if silent else "card.taken"), Tone.WARN
    return msg("card.available"), Tone.SUCCESS


def _gains(
    session: Session, mode: NewCardMode, programme: Programme, language: str
) -> tuple[tuple[sheets.GainRow, ...], int]:
    better = mode.as_member or session.as_new_member
    if better is None or not session.quote.lines:
        return (), 0
    first = programme.tiers[0]
    saves = session.quote.due.fen - better.due.fen
    rows = []
    gifts = [one for one in better.benefits if one.kind == "coupon" and one.amount.fen]
    by_rate = saves - sum(one.amount.fen for one in gifts)
    if by_rate > 0 and first.rate < 10_000:
        label = msg("card.gain_rate", tier=first.name.in_language(language), rate=first.rate)
        rows.append(sheets.GainRow(label, money_text(-by_rate)))
    rows += [sheets.GainRow(named(one.name, language), money_text(-one.amount.fen)) for one in gifts]
    if better.earning.points.count:
        rows.append(sheets.GainRow(msg("card.gain_points"), f"+{count_text(better.earning.points.count)}"))
    return tuple(rows), max(0, saves)
