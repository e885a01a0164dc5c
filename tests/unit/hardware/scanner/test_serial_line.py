"""A scanner on a serial line: a pseudo-terminal of the system stands for the cable."""

from __future__ import annotations

import os
import pty
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.application.devices import Device
from posapp.hardware.scanner.serial_line import Framing, SerialScanner


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_codes_come_whole_in_order_and_the_line_changes_nothing_in_them(tmp_path: Path) -> None:
    cable, line = pty.openpty()
    codes: list[str] = []
    states: list[Device] = []
    # The name stays when the device behind it comes back under another number.
    name = tmp_path / "scanner"
    name.symlink_to(os.ttyname(line))
    scanner = SerialScanner(str(name), codes.append, states.append, retry_seconds=0.05)
    scanner.start()
    _until(lambda: bool(states))
    os.write(cable, b"69012")
    time.sleep(0.05)
    os.write(cable, b"34567892\r\n97" + b"1" * 39 + b"\r\x03\x04a\x15b\n")
    _until(lambda: len(codes) == 3)
    assert codes == ["6901234567892", "97" + "1" * 39, "\x03\x04a\x15b"]
    os.close(line)
    os.close(cable)
    _until(lambda: len(states) == 2)
    name.unlink()
    cable, line = pty.openpty()
    name.symlink_to(os.ttyname(line))
    _until(lambda: len(states) == 3)
    os.write(cable, b"13800006021\r")
    _until(lambda: len(codes) == 4)
    scanner.stop()
    os.close(line)
    os.close(cable)
    assert [state.works for state in states] == [True, False, True]
    assert states[1].en
    assert states[1].zh


def test_a_line_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    states: list[Device] = []
    scanner = SerialScanner(str(tmp_path / "none"), pytest.fail, states.append, retry_seconds=0.01)
    scanner.start()
    time.sleep(0.2)
    scanner.stop()
    assert [state.works for state in states] == [False]


@given(
    st.lists(st.text("0123456789abcXYZ-+", min_size=1, max_size=30)), st.sampled_from(["\r", "\n", "\r\n"]), st.data()
)
def test_codes_are_the_same_however_the_bytes_come(codes: list[str], end: str, data: st.DataObject) -> None:
    stream = "".join(code + end for code in codes).encode()
    framing, heard = Framing(), []
    while stream:
        count = data.draw(st.integers(1, len(stream)))
        heard += framing.feed(stream[:count])
        stream = stream[count:]
    assert heard == codes


def test_noise_without_an_end_is_dropped() -> None:
    framing = Framing()
    assert framing.feed(b"x" * 5000) == []
    assert framing.feed(b"\r6901234567892\r") == ["6901234567892"]
