"""A stored-value card with its lots on a day: what can be spent, and out of which lot it comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from posapp.domain.amounts import Money, allocate
from posapp.domain.events.lot import LotPart
from posapp.domain.gone_otherwise import NOTHING_GONE, GoneOtherwise
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.stored_value import Consumption, Lot, draw
from posapp.domain.time import BusinessDay, plus_months


@dataclass(frozen=True, slots=True)
class CardLot:
    """One lot: what it began with, what is left by all that this till knows, and what its contract promised.

    `contract` is the lot of the top-up that it belongs to: the parts of a bonus are lots of their own, spendable from
    `first_day` on.  `bonus_until` is the last day of the bonus, None where it never lapses.  `paid_fen` and
    `granted_fen` are what the lot began with.  `unsettled_fen` is the part of this till's own movements that the server
    has not confirmed.  `lapsed_fen` is bonus that was taken off after its last day.  `place` orders lots of one day.
    `gone` is kept with the first lot of a contract, for all of them.
    """

    id: AssetId
    contract: AssetId
    first_day: BusinessDay
    paid_fen: int
    granted_fen: int
    principal_fen: int
    bonus_fen: int
    lapsed_fen: int = 0
    bonus_until: BusinessDay | None = None
    consumption: Consumption = Consumption.PROPORTIONAL
    sold_rate: int = 10_000
    buyer_basis: int = 19
    unsettled_fen: int = 0
    place: int = 0
    plan: str = ""
    gone: GoneOtherwise = NOTHING_GONE

    @property
    def holds_anything(self) -> bool:
        """Whether something stands here, an overdraft too."""
        return bool(self.principal_fen or self.bonus_fen)

    @property
    def spent_since_fen(self) -> int:
        """What this till took from it and the server has not confirmed."""
        left = self.principal_fen + self.bonus_fen
        if self.unsettled_fen > 0 and left == self.unsettled_fen:
            # The server has not heard of the lot itself either.
            return max(0, self.paid_fen + self.granted_fen - left)
        return max(0, -self.unsettled_fen)

    def spendable_bonus_fen(self, day: BusinessDay) -> int:
        """The bonus that may be spent on a day."""
        return 0 if self.bonus_until is not None and day > self.bonus_until else self.bonus_fen

    def lapsing_fen(self, day: BusinessDay) -> int:
        """The bonus that stands here although its last day has passed."""
        return self.bonus_fen - self.spendable_bonus_fen(day)


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card: its kind, its owner (None for an unnamed one), its last day and its lots, the oldest first."""

    id: AssetId
    kind: str
    owner: MemberId | None
    code: str
    last_day: BusinessDay | None
    lots: tuple[CardLot, ...]

    @property
    def contracts(self) -> tuple[tuple[CardLot, ...], ...]:
        """The lots by the top-up that they belong to, the oldest first."""
        found: dict[AssetId, list[CardLot]] = {}
        for lot in self.lots:
            found.setdefault(lot.contract, []).append(lot)
        return tuple(map(tuple, found.values()))

    @property
    def principal(self) -> Money:
        """Principal on the card."""
        return Money(sum(lot.principal_fen for lot in self.lots))

    @property
    def balance(self) -> Money:
        """Principal and bonus on the card, what may be spent later included."""
        return Money(sum(lot.principal_fen + lot.bonus_fen for lot in self.lots))

    def is_expired(self, day: BusinessDay) -> bool:
        """Whether it must be renewed before it pays; what stands on it stays (W-15)."""
        return self.last_day is not None and day > self.last_day

    def spendable(self, day: BusinessDay) -> Money:
        """What may be spent on a day; nothing below zero."""
        return Money(max(0, sum(lot.principal_fen + lot.spendable_bonus_fen(day) for lot in self._open(day))))

    def spendable_bonus(self, day: BusinessDay) -> Money:
        """The bonus that may be spent on a day."""
        return Money(max(0, sum(lot.spendable_bonus_fen(day) for lot in self._open(day))))

    def next_part(self, day: BusinessDay) -> CardLot | None:
        """The next part of a bonus that becomes spendable."""
        return next((lot for lot in self.lots if lot.first_day > day and lot.holds_anything), None)

    def draw(self, fen: int, day: BusinessDay) -> tuple[LotPart, ...]:
        """Take an amount, oldest lot first (domain.md §2.8).  What exceeds the card is not drawn."""
        lots = self._open(day)
        drawn = draw([_lot(lot, day) for lot in lots], fen)
        return tuple(
            LotPart(lot.id, Money(principal), Money(bonus))
            for lot, (principal, bonus) in zip(lots, drawn.parts, strict=True)
            if principal or bonus
        )

    def _open(self, day: BusinessDay) -> list[CardLot]:
        return [lot for lot in self.lots if lot.first_day <= day]


def in_order(lots: Iterable[CardLot]) -> tuple[CardLot, ...]:
    """Lots as they are spent: by first day, then as they were made."""
    return tuple(sorted(lots, key=lambda lot: (lot.first_day, lot.place, lot.id)))


def _lot(lot: CardLot, day: BusinessDay) -> Lot:
    bonus = lot.spendable_bonus_fen(day)
    # A bonus that lapsed leaves principal alone: nothing to keep in proportion to.
    granted = lot.granted_fen if bonus == lot.bonus_fen else 0
    return Lot(lot.principal_fen, bonus, (lot.paid_fen, granted), lot.consumption)


def named_card_id(owner: MemberId, kind: str) -> AssetId:
    """The one named card of a kind that a member has: two tills open the same."""
    return derived_id("stored_value_card", owner, kind)


def unnamed_card_id(code: str) -> AssetId:
    """The card behind a printed code."""
    return derived_id("stored_value_card", "code", code)


def part_id(contract: AssetId, part: int) -> AssetId:
    """The lot of a later part of a bonus."""
    return derived_id("stored_value_part", contract, part)


def bonus_parts(bonus_fen: int, parts: int, first_day: BusinessDay) -> Sequence[tuple[BusinessDay, int]]:
    """The monthly parts of a bonus: from which day, and how much; the earlier ones are the larger by a fen."""
    shares = allocate(bonus_fen, [1] * parts)
    return [(plus_months(first_day, month), share) for month, share in enumerate(shares)]
