"""One question to the decoder: which codes are in this grey picture?

Only the symbols that a till meets are looked for: each further one costs time in every frame, and reads something into
noise now and then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import zxingcpp

Grey = npt.NDArray[np.uint8]
_QR = zxingcpp.BarcodeFormat.QRCode
_SYMBOLS = zxingcpp.BarcodeFormats(
    (
        _QR,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.EAN8,
        zxingcpp.BarcodeFormat.UPCA,
    )
)
_SAME_PLACE: Final = 0.4
"""Bars are about this much as high as they are long: the middles of two codes are further apart."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says.  `corrected` is true of QR codes: their error correction leaves no wrong reading over.

    A bar code has one check digit, so one misreading in ten passes it: it is believed when it was read twice.
    """

    text: str
    corrected: bool


def read(picture: Grey, *, every_way: bool = False, turned: bool = False, inverted: bool = False) -> list[Reading]:
    """The codes in a picture.

    `turned` also looks for bars that stand on end, `inverted` for light codes on dark, `every_way` also in smaller
    copies of the picture.
    """
    found = zxingcpp.read_barcodes(
        picture,
        formats=_SYMBOLS,
        try_rotate=turned,
        try_invert=inverted,
        try_downscale=every_way,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [
        Reading(_text(one), one.format == _QR) for one in found if not any(_contradicts(one, each) for each in found)
    ]


def _contradicts(one: zxingcpp.Barcode, other: zxingcpp.Barcode) -> bool:
    """Whether two readings are of the same bars: then nobody knows which of them is right."""
    if one is other or _QR in (one.format, other.format) or one.bytes == other.bytes:
        return False
    (x, y), (other_x, other_y) = _middle(one), _middle(other)
    return math.hypot(other_x - x, other_y - y) < _SAME_PLACE * max(_length(one), _length(other))


def _middle(found: zxingcpp.Barcode) -> tuple[float, float]:
    place = found.position
    return (place.top_left.x + place.bottom_right.x) / 2, (place.top_left.y + place.bottom_right.y) / 2


def _length(found: zxingcpp.Barcode) -> float:
    place = found.position
    return math.hypot(place.top_right.x - place.top_left.x, place.top_right.y - place.top_left.y)


def _text(found: zxingcpp.Barcode) -> str:
    """The code's own bytes; what is no UTF-8 is in a character set that the decoder guesses at."""
    try:
        return bytes(found.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(found.text)
