"""Phone numbers as people type them, brought to E.164."""

from __future__ import annotations

import re

from posapp.domain.errors import InvalidField

_MAINLAND_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_SEPARATORS = re.compile(r"[\s\-()（）]+")


def normalise_phone(text: str, field: str = "phone") -> str:
    """The E.164 form of a phone number; a bare number is a mainland mobile.  Raises `InvalidField`.

    Numbers of other regions need their ``+`` and country code.
    """
    compact = _SEPARATORS.sub("", text)
    match = _MAINLAND_MOBILE.fullmatch(compact)
    if match:
        return "+86" + match.group(1)
    if compact.startswith("+"):
        return _foreign(compact, field)
    digits = len(compact)
    if compact.isascii() and compact.isdigit() and digits < 11:
        raise InvalidField(field, f"{11 - digits} digits are missing", f"还差 {11 - digits} 位")
    raise InvalidField(field, f"{text!r} is not a mobile number", f"{text!r} 不是手机号")


def _foreign(compact: str, field: str) -> str:
    # 90 ms of metadata that nearly no till ever needs: imported on the first foreign number.
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        number = phonenumbers.parse(compact, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidField(field, f"{compact!r} is not a phone number", f"{compact!r} 不是电话号码")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
