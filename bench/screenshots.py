"""Pictures of the screens, without a display.

``python -m bench.screenshots`` writes the few pictures that the documents show, taken from a real sale, into
``docs/images/``; and every sample state in both languages, both themes and two screen sizes into
``docs/images/screens/``, which is not kept.  ``--only NAME …``, ``--sizes``, ``--themes``, ``--languages`` and
``--scale`` narrow the second part.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench.samples import SAMPLES

SIZES = ((1366, 768), (1920, 1080))
_IMAGES = Path(__file__).parents[1] / "docs" / "images"


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_IMAGES / "screens", help="where the sample states go")
    parser.add_argument("--documents", type=Path, default=_IMAGES, help="where the pictures of the documents go")
    parser.add_argument("--skip-documents", action="store_true", help="only the sample states")
    parser.add_argument("--skip-samples", action="store_true", help="only the pictures of the documents")
    parser.add_argument("--only", nargs="*", default=sorted(SAMPLES))
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--sizes", nargs="*", default=[f"{w}x{h}" for w, h in SIZES])
    parser.add_argument("--themes", nargs="*", default=["light", "dark"])
    parser.add_argument("--languages", nargs="*", default=["zh_CN", "en"])
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.only) - set(SAMPLES))
    if unknown:
        parser.error(f"no such sample: {', '.join(unknown)}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt chooses its platform when it is first imported, and by then it must have been named.
    if not options.skip_documents:
        from bench.real_screens import take_pictures  # noqa: PLC0415 - see above
        from bench.receipt_pictures import take_receipts  # noqa: PLC0415 - see above

        take_pictures(options.documents)
        take_receipts(options.documents)
    if not options.skip_samples:
        _samples(options)
    return 0


def _samples(options: argparse.Namespace) -> None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - after the platform was named, as all of Qt

    from posapp.ui.context import UiContext  # noqa: PLC0415 - imports Qt
    from posapp.ui.i18n import Language, Translator  # noqa: PLC0415 - as above
    from posapp.ui.main_window import MainWindow  # noqa: PLC0415 - imports Qt
    from posapp.ui.theme import THEMES, ThemeName  # noqa: PLC0415 - as above

    app = QApplication.instance() or QApplication(sys.argv[:1])
    options.out.mkdir(parents=True, exist_ok=True)
    for size in options.sizes:
        width, height = (int(part) for part in size.split("x"))
        for theme in options.themes:
            for language in options.languages:
                context = UiContext(THEMES[ThemeName(theme)], Translator(Language(language)), options.scale)
                window = MainWindow(context)
                window.resize(width, height)
                window.show()
                window.activateWindow()
                for name in options.only:
                    window.render_state(SAMPLES[name](english=language == "en"))
                    app.processEvents()
                    path = options.out / f"{name}_{size}_{theme}_{language}.png"
                    window.grab().save(str(path))
                    print(path)
                window.close()
                window.deleteLater()


if __name__ == "__main__":
    raise SystemExit(main())
