"""The growth of one server's work with its tills, as an SVG picture of two panels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import ceil
from typing import Final, NamedTuple

_WIDTH, _HEIGHT, _EDGE, _LEGEND = 360, 240, 60, 24
_COLOURS: Final = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700")
_PANELS: Final = ("entries a second, all tills pushing at once", "p99 of a push at half that rate, ms")


class Curve(NamedTuple):
    """One server with so many merchants: (tills, entries a second, milliseconds) for each number of tills."""

    server: str
    merchants: int
    points: tuple[tuple[int, float, float], ...]


def plot(curves: Sequence[Curve], tills: Sequence[int]) -> str:
    """Draw curves over the numbers of tills, which stand at equal steps; both scales begin at nothing."""
    merchants = sorted({each.merchants for each in curves})
    servers = list(dict.fromkeys(each.server for each in curves))
    drawn: list[str] = []
    for panel, title in enumerate(_PANELS):
        left = panel * (_WIDTH + 2 * _EDGE) + _EDGE
        marks = ticks(max(point[1 + panel] for each in curves for point in each.points))
        top = marks[-1]
        drawn += _axes(left, title, tills, marks)
        for each in curves:
            style = _style(merchants.index(each.merchants), servers.index(each.server))
            spots = [
                (left + _x(tills.index(point[0]), tills), _EDGE + _HEIGHT * (1 - point[1 + panel] / top))
                for point in each.points
            ]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
            drawn.append(f'<polyline points="{path}" fill="none" {style}/>')
            solid = _style(merchants.index(each.merchants), 0)
            drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#fff" {solid}/>' for x, y in spots]
    for number, each in enumerate(curves):
        x, y = _EDGE + number % len(merchants) * 300, 2 * _EDGE + _HEIGHT + _LEGEND * (number // len(merchants))
        style = _style(merchants.index(each.merchants), servers.index(each.server))
        words = f"{each.server}, {each.merchants} merchant{'s' if each.merchants > 1 else ''}"
        drawn.append(f'<path d="M{x},{y - 4} h28" {style}/><text x="{x + 36}" y="{y}">{words}</text>')
    across, down = len(_PANELS) * (_WIDTH + 2 * _EDGE), _HEIGHT + 2 * _EDGE + _LEGEND * (len(servers) + 1)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" font-family="sans-serif" '
    return f'{head}font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"


def ticks(largest: float) -> list[int]:
    """Round numbers from nothing to beyond the largest value, six at most."""
    steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
    step = next(step for step in steps if largest <= step * 5)
    return list(range(0, step * (ceil(largest / step) + 1), step))


def _axes(left: int, title: str, tills: Sequence[int], marks: Sequence[int]) -> list[str]:
    bottom = _EDGE + _HEIGHT
    drawn = [
        f'<path d="M{left},{_EDGE} v{_HEIGHT} h{_WIDTH}" fill="none" stroke="#888"/>',
        f'<text x="{left}" y="{_EDGE - 16}">{title}</text>',
        f'<text x="{left + _WIDTH}" y="{bottom + 36}" text-anchor="end">tills</text>',
    ]
    for mark in marks:
        y = bottom - _HEIGHT * mark / marks[-1]
        drawn.append(f'<path d="M{left},{y:.1f} h{_WIDTH}" stroke="#eee"/>')
        drawn.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{mark:,}</text>')
    for place, some in enumerate(tills):
        x = left + _x(place, tills)
        drawn.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{some:,}</text>')
    return drawn


def _x(place: int, tills: Sequence[int]) -> float:
    return _WIDTH * (place + 0.5) / len(tills)


def _style(merchants: int, server: int) -> str:
    dashes = ' stroke-dasharray="5 4"' if server else ""
    return f'stroke="{_COLOURS[merchants % len(_COLOURS)]}" stroke-width="2"{dashes}'
