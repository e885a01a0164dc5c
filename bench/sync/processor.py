"""The processor time of other processes, as Linux counts it for each thread: what others do is not in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def processor_seconds(*processes: int) -> float:
    """How long the living threads of these processes and of their children have run so far, in seconds."""
    return sum(_of(Path(f"/proc/{process}")) for process in processes)


def _of(process: Path) -> float:
    seconds = 0.0
    for thread in process.glob("task/*"):
        # A thread may end while it is looked at.
        with suppress(OSError):
            seconds += int((thread / "schedstat").read_text().split()[0]) / 1e9
            children = map(int, (thread / "children").read_text().split())
            seconds += processor_seconds(*children)
    return seconds
