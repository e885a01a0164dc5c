"""A dialog with choices, fields and what follows from them, as frozen data: top-up, PIN, closing a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posapp.ui.checkout.notice import Tone
from posapp.ui.faces import Face
from posapp.ui.messages import Message, Words

_CANCEL = Message("sheet.cancel")


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One of several ways, picked by a tap or by its key."""

    code: str
    label: Words
    chosen: bool = False
    key: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class FormField:
    """Something to type.  `secret` hides what is typed, `words` lets an input method in."""

    name: str
    label: Message
    text: str = ""
    hint: Message | None = None
    secret: bool = False
    words: bool = False
    shown: bool = True
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FormFact:
    """One line at the right: what it is and how much; `strong` is what matters most."""

    label: Words
    value: Words
    strong: bool = False


FactsIn = Callable[[str], tuple[FormFact, ...]]
"""The facts in a language, for what stays open while the language changes."""


@dataclass(frozen=True, slots=True)
class FormCard:
    """The member's card as it would look."""

    face: Face
    title: str
    phone: str
    tier: Words


@dataclass(frozen=True, slots=True)
class FormSheet:
    """The dialog.  `form` tells dialogs apart: the view builds another one when it changes.

    The view owns what is being typed and takes over `text` of the fields only when `revision` changes.  `ways` are
    picked by Alt and a number, `ways_a_row` beside each other, `methods` by their own keys.  `tick` is a box to tick,
    where there is one; `ticked` is taken over with the texts unless it is None.  `cancel` is what Esc does; None where
    there is no way back.  `card` is shown over the facts.
    """

    form: str
    title: Message
    submit: Message
    fields: tuple[FormField, ...]
    revision: int = 0
    detail: Message | None = None
    ways: tuple[FormChoice, ...] = ()
    ways_a_row: int = 2
    methods: tuple[FormChoice, ...] = ()
    facts: tuple[FormFact, ...] = ()
    facts_title: Message | None = None
    tick: Message | None = None
    ticked: bool | None = None
    notice: Words | None = None
    tone: Tone = Tone.INFO
    can_submit: bool = True
    icon: str = "check"
    cancel: Message | None = _CANCEL
    card: FormCard | None = None
