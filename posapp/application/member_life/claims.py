"""What one member may hand over to another: a claim, and the transfer that is asked for (domain.md §2.9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.application.stored_value.identity import IdentityPaper
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotTransferred, PassTransferred
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.text import Text


@unique
class Notice(StrEnum):
    """How the shop was told; the words are stored."""

    TOGETHER = "together"
    """Giver and receiver both stand at the counter."""
    WRITTEN = "written"
    """The giver wrote, and the receiver stands there."""


@dataclass(frozen=True, slots=True)
class PartLeft:
    """What is left of a pass, or of one part of a bundle: uses, or days of a period."""

    id: AssetId
    name: Text
    left: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A card or pass that can be transferred, and what the receiver has of it before.

    Of a card `principal` and `bonus` move.  Of a pass what is left moves, uses or the days of one `for_period`: `parts`
    are the pass itself or the parts of a bundle that something is left of, and all of it together began with `of`.
    `before` is the balance of the receiver's own card of this kind.  `needs_paper` asks for the receiver's paper
    first, `needs_guardian` for a guardian of the receiver who agrees.  `refusal` is what forbids it, None where nothing
    does.
    """

    source: AssetId
    name: Text
    principal: Money = Money(0)
    bonus: Money = Money(0)
    parts: tuple[PartLeft, ...] = ()
    of: int = 0
    for_period: bool = False
    before: Money = Money(0)
    needs_paper: bool = False
    needs_guardian: bool = False
    refusal: InvalidField | None = None

    @property
    def amount(self) -> Money:
        """What moves of a card."""
        return self.principal + self.bonus

    @property
    def uses(self) -> int:
        """What moves of a pass."""
        return sum(part.left for part in self.parts)

    def check(self, shown: Claim) -> None:
        """Raise `InvalidField` where this, as it stands now, may not be handed over, or is not what was shown."""
        if self.refusal is not None:
            raise self.refusal
        if (self.principal, self.bonus, self.parts) != (shown.principal, shown.bonus, shown.parts):
            raise InvalidField("claim", "it was used meanwhile; look at it again", "期间有变动，请重新看一下")


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer that is asked for; the same `request` is the same transfer.

    `claim` is what both were shown.  `paper` is the receiver's, where it is asked for.  `guardian` says that a guardian
    of the receiver stands by and agrees.
    """

    request: bytes
    giver: MemberId
    receiver: MemberId
    claim: Claim
    notice: Notice
    paper: IdentityPaper | None = None
    guardian: bool = False

    def moved(self, source: AssetId) -> AssetId:
        """What the receiver has for what the giver had."""
        return derived_id("transferred", self.request, self.receiver, source)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transfer moved: to the receiver's card or pass, by lots of a card or by parts of a pass.

    `guardian`: it needed a guardian, who agreed.
    """

    target: AssetId
    lots: tuple[LotTransferred, ...] = ()
    passes: tuple[PassTransferred, ...] = ()
    guardian: bool = False
