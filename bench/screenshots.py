"""Paints every sample state of the checkout into PNG files: both languages, both themes, two screen sizes.

``python -m bench.screenshots --out FOLDER [--only NAME …] [--scale 100]`` works without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench.checkout_samples import SAMPLES

SIZES = ((1366, 768), (1920, 1080))


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
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
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    # Ours import Qt, so they come after it.
    from posapp.ui.context import UiContext  # noqa: PLC0415
    from posapp.ui.i18n import Language, Translator  # noqa: PLC0415
    from posapp.ui.main_window import MainWindow  # noqa: PLC0415
    from posapp.ui.theme import THEMES, ThemeName  # noqa: PLC0415

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
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
