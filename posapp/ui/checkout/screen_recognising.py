"""The two dialogs about a number that was silent for long: no name and no balance stands in either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.application.member_life.recognising import DORMANT_DAYS
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.screen_member import ago
from posapp.ui.checkout.session import ReassignMode, RecogniseMode
from posapp.ui.checkout.words import said, sentence
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.domain.member import Member
    from posapp.domain.time import BusinessDay

REASSIGN: Final = "reassign"
_LAST_DIGITS: Final = 4


def asking_sheet(mode: RecogniseMode | ReassignMode, today: BusinessDay, language: str) -> FormSheet:
    """Whose number it is, or to whom it goes."""
    match mode:
        case RecogniseMode():
            return _recognise_sheet(mode, today, language)
        case ReassignMode():
            return _reassign_sheet(mode, language)


def _recognise_sheet(mode: RecogniseMode, today: BusinessDay, language: str) -> FormSheet:
    """Something besides the number is asked for."""
    factor, error = mode.factor.value, mode.error
    by_person = factor == "person"
    return FormSheet(
        # The view builds its fields once a form: what is typed differs by what is asked for.
        form=f"recognise_{factor}",
        title=msg("recognise.title"),
        detail=msg("recognise.detail", days=DORMANT_DAYS),
        submit=msg("recognise.ask_person" if by_person else "recognise.check"),
        fields=() if by_person else (_answer(factor),),
        revision=mode.revision,
        ways=tuple(
            FormChoice(one.value, msg(f"recognise.by_{one.value}"), chosen=one is mode.factor, key=f"Alt {place}")
            for place, one in enumerate(mode.factors, 1)
        ),
        methods=(FormChoice(REASSIGN, msg("recognise.reassign"), key="F3"),),
        facts=recognise_facts(mode, today),
        facts_title=msg("recognise.known"),
        notice=said(sentence(error, language)) if error is not None else msg("recognise.or_code"),
        tone=Tone.WARN if error is not None else Tone.INFO,
        icon="shield-check",
        cancel=msg("recognise.without"),
    )


def _answer(factor: str) -> FormField:
    label, hint = msg(f"recognise.ask_{factor}"), msg(f"recognise.hint_{factor}")
    return FormField("answer", label, hint=hint, secret=factor == "pin", words=factor == "name", wide=True)


def recognise_facts(mode: RecogniseMode, today: BusinessDay) -> tuple[FormFact, ...]:
    """What may be said of a member before it is known that it is they."""
    return (
        FormFact(msg("file.phone"), mode.member.profile.masked_phone),
        FormFact(msg("recognise.last_here"), last_here(mode.member, today)),
        FormFact(msg("recognise.balances"), msg("recognise.hidden")),
    )


def last_here(member: Member, today: BusinessDay) -> Message:
    """How long ago somebody was here; visits that an earlier system counted have no day."""
    last = member.standing.last_day
    if last is None:
        return msg("recognise.not_recorded" if member.standing.visits else "recognise.never")
    return ago(today.ordinal - last.ordinal)


def _reassign_sheet(mode: ReassignMode, language: str) -> FormSheet:
    """What becomes of the number, of the old member and of the new one."""
    error = mode.error
    return FormSheet(
        form="reassign",
        title=msg("recognise.reassign"),
        detail=msg("data.text", text=mode.back.member.profile.masked_phone),
        submit=msg("recognise.do_reassign"),
        fields=(),
        revision=mode.revision,
        facts=reassign_facts(mode.back.member),
        facts_title=msg("file.what_changes"),
        notice=said(sentence(error, language)) if error is not None else msg("recognise.reassign_why"),
        tone=Tone.WARN if error is not None else Tone.INFO,
        icon="user-plus",
        cancel=msg("recognise.back"),
    )


def reassign_facts(member: Member) -> tuple[FormFact, ...]:
    """Whose the number is now and will be; the old member is named by the end of their card."""
    card = msg("recognise.card_ending", digits=member.card_number[-_LAST_DIGITS:])
    return (
        FormFact(msg("file.phone"), member.profile.masked_phone),
        FormFact(msg("file.before"), card),
        FormFact(msg("file.after"), msg("recognise.new_person"), strong=True),
        FormFact(msg("recognise.old_card"), msg("recognise.keeps_all")),
        FormFact(msg("recognise.old_number"), msg("recognise.without_number")),
    )
