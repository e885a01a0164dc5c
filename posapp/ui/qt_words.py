"""Qt's own words, such as those of its choice of folders, in the language of the cashier.

Ours come from the catalogues (`posapp.ui.i18n`); Qt brings its translations along, and speaks English without them.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from posapp.ui.i18n import Language

_installed: list[QTranslator] = []


def speak(language: Language) -> bool:
    """Let Qt's own dialogs speak a language from now on; whether it has words for it.  English needs none."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    if language is Language.EN:
        return True
    words = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not words.load(f"qtbase_{language.value}", folder):
        return False
    QCoreApplication.installTranslator(words)
    _installed.append(words)
    return True
