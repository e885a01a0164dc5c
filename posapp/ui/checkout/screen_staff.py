"""The dialogs of people at the till: signing in, another person's word, the owner's first PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.domain.staff import Role
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.staff_modes import ApprovalMode, OwnerMode, SignInMode, StaffMode
from posapp.ui.checkout.words import said, sentence
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posapp.application.refunds import ReturnPreview
    from posapp.application.returnable import Returnable
    from posapp.domain.errors import InvalidField
    from posapp.domain.staff import Staff
    from posapp.ui.checkout.session import Session

MOST_NAMES = 6
"""So many people are picked by name; in a larger shop the number is typed."""


def staff_sheet(mode: StaffMode, session: Session, language: str) -> FormSheet:
    """The open dialog."""
    match mode:
        case SignInMode():
            return _sign_in(mode, session, language)
        case ApprovalMode():
            return _approval(mode, language)
        case OwnerMode():
            return _owner(mode, language)


def _sign_in(mode: SignInMode, session: Session, language: str) -> FormSheet:
    lines = session.basket.cart.lines
    facts = [FormFact(msg("staff.kept_lines"), count_text(len(lines)))]
    if lines:
        facts.append(FormFact(msg("staff.kept_due"), money_text(session.quote.due.fen), strong=True))
    return FormSheet(
        form="sign_in",
        title=msg("staff.sign_in"),
        detail=msg("staff.locked"),
        submit=msg("staff.sign_in_do"),
        fields=_who(mode.number, mode.people),
        revision=mode.revision,
        ways=_names(mode.people, mode.number),
        facts=tuple(facts),
        facts_title=msg("staff.kept"),
        notice=_refused(mode.error, language) or (said(mode.hint) if mode.hint else None),
        tone=Tone.DANGER if mode.error is not None else Tone.INFO,
        icon="lock",
        cancel=None,
    )


def _approval(mode: ApprovalMode, language: str) -> FormSheet:
    if mode.by_number:
        hint = msg("approve.number_hint")
        fields: tuple[FormField, ...] = (FormField("number", msg("staff.number"), mode.number, hint, wide=True),)
    else:
        fields = _who(mode.number, mode.people)
    return FormSheet(
        form="approval_by_number" if mode.by_number else "approval",
        title=msg(f"approve.{mode.ask.right.value}"),
        detail=msg("approve.asked_by", number=mode.requester),
        submit=msg("approve.do"),
        fields=fields,
        revision=mode.revision,
        ways=_names(mode.people, mode.number),
        facts=mode.facts(language),
        facts_title=msg("approve.what"),
        notice=_refused(mode.error, language) or msg("approve.another_person"),
        tone=Tone.DANGER if mode.error is not None else Tone.INFO,
        icon="shield-lock",
    )


def _owner(mode: OwnerMode, language: str) -> FormSheet:
    values = mode.values
    return FormSheet(
        form="owner_pin",
        title=msg("staff.owner"),
        submit=msg("staff.owner_do"),
        fields=(
            FormField("pin", msg("staff.pin"), values.get("pin", ""), msg("staff.pin_hint"), secret=True),
            FormField("again", msg("staff.pin_again"), values.get("again", ""), secret=True),
            FormField("name", msg("staff.name"), values.get("name", ""), words=True, wide=True),
        ),
        revision=mode.revision,
        facts=tuple(FormFact(msg(f"staff.owner_why_{place}"), "") for place in (1, 2, 3)),
        facts_title=msg("staff.owner_why"),
        notice=_refused(mode.error, language) or msg("staff.owner_once"),
        tone=Tone.DANGER if mode.error is not None else Tone.INFO,
        icon="key",
        cancel=msg("staff.later"),
    )


def _who(number: str, people: Sequence[Staff]) -> tuple[FormField, ...]:
    """The PIN first, because a name is picked by one key; a number is typed where there are too many names."""
    pin = FormField("pin", msg("staff.pin"), hint=msg("staff.pin_type"), secret=True, wide=True)
    whose = FormField("number", msg("staff.number"), number, msg("staff.number_hint"), wide=True)
    return (pin, whose) if len(people) <= MOST_NAMES else (whose, pin)


def _names(people: Sequence[Staff], number: str) -> tuple[FormChoice, ...]:
    if len(people) > MOST_NAMES:
        return ()
    return tuple(
        FormChoice(one.id, _named(one), chosen=one.id == number, key=f"Alt {place}")
        for place, one in enumerate(people, 1)
    )


def _named(one: Staff) -> Message:
    if one.role is Role.CASHIER:
        return said(f"{one.name} {one.id}")
    return msg(f"staff.named_{one.role.value}", name=one.name, number=one.id)


def _refused(error: InvalidField | None, language: str) -> Message | None:
    return said(sentence(error, language)) if error is not None else None


def refund_facts(original: Returnable, preview: ReturnPreview) -> tuple[FormFact, ...]:
    """What cash that goes back would change: of the sale, and of the member's points."""
    before = original.sale.due.fen - sum(back.amount.fen for back in original.refunds)
    after = before - preview.returned.amount.fen
    facts = [
        FormFact(msg("approve.receipt"), original.sale.receipt_number),
        FormFact(msg("approve.paid"), f"{money_text(before)} → {money_text(after)}"),
    ]
    if preview.points_before is not None and preview.points_after is not None:
        change = f"{count_text(preview.points_before.count)} → {count_text(preview.points_after.count)}"
        facts.append(FormFact(msg("balance.points"), change))
    facts.append(FormFact(msg("return.cash"), money_text(preview.cash.fen), strong=True))
    return tuple(facts)
