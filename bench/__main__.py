"""Every benchmark, one after another, each in a process of its own: ``python -m bench [PART …] [--quick]``.

Each prints its targets beside its figures and can be run alone, with options of its own: ``python -m bench.startup
--help``.  Exit status 1 where one of them failed to run; a figure that misses its target is no failure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "storage": (
        "sale commit ÷ the same rows by raw SQL; search among members",
        ("--sales", "300", "--members", "1000", "50000"),
    ),
    "sync": ("ingest ÷ raw SQLite commits; bytes an entry on the wire", ("--rounds", "2")),
    "pricing": ("a quote, from small baskets to large", ("--rounds", "10")),
    "startup": ("cold start ÷ a bare window; memory", ("--quick",)),
    "lookup_paint": ("last-4 key to painted list", ("--quick",)),
}
"""What each part measures, and its options in a quick run."""


def main(arguments: list[str] | None = None) -> int:
    """Run the parts; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none means all")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: a minute instead of many")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    failed = [name for name in options.parts or PARTS if not _run(name, quick=options.quick)]
    if failed:
        print(f"did not run: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, *, quick: bool) -> bool:
    what, small = PARTS[name]
    print(f"== {name}: {what}", flush=True)
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-m", f"bench.{name}", *(small if quick else ())], check=False)
    print(f"   ({time.monotonic() - began:.0f} s)\n", flush=True)
    return ran.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
