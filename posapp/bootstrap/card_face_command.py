"""`posapp card-face`: what the shop's membership card looks like, at every till."""

from __future__ import annotations

from pathlib import Path

from posapp.application.card_faces import check_card_face, choose_picture, choose_template, chosen_face
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.card_face import BY_TIER, TEMPLATES


def show_or_choose_face(folder: TillFolder, wanted: str) -> int:
    """Choose a built-in face by its name, or the picture of a file; print what the card wears now."""
    with opened(folder) as till:
        if wanted in (BY_TIER, *TEMPLATES):
            choose_template(till, wanted)
        elif wanted:
            choose_picture(till, Path(wanted).read_bytes())
        now = chosen_face(till)
    if isinstance(now, str):
        print(now)
        return 0
    read = check_card_face(now)
    print(f"{read.width}×{read.height}, {len(now)} bytes")
    if read.warning is not None:
        print(f"{read.warning.en}\n{read.warning.zh}")
    return 0
