"""Where the bundled files are: fonts, icons, catalogues of words, templates.

The same call works from a checkout, from an installed wheel and from a frozen (PyInstaller) folder.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

_FOLDER = "resources"


class ResourceMissingError(FileNotFoundError):
    """The installation is incomplete: the named resource is in none of the known places."""


@cache
def resource_root() -> Path:
    """The folder that holds ``fonts/``, ``icons/``, ``i18n/``; searched once a process.

    Looked for, in order: the folder of a frozen program, inside the package (a wheel that maps it there), beside the
    package (a checkout), and the interpreter's data folder (a wheel that installs it as data).
    """
    package = Path(__file__).resolve().parent
    candidates: list[Path] = []
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        candidates.append(Path(frozen) / _FOLDER)
    candidates += [
        package / _FOLDER,
        package.parent / _FOLDER,
        Path(sys.prefix) / "share" / "posapp" / _FOLDER,
    ]
    for candidate in candidates:
        if (candidate / "i18n").is_dir():
            return candidate.resolve()
    raise ResourceMissingError(f"resource folder not found; looked in {', '.join(map(str, candidates))}")


def resource_path(*parts: str) -> Path:
    """The path of one bundled file or folder.

    Raises ResourceMissingError when the installation lacks it, and ValueError when the parts lead out of the folder.
    """
    root = resource_root()
    path = root.joinpath(*parts)
    if not Path(os.path.normpath(path)).is_relative_to(root):
        raise ValueError(f"resource path leaves the resource folder: {parts!r}")
    if not path.exists():
        raise ResourceMissingError(f"bundled resource missing: {'/'.join(parts)}")
    return path
