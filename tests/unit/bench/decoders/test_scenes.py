"""Scenes follow from their seed."""

from __future__ import annotations

import numpy as np

from bench.decoders.__main__ import ROUND
from bench.decoders.scenes import BURST, HEIGHT, TROUBLES, WIDTH, empty_frames, scene
from bench.decoders.subjects import KINDS


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
