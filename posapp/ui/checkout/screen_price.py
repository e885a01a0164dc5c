"""The sheet of a price by hand: what is changed, from what to what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.amounts import half_up
from posapp.domain.by_hand import REASONS
from posapp.domain.staff import Right
from posapp.domain.text import trimmed
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.price_modes import PriceMode, PriceWay
from posapp.ui.checkout.words import named, said, sentence
from posapp.ui.figures import money_text
from posapp.ui.messages import Message, Words, msg

if TYPE_CHECKING:
    from posapp.domain.amounts import Money
    from posapp.ui.checkout.session import Session


def price_sheet(mode: PriceMode, session: Session, language: str) -> FormSheet:
    """The open dialog."""
    notice, tone = _notice(mode, language)
    trial = mode.trial
    return FormSheet(
        form="price",
        title=msg("price.title"),
        detail=_subject(mode, session, language),
        submit=msg("price.ask" if trial is not None and trial.beyond else "price.do"),
        fields=(FormField("value", msg(f"price.value_{mode.way.value}"), mode.text, _hint(mode.way), wide=True),),
        revision=mode.revision,
        ways=tuple(
            FormChoice(way.value, msg(f"price.way_{way.value}"), chosen=way is mode.way, key=f"Alt {place}")
            for place, way in enumerate(PriceWay, 1)
        ),
        # Three are of the line, the others of the order.
        ways_a_row=3,
        methods=tuple(
            FormChoice(code, named(words, language), chosen=code == mode.reason, key=f"Alt {place}")
            for place, (code, words) in enumerate(REASONS.items(), len(PriceWay) + 1)
        ),
        facts=price_facts(mode, session, language),
        facts_title=msg("price.before_after"),
        notice=notice,
        tone=tone,
        icon="shield-lock" if trial is not None and trial.beyond else "pencil",
        can_submit=trial is not None and (trial.reach is not None or not mode.text),
    )


def price_facts(mode: PriceMode, session: Session, language: str) -> tuple[FormFact, ...]:
    """What the line and the order cost before and after."""
    trial = mode.trial
    reach = trial.reach if trial is not None else None
    facts = []
    if not mode.way.is_order:
        place = session.basket.line_ids.index(mode.line)
        line = session.quote.lines[place]
        facts.append(FormFact(msg("price.list"), money_text(line.list_amount.fen)))
        now = changed(reach.before, reach.after) if reach is not None else money_text(line.net.fen)
        facts.append(FormFact(msg("price.line"), now))
    due = session.quote.due
    facts.append(
        FormFact(
            msg("price.due"), changed(due, trial.quote.due) if reach is not None and trial else money_text(due.fen)
        )
    )
    if reach is not None:
        facts.append(FormFact(msg("price.off"), _share(reach.before, reach.after), strong=True))
    facts.append(FormFact(msg("price.reason"), named(REASONS[mode.reason], language)))
    return tuple(facts)


def changed(before: Money, after: Money) -> str:
    """Two amounts, before and after."""
    return f"{money_text(before.fen)} → {money_text(after.fen)}"


def _subject(mode: PriceMode, session: Session, language: str) -> Message:
    if mode.way.is_order:
        return msg("price.whole_order", lines=len(session.quote.lines))
    place = session.basket.line_ids.index(mode.line)
    line = session.basket.cart.lines[place]
    product = session.products.get(line.sku)
    return said(product.name(language) if product is not None else line.name)


def _hint(way: PriceWay) -> Message:
    rate = way in (PriceWay.RATE, PriceWay.ORDER_RATE)
    return msg("price.hint_rate" if rate else "price.hint_amount")


def _notice(mode: PriceMode, language: str) -> tuple[Words, Tone]:
    trial = mode.trial
    if mode.error is not None:
        return said(sentence(mode.error, language)), Tone.WARN
    if not mode.text or trial is None:
        return msg("price.nothing_typed"), Tone.INFO
    if trial.reach is None:
        return msg("price.no_lower"), Tone.WARN
    if any(right is Right.BELOW_COST for right, _much in trial.beyond):
        return msg("price.below_cost"), Tone.WARN
    if trial.beyond:
        return msg("price.beyond"), Tone.WARN
    return msg("price.undoable"), Tone.INFO


def _share(before: Money, after: Money) -> str:
    """What is taken off, in per cent, to a tenth."""
    return f"−{trimmed(half_up((before.fen - after.fen) * 1_000, before.fen), 1)}%"
