"""A peer is installed once, and one whose installation broke off is installed again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.peers import installed
from bench.peers.installed import PeerMissingError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "build" / "peers"
    monkeypatch.setattr(installed, "HOME", home)
    return home


def python(text: str, folder: Path) -> list[str]:
    return [sys.executable, "-c", text, str(folder)]


def test_what_is_installed_stays(home: Path) -> None:
    write = "import pathlib, sys; (pathlib.Path(sys.argv[1]) / 'program').open('x').close()"
    for _time in range(2):
        assert installed._once("peer-1", lambda folder: [python(write, folder)]) == home / "peer-1"
    assert (home / "peer-1" / "program").exists()


def test_one_that_broke_off_is_begun_again(home: Path) -> None:
    half = "import pathlib, sys; (pathlib.Path(sys.argv[1]) / 'half').touch(); sys.exit('no network')"
    with pytest.raises(PeerMissingError, match="peer-1 could not be installed: no network"):
        installed._once("peer-1", lambda folder: [python(half, folder)])
    installed._once("peer-1", lambda folder: [python("", folder)])
    assert not (home / "peer-1" / "half").exists()


def test_this_machines_node_is_used_where_it_has_npm_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed._node() == (str(tmp_path / "node"), str(tmp_path / "npm"))


def test_a_machine_without_npm_gets_both_from_a_wheel(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = home / f"node-{installed.NODE}"
    wheel.mkdir(parents=True)
    (wheel / "installed").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed._node() == (str(wheel / "bin" / "node"), str(wheel / "bin" / "npm"))
