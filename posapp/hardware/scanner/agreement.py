"""When a reading is believed: a corrected code at once, bars when two different pictures of them say the same.

Measured on fresh scenes, one bar code in two hundred is first read wrongly, mostly where noise completes a symbol, and
the check digit lets a tenth of that pass.  The same wrong digits never came from two pictures.
"""

from __future__ import annotations

from collections.abc import Iterable

from posapp.hardware.scanner.reading import Reading

Picture = tuple[str, int]


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
            if reading.corrected or len(pictures) > 1:
                believed.append(reading.text)
        return believed

    def forget(self, before: int) -> None:
        """Forget what was read in earlier frames only."""
        self._heard = {
            text: pictures for text, pictures in self._heard.items() if any(frame >= before for _, frame in pictures)
        }
