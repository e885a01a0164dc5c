"""Where a till keeps its data, by the habits of each operating system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NAME = "posapp"


@dataclass(frozen=True, slots=True)
class TillFolder:
    """The files of one till."""

    root: Path

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.root / "till.db"

    @property
    def receipts(self) -> Path:
        """Receipts as text, where there is no printer."""
        return self.root / "receipts"

    def make(self) -> None:
        """Make the folder, readable by this user alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)


def default_folder(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> TillFolder:
    """``POSAPP_DATA`` if it is set, else the user's own place for application data."""
    values = os.environ if environment is None else environment
    chosen = values.get("POSAPP_DATA")
    if chosen:
        return TillFolder(Path(chosen))
    home = Path(values.get("HOME") or values.get("USERPROFILE") or Path.home())
    if platform == "win32":
        return TillFolder(Path(values.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME)
    if platform == "darwin":
        return TillFolder(home / "Library" / "Application Support" / _NAME)
    return TillFolder(Path(values.get("XDG_DATA_HOME") or home / ".local" / "share") / _NAME)
