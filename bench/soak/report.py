"""What the soak reached beside its targets, and a picture of gaps and memory over time."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Figure
from bench.soak.cashier import Cashier, Struck
from bench.soak.watching import Gap, Heart, Memory

GAP_MS = 50
_WIDTH, _HEIGHT, _LEFT, _TOP = 860, 380, 60, 40
_ROOM = 700
"""Pixels of the time axis."""


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def figures(cashier: Cashier, heart: Heart, minutes: float) -> list[Figure]:
    """Every figure with its target."""
    every, own_of_keys, processor = ([getattr(key, how) for key in cashier.struck] for how in ("clock", "own", "work"))
    worst = max((gap.ms for gap in heart.gaps), default=0.0)
    own = max((gap.ms - gap.waited_ms for gap in heart.gaps), default=0.0)
    work = max((gap.worked_ms for gap in heart.gaps), default=0.0)
    return [
        Figure("key to paint, p95", quantile(every, 0.95), "ms", 33),
        Figure("key to paint, p99", quantile(every, 0.99), "ms", 50),
        Figure("key to paint, p95, without waiting for a processor", quantile(own_of_keys, 0.95), "ms", 33),
        Figure("key to paint, p99, without waiting for a processor", quantile(own_of_keys, 0.99), "ms", 50),
        Figure("the same keys, p99, processor of the window's thread alone", quantile(processor, 0.99), "ms"),
        Figure("partial repaint, p95", quantile(cashier.partial, 0.95), "ms", 16),
        Figure("partial repaint, longest", max(cashier.partial, default=0.0), "ms", 16),
        Figure("partial repaint, longest, processor", max(cashier.partial_work, default=0.0), "ms", 16),
        Figure("longest gap of the window's thread, clock", worst, "ms", GAP_MS),
        Figure("the same, without waiting for a processor", own, "ms", GAP_MS),
        Figure("longest work of the window's thread in one piece", work, "ms", GAP_MS),
        Figure("gaps over 50 ms", float(sum(1 for gap in heart.gaps if gap.ms > GAP_MS)), ""),
        Figure("memory in the last quarter − in the second", growth(heart.memory), "MB", 8),
        Figure("sales", float(cashier.sales), ""),
        Figure("sales a minute", cashier.sales / minutes if minutes else 0.0, ""),
    ]


def growth(memory: Sequence[Memory]) -> float:
    """How much more is in use in the last quarter than in the second: by then everything was loaded."""
    count = len(memory)
    if count < 8:
        return 0.0
    second = [one.megabytes for one in memory[count // 4 : count // 2]]
    last = [one.megabytes for one in memory[3 * count // 4 :]]
    return statistics.mean(last) - statistics.mean(second)


def print_keys(cashier: Cashier) -> None:
    """Each key's quantiles: by the clock, and by the processor of the window's thread."""
    by_name: dict[str, list[Struck]] = {}
    for key in cashier.struck:
        by_name.setdefault(key.what, []).append(key)
    for what, keys in sorted(by_name.items()):
        clock, work = [key.clock for key in keys], [key.work for key in keys]
        print(f"  {what:<20} {len(keys):>5}   clock {_row(clock)}   processor {_row(work)}", flush=True)


def _row(times: Sequence[float]) -> str:
    return " ".join(f"p{share} {quantile(times, share / 100):5.1f}" for share in (50, 95, 99))


def plot(heart: Heart, seconds: float, target: Path) -> None:
    """Gaps as strokes, memory as a line, over the minutes of the soak."""
    scale = _ROOM / max(1.0, seconds)
    floor = _HEIGHT - 50
    most = max(60.0, *(gap.ms for gap in heart.gaps)) if heart.gaps else 60.0
    up = (floor - _TOP) / most
    drawn = [_gap(gap, scale, floor, up) for gap in _tallest(heart.gaps, scale)]
    limit = floor - GAP_MS * up
    drawn.append(f'<path d="M{_LEFT} {limit:.1f}h{_ROOM}" stroke="#9C1515" stroke-dasharray="4 3"/>')
    drawn.append(f'<text x="{_LEFT - 8}" y="{limit + 4:.1f}" text-anchor="end">50 ms</text>')
    drawn.append(_memory(heart.memory, scale, floor))
    drawn.append(f'<path d="M{_LEFT} {floor}h{_ROOM}" stroke="#000"/>')
    drawn += [
        f'<text x="{_LEFT + minute * 60 * scale:.0f}" y="{floor + 18}" text-anchor="middle">{minute}</text>'
        for minute in range(0, int(seconds // 60) + 1, max(1, int(seconds // 600)))
    ]
    drawn.append(f'<text x="{_LEFT + _ROOM / 2}" y="{_HEIGHT - 10}" text-anchor="middle">minutes</text>')
    drawn.append(f'<text x="{_LEFT}" y="22">gaps of the window over 10 ms (bars), memory (line)</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
    body = "\n".join(drawn)
    target.write_text(f'{head}font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n')


def _tallest(gaps: Sequence[Gap], scale: float) -> list[Gap]:
    """Of each pixel the longest gap: the others would lie behind it."""
    found: dict[int, Gap] = {}
    for gap in gaps:
        pixel = int(gap.at * scale)
        if pixel not in found or gap.ms > found[pixel].ms:
            found[pixel] = gap
    return list(found.values())


def _gap(gap: Gap, scale: float, floor: float, up: float) -> str:
    x = _LEFT + gap.at * scale
    return f'<path d="M{x:.1f} {floor}v{-gap.ms * up:.1f}" stroke="#00573F"/>'


def _memory(memory: Sequence[Memory], scale: float, floor: float) -> str:
    most = max((one.megabytes for one in memory), default=0.0)
    if not most:
        return ""
    points = " ".join(
        f"{_LEFT + one.at * scale:.1f},{floor - one.megabytes / most * (floor - _TOP) * 0.9:.1f}" for one in memory
    )
    label = f'<text x="{_LEFT + _ROOM + 6}" y="{floor - 0.9 * (floor - _TOP):.0f}">{memory[-1].megabytes:.0f} MB</text>'
    return f'<polyline points="{points}" fill="none" stroke="#6E4300" stroke-width="2"/>\n{label}'
