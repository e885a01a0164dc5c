"""The code on a printed membership card: digits only, so that any scanner in any keyboard mode can read it."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode

from posapp.application.member_life.cards import check_card
from posapp.application.receipt import CardSlip
from posapp.application.receipts import discreet
from posapp.application.till import Till, printed_card
from posapp.domain.card import card_text, static_code
from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.storage import member_search

_QUIET_MODULES = 4


@dataclass(frozen=True, slots=True)
class CardQr:
    """A card's number, its digits, and the QR code of them: rows of modules, true is dark, quiet zone included."""

    number: str
    digits: str
    modules: tuple[tuple[bool, ...], ...]


def card_qr(till: Till, number: str) -> CardQr:
    """The code of a member's card.  Raises `InvalidField` where nobody has the card, or it was retired."""
    digits = number.replace(" ", "")
    known = digits.isascii() and digits.isdigit()
    text = card_text(int(digits)) if known else digits
    with till.database.read() as connection:
        owners = member_search.by_card(connection, text) if known else []
    if not owners:
        raise InvalidField("number", f"no member has card {number}", f"没有会员用卡号 {number}")
    check_card(till, text)
    code = static_code(till.keys.member_key, printed_card(int(digits)))
    return CardQr(text, code, _modules(code))


def card_slip(till: Till, member: Member) -> CardSlip:
    """A member's card for the receipt printer.  Raises `InvalidField` as `card_qr` does."""
    code = card_qr(till, member.card_number)
    identity = till.identity
    name = discreet(member.profile.name) or member.profile.masked_phone
    return CardSlip(identity.shop_name, identity.store_name, code.number, name, code.digits)


def _modules(digits: str) -> tuple[tuple[bool, ...], ...]:
    """A quarter of it may be scratched away (level Q); 31 digits still fit 25 × 25 modules."""
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=_QUIET_MODULES)
    drawn.add_data(digits)
    drawn.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in drawn.get_matrix())
