"""The comparison of decoders: its scenes follow from the seed, its counts from what was read."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.decoders.__main__ import ROUND, real_images
from bench.decoders.peers import OURS, decoders
from bench.decoders.scenes import BURST, HEIGHT, TROUBLES, WIDTH, empty_frames, scene
from bench.decoders.subjects import KINDS
from bench.decoders.tally import Tally, same


def test_a_scene_is_the_same_for_the_same_seed_and_another_for_the_next_round() -> None:
    first, again, later = scene(13), scene(13), scene(13 + ROUND)
    assert first.text == again.text
    assert np.array_equal(first.frames[0], again.frames[0])
    assert (first.kind, first.trouble) == (later.kind, later.trouble)
    assert first.text != later.text


def test_a_round_shows_each_kind_of_code_with_each_trouble() -> None:
    shown = {(KINDS[seed % len(KINDS)], TROUBLES[seed // len(KINDS) % len(TROUBLES)]) for seed in range(ROUND)}
    assert len(shown) == ROUND == len(KINDS) * len(TROUBLES)
    example = scene(7)
    assert (example.kind, example.trouble) == (KINDS[1], TROUBLES[1])


def test_a_burst_is_five_different_frames_of_one_code() -> None:
    burst = scene(0, BURST)
    assert len(burst.frames) == BURST
    assert all(frame.shape == (HEIGHT, WIDTH) for frame in burst.frames)
    assert not np.array_equal(burst.frames[0], burst.frames[1])


def test_frames_of_an_empty_counter_differ_by_their_noise_only() -> None:
    first, second = empty_frames(3, 2)
    assert not np.array_equal(first, second)
    assert np.abs(first.astype(int) - second).mean() < 10


def test_a_tally_counts_what_is_right_and_what_is_wrong() -> None:
    tally = Tally()
    picture = np.zeros((4, 4), np.uint8)
    answers = iter([["a"], [], ["b", "c"]])
    for _ in range(2):
        tally.take(lambda _: next(answers), (picture,), "a")
    tally.take(lambda _: next(answers), (picture,), "c")
    assert (tally.pictures, tally.read, tally.wrong) == (3, {0, 2}, [("b", "c")])
    assert tally.recall == pytest.approx(2 / 3)


def test_a_burst_ends_at_the_first_frame_that_is_read() -> None:
    tally, seen = Tally(), []

    def decode(picture: np.ndarray) -> list[str]:
        seen.append(int(picture[0, 0]))
        return ["a"] if seen[-1] == 1 else []

    tally.take(decode, tuple(np.full((2, 2), value, np.uint8) for value in range(4)), "a")
    assert seen == [0, 1]


def test_line_ends_make_no_other_text() -> None:
    assert same("a\r\nb ", "a\nb")
    assert not same("ab", "a b")


def test_real_images_are_found_beside_their_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = scene(0)
    cv2.imwrite(str(tmp_path / "phone.png"), shown.frames[0])
    manifest = tmp_path / "list.json"
    manifest.write_text(json.dumps([{"path": "phone.png", "text": shown.text}]))
    figures = real_images(manifest)
    assert figures[0].value >= 1
    assert "1 real images" in capsys.readouterr().out
    manifest.write_text(json.dumps([{"path": "list.json", "text": ""}]))
    with pytest.raises(OSError, match="no picture"):
        real_images(manifest)


def test_ours_stands_beside_its_peers() -> None:
    assert {OURS, "zxing-cpp", "cv2 QRCodeDetector"} <= set(decoders())
