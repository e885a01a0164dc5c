"""Every key that the screens use is in both catalogues, with the same parameters."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from posapp.domain.liability import PASSES, POINTS, STORED_VALUE
from posapp.domain.staff import Right
from tests.tidy.tree import ROOT

KEY_TAKERS = {"msg", "tr", "warning", "Message"}
FOLDER = ROOT / "resources" / "i18n"


def catalogue(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


def keys_used(source: Path) -> set[str]:
    """The literal keys in calls such as ``msg("card.taken")``, and in tables of keys with a dot."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in KEY_TAKERS and isinstance(node.args[0].value, str):
                found.add(node.args[0].value)
        if isinstance(node, ast.keyword) and node.arg == "detail" and isinstance(node.value, ast.Constant):
            found.add(str(node.value.value))
    return {key for key in found if re.fullmatch(r"[a-z_0-9]+(\.[a-z_0-9]+)+", key)}


def parameters(text: str) -> set[str]:
    """The names of a text's placeholders; the branches of a plural are words, not names."""
    text = re.sub(r"(?:=\d+|one|other) \{[^{}]*\}", "", text)
    return set(re.findall(r"\{([a-z_0-9]+)[,}]", text))


def test_what_is_named_by_a_word_of_the_domain_has_words() -> None:
    columns = {column for one in (*STORED_VALUE, POINTS, PASSES) for column in one.columns.values()}
    named = {f"approve.{right.value}" for right in Right} | {f"report.by_{column}" for column in columns}
    assert named - catalogue("en").keys() == set()


def test_every_key_is_in_both_languages() -> None:
    chinese, english = catalogue("zh_CN"), catalogue("en")
    used = set().union(*(keys_used(path) for path in (ROOT / "posapp" / "ui").rglob("*.py")))
    assert len(used) > 100, "the scan itself must work"
    assert sorted(used - chinese.keys()) == []
    assert sorted(chinese.keys() ^ english.keys()) == []


def test_both_languages_take_the_same_parameters() -> None:
    chinese, english = catalogue("zh_CN"), catalogue("en")
    assert [key for key in chinese if parameters(chinese[key]) != parameters(english.get(key, ""))] == []
