"""One cold start, in a process of its own: prints when it painted, when it was ready to scan, and its peak memory."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def bare() -> dict[str, float]:
    """An empty window."""
    # Imports are what is measured here, so they stand inside.
    from PySide6.QtWidgets import QApplication, QWidget  # noqa: PLC0415 - see above

    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1366, 768)
    window.show()
    application.processEvents()
    painted = time.time()
    return {"paint": painted, "ready": painted}


def till(folder: str) -> dict[str, float]:
    """The till, as `posapp run` starts it."""
    # As in `bare`: the imports are part of the start.
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - see above

    from posapp.bootstrap.folders import TillFolder  # noqa: PLC0415 - see above
    from posapp.ui.context import UiContext  # noqa: PLC0415 - see above
    from posapp.ui.main_window import MainWindow  # noqa: PLC0415 - see above

    application = QApplication(sys.argv[:1])
    window = MainWindow(UiContext())
    window.show()
    application.processEvents()
    painted = time.time()

    from posapp.bootstrap.wiring import wire  # noqa: PLC0415 - see above

    running = wire(TillFolder(Path(folder)), window)
    ready: list[float] = []
    running.app.ready.connect(lambda: ready.append(time.time()))
    while not ready:
        application.processEvents()
    application.processEvents()
    ready[0] = time.time()
    running.close()
    return {"paint": painted, "ready": ready[0]}


if __name__ == "__main__":
    times = bare() if sys.argv[1] == "bare" else till(sys.argv[2])
    times["peak_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps(times))
