"""Where files for people go: what is offered first, and choosing another folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from posapp.ui.checkout.form import FormChoice
from posapp.ui.messages import msg

BROWSE: Final = "browse"


def export_folder() -> str:
    """The folder that is offered first: the documents of whoever runs the till, else their home."""
    home = Path.home()
    documents = home / "Documents"
    return str(documents if documents.is_dir() else home)


def browse() -> FormChoice:
    """The button that opens the system's own choice of folders; by keys the folder is typed."""
    return FormChoice(BROWSE, msg("file.browse"))
