"""What the house rules are read from: the project's own files, with or without git."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
CODE: Final = ("posapp", "sync", "bench", "tests", "packaging")
_NOT_OURS: Final = frozenset({".git", ".venv", ".tools", "build", "dist", "__pycache__", "node_modules"})
_CACHE_SUFFIX: Final = "_cache"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the root with forward slashes, its text, and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @staticmethod
    def of(path: str, text: str) -> Source:
        """Parse a text that stands, or is pretended to stand, at a path."""
        return Source(path, text, ast.parse(text))


def files() -> Iterator[Path]:
    """Every file that belongs to the project."""
    stack = [ROOT]
    while stack:
        for path in sorted(stack.pop().iterdir()):
            if path.name in _NOT_OURS or path.name.endswith(_CACHE_SUFFIX) or path.name == ".hypothesis":
                continue
            if path.is_dir():
                stack.append(path)
            else:
                yield path


def texts() -> Iterator[tuple[str, str]]:
    """Path and content of every file that is text."""
    for path in files():
        body = path.read_bytes()
        if b"\0" not in body:
            yield path.relative_to(ROOT).as_posix(), body.decode("utf-8", "replace")


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file, parsed."""
    found = []
    for path in files():
        relative = path.relative_to(ROOT)
        if path.suffix == ".py" and relative.parts[0] in CODE:
            found.append(Source.of(relative.as_posix(), path.read_text(encoding="utf-8")))
    return tuple(found)
