"""An installed wheel finds what a checkout finds: both packages, and the resources inside the first."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.tidy.tree import ROOT, files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what pip would put into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(build, cwd=ROOT, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_holds_every_module_and_every_resource(unpacked: Path) -> None:
    for path in files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] == "resources":
            assert (unpacked / "posapp" / relative).is_file(), relative
        elif relative.parts[0] in {"posapp", "sync"}:
            assert (unpacked / relative).is_file(), relative


def test_an_installed_till_finds_its_resources(unpacked: Path) -> None:
    asked = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "from posapp.resources import resource_root\n"
        "print(resource_root())"
    )
    # Isolated and elsewhere: nothing of the checkout is within reach.
    ran = subprocess.run([sys.executable, "-I", "-c", asked], cwd=unpacked, check=False, capture_output=True, text=True)
    assert ran.stdout.strip() == str(unpacked / "posapp" / "resources"), ran.stderr
