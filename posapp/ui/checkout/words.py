"""Words of the domain for the screen: explanations, tiers and errors as messages."""

from __future__ import annotations

from collections.abc import Sequence

from posapp.application.gifts_given import Given
from posapp.domain.amounts import half_up
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import Explanation, render
from posapp.domain.programme import Programme, Tier
from posapp.domain.text import Text, capital
from posapp.ui.checkout.intents import Intent
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.messages import Message, msg

TIER_STYLES = ("basic", "silver", "gold", "diamond")


def said(text: str) -> Message:
    """Words that are already in the cashier's language."""
    return msg("data.text", text=text)


def named(text: Text, language: str) -> Message:
    """A text of the programme."""
    return said(text.in_language(language))


def explained(explanation: Explanation, language: str) -> Message:
    """An explanation of the pricing engine."""
    return said(render(explanation, language))


def tier_style(programme: Programme, tier: Tier) -> str:
    """Which card face a tier wears: the first is basic, the last of many the darkest."""
    place, count = programme.tiers.index(tier), len(programme.tiers)
    if count == 1:
        return TIER_STYLES[0]
    return TIER_STYLES[min(place, half_up(place * (len(TIER_STYLES) - 1), count - 1))]


def sentence(error: Exception, language: str) -> str:
    """What an error says of itself, as a sentence of its own; empty where it was not made for people."""
    words = reason(error, language)
    return words if language.startswith("zh") else capital(words)


def reason(error: Exception, language: str) -> str:
    """The same as part of a longer sentence."""
    chinese = language.startswith("zh")
    if isinstance(error, InvalidField):
        return error.reason_zh if chinese else error.reason_en
    for name in ("zh", "chinese") if chinese else ("en", "english"):
        words = getattr(error, name, "")
        if words:
            return str(words)
    return ""


def trouble(error: Exception, language: str) -> Notice:
    """What went wrong, in a sentence; the sale on the screen is still there."""
    words = sentence(error, language)
    if words:
        tone = Tone.WARN if isinstance(error, InvalidField) else Tone.DANGER
        return Notice(tone, "alert-triangle", said(words))
    what = msg("toast.error", what=type(error).__name__)
    return Notice(Tone.DANGER, "alert-triangle", what, msg("toast.error_detail"))


def given_words(given: Sequence[Given], language: str) -> str:
    """What was just given, by name; several of a kind are counted."""
    names = [one.name.in_language(language) for one in given]
    counted = [name if names.count(name) == 1 else f"{name} ×{names.count(name)}" for name in dict.fromkeys(names)]
    return ("、" if language.startswith("zh") else ", ").join(counted)


def warning(key: str, *, detail: str | None = None, action: Action | None = None, **params: str | int) -> Notice:
    """A notice that something was not done, with its reason."""
    return Notice(Tone.WARN, "alert-triangle", msg(key, **params), msg(detail) if detail else None, action)


def offer_undo(intent: Intent) -> Action:
    """The action of a notice that can be taken back."""
    return Action(msg("toast.undo"), "Ctrl Z", intent)
