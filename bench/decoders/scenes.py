"""What a till's camera sees, 1280 × 720 and grey: a code held by a hand, with one or more of the usual troubles.

Everything follows from the seed.  A burst is one hand's five frames: it shakes, the light wanders, the noise is new.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from bench.decoders.subjects import KINDS, Grey, Subject, subject

WIDTH, HEIGHT = 1280, 720
BURST = 5
TROUBLES = (
    *("none", "blur", "motion", "glare", "moire", "perspective"),
    *("low contrast", "small", "rotated", "reflections", "several"),
)


@dataclass(frozen=True, slots=True)
class View:
    """How a frame is taken.  Lengths are pixels of the frame, angles degrees, `tilt` and shares parts of one."""

    size: float
    x: float
    y: float
    angle: float
    tilt: tuple[float, float]
    blur: float
    motion: float
    motion_angle: float
    glare: float
    reflections: float
    moire: float
    moire_wave: tuple[float, float]
    black: float
    white: float
    noise: float
    quality: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A hand with a code: what it says, what is hard about it, and the frames of it."""

    kind: str
    trouble: str
    text: str
    frames: tuple[Grey, ...]


def scene(seed: int, frames: int = 1) -> Scene:
    """The scene of a seed; the kind of code and the trouble go round with the seeds."""
    random = Random(seed)
    kind, trouble = KINDS[seed % len(KINDS)], TROUBLES[seed // len(KINDS) % len(TROUBLES)]
    shown = subject(kind, random)
    view = view_of(trouble, kind, random)
    shots = tuple(shoot(shown, _shaken(view, random) if frames > 1 else view, random) for _ in range(frames))
    return Scene(kind, trouble, shown.text, shots)


def empty_frames(seed: int, count: int) -> Iterator[Grey]:
    """A counter with nothing held before the camera, frame after frame; each has its own noise."""
    random = Random(seed)
    noise = np.random.default_rng(random.getrandbits(32))
    counter, view = _background(random), view_of("none", "EAN-13", random)
    for _ in range(count):
        yield _developed(counter, view, noise)


def view_of(trouble: str, kind: str, random: Random) -> View:
    """How a kind of code is held where there is a trouble."""
    bars = kind in ("payment bars", "EAN-13", "scale label")
    least = 330.0 if kind == "payment bars" else 230.0 if bars else 130.0
    view = View(
        size=random.uniform(least, 1.7 * least),
        x=random.uniform(0.35, 0.65) * WIDTH,
        y=random.uniform(0.4, 0.6) * HEIGHT,
        angle=random.gauss(0, 6),
        tilt=(random.gauss(0, 0.08), random.gauss(0, 0.08)),
        blur=random.uniform(0.5, 1.0),
        motion=0.0,
        motion_angle=random.uniform(0, 180),
        glare=0.0,
        reflections=random.uniform(0, 0.12),
        moire=random.uniform(0, 0.05),
        moire_wave=(random.uniform(0.05, 0.35), random.uniform(0, math.pi)),
        black=random.uniform(15, 50),
        white=random.uniform(170, 240),
        noise=random.uniform(2, 6),
        quality=random.randrange(60, 92),
    )
    hard = random.sample(TROUBLES[1:-1], 3) if trouble == "several" else [trouble]
    for one in hard:
        view = _troubled(view, one, random, 0.5 if trouble == "several" else 1.0)
    return view


def _troubled(view: View, trouble: str, random: Random, share: float) -> View:
    """A view with a trouble; `share` below one where it does not come alone."""
    match trouble:
        case "blur":
            return replace(view, blur=random.uniform(1.0, 1.0 + share * 1.8))
        case "motion":
            return replace(view, motion=random.uniform(3, 3 + share * 8))
        case "glare":
            return replace(view, glare=random.uniform(0.3, 0.3 + share * 0.9))
        case "moire":
            return replace(view, moire=random.uniform(0.1, 0.1 + share * 0.55))
        case "perspective":
            lean = random.uniform(0.15, 0.15 + share * 0.5)
            turn = random.uniform(0, 2 * math.pi)
            return replace(view, tilt=(lean * math.cos(turn), lean * math.sin(turn)))
        case "low contrast":
            black = random.uniform(70, 150)
            return replace(view, black=black, white=black + random.uniform(20, 50) / share, noise=random.uniform(2, 5))
        case "small":
            return replace(view, size=view.size * random.uniform(0.5, 0.6 + 0.2 / share))
        case "rotated":
            return replace(view, angle=random.uniform(0, 360))
        case "reflections":
            return replace(view, reflections=random.uniform(0.2, 0.2 + share * 0.6))
        case _:
            return view


def _shaken(view: View, random: Random) -> View:
    """The next frame of the same hand."""
    return replace(
        view,
        size=view.size * random.uniform(0.94, 1.08),
        x=view.x + random.gauss(0, 14),
        y=view.y + random.gauss(0, 14),
        angle=view.angle + random.gauss(0, 3),
        tilt=(view.tilt[0] + random.gauss(0, 0.05), view.tilt[1] + random.gauss(0, 0.05)),
        blur=max(0.5, view.blur * random.uniform(0.55, 1.2)),
        motion=view.motion * random.uniform(0.1, 1.3),
        glare=view.glare * random.uniform(0.6, 1.1),
        moire=view.moire * random.uniform(0.5, 1.1),
        moire_wave=(view.moire_wave[0] * random.uniform(0.8, 1.25), view.moire_wave[1] + random.gauss(0, 0.3)),
    )


def _background(random: Random) -> Grey:
    small = np.random.default_rng(random.getrandbits(32)).uniform(20, 200, (5, 8))
    ground = np.clip(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
    for _ in range(6):
        corner = (random.randrange(WIDTH), random.randrange(HEIGHT))
        other = (corner[0] + random.randrange(20, 400), corner[1] + random.randrange(20, 300))
        cv2.rectangle(ground, corner, other, random.randrange(10, 230), -1)
    words = "".join(random.choices("ABCDEFGHKLMNPRSTUVXYZ 0123456789", k=18))
    cv2.putText(ground, words, (random.randrange(700), random.randrange(60, HEIGHT)), 0, 1.2, 30, 3)
    return ground


def shoot(shown: Subject, view: View, random: Random) -> Grey:
    """One frame of a face before a background."""
    noise = np.random.default_rng(random.getrandbits(32))
    face: cv2.typing.MatLike = _lit(shown.face.astype(np.float32), shown, view, random)
    matrix = _matrix(shown, view)
    # The camera's pixel is the mean of what falls on it, or small codes would be more ragged than any lens makes them.
    scale = view.size / shown.code[2]
    if scale < 0.9:
        face = cv2.GaussianBlur(face, (0, 0), 0.42 / scale)
    ground: cv2.typing.MatLike = _background(random).astype(np.float32)
    seen = cv2.warpPerspective(face, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.ones_like(face), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    picture = seen * mask + ground * (1 - mask)
    return _developed(picture, view, noise)


def _lit(face: cv2.typing.MatLike, shown: Subject, view: View, random: Random) -> cv2.typing.MatLike:
    """The face with what mirrors in its glass."""
    rows, columns = face.shape[:2]
    across, down = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    left, top, width, height = shown.code
    if view.reflections:
        angle = random.uniform(0, math.pi)
        ramp = across * math.cos(angle) + down * math.sin(angle)
        wave = np.sin(ramp * random.uniform(3, 9) + random.uniform(0, 6))
        streaks: cv2.typing.MatLike = (wave > 0.2).astype(np.float32)
        streaks = cv2.GaussianBlur(streaks, (0, 0), random.uniform(4, 40))
        face = face * (1 - 0.6 * view.reflections) + 255 * view.reflections * streaks
    if view.glare:
        x = (left + width * random.uniform(0.1, 0.9)) / columns * 2 - 1
        y = (top + height * random.uniform(0.1, 0.9)) / rows * 2 - 1
        reach = random.uniform(0.12, 0.4)
        spot = np.exp(-(((across - x) / reach) ** 2 + ((down - y) / reach * rows / columns) ** 2))
        face = face + 255 * view.glare * spot
    return np.clip(face, 0, 255).astype(np.float32)


def _matrix(shown: Subject, view: View) -> cv2.typing.MatLike:
    """From the face into the frame: the code's middle comes to lie at (x, y)."""
    left, top, width, height = shown.code
    scale = view.size / width
    turn = math.radians(view.angle)
    centre = np.array([[1, 0, -(left + width / 2)], [0, 1, -(top + height / 2)], [0, 0, 1]])
    lean = np.array([[1, 0, 0], [0, 1, 0], [view.tilt[0] / width, view.tilt[1] / width, 1]])
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    place = np.array([[cos, -sin, view.x], [sin, cos, view.y], [0, 0, 1]])
    matrix: cv2.typing.MatLike = place @ lean @ centre
    return matrix


def _developed(picture: cv2.typing.MatLike, view: View, noise: np.random.Generator) -> Grey:
    """Moiré, lens, motion, exposure, noise and compression, in the order in which a camera adds them."""
    seen: cv2.typing.MatLike = picture.astype(np.float32)
    if view.moire:
        wave, angle = view.moire_wave
        across, down = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
        phase = 2 * math.pi * wave * (across * math.cos(angle) + down * math.sin(angle))
        seen = seen * (1 + view.moire * np.sin(phase + 2 * np.sin(phase / 23))).astype(np.float32)
    seen = cv2.GaussianBlur(seen, (0, 0), view.blur)
    if view.motion > 1:
        seen = cv2.filter2D(seen, -1, _stroke(view.motion, view.motion_angle))
    seen = view.black + (view.white - view.black) * np.clip(seen, 0, 290) / 255
    seen = np.clip(seen + noise.normal(0, view.noise, seen.shape), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, view.quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _stroke(length: float, angle: float) -> cv2.typing.MatLike:
    """The path of a point while the shutter is open, as a kernel."""
    size = 2 * math.ceil(length / 2) + 1
    kernel = np.zeros((size, size), np.float32)
    reach, turn, middle = length / 2, math.radians(angle), size // 2
    for step in np.linspace(-reach, reach, 4 * size):
        kernel[round(middle + step * math.sin(turn)), round(middle + step * math.cos(turn))] = 1
    stroke: cv2.typing.MatLike = kernel / kernel.sum()
    return stroke
