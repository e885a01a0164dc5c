"""Changing what is valid a little: bytes, values of MessagePack, and digits; all drawn from one seeded source."""

from __future__ import annotations

import random
from typing import Any, Final

import msgspec

INTEGERS: Final = (0, 1, -1, 2, 127, 255, 4_096, 65_536, 2**31, 2**53 - 1, 2**53, 2**62, 2**63 - 1, 2**64 - 1, -(2**63))
VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    "",
    "x" * 300,
    "王",
    b"",
    bytes(16),
    bytes(32),
    [],
    [[]],
    {},
    {"a": 1},
    0.5,
    float("nan"),
)
_CHANCES_OF_MORE: Final = 3
_DEEP: Final = 60


class Mutation:
    """One source of changes; the same seed makes the same changes."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def often(self) -> bool:
        """Whether to go on: two times of three."""
        return self.draw.randrange(_CHANCES_OF_MORE) > 0

    def octets(self, data: bytes) -> bytes:
        """Flip, cut, repeat, insert or overwrite somewhere, once or a few times."""
        changed = bytearray(data)
        while True:
            place = self.draw.randrange(len(changed) + 1)
            width = self.draw.choice((1, 1, 2, 4, 8, 64))
            match self.draw.randrange(6):
                case 0 if place < len(changed):
                    changed[place] ^= 1 << self.draw.randrange(8)
                case 1:
                    del changed[place : place + width]
                case 2:
                    changed[place:place] = changed[place : place + width]
                case 3:
                    changed[place:place] = self.draw.randbytes(width)
                case 4:
                    changed[place : place + width] = self.draw.choice((b"\x00", b"\xff", b"\xc1", b"\xdf")) * width
                case _:
                    del changed[place:]
            if self.often():
                return bytes(changed)

    def scalar(self, value: Any) -> Any:
        """Another value in the place of one, near to it or not."""
        match self.draw.randrange(4), value:
            case 0, int():
                return value + self.draw.choice((-1, 1, 255, -255))
            case 0, bytes():
                return self.octets(value)
            case 0, str():
                return self.octets(value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
            case 1, _:
                return self.draw.choice(INTEGERS)
            case _:
                return self.draw.choice(VALUES)

    def tree(self, value: Any) -> Any:
        """A copy of nested lists and maps with one place changed: replaced, left out, doubled, or nested deeper."""
        if isinstance(value, (list, tuple)) and value and self.often():
            changed = list(value)
            place = self.draw.randrange(len(changed))
            match self.draw.randrange(8):
                case 0:
                    del changed[place]
                case 1:
                    changed.insert(place, changed[place])
                case _:
                    changed[place] = self.tree(changed[place])
            return changed
        if isinstance(value, dict) and value and self.often():
            key = self.draw.choice(list(value))
            rest = {name: each for name, each in value.items() if name != key}
            return rest if self.draw.randrange(6) == 0 else {**rest, key: self.tree(value[key])}
        if self.draw.randrange(50) == 0:
            for _level in range(_DEEP):
                value = [value]
            return value
        return self.scalar(value)

    def message(self, data: bytes) -> bytes:
        """A message with a place of its tree changed, or its bytes."""
        if self.draw.randrange(3) == 0:
            return self.octets(data)
        return packed(self.tree(msgspec.msgpack.decode(data)))

    def text(self, text: str, alphabet: str) -> str:
        """A code with a few characters changed, left out, doubled or added."""
        changed = list(text)
        while True:
            place = self.draw.randrange(len(changed) + 1)
            match self.draw.randrange(4):
                case 0 if place < len(changed):
                    changed[place] = self.draw.choice(alphabet)
                case 1:
                    del changed[place : place + self.draw.choice((1, 1, 5))]
                case 2:
                    changed[place:place] = changed[: self.draw.randrange(9)]
                case _:
                    changed.insert(place, self.draw.choice(alphabet))
            if self.often():
                return "".join(changed)


def packed(value: Any) -> bytes:
    """As MessagePack; integers that it cannot say become the greatest that it can."""
    try:
        return msgspec.msgpack.encode(value)
    except OverflowError:
        return msgspec.msgpack.encode(_held(value))


def _held(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _held(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_held(each) for each in value]
    return max(min(value, 2**64 - 1), -(2**63)) if isinstance(value, int) else value
