"""One cold start, in a process of its own: when it painted, when it was ready to scan, processor time and memory."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.waiting import remember_ended_threads, waited


def bare() -> dict[str, float]:
    """An empty window."""
    # Imports are what is measured here, so they stand inside.
    from PySide6.QtWidgets import QApplication, QWidget  # noqa: PLC0415 - see above

    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1366, 768)
    window.show()
    application.processEvents()
    return {**_stamp("paint"), **_stamp("ready")}


def till(folder: str) -> dict[str, float]:
    """The till, as `posapp run` starts it, its command line included."""
    # As in `bare`: the imports are part of the start.
    from posapp.__main__ import prepare  # noqa: PLC0415 - see above

    options = prepare(["--data", folder, "run"])
    from PySide6.QtCore import QEventLoop  # noqa: PLC0415 - see above

    from posapp.bootstrap.window import open_window  # noqa: PLC0415 - see above

    application, window, opening = open_window(options.data)
    times: dict[str, float] = {}
    window.painted.connect(lambda: times.update(_stamp("paint")))
    loop = QEventLoop()
    opening.ready.connect(loop.quit)
    loop.exec()
    # Ready is when the checkout stands on the screen with the cursor in its input.
    application.processEvents()
    times.update(_stamp("ready"))
    opening.close()
    return times


def _stamp(name: str) -> dict[str, float]:
    return {name: time.time(), f"{name}_cpu": time.process_time(), f"{name}_waited": waited()}


def _peak_mb() -> float:
    """The most memory this program had; `getrusage` would count what the starting process had before the exec."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    remember_ended_threads()
    measured = bare() if sys.argv[1] == "bare" else till(sys.argv[2])
    sys.stdout.write(json.dumps({**measured, "peak_mb": _peak_mb()}))
