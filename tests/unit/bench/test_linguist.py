"""The words go to Qt Linguist and come back: nothing is lost, and Qt's own tool reads the file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from bench.linguist import NotWords, as_json, exported, imported
from posapp.resources import resource_path
from posapp.ui.i18n import Language, load_catalogue


@pytest.mark.parametrize("language", list(Language))
def test_what_goes_out_comes_back_byte_for_byte(language: Language) -> None:
    words = imported(exported(language), language)
    assert words == load_catalogue(language)
    assert as_json(words, language) == resource_path("i18n", f"{language.value}.json").read_text("utf-8")


def test_a_translators_words_are_taken_and_unfinished_ones_keep_what_stood_there() -> None:
    text = exported(Language.EN)
    before = load_catalogue(Language.EN)
    done = f"<translation>{before['device.do_test']}</translation>"
    text = text.replace(done, "<translation>Try out</translation>")
    text = text.replace("<translation>Camera</translation>", '<translation type="unfinished">Lens</translation>')
    words = imported(text, Language.EN)
    assert words["device.do_test"] == "Try out"
    assert words["device.camera"] == "Camera"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no XML", "no XML"),
        (exported(Language.ZH_CN), "no Linguist file for en"),
        (exported(Language.EN).replace("device.do_test", "device.nothing"), "no key 'device.nothing'"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotWords, match=why):
        imported(text, Language.EN)


def test_qts_own_tool_compiles_it_and_qt_finds_the_words(tmp_path: Path) -> None:
    tool = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert tool is not None
    source, compiled = tmp_path / "en.ts", tmp_path / "en.qm"
    source.write_text(exported(Language.EN), "utf-8")
    ran = subprocess.run(
        [tool, "-silent", str(source), "-qm", str(compiled)], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    words = QTranslator()
    assert words.load(str(compiled))
    chinese = load_catalogue(Language.ZH_CN)["device.do_test"]
    assert words.translate("device", chinese, "device.do_test") == load_catalogue(Language.EN)["device.do_test"]
