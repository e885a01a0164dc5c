"""The sheets that ask about goods: their weight, or what an unknown code is and costs."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.application import goods
from posapp.domain.errors import InvalidField
from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.item_modes import ItemMode, NewItemMode, WeightMode
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.words import said, sentence
from posapp.ui.figures import money_text
from posapp.ui.messages import Message, msg


def item_sheet(mode: ItemMode, language: str) -> FormSheet:
    """The open dialog."""
    return _weight(mode, language) if isinstance(mode, WeightMode) else _new(mode, language)


def _weight(mode: WeightMode, language: str) -> FormSheet:
    product = mode.product
    unit = "kg" if goods.is_in_grams(product) else product.unit
    try:
        amount = money_text(goods.typed_quantity(product, mode.text).price(product.price).fen)
    except InvalidField:
        amount = "—"
    return FormSheet(
        form="weight",
        title=msg("item.weigh"),
        detail=said(product.name(language)),
        submit=msg("item.add"),
        fields=(FormField("weight", msg("item.weight", unit=unit), mode.text, msg("item.weight_hint"), wide=True),),
        revision=mode.revision,
        notice=_refused(mode.error, language)
        or msg("item.weighs", price=money_text(product.price.fen), unit=product.unit, amount=amount),
        tone=Tone.WARN if mode.error is not None else Tone.INFO,
        icon="scale",
    )


def _new(mode: NewItemMode, language: str) -> FormSheet:
    values, keeps = mode.values, bool(mode.code) and not mode.once
    return FormSheet(
        form="new_item" if mode.code else "open_item",
        title=msg("item.new" if mode.code else "item.open"),
        detail=said(mode.code) if mode.code else None,
        submit=msg("item.make" if keeps else "item.add"),
        fields=(
            FormField("price", msg("item.price"), values.get("price", ""), msg("item.price_hint"), wide=True),
            FormField(
                "name",
                msg("item.name"),
                values.get("name", ""),
                None if keeps else msg("item.name_hint"),
                words=True,
                wide=True,
            ),
        ),
        revision=mode.revision,
        facts=tuple(_facts(mode)),
        facts_title=msg("item.becomes"),
        tick=msg("item.once") if mode.code else None,
        notice=_refused(mode.error, language) or msg("item.kept" if keeps else "item.not_kept"),
        tone=Tone.WARN if mode.error is not None else Tone.INFO,
        icon="package",
    )


def _facts(mode: NewItemMode) -> Iterator[FormFact]:
    if mode.code:
        yield FormFact(msg("item.code"), mode.code)
    yield FormFact(msg("item.name"), mode.values.get("name", "") or (msg("item.open") if mode.once else "—"))
    price = entered(mode.values.get("price", ""))
    yield FormFact(msg("item.price"), money_text(price.fen) if price is not None else "—", strong=True)


def _refused(error: InvalidField | None, language: str) -> Message | None:
    return said(sentence(error, language)) if error is not None else None
