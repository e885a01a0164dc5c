"""A notice to the cashier: inline toast, banner or offer (ux.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posapp.ui.checkout.intents import Intent
from posapp.ui.messages import Message


class Tone(StrEnum):
    """How serious a notice is; colour, icon and sound follow it."""

    SUCCESS = "success"
    INFO = "info"
    WARN = "warn"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing a notice offers, with its key cap and the intent that a tap sends."""

    label: Message
    key_hint: str
    intent: Intent


@dataclass(frozen=True, slots=True)
class Notice:
    """An inline toast or a banner: what happened, what still works, one action."""

    tone: Tone
    icon: str
    title: Message
    detail: Message | None = None
    action: Action | None = None
