"""The processes that run the tills, and the line that says how far they are."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from multiprocessing.connection import Connection, wait
from operator import add
from types import TracebackType
from typing import Any, Self

from bench.replay.share import Assignment, Counts, Settlement, Share
from bench.replay.till import ReplayFailed
from posapp.domain.ids import MemberId
from posapp.domain.member import Standing

_STOP_SECONDS = 20
_REPORT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Done:
    counts: Counts
    settlement: Settlement | None


@dataclass(frozen=True, slots=True)
class _Broken:
    words: str


class Processes:
    """One process a share of the tills.  They wait for each other between phases."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        # Not forked: the reader of the data set has threads of its own, which a fork would leave behind, locked.
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        self._baskets = sum(len(each.baskets) for each in assignments)
        self._tills = sum(len(each.tills) for each in assignments)
        for assignment in assignments:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(assignment, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._counts = dict.fromkeys(self._pipes, Counts())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(_STOP_SECONDS if error is None else 0)
            if process.is_alive():
                process.terminate()
                process.join()

    def run(self, phase: str, url: str) -> tuple[Counts, float]:
        """Run a phase of `Share` in every process; returns what was done so far and how many seconds it took."""
        started = time.monotonic()
        self._all(phase, [(url,)] * len(self._pipes))
        return self.counts, time.monotonic() - started

    def settle(self, held: dict[MemberId, Standing], proven: frozenset[str]) -> tuple[list[Settlement], float]:
        """Compare every till with what the server holds; returns what was found and how many seconds it took."""
        started = time.monotonic()
        done = self._all("settle", [(held, proven)] * len(self._pipes))
        return [each.settlement for each in done if each.settlement is not None], time.monotonic() - started

    @property
    def counts(self) -> Counts:
        """What was done so far, all processes together."""
        return reduce(add, self._counts.values())

    def _all(self, phase: str, arguments: Sequence[tuple[Any, ...]]) -> list[_Done]:
        for pipe, given in zip(self._pipes, arguments, strict=True):
            pipe.send((phase, given))
        done: dict[Connection, _Done] = {}
        line = _Line(phase, self._tills, self._baskets, self.counts)
        while len(done) < len(self._pipes):
            for ready in wait([pipe for pipe in self._pipes if pipe not in done], timeout=_REPORT_SECONDS):
                if not isinstance(ready, Connection):
                    continue
                said = _receive(ready)
                if isinstance(said, _Done):
                    done[ready] = said
                    said = said.counts
                self._counts[ready] = said
            line.show(self.counts)
        line.end()
        return [done[pipe] for pipe in self._pipes]


def _receive(pipe: Connection) -> _Done | Counts:
    try:
        said = pipe.recv()
    except EOFError:
        raise ReplayFailed("a process of tills ended without a word") from None
    if isinstance(said, _Broken):
        raise ReplayFailed(said.words)
    if not isinstance(said, (_Done, Counts)):
        raise ReplayFailed(f"a process of tills said {said!r}")
    return said


class _Line:
    """The progress line, once a second: over itself on a terminal, one below the other in a file."""

    def __init__(self, phase: str, tills: int, baskets: int, before: Counts) -> None:
        self._phase = phase
        self._of = f"{tills} tills", f"{baskets} baskets"
        self._started = self._shown = time.monotonic()
        self._before = before

    def show(self, counts: Counts) -> None:
        """Print it, if a second has passed."""
        now = time.monotonic()
        if now - self._shown >= 1:
            self._shown = now
            print(self._words(counts, now), end="\r" if sys.stdout.isatty() else "\n", flush=True)

    def end(self) -> None:
        """Leave the last one standing."""
        if sys.stdout.isatty():
            print()

    def _words(self, counts: Counts, now: float) -> str:
        seconds = now - self._started
        rate = (counts.baskets - self._before.baskets) / seconds
        entries = (counts.entries - self._before.entries) / seconds
        return (
            f"{self._phase} {seconds:4.0f} s: {counts.tills} of {self._of[0]}, {counts.baskets} of {self._of[1]}, "
            f"{rate:.0f} baskets/s, {entries:.0f} entries/s, {counts.pushes} pushes, {counts.pulls} pulls   "
        )


def _work(assignment: Assignment, pipe: Connection) -> None:
    """What a process does: each phase that it is told, until nobody tells it any more."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    reported = 0.0

    def progress(counts: Counts) -> None:
        nonlocal reported
        now = time.monotonic()
        if now - reported >= _REPORT_SECONDS:
            reported = now
            pipe.send(counts)

    share: Share | None = None
    try:
        while True:
            phase, arguments = pipe.recv()
            if share is None:
                share = Share(assignment, arguments[0], progress)
                # A hundred tills share this process: what they read must not be gone through again and again.
                gc.freeze()
                gc.set_threshold(200_000, 20, 50)
            result: Settlement | None = None
            if phase == "fit_out":
                share.fit_out()
            elif phase == "trade":
                share.trade()
            else:
                result = share.settle(*arguments)
            share.counts.processor = time.process_time()
            pipe.send(_Done(share.counts, result))
    except EOFError:
        pass
    except BaseException:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
        pipe.send(_Broken(traceback.format_exc()))
    finally:
        if share is not None:
            share.close()
