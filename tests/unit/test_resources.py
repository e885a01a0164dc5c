"""The bundled files are there and whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import posapp
from posapp.resources import ResourceMissingError, resource_path, resource_root


def test_files_are_found_and_escapes_refused() -> None:
    assert resource_path("i18n", "zh_CN.json").is_file()
    with pytest.raises(ResourceMissingError, match="no_such"):
        resource_path("icons", "no_such.svg")
    with pytest.raises(ValueError, match="leaves"):
        resource_path("..", "pyproject.toml")


def test_a_frozen_program_finds_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources" / "i18n").mkdir(parents=True)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    resource_root.cache_clear()
    try:
        assert resource_root() == tmp_path / "resources"
    finally:
        monkeypatch.undo()
        resource_root.cache_clear()
    assert resource_root() != tmp_path / "resources"


def test_every_icon_that_the_code_names_is_bundled() -> None:
    bundled = {path.stem for path in resource_path("icons").glob("*.svg")}
    pattern = re.compile(r'(?:Icon\(ctx, |icon=|Notice\([A-Za-z.]+, |Notice\(\s*Tone\.[A-Z]+,\s*)"([a-z0-9-]+)"')
    used = {
        name
        for path in Path(posapp.__file__).parent.rglob("*.py")
        for name in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 20
    assert used - bundled == set()


@pytest.mark.parametrize("name", ["icons/LICENSE", "fonts/OFL-Inter.txt", "fonts/OFL-NotoSansCJK.txt"])
def test_licences_travel_with_what_they_cover(name: str) -> None:
    assert len(resource_path(*name.split("/")).read_text(encoding="utf-8")) > 500
