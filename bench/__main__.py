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

from bench.figures import OUTCOMES, table


@dataclass(frozen=True, slots=True)
class Part:
    """What a part measures, and its options in a full and in a quick run.

    `members` says that it uses member shops, `scale` that it takes so long that it runs only where it was asked for.
    """

    name: str
    what: str
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    members: bool = False
    scale: bool = False

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
    Part("keys", "from every key to its paint, 100 lines under 50 offers", quick=("--quick",), members=True),
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
    Part(
        "sync.scale",
        "one server under the same load from 10 to 1,000 tills of 1 to 100 merchants",
        full=("--plot", "docs/images/sync-scale.svg"),
        quick=("--pushes", "200", "--sqlite-only"),
        scale=True,
    ),
    Part("decoders", "codes on phone screens and packs, beside other decoders", quick=("--quick",)),
    Part("pricing", "a quote, from small baskets to large", quick=("--rounds", "10")),
)
_ELSEWHERE = (
    "sales lost, doubled, divergent or stuck: `make simulate SEEDS=n`; 10,000 seeds, a million sales: `make nightly`",
    "planted bugs and who finds them: `make simulate ARGS=--mutants`",
    "SIGKILLs of real tills and servers: tests/integration/test_killed_processes.py, a thousand in `make nightly`",
    "TigerBeetle: not measured, the package registries have its clients but no server",
)
"""Targets of syncing that a count or a proof meets, and not a measurement."""
_STUCK_SECONDS = 2_400
"""A part that takes so long does not end by itself any more."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts; returns the exit status."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}; none means all")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: a minute instead of many")
    parser.add_argument("--scale", action="store_true", help="also the parts that take many minutes: sync.scale")
    parser.add_argument("--table", type=Path, help="write the figures with a target there, as rows of Markdown")
    parser.add_argument("--folder", type=Path, help="where the shops with many members are kept for the next run")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - set(names))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    wanted = [
        part
        for part in PARTS
        if part.name in options.parts or (not options.parts and (options.scale or not part.scale))
    ]
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
    if any(part.name.startswith("sync") for part in wanted):
        print("== counted by other commands", *_ELSEWHERE, sep="\n")
    print(f"== every figure with a target ({time.monotonic() - began:.0f} s in all)")
    for line in figures:
        print(line)
    if options.table is not None:
        options.table.write_text(table(figures), encoding="utf-8")
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
            if line.rstrip().endswith(OUTCOMES):
                figures.append(line.rstrip())
        stuck = not deadline.is_alive()
        deadline.cancel()
    if stuck:
        return f"ended after {_STUCK_SECONDS} s"
    return f"exit status {running.returncode}" if running.returncode else ""


if __name__ == "__main__":
    raise SystemExit(main())
