"""The list of passes as a sheet: what the member holds first, then what can be bought."""

from __future__ import annotations

from collections import Counter

from posapp.application.passes import HeldPass
from posapp.domain.asset import AssetKind
from posapp.domain.ids import AssetId
from posapp.domain.programme import Programme
from posapp.domain.programme.passes import PassTemplate
from posapp.ui.checkout import sheets
from posapp.ui.checkout.session import CompleteMode
from posapp.ui.checkout.wallet_modes import PassesMode
from posapp.ui.checkout.words import named, said
from posapp.ui.messages import Message, msg


def passes_sheet(mode: PassesMode, language: str) -> sheets.ChoiceSheet:
    """The open list."""
    rows = [_held(one, language) for one in mode.held]
    rows += [_for_sale(one, language) for one in mode.templates]
    selling = mode.selected >= len(mode.held)
    return sheets.ChoiceSheet(
        msg("passes.title"),
        msg("passes.sell", pieces=mode.uses) if selling else msg("passes.use", uses=mode.uses),
        tuple(rows),
        mode.selected,
        msg("passes.found", count=len(mode.held)) if mode.held else msg("passes.holds_none"),
        nothing=msg("passes.none"),
        nothing_detail=msg("passes.none_detail"),
    )


def pass_changes(mode: CompleteMode, programme: Programme, language: str) -> tuple[sheets.BalanceChange, ...]:
    """What the passes that settled units of the sale had and have left."""
    taken = Counter[AssetId]()
    for each in mode.done.sale.passes:
        taken[each.asset] += each.uses
    changes = []
    for held in mode.passes:
        good, uses = programme.pass_good(held.template), taken[held.id]
        if uses:
            label = named(good.name, language) if good is not None else msg("balance.count_card")
            had, left = (msg("unit.uses", uses=count) for count in (held.left, held.left - uses))
            changes.append(sheets.BalanceChange("coffee", label, had, left, f"−{uses}"))
    return tuple(changes)


def _held(held: HeldPass, language: str) -> sheets.ChoiceRow:
    for_period = held.asset.kind is AssetKind.TIME_PASS
    return sheets.ChoiceRow(
        row_id=held.asset.id.hex(),
        title=named(held.name, language),
        detail=_detail(held, language),
        amount_fen=None,
        aside=msg("passes.days_left" if for_period else "passes.left", left=held.left, of=held.of),
    )


def _detail(held: HeldPass, language: str) -> Message | None:
    if held.refusal is not None:
        return said(held.refusal.zh if language.startswith("zh") else held.refusal.en)
    if held.per_day is not None:
        return msg("passes.today", used=held.used_today, most=held.per_day)
    if held.asset.last_day is not None:
        return msg("passes.until", day=str(held.asset.last_day))
    return msg("passes.for_ever")


def _for_sale(template: PassTemplate, language: str) -> sheets.ChoiceRow:
    return sheets.ChoiceRow(
        row_id=f"new:{template.id}",
        title=named(template.name, language),
        detail=msg(f"passes.kind_{template.kind.value}", uses=template.uses, parts=len(template.components)),
        amount_fen=template.price_fen,
        aside=msg("passes.buy"),
    )
