"""A sentence that has not been put into a language yet: a key of the catalogue and its parameters.

States carry messages instead of text, so that a switch of language needs nothing but another rendering.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Message:
    """A catalogue key with named parameters; a parameter may itself be a message."""

    key: str
    params: tuple[tuple[str, Value], ...] = ()


Value: TypeAlias = Union[str, int, "Message"]
Words: TypeAlias = str | Message
"""Either data (a product's or a member's name, shown as it is) or a message of the catalogue."""


def msg(key: str, **params: Value) -> Message:
    """A message with its parameters in a canonical order, so that equal messages compare equal."""
    return Message(key, tuple(sorted(params.items(), key=lambda pair: pair[0])))
