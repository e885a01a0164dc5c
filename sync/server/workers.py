"""Several processes that serve from one socket, started, started again when they die, and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

_STOP_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 1.0


def keep_running(count: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> bool:
    """Run `count` processes of ``work(number, *arguments)``, numbered from 0, until SIGINT or SIGTERM.

    One that dies is started again.  Tells whether all of them ended in good order when they were told to.  For the main
    thread of a process that does nothing else.
    """
    spawn = multiprocessing.get_context("spawn")

    def start(number: int) -> SpawnProcess:
        process = spawn.Process(target=_be_worker, args=(work, number, *arguments), name=f"worker {number}")
        process.start()
        return process

    # Signals wake the wait below by a byte on this socket.
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    before = signal.set_wakeup_fd(wake.fileno())
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: None)
    try:
        processes = [start(number) for number in range(count)]
        while woken not in connection.wait([woken, *(process.sentinel for process in processes)]):
            for number, process in enumerate(processes):
                if not process.is_alive():
                    log.error("worker %d ended with %s and is started again", number, process.exitcode)
                    time.sleep(_AGAIN_SECONDS)
                    processes[number] = start(number)
        return _stop(processes)
    finally:
        signal.set_wakeup_fd(before)
        woken.close()
        wake.close()


def _stop(processes: list[SpawnProcess]) -> bool:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        process.join(max(deadline - time.monotonic(), 0))
        if process.is_alive():
            log.error("%s did not end and was killed", process.name)
            process.kill()
            process.join()
    # One that was only starting had no way yet to end otherwise, and had taken nothing.
    return all(process.exitcode in (0, -signal.SIGTERM) for process in processes)


def _be_worker(work: Callable[..., None], number: int, *arguments: object) -> None:
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    work(number, *arguments)


def _end_with_parent() -> None:
    """End in good order when the process that started this one was killed: nobody else would end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
