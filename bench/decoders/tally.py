"""What each decoder read, and what it took: processor and clock, picture by picture."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.decoders.peers import Decoder
from bench.decoders.subjects import Grey
from bench.timing import p95


@dataclass(slots=True)
class Tally:
    """One decoder's count over the same pictures as the others.

    `read` holds the numbers of the pictures that were read rightly, `wrong` what was read that is not there.
    """

    pictures: int = 0
    read: set[int] = field(default_factory=set)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    by_trouble: Counter[str] = field(default_factory=Counter)
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, decoder: Decoder, pictures: tuple[Grey, ...], text: str, groups: tuple[str, ...] = ()) -> None:
        """Decode the pictures of one code until it is read, and compare."""
        clock, processor = time.perf_counter(), time.process_time()
        for picture in pictures:
            texts = decoder(picture)
            if texts:
                break
        else:
            texts = []
        self.clock.append((time.perf_counter() - clock) * 1000)
        self.processor.append((time.process_time() - processor) * 1000)
        if any(same(one, text) for one in texts):
            self.read.add(self.pictures)
            self.by_trouble.update(groups)
        self.wrong.extend((one, text) for one in texts if one and not same(one, text))
        self.pictures += 1

    @property
    def recall(self) -> float:
        """The share that was read."""
        return len(self.read) / self.pictures

    @property
    def line(self) -> str:
        """The row of the report."""
        times = " ".join(f"{statistics.fmean(of):9.1f} {p95(of):7.1f}" for of in (self.processor, self.clock))
        return f"{self.recall:8.3f} {times} {len(self.wrong):6d}"


def same(read: str, truth: str) -> bool:
    """Whether two texts are one; a manifest's writer does not care how its lines end."""
    return read.split() == truth.split()


HEAD = (
    f"  {'':20s} {'recall':>8s} {'processor':>9s} {'p95':>7s} {'clock':>9s} {'p95':>7s} {'wrong':>6s}   (ms a picture)"
)


def print_table(title: str, tallies: dict[str, Tally]) -> None:
    """All decoders over the same pictures."""
    print(title)
    print(HEAD)
    for name, tally in tallies.items():
        print(f"  {name:20s} {tally.line}")
