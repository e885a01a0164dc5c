"""A slip in the language of receipt printers (ESC/POS), right to the byte (domain.md §4).

Text is GB18030, and hanzi stand between `FS &` and `FS .`: without them many heads print Latin junk.  A row with a
character of four bytes, which GBK heads do not have, is sent as a picture of the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from PySide6.QtGui import QImage

from posapp.application.printing.setup import PrinterSetup
from posapp.application.slip_rows import Row, Rows, Style
from posapp.hardware.columns import clean, is_rare, width
from posapp.hardware.receipt_picture import Typeface, code_picture, line_picture, module_dots

INITIALISE = b"\x1b@"
HANZI_ON, HANZI_OFF = b"\x1c&", b"\x1c."
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
TALL_ON, TALL_OFF = b"\x1d!\x01", b"\x1d!\x00"
HANZI_TALL_ON, HANZI_TALL_OFF = b"\x1c!\x08", b"\x1c!\x00"
CENTRE, LEFT = b"\x1ba\x01", b"\x1ba\x00"
FEED_AND_CUT = b"\x1bd\x03\x1dVB\x00"
"""Three empty rows, for printers without a blade; then feed to the blade and cut all but one point."""
KICK = b"\x1bp\x00\x19\xfa"
"""A pulse of 50 ms to the drawer's first pin, 500 ms of rest."""
ASK_PAPER, ASK_CAUSE = b"\x10\x04\x04", b"\x10\x04\x02"
_PAPER_END, _COVER_OPEN = 0x60, 0x04
_FIXED_BITS, _FIXED = 0x93, 0x12
_LEVEL_M, _MODEL_2 = b"1", b"2\x00"
_DARK_BELOW = 128
_BAND_ROWS = 240
"""A picture is sent in bands: small heads have small buffers."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns slips into bytes for one printer."""

    setup: PrinterSetup
    typeface: Typeface

    def slip(self, rows: Rows) -> bytes:
        """A whole slip, from initialising to the cut."""
        return b"".join((INITIALISE, *(self._row(row) for row in rows), FEED_AND_CUT))

    def _row(self, row: Row) -> bytes:
        if row.style is Style.QR:
            return self._code(row.text)
        text = clean(row.text)
        if any(is_rare(character) for character in text):
            return raster(line_picture(Row(text, row.style), self.setup.paper, self.typeface))
        body = line(text)
        match row.style:
            case Style.STRONG:
                return BOLD_ON + body + b"\n" + BOLD_OFF
            case Style.TALL:
                return TALL_ON + HANZI_TALL_ON + body + b"\n" + HANZI_TALL_OFF + TALL_OFF
            case _:
                return body + b"\n"

    def _code(self, content: str) -> bytes:
        dots = module_dots(content, self.setup.paper)
        if self.setup.prints_codes:
            return CENTRE + native_code(content, dots) + b"\n" + LEFT
        return CENTRE + raster(code_picture(content, dots)) + b"\n" + LEFT


def line(text: str) -> bytes:
    """The bytes of a text of which every character is in GBK, without its line feed."""
    parts = []
    for is_hanzi, run in groupby(text, key=lambda character: width(character) == 2):
        body = "".join(run).encode("gb18030")
        parts.append(HANZI_ON + body + HANZI_OFF if is_hanzi else body)
    return b"".join(parts)


def native_code(content: str, module_dots: int) -> bytes:
    """A QR code that the printer draws itself: model, module, level, content, print (functions 165-181)."""
    return b"".join(
        (
            _code_command(b"A", _MODEL_2),
            _code_command(b"C", bytes([module_dots])),
            _code_command(b"E", _LEVEL_M),
            _code_command(b"P", b"0" + content.encode("utf-8")),
            _code_command(b"Q", b"0"),
        )
    )


def _code_command(function: bytes, data: bytes) -> bytes:
    return b"\x1d(k" + (len(data) + 2).to_bytes(2, "little") + b"1" + function + data


def raster(image: QImage) -> bytes:
    """A picture of one bit a dot, dark where it is darker than grey (`GS v 0`)."""
    stride = (image.width() + 7) // 8
    rows = [_packed(image, y, stride) for y in range(image.height())]
    bands = (rows[top : top + _BAND_ROWS] for top in range(0, len(rows), _BAND_ROWS))
    return b"".join(_band(band, stride) for band in bands)


def _band(rows: list[bytes], stride: int) -> bytes:
    return b"\x1dv0\x00" + stride.to_bytes(2, "little") + len(rows).to_bytes(2, "little") + b"".join(rows)


def _packed(image: QImage, y: int, stride: int) -> bytes:
    dots = 0
    for x in range(stride * 8):
        dark = x < image.width() and image.pixelColor(x, y).red() < _DARK_BELOW
        dots = dots << 1 | dark
    return dots.to_bytes(stride, "big")


def is_status(answer: int) -> bool:
    """Whether a byte is an answer to a question about the status: some of its bits never change."""
    return answer & _FIXED_BITS == _FIXED


def is_paper_out(status: int) -> bool:
    """Whether the answer to `ASK_PAPER` says that there is no paper."""
    return status & _PAPER_END == _PAPER_END


def is_cover_open(status: int) -> bool:
    """Whether the answer to `ASK_CAUSE` says that the cover is open."""
    return bool(status & _COVER_OPEN)
