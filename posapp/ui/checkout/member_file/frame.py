"""What every dialog over a member's file looks like."""

from __future__ import annotations

from collections.abc import Sequence

from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.ui.checkout.file_modes import FileFormMode
from posapp.ui.checkout.form import FormCard, FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.words import said, sentence
from posapp.ui.messages import Message, Words, msg


def form_sheet(
    mode: FileFormMode,
    code: str,
    language: str,
    *,
    fields: tuple[FormField, ...] = (),
    facts: tuple[FormFact, ...] = (),
    ways: tuple[FormChoice, ...] = (),
    methods: tuple[FormChoice, ...] = (),
    tick: Message | None = None,
    hint: Words | None = None,
    can_submit: bool = True,
    card: FormCard | None = None,
) -> FormSheet:
    """A dialog about the member: what was refused stands where the hint stood."""
    profile = mode.back.file.member.profile
    error = mode.error
    return FormSheet(
        form=f"file_{code}",
        title=msg(f"file.title_{code}"),
        detail=msg("stored.for_member", name=profile.name or profile.masked_phone),
        submit=msg(f"file.submit_{code}"),
        fields=fields,
        revision=mode.revision,
        ways=ways,
        methods=methods,
        facts=facts,
        facts_title=msg("file.what_changes"),
        tick=tick,
        ticked=mode.ticked if tick is not None else None,
        notice=said(sentence(error, language)) if error is not None else hint,
        tone=Tone.WARN if error is not None else Tone.INFO,
        can_submit=can_submit,
        icon="check",
        card=card,
    )


def ways(mode: FileFormMode, codes: Sequence[str], label: str) -> tuple[FormChoice, ...]:
    """Ways by code; the first is chosen until another one is."""
    return named_ways(mode, [(code, msg(f"{label}{code}")) for code in codes])


def named_ways(mode: FileFormMode, choices: Sequence[tuple[str, Words]]) -> tuple[FormChoice, ...]:
    """Ways by code and words."""
    picked = chosen(mode, [code for code, _words in choices])
    return tuple(
        FormChoice(code, words, chosen=code == picked, key=f"Alt {place}")
        for place, (code, words) in enumerate(choices, 1)
    )


def chosen(mode: FileFormMode, codes: Sequence[str]) -> str:
    """Which way was picked; the first where none was."""
    return mode.choice if mode.choice in codes else codes[0]


def subject(mode: FileFormMode) -> str:
    """Whom an agreement is about, for the record: the member's keyed hash, in which nobody can be recognised."""
    return mode.back.file.member.id.hex()


def reason_of(mode: FileFormMode) -> str:
    """Why it is done.  Raises `InvalidField` where nothing was typed: nobody is asked to agree to that."""
    reason = mode.text("note")
    if not reason:
        raise InvalidField("note", "say why", "请写明原因")
    return reason


def from_to(before: str, after: str) -> Message:
    """A figure as it is and as it would be."""
    return msg("file.from_to", before=before, after=after)


def called(member: Member) -> str:
    """What a member is called on a till's screen."""
    return member.profile.name or member.profile.masked_phone
