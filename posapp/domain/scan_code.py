"""What a scanned or typed code is: a pure function of its characters and of what the till is doing.

Payment codes count only while tendering and goods codes only while the basket is open, because an 18-digit scale
label can also look like an Alipay code (domain.md §4, trap 12; scanner.md, Classifier).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, unique

from posapp.domain.coupon_code import is_coupon_code
from posapp.domain.scale_label import USUAL, ScaleRules

_PHONE = re.compile(r"(?:86)?(1[3-9]\d{9})")


@unique
class CodeKind(Enum):
    """The classes that the till tells apart."""

    MEMBER_DYNAMIC = "member_dynamic"
    MEMBER_STATIC = "member_static"
    COUPON = "coupon"
    WECHAT_PAY = "wechat_pay"
    ALIPAY = "alipay"
    UNION_PAY = "union_pay"
    SCALE_LABEL = "scale_label"
    GTIN = "gtin"
    PHONE = "phone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ScanCode:
    """A classified code.  `text` is the code itself, without what the scanner added around it."""

    kind: CodeKind
    text: str


def classify(raw: str, *, tendering: bool, scale: ScaleRules = USUAL) -> ScanCode:
    """Classify a code; what is not ours is `UNKNOWN` and is never opened, followed or executed.

    `scale` says which codes this shop's scales print.
    """
    # A code may name half a character; no database takes one.
    text = raw.encode("utf-8", "ignore").decode().strip()
    if not (text.isascii() and text.isdigit()):
        return ScanCode(CodeKind.UNKNOWN, text)
    return ScanCode(_kind(text, tendering, scale.prefixes), text)


def _kind(digits: str, tendering: bool, scale_prefixes: frozenset[int]) -> CodeKind:
    length, prefix = len(digits), int(digits[:2])
    if length == 41 and prefix == 97:
        return CodeKind.MEMBER_DYNAMIC
    if length == 31 and prefix == 98:
        return CodeKind.MEMBER_STATIC
    if is_coupon_code(digits):
        return CodeKind.COUPON
    if tendering:
        return _payment(digits, length, prefix)
    if length == 18 and prefix in scale_prefixes:
        return CodeKind.SCALE_LABEL
    if length == 13 and prefix in scale_prefixes and check_digit_is_valid(digits):
        return CodeKind.SCALE_LABEL
    if check_digit_is_valid(digits) and not (_PHONE.fullmatch(digits) and length != 13):
        return CodeKind.GTIN
    return CodeKind.PHONE if _PHONE.fullmatch(digits) else CodeKind.UNKNOWN


def _payment(digits: str, length: int, prefix: int) -> CodeKind:
    if length == 18 and 10 <= prefix <= 15:
        return CodeKind.WECHAT_PAY
    if 16 <= length <= 24 and 25 <= prefix <= 30:
        return CodeKind.ALIPAY
    if length == 19 and prefix in (62, 1):
        return CodeKind.UNION_PAY
    return CodeKind.PHONE if _PHONE.fullmatch(digits) else CodeKind.UNKNOWN


def check_digit_is_valid(code: str) -> bool:
    """Whether a GTIN-8, 12, 13 or 14 has the right check digit (GS1 General Specifications §7.9)."""
    if not (code.isascii() and code.isdigit()) or len(code) not in (8, 12, 13, 14):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return weighted % 10 == 0
