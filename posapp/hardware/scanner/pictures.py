"""The pictures that are made of one frame, each mending something that makes a code hard to read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from posapp.hardware.scanner.reading import Grey

_SURROUNDINGS = 8
"""What lies so many pixels around is the light that falls on a pixel, not the code; also the scale it is found at."""
_BARS = 40
"""At half size, a square of so many pixels inside a bar code shows edges in one direction only."""
_ACROSS, _ALONG = 880, 36
"""What is cut out around bars, in pixels across them and, of each half, along them."""


@dataclass(frozen=True, slots=True)
class Upright:
    """Bars that were set upright: two strips of them, one above the other, each as if it were one picture."""

    upper: Grey
    lower: Grey


class Pictures:
    """The pictures of one frame, each made when a rung first wants it."""

    def __init__(self, raw: Grey) -> None:
        self.raw = raw

    @cached_property
    def even(self) -> Grey:
        """The frame divided by its surroundings: what is left is the code and not the light on it."""
        height, width = self.raw.shape
        smaller = (max(1, width // _SURROUNDINGS), max(1, height // _SURROUNDINGS))
        light = cv2.GaussianBlur(resized(self.raw, smaller), (0, 0), 2.5)
        return _grey(cv2.divide(self.raw, cv2.resize(light, (width, height)), scale=128))

    @cached_property
    def half(self) -> Grey:
        """The frame at half its size."""
        return scaled(self.raw, 0.5)

    @cached_property
    def smooth(self) -> Grey:
        """The even picture without the finest noise, which sharpening would sharpen too."""
        return _grey(cv2.GaussianBlur(self.even, (0, 0), 1.0))

    @cached_property
    def speckless(self) -> Grey:
        """The even picture without single dots."""
        return _grey(cv2.medianBlur(self.even, 3))

    @cached_property
    def upright(self) -> Upright:
        """Where most edges run in parallel, turned so that they stand, and smoothed along their length."""
        x, y, angle = _parallel_edges(scaled(self.even, 0.5))
        turn = cv2.getRotationMatrix2D((2 * x, 2 * y), angle, 1.0)
        turn[:, 2] += np.array([_ACROSS / 2 - 2 * x, _ALONG - 2 * y])
        cut = cv2.warpAffine(self.even, turn, (_ACROSS, 2 * _ALONG), flags=cv2.INTER_CUBIC, borderValue=(128.0,))
        strips = (cut[:_ALONG], cut[_ALONG:])
        upper, lower = (_grey(cv2.blur(strip, (1, _ALONG // 2), borderType=cv2.BORDER_REPLICATE)) for strip in strips)
        return Upright(upper, lower)


def _parallel_edges(picture: Grey) -> tuple[float, float, float]:
    """The place where edges are strong and all run one way, and the angle across them in degrees.

    From the tensor of the gradient's products: the difference of its eigenvalues is large on bars, and small on QR
    codes and print, whose edges run both ways.
    """
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    square = (_BARS, _BARS)
    both = cv2.boxFilter(across * down, -1, square)
    difference = cv2.boxFilter(across * across - down * down, -1, square)
    parallel = difference * difference + 4 * both * both
    _, _, _, (x, y) = cv2.minMaxLoc(parallel)
    angle = 0.5 * math.atan2(2 * float(both[y, x]), float(difference[y, x]))
    return x, y, math.degrees(angle)


def sharp(picture: Grey, reach: float, amount: float) -> Grey:
    """Unsharp mask: add what blurring would take away."""
    blurred = cv2.GaussianBlur(picture, (0, 0), reach)
    return _grey(cv2.addWeighted(picture, 1 + amount, blurred, -amount, 0))


def local(picture: Grey) -> Grey:
    """Contrast spread within each tile of the picture."""
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.0)
    return _grey(cv2.createCLAHE(6.0, (16, 16)).apply(smooth))


def scaled(picture: Grey, factor: float) -> Grey:
    """The picture in another size."""
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return _grey(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=way))


def resized(picture: Grey, size: tuple[int, int]) -> Grey:
    """The picture in so many pixels across and down, each the mean of what it covers."""
    return _grey(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _grey(picture: cv2.typing.MatLike) -> Grey:
    return np.asarray(picture, dtype=np.uint8)
