"""One run of every benchmark: a part that fails hides none of the others, and the exit status says so."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import bench.__main__ as bench


@dataclass(frozen=True, slots=True)
class Script(bench.Part):
    """A part that is a line of Python."""

    def command(self, folder: str, *, quick: bool) -> list[str]:  # noqa: ARG002 - as every part is called
        """Run what stands in `what`."""
        return [sys.executable, "-c", self.what]


def run(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> int:
    monkeypatch.setattr(bench, "PARTS", tuple(Script(f"part{n}", text) for n, text in enumerate(scripts)))
    return bench.main([])


def test_every_part_runs_and_the_figures_stand_together_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "print('one 1.2 × ≤ 1.3 met')", "print('words'); print('two 9 B ≤ 3.5 MISSED')") == 0
    text = capfd.readouterr().out
    assert text.rstrip().splitlines()[-2:] == ["one 1.2 × ≤ 1.3 met", "two 9 B ≤ 3.5 MISSED"]
    assert "words" in text


def test_a_part_that_fails_hides_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "raise SystemExit(3)", "print('two 1 B ≤ 3.5 met')") == 1
    told = capfd.readouterr()
    assert "part0 FAILED: exit status 3" in told.out
    assert told.out.rstrip().endswith("two 1 B ≤ 3.5 met")
    assert "did not run to the end: part0" in told.err


def test_a_part_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench, "_STUCK_SECONDS", 0.5)
    assert run(monkeypatch, "import time; time.sleep(60)") == 1
    assert "part0 FAILED: ended after 0.5 s" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "runs"), [([], "a"), (["--scale"], "ab"), (["long"], "b"), (["short", "long"], "ab")]
)
def test_what_takes_long_runs_only_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: list[str], runs: str
) -> None:
    parts = (Script("short", "print('ran a')"), Script("long", "print('ran b')", scale=True))
    monkeypatch.setattr(bench, "PARTS", parts)
    assert bench.main(arguments) == 0
    assert [line[-1] for line in capfd.readouterr().out.splitlines() if line.startswith("ran")] == list(runs)


def test_the_figures_are_written_as_a_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench, "PARTS", (Script("one", "print('one 1.2 × ≤ 1.3 met')"),))
    assert bench.main(["--table", str(tmp_path / "table.md")]) == 0
    assert (tmp_path / "table.md").read_text("utf-8").splitlines()[2:] == ["| one | 1.2 × | ≤ 1.3 | met |"]
