"""What points bring as a sheet: checking in, the gifts of the pool, the draws that are open."""

from __future__ import annotations

from posapp.application.draws import DrawOffer, odds_words
from posapp.application.gifts import GiftOffer
from posapp.application.points import CheckInOffer
from posapp.domain.text import Text
from posapp.ui.checkout import sheets
from posapp.ui.checkout.wallet_modes import GiftsMode
from posapp.ui.checkout.words import named, said
from posapp.ui.messages import Message, msg

_TAKE = {CheckInOffer: "gifts.check_in", GiftOffer: "gifts.take", DrawOffer: "gifts.draw"}


def gifts_sheet(mode: GiftsMode, language: str) -> sheets.ChoiceSheet:
    """The open list."""
    rows = mode.rows
    take = _TAKE[type(rows[mode.selected])] if rows else "gifts.take"
    return sheets.ChoiceSheet(
        msg("gifts.title"),
        msg(take),
        tuple(_row(row, language) for row in rows),
        mode.selected,
        msg("gifts.available", points=mode.pool.available),
        nothing=msg("gifts.none"),
        nothing_detail=msg("gifts.none_detail"),
    )


def _row(row: CheckInOffer | GiftOffer | DrawOffer, language: str) -> sheets.ChoiceRow:
    match row:
        case CheckInOffer():
            detail = msg("gifts.check_in_detail", streak=row.streak)
            aside = msg("gifts.plus", points=row.points)
            return sheets.ChoiceRow("check_in", msg("gifts.check_in"), detail, None, aside)
        case GiftOffer():
            detail = _why(row.why_not, row.missing, language) or msg("gifts.can_have")
            return sheets.ChoiceRow(
                f"gift:{row.gift.id}", named(row.gift.name, language), detail, None, _cost(row.gift.points, row.left)
            )
        case DrawOffer():
            detail = _why(row.why_not, row.missing, language) or _odds(row, language)
            return sheets.ChoiceRow(
                f"draw:{row.draw.id}", named(row.draw.name, language), detail, None, _cost(row.draw.points, None)
            )


def _why(why_not: Text | None, missing: int, language: str) -> Message | None:
    """What stands in the way: 「还差 220 分」."""
    if why_not is not None:
        return named(why_not, language)
    return msg("gifts.missing", points=missing) if missing else None


def _cost(points: int, left: int | None) -> Message:
    return msg("gifts.cost", points=points) if left is None else msg("gifts.cost_left", points=points, left=left)


def _odds(row: DrawOffer, language: str) -> Message:
    """The published odds, as the law asks (domain.md §3.5)."""
    return said(" · ".join(f"{prize.name.in_language(language)} {words}" for prize, words in odds_words(row.draw)))
