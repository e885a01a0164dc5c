"""Qt's own dialogs speak the cashier's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from posapp.ui.i18n import Language
from posapp.ui.qt_words import speak


def _cancel() -> str:
    return QCoreApplication.translate("QPlatformTheme", "Cancel")


def test_the_words_of_qt_follow_the_language(qapp: QApplication) -> None:
    assert qapp is not None
    assert speak(Language.ZH_CN)
    assert _cancel() == "取消"
    assert speak(Language.EN)
    assert _cancel() == "Cancel"
