"""Pictures of the screens, without a display, and their audit.

``python -m bench.screenshots`` writes the few pictures that the documents show, taken from a real sale, into
``docs/images/``; and every screen and state in both languages, both themes and two screen sizes into
``docs/images/screens/``, which is not kept.  In the same run each is audited, at larger scales too: a cut or squeezed
label, or a text that stands out less than 7:1 from its ground, is printed, and the run fails.  ``--only NAME …``,
``--sizes``, ``--themes``, ``--languages`` and ``--scales`` narrow that part.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

SIZES = ((1366, 768), (1920, 1080))
_IMAGES = Path(__file__).parents[1] / "docs" / "images"


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures; returns the exit status, 1 where the audit found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_IMAGES / "screens", help="where the screens go")
    parser.add_argument("--documents", type=Path, default=_IMAGES, help="where the pictures of the documents go")
    parser.add_argument("--skip-documents", action="store_true", help="only the screens")
    parser.add_argument("--skip-screens", action="store_true", help="only the pictures of the documents")
    parser.add_argument("--only", nargs="*", default=[], help="names of screens")
    parser.add_argument("--scales", nargs="*", type=int, default=[100, 115, 130], help="only 100 %% is saved")
    parser.add_argument("--sizes", nargs="*", default=[f"{w}x{h}" for w, h in SIZES])
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    parser.add_argument("--languages", nargs="*", default=["zh_CN", "en"])
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt chooses its platform when it is first imported, and by then it must have been named.
    if not options.skip_documents:
        from bench.real_screens import take_pictures  # noqa: PLC0415 - see above
        from bench.receipt_pictures import take_receipts  # noqa: PLC0415 - see above

        take_pictures(options.documents)
        take_receipts(options.documents)
    return 0 if options.skip_screens else _screens(options)


def _screens(options: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - after the platform was named, as all of Qt

    from bench.screens.matrix import Look, run  # noqa: PLC0415 - imports Qt
    from posapp.ui.i18n import Language  # noqa: PLC0415 - as above
    from posapp.ui.theme import ThemeName  # noqa: PLC0415 - as above

    _application = QApplication.instance() or QApplication(["screenshots"])
    options.out.mkdir(parents=True, exist_ok=True)
    sizes = [(int(width), int(height)) for width, height in (size.split("x") for size in options.sizes)]
    failed = pictures = 0
    for scale in options.scales:
        looks = tuple(
            Look(Language(language), ThemeName(theme), size, scale)
            for language in options.languages
            for theme in options.themes
            for size in sizes
        )
        audit = run(looks, options.out if scale == 100 else None, tuple(options.only))
        pictures += audit.pictures
        failed += len(audit.problems)
        for name, found in audit.problems.items():
            print(name, *found, sep="\n    ")
        print(f"{scale} %: {audit.pictures} screens, {len(audit.pairs)} pairs of ink and ground")
    print(f"{pictures} screens audited, {failed} with something cut or faint; pictures in {options.out}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
