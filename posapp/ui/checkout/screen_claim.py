"""The sheet in which a member is named for a sale that is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.ui.checkout.form import FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.words import said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.ui.checkout.claim_modes import ClaimMode


def claim_sheet(mode: ClaimMode, language: str) -> FormSheet:
    """The open dialog."""
    return FormSheet(
        form="claim",
        title=msg("claim.title"),
        detail=said(mode.original.sale.receipt_number),
        submit=msg("claim.do"),
        fields=(FormField("who", msg("claim.who"), mode.text, msg("claim.who_hint"), wide=True),),
        revision=mode.revision,
        facts=claim_facts(mode),
        facts_title=msg("claim.brings"),
        notice=said(sentence(mode.error, language)) if mode.error is not None else _notice(mode),
        tone=Tone.WARN if mode.error is not None or mode.found > 1 else Tone.INFO,
        icon="user-check",
        can_submit=mode.preview is not None,
    )


def claim_facts(mode: ClaimMode) -> tuple[FormFact, ...]:
    """What it brings whom."""
    sale, member, preview = mode.original.sale, mode.member, mode.preview
    facts = [
        FormFact(msg("approve.receipt"), sale.receipt_number),
        FormFact(msg("approve.paid"), money_text(sale.due.fen)),
    ]
    if member is None or preview is None:
        return tuple(facts)
    name = " ".join(part for part in (member.profile.name, member.profile.masked_phone) if part)
    balance = member.standing.points.count
    after = balance + preview.points.count
    return (
        *facts,
        FormFact(msg("claim.age"), msg("claim.hours", hours=preview.hours)),
        FormFact(msg("claim.member"), name),
        FormFact(msg("balance.points"), f"{count_text(balance)} → {count_text(after)}", strong=True),
    )


def _notice(mode: ClaimMode) -> Message:
    if mode.found > 1:
        return msg("claim.several", count=mode.found)
    if mode.text and not mode.found and len(mode.text) >= 4:
        return msg("claim.nobody")
    return msg("claim.about")
