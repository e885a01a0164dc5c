"""What the till is in the middle of with stored value: a top-up, a PIN, a closing, a part of a sale that is paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

# The screen knows these modes from its first paint on; the use cases behind them are loaded when one is opened.
if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.application.stored_value.settlement import CloseRequest
    from posapp.application.stored_value.spending import StoredPayment
    from posapp.application.stored_value.top_up import TopUp, TopUpPreview
    from posapp.domain.amounts import Money
    from posapp.domain.closing import Closing
    from posapp.domain.errors import InvalidField
    from posapp.domain.member import Member
    from posapp.domain.pricing import PlannedTender
    from posapp.domain.stored_card import StoredCard
    from posapp.ui.messages import Message


@dataclass(frozen=True, slots=True)
class StoredShare:
    """A part of the sale that a card pays, as pricing takes it; `before` and `after` are what may be spent of it."""

    payment: StoredPayment
    planned: tuple[PlannedTender, ...]
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class TopUpMode:
    """Paying in; without a member, on an unnamed card whose code is scanned.

    `may_set_pin`: it is certain who stands there.  `card` is what the member has of this kind.
    """

    member: Member | None
    request: TopUp
    card: StoredCard | None = None
    preview: TopUpPreview | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    error: InvalidField | None = None
    may_set_pin: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PinMode:
    """The member types their PIN, to spend so much of a card."""

    card: StoredCard
    amount: Money
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ProofMode:
    """The member types their PIN to say who they are; `what` waits for it."""

    what: Message
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ClosingMode:
    """Looking at what closing a card returns."""

    member: Member
    card: StoredCard
    request: CloseRequest
    closing: Closing
    most_cash: Money
    error: InvalidField | None = None
    revision: int = 0


StoredMode = TopUpMode | PinMode | ProofMode | ClosingMode
