"""The decoders under test, each as one function from a grey picture to the texts that it read.

A peer gets its own ways: all its symbols, its own defaults.  Where it gives no text for bytes it cannot decode, it has
not read the code.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

import cv2
import zxingcpp

from bench.decoders.subjects import Grey
from posapp.hardware.scanner.ladder import read_still

Decoder = Callable[[Grey], list[str]]
OURS, PYZBAR = "ours", "pyzbar"


def decoders() -> dict[str, Decoder]:
    """Ours and its peers; pyzbar only where it and its native library are installed."""
    found: dict[str, Decoder] = {OURS: read_still, "zxing-cpp": _zxing, "cv2 QRCodeDetector": _OpenCv()}
    try:
        pyzbar = importlib.import_module("pyzbar.pyzbar")
    except ImportError:
        return found

    def zbar(picture: Grey) -> list[str]:
        return [one.data.decode("utf-8", "replace") for one in pyzbar.decode(picture)]

    return {**found, PYZBAR: zbar}


def _zxing(picture: Grey) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


class _OpenCv:
    """OpenCV's own detector of QR codes; it knows no bars."""

    def __init__(self) -> None:
        self._detector = cv2.QRCodeDetector()

    def __call__(self, picture: Grey) -> list[str]:
        """The code of a picture, where there is one."""
        try:
            text, _, _ = self._detector.detectAndDecode(picture)
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text] if text else []
