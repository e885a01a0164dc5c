"""How numbers look: fen, points and rates as the text a cashier reads (ux.md §9).

Till money always has two decimals; the minus is U+2212; ¥ stands on totals only.
"""

from __future__ import annotations

MINUS = "\u2212"
TIMES = "×"
_FEN_A_YUAN = 100
_WHOLE_BP = 10_000


def money_text(fen: int) -> str:
    """Fen as yuan with two decimals and grouped thousands: 123456 is ``1,234.56``."""
    yuan, rest = divmod(abs(fen), _FEN_A_YUAN)
    return f"{MINUS if fen < 0 else ''}{yuan:,}.{rest:02d}"


def signed_money_text(fen: int) -> str:
    """A change of money: always carries its sign, so that colour is never alone (ux.md §8)."""
    return f"+{money_text(fen)}" if fen > 0 else money_text(fen)


def short_money_text(fen: int) -> str:
    """Money on a quick-cash button: whole yuan without decimals, else as usual."""
    return f"{fen // _FEN_A_YUAN:,}" if fen % _FEN_A_YUAN == 0 else money_text(fen)


def count_text(number: int) -> str:
    """A grouped count of points, growth or uses."""
    return f"{MINUS if number < 0 else ''}{abs(number):,}"


def signed_count_text(number: int) -> str:
    """A change of a count, with its sign."""
    return f"+{count_text(number)}" if number > 0 else count_text(number)


def _trimmed(numerator: int, denominator: int) -> str:
    """An exact decimal without trailing zeros; the denominator is a power of ten."""
    digits = len(str(denominator)) - 1
    whole, rest = divmod(numerator, denominator)
    decimals = f"{rest:0{digits}d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def zhe_text(rate_bp: int) -> str:
    """The Chinese name of a price rate: 8500 basis points of the price are ``8.5 折``."""
    return f"{_trimmed(rate_bp, _WHOLE_BP // 10)} 折"


def percent_off_text(rate_bp: int) -> str:
    """The English name of the same rate: 8500 basis points of the price are ``15% off``."""
    return f"{_trimmed(_WHOLE_BP - rate_bp, _WHOLE_BP // 100)}% off"


def grouped_phone_text(digits: str) -> str:
    """A phone number in the 3-4-4 grouping, also while it is being typed."""
    parts = (digits[:3], digits[3:7], digits[7:])
    return " ".join(part for part in parts if part)
