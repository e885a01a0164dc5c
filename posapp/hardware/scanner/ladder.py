"""From one frame to what can be read in it: cheap pictures of it first, then ones that mend what is hard about it.

A rung's name is that of its picture: rungs of one name see the same pixels, and do not confirm each other.

Each rung mends a trouble of its own, and no rung reads everything (measured by `python -m bench.decoders`):

===========  =======================================================================================================
raw          the frame as it is: two thirds of all codes
even         divided by its own surroundings: glare, reflections, low contrast
half         at half its size: large codes, moiré, light codes on dark
upright      bars set upright and smoothed along their length, two strips of them: any angle, noise, moiré
crisp        upright and sharpened hard: bars out of focus; a misreading seldom outlives it
edges        even, smoothed and sharpened: out of focus
strong       even, smoothed and sharpened hard: shaken
large        even and half as large again: small codes
local        contrast spread within each tile
grain        even, without specks, sharpened: noise and moiré
plain        everything the decoder can do itself
===========  =======================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from posapp.hardware.scanner.agreement import Agreement
from posapp.hardware.scanner.pictures import Pictures, local, resized, scaled, sharp
from posapp.hardware.scanner.reading import Grey, Reading, read

_LONGEST_SIDE = 1600
"""A photograph larger than this is looked at in this size first."""
_CENTRE = 0.65
_MOSAIC = 16
"""Motion is looked for in tiles of so many pixels: their means hardly know the camera's noise."""
_MOVED = 8
"""Steps of grey by which a tile changes at least when something moves."""


Rung = tuple[str, Callable[[Pictures], list[Reading]]]
FAST: Final[tuple[Rung, ...]] = (
    ("raw", lambda seen: read(seen.raw)),
    ("even", lambda seen: read(seen.even)),
    ("half", lambda seen: read(seen.half, turned=True, inverted=True)),
    ("upright", lambda seen: read(seen.upright.upper)),
    ("upright", lambda seen: read(seen.upright.lower)),
)
SLOW: Final[tuple[Rung, ...]] = (
    ("crisp", lambda seen: read(sharp(seen.upright.upper, 4.0, 5.0))),
    ("crisp", lambda seen: read(sharp(seen.upright.lower, 4.0, 5.0))),
    ("edges", lambda seen: read(sharp(seen.smooth, 3.0, 1.0), turned=True)),
    ("strong", lambda seen: read(sharp(seen.smooth, 5.0, 4.0), turned=True)),
    ("large", lambda seen: read(scaled(seen.even, 1.5), turned=True)),
    ("local", lambda seen: read(local(seen.raw), turned=True)),
    ("grain", lambda seen: read(sharp(seen.speckless, 3.0, 2.0), turned=True)),
)
LAST: Final[Rung] = ("plain", lambda seen: read(seen.raw, every_way=True, turned=True, inverted=True))


def read_still(picture: Grey) -> list[str]:
    """Every rung in turn until a code is believed: what a single picture says.  Empty where none can be read."""
    agreement = Agreement()
    for size, seen in enumerate(_sizes(picture)):
        pictures = Pictures(seen)
        for name, rung in (*FAST, *SLOW, LAST):
            believed = agreement.hear((name, size), rung(pictures))
            if believed:
                return believed
    return []


def _sizes(picture: Grey) -> Iterator[Grey]:
    longest = max(picture.shape)
    if longest > _LONGEST_SIDE:
        yield scaled(picture, _LONGEST_SIDE / longest)
    yield picture


class Ladder:
    """Reads a camera's frames one by one.

    A frame in which something moved is read at once: by the fast rungs whole, by the slow ones in its middle, where a
    code is held.  A picture that stands still is the same picture again: its rungs take turns, one a frame, so that an
    empty counter costs next to nothing and a phone that lies there is still read within half a second.  What none of
    them reads, `last` is asked about, twice.
    """

    def __init__(self, last: Callable[[Grey], list[Reading]] | None = None) -> None:
        self._last = last
        self._count = self._at_rest = 0
        self._before: Grey | None = None
        self._agreement = Agreement()

    def read_frame(self, frame: Grey) -> list[str]:
        """The codes that are believed by now."""
        self._count += 1
        for (name, rung), pictures in self._to_try(frame):
            believed = self._agreement.hear((name, self._count), rung(pictures))
            if believed:
                return believed
        self._agreement.forget(before=self._count - FRAMES_TO_AGREE)
        return []

    def _to_try(self, frame: Grey) -> Sequence[tuple[Rung, Pictures]]:
        whole, middle = Pictures(frame), Pictures(centre(frame))
        every = (*((rung, whole) for rung in FAST), *((rung, middle) for rung in SLOW))
        if self._has_moved(frame):
            self._at_rest = 0
            return every
        self._at_rest += 1
        last = self._last
        if last is not None and 0 < self._at_rest - len(every) <= _TIMES_LAST:
            return ((("last", lambda seen: last(seen.raw)), whole),)
        return (every[self._at_rest % len(every)],)

    def _has_moved(self, frame: Grey) -> bool:
        """Whether a part of the picture changed; the light as a whole may flicker."""
        now = mosaic(frame)
        before, self._before = self._before, now
        if before is None or before.shape != now.shape:
            return True
        change = now.astype(np.int16) - before
        return int(np.abs(change - int(np.median(change))).max()) >= _MOVED


_TIMES_LAST = 2
FRAMES_TO_AGREE = 10
"""Two readings of a bar code further apart than this are of two codes."""


def centre(frame: Grey) -> Grey:
    """The middle of a frame."""
    height, width = frame.shape
    top, left = round(height * (1 - _CENTRE) / 2), round(width * (1 - _CENTRE) / 2)
    return np.ascontiguousarray(frame[top : height - top, left : width - left])


def mosaic(frame: Grey) -> Grey:
    """The frame in tiles, each its mean."""
    height, width = frame.shape
    return resized(frame, (max(1, width // _MOSAIC), max(1, height // _MOSAIC)))
