"""A camera through OpenCV's own capture: films and pictures that the test makes stand for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from bench.decoders.scenes import empty_frames, scene
from bench.decoders.subjects import Grey
from posapp.application.devices import Device
from posapp.hardware.scanner.camera import CameraScanner, NewestFrame

_EMPTY = next(empty_frames(3, 1))
_PATIENCE = 30.0


class Heard:
    """What a scanner told."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.states: list[Device] = []

    def until(self, true: Callable[[], bool]) -> None:
        limit = time.monotonic() + _PATIENCE
        while not true():
            assert time.monotonic() < limit, (self.codes, self.states)
            time.sleep(0.01)

    def watch(self, source: Path | str, retry: float = 60.0) -> CameraScanner:
        scanner = CameraScanner(str(source), self.codes.append, self.states.append, retry_seconds=retry)
        scanner.start()
        return scanner


def film(path: Path, frames: Iterable[Grey]) -> Path:
    """A film as a camera sends it: JPEG pictures one after another."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    return path


def test_a_code_held_before_the_camera_is_told_once_and_the_next_one_too(tmp_path: Path) -> None:
    first, second = scene(0, 5), scene(4, 5)
    shown = [*[_EMPTY] * 5, *first.frames * 9, *[_EMPTY] * 5, *second.frames * 9, *[_EMPTY] * 5]
    heard = Heard()
    scanner = heard.watch(film(tmp_path / "counter.avi", shown))
    heard.until(lambda: len(heard.states) == 2)
    scanner.stop()
    assert heard.codes == [first.text, second.text]
    assert [state.works for state in heard.states] == [True, False]
    assert heard.states[-1].en
    assert heard.states[-1].zh


def test_numbered_pictures_are_a_camera_too(tmp_path: Path) -> None:
    shown = scene(0, 5)
    for number, frame in enumerate((*shown.frames, *shown.frames)):
        cv2.imwrite(str(tmp_path / f"img_{number:02d}.png"), frame)
    heard = Heard()
    scanner = heard.watch(tmp_path / "img_%02d.png")
    heard.until(lambda: bool(heard.codes))
    scanner.stop()
    assert heard.codes == [shown.text]


def test_a_camera_that_is_not_there_is_told_once_and_works_when_it_is_plugged_in(tmp_path: Path) -> None:
    heard = Heard()
    path = tmp_path / "later.avi"
    scanner = heard.watch(path, retry=0.05)
    heard.until(lambda: bool(heard.states))
    time.sleep(0.3)
    assert [state.works for state in heard.states] == [False]
    shown = scene(0, 5)
    film(tmp_path / "made.avi", shown.frames * 10).rename(path)
    heard.until(lambda: shown.text in heard.codes)
    scanner.stop()
    assert heard.states[1].works


def test_a_camera_that_comes_back_is_used_again(tmp_path: Path) -> None:
    """The film ends, as a camera does whose plug is pulled, and begins again at the next look."""
    shown = scene(0, 5)
    heard = Heard()
    scanner = heard.watch(film(tmp_path / "short.avi", shown.frames * 3), retry=0.05)
    heard.until(lambda: [state.works for state in heard.states[:3]] == [True, False, True])
    scanner.stop()
    assert shown.text in heard.codes


def test_stopping_ends_both_threads_and_tells_nothing_more(tmp_path: Path) -> None:
    before = threading.active_count()
    heard = Heard()
    scanner = heard.watch(film(tmp_path / "counter.avi", [_EMPTY] * 30))
    heard.until(lambda: bool(heard.states))
    scanner.stop()
    assert threading.active_count() == before
    assert [state.works for state in heard.states] == [True]


def test_only_the_newest_frame_waits_for_the_decoder() -> None:
    newest = NewestFrame()
    for value in range(5):
        newest.put(np.full((2, 2), value, np.uint8))
    taken = newest.take()
    assert taken is not None
    assert taken[0, 0] == 4
    newest.close()
    assert newest.take() is None
