"""One question to the decoder: which codes are in this grey picture?

Only the symbols that a till meets are looked for: each further one costs time in every frame, and reads something into
noise now and then.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    return [Reading(_text(one), one.format == _QR) for one in found]


def _text(found: zxingcpp.Barcode) -> str:
    """The code's own bytes; what is no UTF-8 is in a character set that the decoder guesses at."""
    try:
        return bytes(found.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(found.text)
