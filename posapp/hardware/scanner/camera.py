"""A camera that reads codes: one thread takes its frames and keeps the newest, one reads that and drops the others.

OpenCV is imported by whoever makes this, so after the window stands.  A camera that is not there, or goes away, is
looked for again; the till sells on.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import cv2
import numpy as np

from posapp.application.devices import Device, Gear, Health
from posapp.application.ports import CameraPicture
from posapp.hardware.scanner.ladder import Ladder
from posapp.hardware.scanner.reading import Grey
from posapp.hardware.scanner.sighting import Sightings
from posapp.hardware.scanner.zbar import ZbarProcess

log = logging.getLogger(__name__)
RETRY_SECONDS = 3.0
_FRAME_SECONDS = 1 / 30
"""No faster: a hand does not move more in less, and a file as a camera would be over at once."""
_WIDTH, _HEIGHT = 1280, 720
_NICE = 5
_END_SECONDS = 2.0
_SHOW_SECONDS = 0.2
_SHOWN_WIDTH = 320
"""Pixels: enough to aim by."""


class NewestFrame:
    """Room for one frame: a newer one replaces what nobody has taken yet."""

    def __init__(self) -> None:
        self._frame: Grey | None = None
        self._change = threading.Condition()
        self._closed = False

    def put(self, frame: Grey) -> None:
        """Offer a frame."""
        with self._change:
            self._frame = frame
            self._change.notify()

    def take(self) -> Grey | None:
        """The newest frame, as soon as there is one; None at the end."""
        with self._change:
            self._change.wait_for(lambda: self._closed or self._frame is not None)
            frame, self._frame = self._frame, None
            return None if self._closed else frame

    def close(self) -> None:
        """Nothing more comes."""
        with self._change:
            self._closed = True
            self._change.notify()


class CameraScanner:
    """Tells each code that comes into sight, and how the camera is, from its own threads.

    `source` is the number of a camera, or a path: of a device, a film, numbered pictures (``img_%02d.png``).
    """

    def __init__(
        self,
        source: str,
        found: Callable[[str], None],
        report: Callable[[Device], None],
        *,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._source, self._found, self._report, self._retry = source, found, report, retry_seconds
        self._stopping = threading.Event()
        self._newest = NewestFrame()
        self._said: Device | None = None
        self._onlooker: Callable[[CameraPicture], None] | None = None
        self._zbar = ZbarProcess()
        self._threads = [
            threading.Thread(target=self._watch, name="camera", daemon=True),
            threading.Thread(target=self._read, name="decoder", daemon=True),
        ]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let go of the camera; nothing more is told."""
        self._stopping.set()
        self._newest.close()
        for thread in self._threads:
            # A camera whose plug was just pulled may not come back from a read for seconds; its thread ends by itself.
            thread.join(_END_SECONDS)

    def show_to(self, onlooker: Callable[[CameraPicture], None] | None) -> None:
        """Let somebody see what is looked at, a few times a second, or nobody."""
        self._onlooker = onlooker

    # -- taking frames ------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopping.is_set():
            capture = _opened(self._source)
            if capture.isOpened():
                self._take_frames(capture)
            capture.release()
            self._say(_gone(self._source))
            self._stopping.wait(self._retry)

    def _take_frames(self, capture: cv2.VideoCapture) -> None:
        """Until the camera gives no more."""
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                got, frame = capture.read()
            except cv2.error:
                log.exception("the camera broke off")
                return
            if not got:
                return
            self._say(_works(self._source, self._zbar.trouble))
            self._newest.put(_grey(frame))
            self._stopping.wait(max(0.0, _FRAME_SECONDS - (time.monotonic() - began)))

    def _say(self, state: Device) -> None:
        if state != self._said and not self._stopping.is_set():
            self._said = state
            self._report(state)

    # -- reading them -------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        _stand_back()
        ladder, sightings = Ladder(self._zbar.read), Sightings()
        shown = 0.0
        while (frame := self._newest.take()) is not None:
            try:
                texts = ladder.read_frame(frame)
            except cv2.error:
                # One frame that cannot be worked on is no reason to stop looking.
                log.exception("a frame could not be read")
                continue
            onlooker, now = self._onlooker, time.monotonic()
            if onlooker is not None and (texts or now - shown >= _SHOW_SECONDS):
                shown = now
                onlooker(_picture(frame, tuple(texts)))
            for text in sightings.new(texts, now):
                if not self._stopping.is_set():
                    self._found(text)
        self._zbar.close()


def _opened(source: str) -> cv2.VideoCapture:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)
    if not source.isdigit():
        return cv2.VideoCapture(source)
    # Windows' own interface takes seconds to open a camera.
    capture = cv2.VideoCapture(int(source), cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_ANY)
    for setting, value in (
        (cv2.CAP_PROP_FRAME_WIDTH, _WIDTH),
        (cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ):
        capture.set(setting, value)
    return capture


def _grey(frame: cv2.typing.MatLike) -> Grey:
    return np.asarray(frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _picture(frame: Grey, texts: tuple[str, ...]) -> CameraPicture:
    height = max(1, round(frame.shape[0] * _SHOWN_WIDTH / frame.shape[1]))
    small = cv2.resize(frame, (_SHOWN_WIDTH, height), interpolation=cv2.INTER_AREA)
    return CameraPicture(_SHOWN_WIDTH, height, small.tobytes(), texts)


def _stand_back() -> None:
    """Leave the processor to the window; where the system sets priorities by thread, which Linux does."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _works(source: str, missing: str) -> Device:
    """It works, perhaps without the last of its decoders."""
    if not missing:
        return Device(Gear.CAMERA, Health.WORKS, source)
    return Device(
        Gear.CAMERA,
        Health.WORKS,
        source,
        en=f"Camera {source} works. {missing}: a code that is hard to read may have to be held again.",
        zh=f"摄像头 {source} 正常。备用解码器 ZBar 不可用，个别难读的码可能要重新对准。",
    )


def _gone(source: str) -> Device:
    return Device(
        Gear.CAMERA,
        Health.FAULT,
        source,
        en=f"Camera {source} gives no picture. Scanners and the keyboard still work; unplug it and plug it in again.",
        zh=f"摄像头 {source} 没有画面。扫码枪和键盘照常可用；请检查连线，或拔下重插。",
    )
