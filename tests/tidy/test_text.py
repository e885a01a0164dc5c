"""No file holds a machine's own paths or a registry's name; lock files name packages and digests, nothing else."""

from __future__ import annotations

import re

import pytest

from tests.tidy.tree import ROOT, texts

# Spelt so that this file holds none of them either.
MACHINE_PATH = re.compile(r"(?<![\w.~\-/])/(?:work|root|tmp|opt/pypi|opt/wheels|home/[a-z]+)/[\w.]")
REGISTRY = re.compile(r"\b(?:pypi[.]org|python[h]osted|deb[.]debian|registry[.]npm)")
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-tools.lock"]
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*==[^\s:/@]+(?: ; [^:/@\\]+)? \\")
DIGEST = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
COMMENT = re.compile(r"\s*#(?:[^:/@]|(?<=pyproject\.toml):)*")


def refused_lines(lock: str) -> list[str]:
    """The lines of a lock that are neither a pinned package, nor a digest, nor a comment without a place in it."""
    kinds = (PINNED, DIGEST, COMMENT)
    return [line for line in lock.splitlines() if line and not any(kind.fullmatch(line) for kind in kinds)]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_packages_and_digests_only(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert refused_lines(text) == []
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) > 0


@pytest.mark.parametrize(
    "line",
    [
        "--index-url " + "https" + "://mirror.example/simple",
        "--find-links ../wheels",
        "httpx @ " + "https" + "://mirror.example/httpx.whl \\",
        "httpx==0.28 \\ # from " + "https" + "://mirror.example",
        "# from " + "https" + "://mirror.example",
        "httpx>=0.28",
        "httpx==0.28",
        "-e .",
    ],
)
def test_a_lock_with_a_place_or_a_loose_version_is_caught(line: str) -> None:
    assert refused_lines(line) == [line]


def test_no_file_names_this_machine_or_a_registry() -> None:
    found = [
        f"{path}: {match.group()}"
        for path, text in texts()
        for pattern in (MACHINE_PATH, REGISTRY)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_a_machine_path_and_a_registry_are_caught() -> None:
    assert MACHINE_PATH.search("see /wor" + "k/main")
    assert MACHINE_PATH.search('"/tm' + 'p/x"')
    assert not MACHINE_PATH.search("docs/work/main.md")
    assert not MACHINE_PATH.search("../work/x")
    assert REGISTRY.search("from pypi." + "org")
