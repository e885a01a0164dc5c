"""A QR code as a picture file, for a card printer or a sticker."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

_PIXELS = 16
"""A module is so many pixels wide: a card of 54 mm at 300 dots an inch has room for it."""


def png(modules: Sequence[Sequence[bool]]) -> bytes:
    """The modules (true is dark) as a PNG."""
    small = np.where(np.array(modules, dtype=bool), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".png", small.repeat(_PIXELS, 0).repeat(_PIXELS, 1))
    return packed.tobytes()
