"""When a reading is believed: a corrected code at once, bars when two different pictures of them say the same.

Measured on fresh scenes, one bar code in two hundred is first read wrongly, mostly where noise completes a symbol, and
the check digit lets a tenth of that pass.  What noise completes is most often a code with a leading zero (UPC-A, whose
bars have one pattern less to match) or a short one: those need a third picture.
"""

from __future__ import annotations

from collections.abc import Iterable

from posapp.hardware.scanner.reading import Reading

Picture = tuple[str, int]
_SHORT = 8


class Agreement:
    """Collects readings; each picture is a name and a number of its frame."""

    def __init__(self) -> None:
        self._heard: dict[str, set[Picture]] = {}

    def hear(self, picture: Picture, readings: Iterable[Reading]) -> list[str]:
        """Take down what a picture says; returns what is believed of it by now."""
        believed = []
        for reading in readings:
            pictures = self._heard.setdefault(reading.text, set())
            pictures.add(picture)
            if len(pictures) >= _pictures_needed(reading):
                believed.append(reading.text)
        return believed

    def forget(self, before: int) -> None:
        """Forget what was read in earlier frames only."""
        self._heard = {
            text: pictures for text, pictures in self._heard.items() if any(frame >= before for _, frame in pictures)
        }


def _pictures_needed(reading: Reading) -> int:
    if reading.corrected:
        return 1
    text = reading.text
    return 3 if len(text) == _SHORT or text.startswith("0") else 2
