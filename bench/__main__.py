"""Every benchmark, one after another, each in a process of its own: ``python -m bench [PART …] [--quick]``.

Each prints its figures with the target beside them and can be run alone, with options of its own: ``python -m
bench.startup --help``.  At the end stand all figures that have a target, and what did not run.  Exit status 1 where a
part failed; a figure that misses its target is no failure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """What a part measures, and its options in a full and in a quick run; `members` says that it uses member shops."""

    name: str
    what: str
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    members: bool = False

    def command(self, folder: str, *, quick: bool) -> list[str]:
        """The command that measures it; shops with many members are built once, in `folder`."""
        kept = ("--folder", folder) if self.members else ()
        return [sys.executable, "-m", f"bench.{self.name}", *(self.quick if quick else self.full), *kept]


PARTS = (
    Part("startup", "cold start beside a bare window; memory", quick=("--quick",)),
    Part(
        "storage",
        "a sale's commit beside the same rows by raw SQL; search among members",
        quick=("--sales", "300", "--members", "1000", "50000"),
        members=True,
    ),
    Part(
        "lookup_paint", "from the key after the last four digits to the painted list", quick=("--quick",), members=True
    ),
    Part("sync", "bytes an entry on the wire; ingest beside raw SQLite and PostgreSQL", quick=("--rounds", "2")),
    Part(
        "sync.beside",
        "push and pull over HTTP beside raw SQLite, PouchDB and Anki",
        quick=("--rounds", "2", "--sales", "300"),
    ),
    Part(
        "sync.offline",
        "back after 30 days; killed in the middle of pushing",
        quick=("--rounds", "1", "--kills", "2"),
    ),
    Part("decoders", "codes on phone screens and packs, beside other decoders", quick=("--quick",)),
    Part("pricing", "a quote, from small baskets to large", quick=("--rounds", "10")),
)
_OUTCOMES = ("met", "MISSED")
"""How a line ends that says a figure and its target."""
_STUCK_SECONDS = 1_200
"""A part that takes so long does not end by itself any more."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts; returns the exit status."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}; none means all")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: a minute instead of many")
    parser.add_argument("--folder", type=Path, help="where the shops with many members are kept for the next run")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - set(names))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    wanted = [part for part in PARTS if not options.parts or part.name in options.parts]
    began = time.monotonic()
    figures: list[str] = []
    failed: list[str] = []
    kept = nullcontext(str(options.folder)) if options.folder else tempfile.TemporaryDirectory(prefix="posapp-bench-")
    with kept as folder:
        for number, part in enumerate(wanted, 1):
            print(f"== {number} of {len(wanted)}, {part.name}: {part.what}", flush=True)
            status = _run(part.command(folder, quick=options.quick), figures)
            if status:
                failed.append(part.name)
                print(f"   {part.name} FAILED: {status}", flush=True)
            print(f"   ({time.monotonic() - began:.0f} s so far)\n", flush=True)
    print(f"== every figure with a target ({time.monotonic() - began:.0f} s in all)")
    for line in figures:
        print(line)
    if failed:
        print(f"did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(command: list[str], figures: list[str]) -> str:
    """Run a part, pass on what it prints and note its figures; returns why it failed, or nothing."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        deadline = threading.Timer(_STUCK_SECONDS, running.kill)
        deadline.daemon = True
        deadline.start()
        for line in running.stdout or ():
            print(line, end="", flush=True)
            if line.rstrip().endswith(_OUTCOMES):
                figures.append(line.rstrip())
        stuck = not deadline.is_alive()
        deadline.cancel()
    if stuck:
        return f"ended after {_STUCK_SECONDS} s"
    return f"exit status {running.returncode}" if running.returncode else ""


if __name__ == "__main__":
    raise SystemExit(main())
