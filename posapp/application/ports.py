"""What the use cases ask of the outside world.  The database is not among them: it has no fake."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SystemEntropy:
    """The operating system's random bytes."""

    def bytes(self, count: int) -> bytes:
        """So many fresh random bytes."""
        return os.urandom(count)


class ReceiptPrinter(Protocol):
    """Something that prints; a failure never undoes a sale (domain.md §4)."""

    def print_lines(self, number: str, lines: list[str]) -> None:
        """Print the lines of one receipt.  Raises `PrinterFailed`."""
        ...


class PrinterFailed(Exception):
    """The receipt did not come out; `zh` and `en` say why and what to do."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
