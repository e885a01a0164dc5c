"""When a reading is believed: a corrected code at once, bars when two different pictures of them say the same.

Measured on fresh scenes, one bar code in two hundred is first read wrongly, mostly where noise completes a symbol, and
the check digit lets a tenth of that pass.  What noise completes is most often a code with a leading zero (UPC-A, whose
bars have one pattern less to match) or a short one: those need a third picture.  Where another picture of the same
frame has bars and does not say the same, one of the two may be wrong: a code needs one picture more for each of those.
"""

from __future__ import annotations

from collections.abc import Sequence

from posapp.hardware.scanner.reading import Reading

Picture = tuple[str, int]
_SHORT = 8


class Agreement:
    """Collects readings; each picture is a name and a number of its frame."""

    def __init__(self) -> None:
        self._heard: dict[str, set[Picture]] = {}

    def hear(self, picture: Picture, readings: Sequence[Reading]) -> list[str]:
        """Take down what a picture says; returns what is believed of it by now."""
        bars = [reading.text for reading in readings if not reading.corrected]
        for text in bars:
            self._heard.setdefault(text, set()).add(picture)
        corrected = [reading.text for reading in readings if reading.corrected]
        return corrected + [text for text in bars if self._is_believed(text)]

    def _is_believed(self, text: str) -> bool:
        pictures = self._heard[text]
        frames = {frame for _, frame in pictures}
        others = {each for heard in self._heard.values() for each in heard if each[1] in frames} - pictures
        return len(pictures) >= _pictures_needed(text) + len(others)

    def forget(self, before: int) -> None:
        """Forget what was read in earlier frames only."""
        self._heard = {
            text: pictures for text, pictures in self._heard.items() if any(frame >= before for _, frame in pictures)
        }


def _pictures_needed(text: str) -> int:
    return 3 if len(text) == _SHORT or text.startswith("0") else 2
