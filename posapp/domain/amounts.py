"""Integer quantities that cannot be mixed: money, points, growth, rates and quantities.

Every class wraps one ``int`` and is closed under its own arithmetic; adding fen to points is a type error and
a run-time error.  There is no floating point anywhere (domain.md, Conventions: ``int(19.9*100)`` is 1989).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from posapp.domain.errors import InvalidField

_DECIMAL = re.compile(r"([+-]?)(\d{1,12})(?:\.(\d+))?")


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero: the only rounding of money in the product (domain.md §2.3)."""
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def parse_scaled(text: str, places: int, field: str) -> int:
    """Read a decimal text as an integer of ``10**-places`` units, refusing more precision than there is.

    ``parse_scaled("12.9", 2, "price")`` is 1290.  Raises `InvalidField` naming `field`.
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise InvalidField(field, f"{text!r} is not a decimal number", f"{text!r} 不是数字")
    sign, whole, fraction = match.group(1), match.group(2), (match.group(3) or "").rstrip("0")
    if len(fraction) > places:
        raise InvalidField(field, f"{text!r} has more than {places} decimals", f"{text!r} 的小数超过 {places} 位")
    scale: int = 10**places
    value = int(whole) * scale + int((fraction + "0" * places)[:places] or "0")
    return -value if sign == "-" else value


def format_scaled(value: int, places: int) -> str:
    """Write an integer of ``10**-places`` units as a decimal text with exactly `places` decimals."""
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(value), 10**places)
    return f"{sign}{whole}.{fraction:0{places}d}" if places else f"{sign}{whole}"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of money in integer fen (1 yuan = 100 fen); may be negative."""

    fen: int

    @classmethod
    def parse(cls, text: str, field: str = "amount") -> Self:
        """Read yuan such as ``"12.90"``.  Raises `InvalidField`."""
        return cls(parse_scaled(text, 2, field))

    def __add__(self, other: Money) -> Money:
        if other.__class__ is not Money:
            return NotImplemented
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        if other.__class__ is not Money:
            return NotImplemented
        return Money(self.fen - other.fen)

    def __mul__(self, count: int) -> Money:
        if count.__class__ is not int:
            return NotImplemented
        return Money(self.fen * count)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        return format_scaled(self.fen, 2)


ZERO_MONEY = Money(0)


def sum_money(amounts: Iterable[Money]) -> Money:
    """Add up money; an empty sum is zero."""
    return Money(sum(amount.fen for amount in amounts))


@dataclass(frozen=True, slots=True, order=True)
class Points:
    """A number of loyalty points; may be negative (a debt, domain.md §2.5)."""

    count: int

    def __add__(self, other: Points) -> Points:
        if other.__class__ is not Points:
            return NotImplemented
        return Points(self.count + other.count)

    def __sub__(self, other: Points) -> Points:
        if other.__class__ is not Points:
            return NotImplemented
        return Points(self.count - other.count)

    def __neg__(self) -> Points:
        return Points(-self.count)

    def __bool__(self) -> bool:
        return self.count != 0


@dataclass(frozen=True, slots=True, order=True)
class Growth:
    """Growth value (成长值), which moves a member up the tiers and is never spent (W-18)."""

    count: int

    def __add__(self, other: Growth) -> Growth:
        if other.__class__ is not Growth:
            return NotImplemented
        return Growth(self.count + other.count)

    def __sub__(self, other: Growth) -> Growth:
        if other.__class__ is not Growth:
            return NotImplemented
        return Growth(self.count - other.count)

    def __neg__(self) -> Growth:
        return Growth(-self.count)

    def __bool__(self) -> bool:
        return self.count != 0


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A fraction in basis points: 85 折 is ``Rate(8500)``."""

    basis_points: int

    def of(self, amount: Money) -> Money:
        """The fraction of an amount, half up to the fen."""
        return Money(half_up(amount.fen * self.basis_points, 10_000))


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """A quantity in integer milli-units: two pieces are ``Quantity(2000)``, 0.435 kg is ``Quantity(435)``."""

    milli: int

    @classmethod
    def pieces(cls, count: int) -> Self:
        """A whole number of pieces."""
        return cls(count * 1000)

    @classmethod
    def parse(cls, text: str, field: str = "quantity") -> Self:
        """Read ``"2"`` or ``"0.435"``.  Raises `InvalidField`."""
        return cls(parse_scaled(text, 3, field))

    @property
    def is_whole(self) -> bool:
        """Whether this counts whole pieces."""
        return self.milli % 1000 == 0

    def price(self, unit_price: Money) -> Money:
        """Unit price times quantity, half up per line (domain.md §2.3 step 1)."""
        return Money(half_up(unit_price.fen * self.milli, 1000))

    def __add__(self, other: Quantity) -> Quantity:
        if other.__class__ is not Quantity:
            return NotImplemented
        return Quantity(self.milli + other.milli)

    def __sub__(self, other: Quantity) -> Quantity:
        if other.__class__ is not Quantity:
            return NotImplemented
        return Quantity(self.milli - other.milli)

    def __str__(self) -> str:
        if self.is_whole:
            return str(self.milli // 1000)
        return format_scaled(self.milli, 3).rstrip("0")


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` over `weights` by largest remainder; the parts sum to `total` exactly.

    Ties go to the larger weight, then to the earlier position (domain.md §2.3, Allocation).  Where
    ``0 <= total <= sum(weights)`` every part lies between 0 and its weight.  Raises `ValueError` for a negative
    weight, and where there is something to split and nothing to carry it.
    """
    if weights and min(weights) < 0:
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("cannot allocate over weights that sum to zero")
        return [0] * len(weights)
    if total < 0:
        return [-part for part in shares(-total, weights, whole)]
    return shares(total, weights, whole)


def shares(total: int, weights: Sequence[int], whole: int) -> list[int]:
    """`allocate` for who knows that neither `total` nor a weight is negative, and that weights sum to `whole` > 0."""
    lift, late = _rounding(total, weights, whole)
    parts = [(total * weight + lift) // whole for weight in weights]
    for place in late:
        parts[place] -= 1
    return parts


def left_by_shares(total: int, weights: Sequence[int], whole: int) -> list[int]:
    """What is left of every weight when its part of `shares` is taken off."""
    lift, late = _rounding(total, weights, whole)
    left = [weight - (total * weight + lift) // whole for weight in weights]
    for place in late:
        left[place] += 1
    return left


def _rounding(total: int, weights: Sequence[int], whole: int) -> tuple[int, Sequence[int]]:
    """What lifts the largest remainders over the next whole number, and the places that it lifts but ties keep down."""
    remainders = [total * weight % whole for weight in weights]
    missing = sum(remainders) // whole
    if not missing:
        return 0, ()
    # Bare integers sort several times faster than places by a key.  What rounds up has at least this remainder; only
    # where that is too many, because some are equal, weights and places must be looked at.
    ordered = sorted(remainders)
    least = ordered[-missing]
    surplus = len(ordered) - missing - bisect_left(ordered, least)
    if not surplus:
        return whole - least, ()
    ties = [place for place, remainder in enumerate(remainders) if remainder == least]
    ties.sort(key=lambda place: (weights[place], -place))
    return whole - least, ties[:surplus]


def cumulative_share(total: int, done: int, whole: int) -> int:
    """The part of `total` that the first `done` of `whole` units carry, half up (domain.md §2.3, Units).

    The share of units j+1..k is ``cumulative_share(k) - cumulative_share(j)``, so any split of a line sums
    to the line.
    """
    return half_up(total * done, whole) if whole else 0
