"""The dialogs of stored value, from what the till is in the middle of: top-up, PIN, closing."""

from __future__ import annotations

from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.events import Ground
from posapp.domain.member import Member
from posapp.domain.programme import Programme
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.stored_modes import ClosingMode, PinMode, ProofMode, StoredMode, TopUpMode
from posapp.ui.checkout.words import named, said, sentence
from posapp.ui.figures import money_text
from posapp.ui.messages import Message, msg

METHODS: Final = (TenderMethod.CASH, TenderMethod.BANK_CARD, TenderMethod.BANK_TRANSFER)
GROUNDS: Final = (Ground.BUYER, Ground.MERCHANT)
CLOSE: Final = "close"
_KEYS = {TenderMethod.CASH: "F10", TenderMethod.BANK_CARD: "Alt K"}


def stored_sheet(mode: StoredMode, programme: Programme, language: str) -> FormSheet:
    """Which of them the till is in."""
    match mode:
        case TopUpMode():
            return _top_up_sheet(mode, programme, language)
        case PinMode():
            return _pin_sheet(mode, language)
        case ProofMode():
            return _proof_sheet(mode, language)
        case ClosingMode():
            return _closing_sheet(mode, language)


def _top_up_sheet(mode: TopUpMode, programme: Programme, language: str) -> FormSheet:
    """Paying in."""
    terms, request, preview = programme.stored_value, mode.request, mode.preview
    plans = terms.plans if terms is not None else ()
    needs_paper = preview is not None and preview.needs_paper
    needs_guardian = preview is not None and preview.needs_guardian
    refused = preview.refusal if preview is not None else None
    # A paper that is still to be typed is asked for by its fields.
    refused = None if refused is not None and refused.field == "paper" else refused
    error = mode.error or refused
    return FormSheet(
        form="top_up" if mode.member is not None else "top_up_card",
        title=msg("stored.top_up"),
        detail=_whose(mode.member),
        submit=msg("stored.pay_in", amount=request.amount.fen),
        fields=_top_up_fields(mode, needs_paper=needs_paper),
        revision=mode.revision,
        ways=tuple(
            FormChoice(
                plan.code, named(plan.name, language), chosen=plan.pay_fen == request.amount.fen, key=f"Alt {place}"
            )
            for place, plan in enumerate(plans[:6], 1)
        ),
        methods=_methods(mode),
        facts=_top_up_facts(mode),
        facts_title=msg("stored.what_changes"),
        tick=msg("stored.guardian") if needs_guardian else None,
        notice=said(sentence(error, language)) if error is not None else None,
        tone=Tone.WARN,
        can_submit=bool(request.amount) and refused is None,
        icon="wallet",
    )


def _whose(member: Member | None) -> Message:
    if member is None:
        return msg("stored.unnamed")
    return msg("stored.for_member", name=member.profile.name or member.profile.masked_phone)


def _top_up_fields(mode: TopUpMode, *, needs_paper: bool) -> tuple[FormField, ...]:
    texts = mode.values
    if mode.member is None:
        second = FormField("code", msg("stored.card_code"), texts.get("code", ""), msg("stored.scan_card"))
    else:
        certain = mode.may_set_pin or needs_paper
        hint = msg("stored.new_pin_hint")
        second = FormField("pin", msg("stored.new_pin"), texts.get("pin", ""), hint, secret=True, shown=certain)
    return (
        FormField("amount", msg("stored.amount"), texts.get("amount", ""), msg("stored.amount_hint")),
        second,
        FormField("name", msg("stored.paper_name"), texts.get("name", ""), words=True, shown=needs_paper),
        FormField("number", msg("stored.paper_number"), texts.get("number", ""), shown=needs_paper),
    )


def _methods(mode: TopUpMode) -> tuple[FormChoice, ...]:
    preview = mode.preview
    no_cash = preview is not None and preview.needs_transfer
    choices = tuple(
        FormChoice(
            method.name.lower(),
            msg(f"stored.by_{method.name.lower()}"),
            chosen=method is mode.request.method,
            key=_KEYS.get(method, ""),
            enabled=not (no_cash and method is TenderMethod.CASH),
        )
        for method in METHODS
    )
    closable = mode.card is not None and bool(mode.card.balance)
    return (*choices, FormChoice(CLOSE, msg("stored.close"), key="Ctrl T", enabled=closable))


def _top_up_facts(mode: TopUpMode) -> tuple[FormFact, ...]:
    preview = mode.preview
    before = mode.card.balance if mode.card is not None else Money(0)
    facts = [FormFact(msg("stored.before"), money_text(before.fen))]
    if preview is None:
        return tuple(facts)
    facts += [
        FormFact(msg("stored.paid_in"), f"+{money_text(preview.amount.fen)}"),
        FormFact(msg("stored.bonus"), f"+{money_text(preview.bonus.fen)}"),
        FormFact(msg("stored.after"), money_text(preview.after.fen), strong=True),
    ]
    if len(preview.parts) > 1:
        day, fen = preview.parts[1]
        facts.append(FormFact(msg("stored.in_parts", parts=len(preview.parts)), money_text(preview.parts[0][1].fen)))
        facts.append(FormFact(msg("stored.next_part"), f"{day} +{money_text(fen.fen)}"))
    if preview.limit is not None:
        facts.append(FormFact(msg("stored.limit"), money_text(preview.limit.fen)))
    return tuple(facts)


def _pin_sheet(mode: PinMode, language: str) -> FormSheet:
    """The member's PIN, to pay with a card."""
    does = msg("stored.pin_pay", amount=mode.amount.fen)
    return _pin(mode, msg("stored.pin_for", amount=mode.amount.fen), does, language)


def _proof_sheet(mode: ProofMode, language: str) -> FormSheet:
    """The member's PIN, in place of their code."""
    return _pin(mode, mode.what, msg("stored.pin_prove"), language)


def _pin(mode: PinMode | ProofMode, what: Message, does: Message, language: str) -> FormSheet:
    return FormSheet(
        form="pin",
        title=msg("stored.pin"),
        detail=what,
        submit=does,
        fields=(FormField("pin", msg("stored.pin_label"), hint=msg("stored.pin_hint"), secret=True, wide=True),),
        revision=mode.revision,
        notice=said(sentence(mode.error, language)) if mode.error is not None else msg("stored.pin_or_code"),
        tone=Tone.DANGER if mode.error is not None else Tone.INFO,
        icon="shield-lock",
    )


def _closing_sheet(mode: ClosingMode, language: str) -> FormSheet:
    """What closing a card returns, and how it is paid."""
    request, closing = mode.request, mode.closing
    in_cash = request.method is TenderMethod.CASH
    return FormSheet(
        form="closing",
        title=msg("stored.close"),
        detail=_whose(mode.member),
        submit=msg("stored.pay_out", amount=closing.payout.fen),
        fields=(
            FormField("payee", msg("stored.payee"), request.payee, words=True, shown=not in_cash),
            FormField("reference", msg("stored.reference"), request.reference, shown=not in_cash),
        ),
        revision=mode.revision,
        ways=tuple(
            FormChoice(
                ground.name.lower(),
                msg(f"stored.ground_{ground.name.lower()}"),
                chosen=ground is request.ground,
                key=f"Alt {place}",
            )
            for place, ground in enumerate(GROUNDS, 1)
        ),
        methods=(
            FormChoice("bank_transfer", msg("stored.out_transfer"), chosen=not in_cash),
            FormChoice(
                "cash", msg("stored.out_cash"), chosen=in_cash, enabled=closing.payout <= mode.most_cash
            ),
        ),
        facts=_closing_facts(mode),
        facts_title=msg("stored.reckoning"),
        notice=said(sentence(mode.error, language)) if mode.error is not None else _calendar_notice(mode),
        tone=Tone.WARN if mode.error is not None else Tone.INFO,
        icon="wallet",
    )  # fmt: skip


def _closing_facts(mode: ClosingMode) -> tuple[FormFact, ...]:
    contracts = mode.closing.contracts
    articles = sorted({each.article for each in contracts})
    facts = [
        FormFact(msg("stored.contracts"), str(len(contracts))),
        FormFact(msg("stored.paid"), money_text(sum(each.paid.fen for each in contracts))),
        FormFact(msg("stored.bonus"), money_text(sum(each.bonus.fen for each in contracts))),
        FormFact(msg("stored.used"), money_text(sum(each.used.fen for each in contracts))),
        FormFact(msg("stored.by_article"), "、".join(str(article) for article in articles)),
        FormFact(msg("stored.refund"), money_text(mode.closing.refund.fen)),
    ]
    if mode.closing.interest:
        facts.append(FormFact(msg("stored.interest"), money_text(mode.closing.interest.fen)))
    facts.append(FormFact(msg("stored.forfeited"), money_text(mode.closing.forfeited.fen)))
    facts.append(FormFact(msg("stored.payout"), money_text(mode.closing.payout.fen), strong=True))
    return tuple(facts)


def _calendar_notice(mode: ClosingMode) -> Message:
    unknown = any(not each.calendar_known for each in mode.closing.contracts)
    until = max((str(each.cooling_off_until) for each in mode.closing.contracts if each.cooling_off_until), default="")
    if not until:
        return msg("stored.no_cooling_off")
    return msg("stored.cooling_off_weekends" if unknown else "stored.cooling_off", day=until)
