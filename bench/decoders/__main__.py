"""Our decoder beside pyzbar, OpenCV and plain zxing-cpp, on fresh phone screens and on a folder of real images.

``python -m bench.decoders [--manifest FILE] [--seed N] [--quick]``.  FILE is a JSON list of ``{"path", "text"}``; a
relative path is looked for beside it.  Decoders take turns at each picture.  Targets (scanner.md): recall ≥ 1.05 × the
best single peer at no more than half of pyzbar's time; five frames of one hand read 95 of 100; a frame with nothing in
it costs a fifth of pyzbar's; real images as many as all peers together; and nothing is ever read wrongly.
"""

from __future__ import annotations

import argparse
import json
import secrets
import statistics
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from bench.decoders.peers import OURS, PYZBAR, Decoder, decoders
from bench.decoders.scenes import BURST, TROUBLES, empty_frames, scene
from bench.decoders.subjects import KINDS, Grey
from bench.decoders.tally import Tally, print_table
from bench.figures import Figure
from posapp.hardware.scanner.ladder import Ladder

ROUND = len(KINDS) * len(TROUBLES)
"""So many scenes show each kind of code with each trouble once."""
SINGLES, BURSTS, EMPTY = 10, 3, 90
QUICK_SINGLES, QUICK_BURSTS, QUICK_EMPTY = 2, 1, 30
FRAMES_OF_A_COUNTER = 30


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.decoders", description=__doc__)
    parser.add_argument("--manifest", type=Path, help='real images: a JSON list of {"path", "text"}')
    parser.add_argument("--seed", type=int, help="the same scenes again; without it they are new ones")
    parser.add_argument("--quick", action="store_true", help="a fifth of the scenes")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(1 << 40) if options.seed is None else options.seed
    print(f"scenes of --seed {seed}")
    singles, bursts, empty = (QUICK_SINGLES, QUICK_BURSTS, QUICK_EMPTY) if options.quick else (SINGLES, BURSTS, EMPTY)
    figures = [
        *_singles(seed, singles * ROUND),
        *_bursts(seed + singles * ROUND, bursts * ROUND),
        *_empty(seed, empty),
        *(real_images(options.manifest) if options.manifest else ()),
    ]
    for figure in figures:
        print(figure.line, flush=True)
    return 0


def _singles(first: int, count: int) -> list[Figure]:
    found = decoders()
    tallies = {name: Tally() for name in found}
    troubles: Counter[str] = Counter()
    for number in range(count):
        shown = scene(first + number)
        troubles[shown.trouble] += 1
        _compare(found, tallies, number, shown.frames, shown.text, (shown.trouble,))
    print_table(f"{count} scenes, one picture of each", tallies)
    print(f"  read of each: {'':12s} {'  '.join(f'{name:>9.9s}' for name in tallies)}")
    for trouble, of in sorted(troubles.items()):
        print(f"  {trouble:25s} {'  '.join(f'{tally.by_trouble[trouble] / of:9.2f}' for tally in tallies.values())}")
    ours = tallies[OURS]
    best = max(tally.recall for name, tally in tallies.items() if name != OURS)
    return [
        Figure("fresh scenes read ÷ the best single peer", ours.recall / best, "×", 1.05, more_is_better=True),
        Figure("codes read wrongly, one picture", len(ours.wrong), "", 0),
        *_against_pyzbar("one picture", tallies),
    ]


def _bursts(first: int, count: int) -> list[Figure]:
    found = decoders()
    tallies = {name: Tally() for name in found}
    for number in range(count):
        shown = scene(first + number, BURST)
        # Ours is what the till's camera does: rungs take turns over the frames.
        live = {**found, OURS: Ladder().read_frame}
        _compare(live, tallies, number, shown.frames, shown.text)
    print_table(f"{count} scenes, {BURST} frames of each, until one is read", tallies)
    ours = tallies[OURS]
    return [
        Figure(f"fresh scenes read within {BURST} frames", ours.recall, "", 0.95, more_is_better=True),
        Figure(f"codes read wrongly, {BURST} frames", len(ours.wrong), "", 0),
    ]


def _empty(first: int, count: int) -> list[Figure]:
    found = decoders()
    tallies = {name: Tally() for name in found}
    for counter in range(count // FRAMES_OF_A_COUNTER):
        live = {**found, OURS: Ladder().read_frame}
        for number, frame in enumerate(empty_frames(first + counter, FRAMES_OF_A_COUNTER)):
            _compare(live, tallies, number, (frame,), "")
    print_table(f"{count} frames of counters with nothing on them", tallies)
    if PYZBAR not in tallies:
        return []
    ratio = statistics.fmean(tallies[OURS].processor) / statistics.fmean(tallies[PYZBAR].processor)
    return [
        Figure("an empty frame ÷ pyzbar, processor", ratio, "×", 0.2),
        Figure("codes read where there is none", len(tallies[OURS].wrong), "", 0),
    ]


def real_images(manifest: Path) -> list[Figure]:
    """Compare on the images of a list.  Raises OSError for one that is no picture."""
    entries = [(manifest.parent / entry["path"], str(entry["text"])) for entry in json.loads(manifest.read_bytes())]
    found = decoders()
    tallies = {name: Tally() for name in found}
    for number, (path, text) in enumerate(entries):
        _compare(found, tallies, number, (_photograph(path),), text)
    print_table(f"{len(entries)} real images", tallies)
    peers = set[int]().union(*(tally.read for name, tally in tallies.items() if name != OURS))
    ours = tallies[OURS]
    print(f"  all peers together   {len(peers) / len(entries):8.3f}")
    for number in sorted(peers - ours.read):
        print(f"  read by a peer, not by ours: {entries[number][0]}")
    for read, truth in ours.wrong:
        print(f"  read {read!r} where {truth!r} is written")
    return [
        Figure(
            "real images read ÷ all peers together", len(ours.read) / max(1, len(peers)), "×", 1, more_is_better=True
        ),
        Figure("real images read wrongly", len(ours.wrong), "", 0),
        *_against_pyzbar("a real image", tallies),
    ]


def _photograph(path: Path) -> Grey:
    """A picture file as the camera would give it.  Raises OSError where there is none."""
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise OSError(f"{path} is no picture")
    return np.asarray(picture, dtype=np.uint8)


def _compare(
    found: dict[str, Decoder],
    tallies: dict[str, Tally],
    number: int,
    pictures: tuple[Grey, ...],
    text: str,
    groups: tuple[str, ...] = (),
) -> None:
    """Each decoder once, in another order at each picture: what else the machine does falls on all alike."""
    names = list(found)
    turn = number % len(names)
    for name in names[turn:] + names[:turn]:
        tallies[name].take(found[name], pictures, text, groups)


def _against_pyzbar(what: str, tallies: dict[str, Tally]) -> list[Figure]:
    if PYZBAR not in tallies:
        return []
    ours, theirs = (statistics.fmean(tallies[name].processor) for name in (OURS, PYZBAR))
    return [Figure(f"time of {what} ÷ pyzbar, processor", ours / theirs, "×", 0.5)]


if __name__ == "__main__":
    raise SystemExit(main())
