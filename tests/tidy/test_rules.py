"""The house rules hold for every file, and each rule catches what it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tidy import rules
from tests.tidy.tree import Source, sources

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[[Source], list[str]]

EVERYWHERE: list[Rule] = [
    rules.file_size,
    rules.function_size,
    rules.module_docstring,
    rules.drawer_names,
    rules.import_reasons,
]
IN_THE_DOMAIN: list[Rule] = [rules.floats, rules.public_docstrings]


def named(rule: Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", EVERYWHERE, ids=named)
def test_every_file(rule: Rule) -> None:
    assert sources()
    assert [sentence for source in sources() for sentence in rule(source)] == []


@pytest.mark.parametrize("rule", IN_THE_DOMAIN, ids=named)
def test_every_file_of_the_domain(rule: Rule) -> None:
    domain = [source for source in sources() if source.path.startswith("posapp/domain/")]
    assert domain
    assert [sentence for source in domain for sentence in rule(source)] == []


LONG = "def f() -> None:\n" + "    x = 1\n" * 60

PLANTED: list[tuple[Rule, str, str]] = [
    (rules.file_size, "posapp/a.py", "x = 1\n" * 401),
    (rules.function_size, "posapp/a.py", LONG),
    (rules.function_size, "posapp/a.py", "class A:\n" + "".join(f"    {line}\n" for line in LONG.splitlines())),
    (rules.module_docstring, "posapp/a.py", "x = 1\n"),
    (rules.drawer_names, "posapp/utils/a.py", ""),
    (rules.drawer_names, "sync/server/common.py", ""),
    (rules.drawer_names, "posapp/_helpers.py", ""),
    (rules.import_reasons, "posapp/a.py", "def f():\n    import json\n"),
    (rules.import_reasons, "posapp/a.py", "def f():\n    import json  # noqa: PLC0415\n"),
    (rules.import_reasons, "posapp/a.py", "def f():\n    import json  # noqa: PLC0415, E402\n"),
    (rules.import_reasons, "posapp/a.py", "def f():\n    # x = 'a'\n    y = 1\n    import json\n"),
    (rules.import_reasons, "posapp/a.py", "def f():\n    if x:\n        from a import b\n"),
    (rules.floats, "posapp/domain/a.py", "x = 0.5\n"),
    (rules.floats, "posapp/domain/a.py", "x = float(y)\n"),
    (rules.floats, "posapp/domain/a.py", "def f(x: float) -> None: ...\n"),
    (rules.floats, "posapp/domain/a.py", "x = 3 / 2\n"),
    (rules.floats, "posapp/domain/a.py", "x /= 2\n"),
    (rules.public_docstrings, "posapp/domain/a.py", "def f(): ...\n"),
    (rules.public_docstrings, "posapp/domain/a.py", 'class A:\n    """Text."""\n    def f(self): ...\n'),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_a_rule_catches_what_it_is_for(rule: Rule, path: str, text: str) -> None:
    assert len(rule(Source.of(path, text))) == 1


FINE: list[tuple[Rule, str]] = [
    (rules.file_size, "x = 1\n" * 400),
    (rules.function_size, "def f() -> None:\n" + "    x = 1\n" * 59),
    (rules.import_reasons, "def f():\n    # alembic costs 400 ms\n    import alembic\n    from a import b\n"),
    (rules.import_reasons, "def f():\n    import alembic  # costs 400 ms\n"),
    (
        rules.import_reasons,
        "def f():\n    import alembic  # noqa: PLC0415 - costs 400 ms\n    import b  # noqa: PLC0415\n",
    ),
    (rules.import_reasons, "import json\n"),
    (rules.floats, "x = 3 // 2\nassert not isinstance(x, float)\n"),
    (rules.public_docstrings, "def _f(): ...\nclass A(B):\n    'Text.'\n    @override\n    def f(self): ...\n"),
]


@pytest.mark.parametrize(("rule", "text"), FINE)
def test_a_rule_lets_the_rest_be(rule: Rule, text: str) -> None:
    assert rule(Source.of("posapp/domain/a.py", text)) == []
