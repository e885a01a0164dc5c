"""How long this process was ready to run while others had the processor: the noise of a busy machine."""

from __future__ import annotations

import threading
from pathlib import Path

_TASKS = Path("/proc/self/task")
_THIS = Path("/proc/thread-self")
_NANOSECONDS = 1e9
_ended: list[int] = []


def waited() -> float:
    """Seconds since the start that threads of this process waited for a processor.

    Linux counts them for each thread that lives (see `remember_ended_threads`); elsewhere it is 0, and the clock is
    all there is.
    """
    return (sum(_of(task) for task in _TASKS.glob("*")) + sum(_ended)) / _NANOSECONDS


def undisturbed(clock: float, delayed: float, processor: float) -> float:
    """What the clock would have shown without others; threads that waited at once are no reason to go below work."""
    return max(clock - delayed, processor)


def remember_ended_threads() -> None:
    """From now on, what a thread waited is still known when it has ended."""
    run = threading.Thread.run

    def run_and_remember(thread: threading.Thread) -> None:
        try:
            run(thread)
        finally:
            _ended.append(_of(_THIS))

    threading.Thread.run = run_and_remember  # type: ignore[method-assign, assignment]


def _of(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
