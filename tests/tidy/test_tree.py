"""The shape of the tree: imports flow one way, unit tests mirror the code, the runtime lock is part of the other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from tests.tidy.tree import ROOT, sources


def test_imports_flow_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def named_in(contract: str, key: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        name
        for each in project["tool"]["importlinter"]["contracts"]
        if each["name"].startswith(contract)
        for name in each[key]
    }


def test_a_contract_names_every_screen_and_every_part_of_the_server() -> None:
    packages = {str(PurePosixPath(source.path).parent).replace("/", ".") for source in sources()}
    screens = {
        str(PurePosixPath(source.path).parent).replace("/", ".")
        for source in sources()
        if re.fullmatch(r"posapp/ui/\w+/presenter(/__init__)?\.py", source.path)
    }
    assert screens - named_in("Screens do not import", "modules") == set()
    served = {"sync.server", "sync.web"} & packages
    assert served - named_in("The server needs the domain", "source_modules") == set()


def mirrored(test: str, modules: set[str]) -> bool:
    """Tell whether a unit test has a source.

    `tests/unit/domain/test_amounts.py` tests `posapp/domain/amounts.py`, or the folder `posapp/domain/amounts/`; `sync`
    and `bench` keep their own name: `tests/unit/sync/client/test_push.py`. A large module may have several:
    `test_amounts_allocation.py` beside it, or a folder `amounts/` of them.
    """
    relative = PurePosixPath(test).relative_to("tests/unit")
    words = relative.stem.removeprefix("test_").split("_")
    names = ["_".join(words[: length + 1]) for length in range(len(words))]
    folder = PurePosixPath(*(() if relative.parts[0] in {"sync", "bench"} else ("posapp",)), relative.parent)
    return f"{folder}.py" in modules or any(f"{folder / name}{end}" in modules for name in names for end in (".py", ""))


def module_names() -> set[str]:
    """Every module as `posapp/domain/amounts.py`, every package as `posapp/domain`; `__main__.py` also as `main.py`."""
    found = set()
    for source in sources():
        if source.path.startswith(("posapp/", "sync/", "bench/")):
            path = PurePosixPath(source.path)
            found |= {str(path.parent), source.path, str(path.with_name(path.name.replace("__", "")))}
    return found


def test_the_unit_tests_mirror_the_code() -> None:
    modules = module_names()
    tests = [source.path for source in sources() if re.match(r"tests/unit/.*/test_\w+\.py$", source.path)]
    assert [test for test in tests if not mirrored(test, modules)] == []


@pytest.mark.parametrize(
    ("test", "has_a_source"),
    [
        ("tests/unit/domain/test_amounts.py", True),
        ("tests/unit/domain/test_amounts_allocation.py", True),
        ("tests/unit/domain/amounts/test_allocation.py", True),
        ("tests/unit/test_domain.py", True),
        ("tests/unit/domain/test_gone.py", False),
        ("tests/unit/domain/gone/test_amounts.py", False),
        ("tests/unit/sync/domain/test_amounts.py", False),
    ],
)
def test_a_test_without_a_source_is_caught(test: str, *, has_a_source: bool) -> None:
    assert mirrored(test, {"posapp", "posapp/domain", "posapp/domain/amounts.py"}) is has_a_source


def test_every_package_is_declared_one() -> None:
    ours = [source.path for source in sources() if source.path.startswith(("posapp/", "sync/"))]
    folders = {PurePosixPath(path).parent for path in ours}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()] == []


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    runtime, development = (
        set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime - development == set()


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *extras["scan"]]
    for lock, names in (
        ("requirements.lock", wanted),
        ("requirements-dev.lock", [*wanted, *extras["replay"], *project["dependency-groups"]["dev"]]),
        ("requirements-tools.lock", project["dependency-groups"]["tools"]),
    ):
        locked = set(re.findall(r"^([^\s=]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        assert {re.split(r"[^A-Za-z0-9-]", name)[0].lower() for name in names} - locked == set(), lock
