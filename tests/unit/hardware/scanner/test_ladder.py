"""What is read in a picture, what is believed of it, and what a frame in which nothing happens costs."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest
import zxingcpp

from bench.decoders.scenes import HEIGHT, TROUBLES, WIDTH, View, empty_frames, scene, shoot, view_of
from bench.decoders.subjects import KINDS, Grey, subject
from posapp.hardware.scanner import ladder
from posapp.hardware.scanner.agreement import Agreement
from posapp.hardware.scanner.ladder import Ladder, read_still
from posapp.hardware.scanner.pictures import Pictures
from posapp.hardware.scanner.reading import Reading, read
from posapp.hardware.scanner.sighting import Sightings

_EASY = TROUBLES.index("none") * len(KINDS)


def _easy(kind: str, **changes: float) -> tuple[str, Grey]:
    """A code of a kind, held well but for what is changed."""
    random = Random(11)  # noqa: S311 - the same picture every time
    shown = subject(kind, random)
    view: View = replace(view_of("none", kind, random), reflections=0.0, noise=2.0, **changes)  # type: ignore[arg-type]
    return shown.text, shoot(shown, view, random)


@pytest.mark.parametrize("angle", [20.0, 45.0, 70.0, 110.0, 140.0, 200.0, 305.0])
def test_bars_are_read_at_any_angle(angle: float) -> None:
    text, picture = _easy("payment bars", angle=angle)
    assert read_still(picture) == [text]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_code_is_read_from_a_phone_or_a_pack(kind: str) -> None:
    text, picture = _easy(kind)
    assert read_still(picture) == [text]
    assert Ladder().read_frame(picture) == [text]


@pytest.mark.parametrize(
    "changes",
    [
        {"angle": 90.0},
        {"angle": 180.0},
        {"blur": 2.2},
        {"black": 120.0, "white": 150.0},
        {"glare": 0.5},
        {"moire": 0.3},
    ],
    ids=str,
)
def test_a_member_code_is_read_through_each_trouble(changes: dict[str, float]) -> None:
    text, picture = _easy("member code", **changes)
    assert read_still(picture) == [text]


def test_a_light_code_on_a_dark_screen_is_read() -> None:
    text, picture = _easy("member code")
    assert read_still(255 - picture) == [text]


def test_a_photograph_of_twelve_million_pixels_is_read() -> None:
    text, picture = _easy("member code")
    large = np.asarray(cv2.resize(picture, (4000, 2250), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    assert read_still(large) == [text]


def test_the_codes_own_bytes_come_through() -> None:
    """The decoder's own text would write the separator out as ``<GS>``."""
    code = zxingcpp.create_barcode(b"01\x1d10\xe4\xb8\xad", zxingcpp.BarcodeFormat.QRCode)
    picture = np.asarray(code.to_image(scale=8, add_quiet_zones=True), dtype=np.uint8)
    assert [reading.text for reading in read(picture)] == ["01\x1d10中"]


def test_symbols_that_no_till_meets_are_not_looked_for() -> None:
    code = zxingcpp.create_barcode("123456", zxingcpp.BarcodeFormat.DataMatrix)
    assert read_still(np.asarray(code.to_image(scale=8, add_quiet_zones=True), dtype=np.uint8)) == []


def test_bars_are_believed_when_two_pictures_agree_and_corrected_codes_at_once() -> None:
    agreement = Agreement()
    assert agreement.hear(("raw", 1), [Reading("6901234567892", corrected=False)]) == []
    assert agreement.hear(("raw", 1), [Reading("6901234567892", corrected=False)]) == []
    assert agreement.hear(("even", 1), [Reading("6901234567885", corrected=False)]) == []
    assert agreement.hear(("raw", 2), [Reading("6901234567892", corrected=False)]) == []
    assert agreement.hear(("even", 2), [Reading("6901234567892", corrected=False)]) == ["6901234567892"]
    assert agreement.hear(("raw", 3), [Reading("97", corrected=True)]) == ["97"]
    for weak in ("0921215944388", "96385074"):
        heard = [agreement.hear(("raw", frame), [Reading(weak, corrected=False)]) for frame in (4, 5, 6)]
        assert heard == [[], [], [weak]]
    agreement.forget(before=9)
    assert agreement.hear(("half", 9), [Reading("6901234567885", corrected=False)]) == []


def test_pictures_of_one_frame_that_contradict_a_code_are_outvoted_by_two() -> None:
    agreement = Agreement()
    right, wrong = (Reading(text, corrected=False) for text in ("6967087701685", "5967422701685"))
    said = [("even", right), ("upright", wrong), ("edges", wrong), ("large", right), ("local", right), ("grain", right)]
    believed = [agreement.hear((name, 1), [reading]) for name, reading in said]
    assert believed == [[], [], [], [], [], [right.text]]
    # What follows is contradicted by nothing in frames of its own.
    following = [Reading("6901234567892", corrected=False)]
    assert [agreement.hear(("raw", frame), following) for frame in (2, 3)] == [[], ["6901234567892"]]


# Scenes in which bars were once read wrongly: several at one place, or by two pictures alike.
@pytest.mark.parametrize(("number", "frames"), [(21202109848, 5), (787139, 5), (555191, 1)])
def test_what_was_once_read_wrongly_is_read_rightly_or_not_at_all(number: int, frames: int) -> None:
    shown = scene(number, frames)
    ladder = Ladder()
    read_of_it = [ladder.read_frame(frame) for frame in shown.frames] if frames > 1 else [read_still(shown.frames[0])]
    assert {text for texts in read_of_it for text in texts} <= {shown.text}


def test_a_code_counts_once_until_it_was_away() -> None:
    sightings = Sightings()
    assert sightings.new(["a"], 10.0) == ["a"]
    assert sightings.new(["a", "b"], 10.9) == ["b"]
    assert sightings.new(["a"], 12.3) == []
    assert sightings.new([], 13.7) == []
    assert sightings.new(["a"], 13.9) == ["a"]


def test_a_picture_that_stands_still_costs_one_rung_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counting(picture: Grey, **how: bool) -> list[Reading]:
        asked[-1] += 1
        return read(picture, **how)

    monkeypatch.setattr(ladder, "read", counting)
    reader = Ladder()
    for frame in empty_frames(5, 12):
        asked.append(0)
        assert reader.read_frame(frame) == []
    assert asked == [len(ladder.FAST) + len(ladder.SLOW), *[1] * 11]
    asked.append(0)
    assert reader.read_frame(scene(_EASY).frames[0]) == [scene(_EASY).text]


def test_a_phone_that_lies_still_is_read_by_the_rungs_that_take_turns() -> None:
    text, picture = _easy("member code", blur=2.5)
    assert not any(text in [one.text for one in rung(Pictures(picture))] for _, rung in ladder.FAST)
    reader = Ladder()
    reader._before = ladder.mosaic(picture)
    rungs = len(ladder.FAST) + len(ladder.SLOW)
    assert {read_text for _ in range(rungs) for read_text in reader.read_frame(picture)} == {text}


def test_what_no_rung_reads_is_shown_twice_to_the_last_and_then_left_alone() -> None:
    asked: list[tuple[int, ...]] = []

    def last(picture: Grey) -> list[Reading]:
        asked.append(picture.shape)
        return [Reading("6901234567892", corrected=False)] if len(asked) in (3, 4) else []

    reader = Ladder(last)
    rungs = len(ladder.FAST) + len(ladder.SLOW)
    assert not any(reader.read_frame(frame) for frame in empty_frames(7, 3 * rungs))
    assert asked == [(HEIGHT, WIDTH)] * 2
    # Another counter is another picture.
    told = [text for frame in empty_frames(8, 3 * rungs) for text in reader.read_frame(frame)]
    assert told == ["6901234567892"]


def test_nothing_is_read_into_an_empty_counter() -> None:
    for counter in range(6):
        for frame in empty_frames(900 + counter, 2):
            assert read_still(frame) == []
