"""ZBar answers from a process of its own; killing, hanging and missing it harm nobody."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from bench.decoders.scenes import empty_frames, scene
from posapp.hardware.scanner import zbar
from posapp.hardware.scanner.zbar import ZbarProcess

_SHOWN = scene(0)
_PICTURE = _SHOWN.frames[0]


@pytest.fixture
def process() -> Iterator[ZbarProcess]:
    made = ZbarProcess(patience=60.0)
    yield made
    made.close()


def _pid(process: ZbarProcess) -> int:
    assert process._process is not None
    assert process._process.pid is not None
    return process._process.pid


def test_it_reads_and_says_nothing_of_an_empty_counter(process: ZbarProcess) -> None:
    pytest.importorskip("pyzbar.pyzbar")
    assert [reading.text for reading in process.read(_PICTURE)] == [_SHOWN.text]
    assert process.read(next(empty_frames(3, 1))) == []
    assert not process.trouble


def test_a_crash_costs_one_answer_and_the_third_one_ends_it(process: ZbarProcess) -> None:
    pytest.importorskip("pyzbar.pyzbar")
    for _ in range(zbar._LIVES):
        assert not process.trouble
        assert process.read(_PICTURE)
        os.kill(_pid(process), signal.SIGSEGV)
        assert process.read(_PICTURE) == []
    assert process.trouble
    assert process.read(_PICTURE) == []
    assert process._process is None


def test_a_process_that_hangs_is_killed(process: ZbarProcess) -> None:
    pytest.importorskip("pyzbar.pyzbar")
    assert process.read(_PICTURE)
    pid = _pid(process)
    os.kill(pid, signal.SIGSTOP)
    process._patience = 0.5
    assert process.read(_PICTURE) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    process._patience = 60.0
    assert process.read(_PICTURE)


def test_without_it_the_till_scans_on_and_says_so(process: ZbarProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that hides pyzbar stands first on the path of the new process."""
    monkeypatch.setattr(zbar, "_serve", _serve_without)
    assert process.read(_PICTURE) == []
    assert "not installed" in process.trouble


def _serve_without(line: Connection) -> None:
    import sys  # noqa: PLC0415 - in the process only

    sys.modules["pyzbar"] = None  # type: ignore[assignment]
    zbar._serve(line)
