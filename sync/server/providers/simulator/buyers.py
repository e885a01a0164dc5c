"""How a buyer's phone, and the road to the provider, behave for one payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PAY, QUERY, REVERSE, REFUND = "pay", "query", "reverse", "refund"
OPERATIONS: Final = (PAY, QUERY, REVERSE, REFUND)


@dataclass(frozen=True, slots=True)
class Buyer:
    """One payment's behaviour.  The default pays at once.

    `asked`: the phone asks for the password first, and the buyer confirms after `confirms_after` seconds, or never.
    `declined`: the provider's reason, in WeChat's words.  `slow`: seconds before the payment is answered.
    `lost`: of each operation, how many answers are lost after it was done.  `cut`: how many requests never arrive.
    `again`: how many reversals are to be sent again.  `late`: the buyer's confirmation arrives just after the reversal.
    """

    asked: bool = False
    confirms_after: int | None = None
    declined: str = ""
    slow: float = 0.0
    lost: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    cut: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    again: int = 0
    late: bool = False


BY_LAST_DIGITS: Final = {
    "9901": Buyer(slow=4.0),
    "9902": Buyer(asked=True, confirms_after=8),
    "9903": Buyer(asked=True),
    "9904": Buyer(lost={PAY: 1, QUERY: 1}),
    "9905": Buyer(declined="NOT_ENOUGH"),
    "9906": Buyer(declined="AUTH_CODE_EXPIRED"),
    "9907": Buyer(asked=True, late=True),
    "9908": Buyer(asked=True, again=2),
    "9909": Buyer(cut=dict.fromkeys(OPERATIONS, 1_000)),
}
"""The last four digits of a payment code, for trying out by hand: slow; the phone asks, and the buyer confirms after
eight seconds; asks, and nobody confirms; paid but the answer is lost; not enough money; code expired; the money comes
after the reversal; the reversal must be repeated; the network is cut for good."""
