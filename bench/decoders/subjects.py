"""What is held before the camera: codes drawn as a wallet shows them on a phone, and as goods carry them on a pack."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
import zxingcpp

from posapp.domain.card import StaticCard, dynamic_code, static_code
from posapp.domain.card_keys import keys_from
from posapp.domain.scan_code import check_digit_is_valid

Grey = npt.NDArray[np.uint8]
KINDS = ("member code", "printed card", "payment QR", "payment bars", "EAN-13", "scale label")
_MODULE = 8
"""Pixels of a module as the phone draws it; the camera sees fewer."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A face with a code: `face` is the picture, `code` where in it the code lies (left, top, width, height)."""

    kind: str
    text: str
    face: Grey
    code: tuple[int, int, int, int]


def subject(kind: str, random: Random, text: str = "") -> Subject:
    """A code of a kind on its face: a fresh one, or what it shall say."""
    text = text or _text(kind, random)
    code = _qr(text, random) if kind in ("member code", "printed card", "payment QR") else _bars(kind, text)
    return _face(kind, text, code, random)


def _text(kind: str, random: Random) -> str:
    key = random.randbytes(32)
    match kind:
        case "member code":
            shown_at = random.randrange(1_700_000_000, 1_900_000_000)
            return dynamic_code(keys_from(key, shown_at), random.randrange(1 << 40), shown_at)
        case "printed card":
            return static_code(key, StaticCard(random.randrange(1 << 40), random.randrange(1, 9)))
        case "payment QR":
            return str(random.randrange(25, 31)) + _digits(random, 16)
        case "payment bars":
            return str(random.randrange(10, 16)) + _digits(random, 16)
        case _:
            start = "69" if kind == "EAN-13" else "21"
            return _with_check(start + _digits(random, 10))


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def _with_check(twelve: str) -> str:
    return next(code for code in (twelve + str(digit) for digit in range(10)) if check_digit_is_valid(code))


def _qr(text: str, random: Random) -> Grey:
    level = random.choice((qrcode.constants.ERROR_CORRECT_L, qrcode.constants.ERROR_CORRECT_M))
    code = qrcode.QRCode(error_correction=level, border=3)
    code.add_data(text)
    code.make(fit=True)
    modules = np.where(np.array(code.get_matrix(), dtype=bool), 0, 255).astype(np.uint8)
    return modules.repeat(_MODULE, 0).repeat(_MODULE, 1)


def _bars(kind: str, text: str) -> Grey:
    symbol = zxingcpp.BarcodeFormat.Code128 if kind == "payment bars" else zxingcpp.BarcodeFormat.EAN13
    drawn = np.array(zxingcpp.create_barcode(text, symbol).to_image(scale=1, add_quiet_zones=True))
    modules = drawn[drawn.shape[0] // 2][None, :].astype(np.uint8)
    quiet = np.full((1, 8), 255, np.uint8)
    row = np.hstack([quiet, modules, quiet]).repeat(4, 1)
    return row.repeat(140 if kind == "payment bars" else 220, 0)


def _face(kind: str, text: str, code: Grey, random: Random) -> Subject:
    height, width = code.shape
    on_phone = kind not in ("EAN-13", "scale label", "printed card")
    side, above, below = (36, 150, 260) if on_phone else (30, 40, 70)
    paper = 255 if on_phone else random.randrange(215, 250)
    face = np.full((above + height + below, width + 2 * side), paper, np.uint8)
    face[above : above + height, side : side + width] = np.minimum(code, paper)
    if on_phone:
        cv2.rectangle(face, (0, 0), (face.shape[1], above // 2), random.randrange(60, 200), -1)
        cv2.putText(face, "12:07", (20, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 250, 2)
        for line in range(3):
            y = above + height + 60 + 50 * line
            cv2.line(face, (side, y), (side + random.randrange(width // 2, width), y), 190, 8)
    cv2.putText(face, text[:16], (side, above + height + 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 40, 2)
    edge = 14 if on_phone else 0
    framed = cv2.copyMakeBorder(face, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(18.0,))
    return Subject(kind, text, framed.astype(np.uint8), (side + edge, above + edge, width, height))
