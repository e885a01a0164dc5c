"""The house rules, each a function from one Python file to the sentences it earns; an empty list is a clean file."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tidy.tree import Source

FILE_LINES: Final = 400
FUNCTION_LINES: Final = 60
DRAWERS: Final = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})

_COMMENT: Final = re.compile(r"(?:^|\s)#(.*)$")
# The code of a silenced rule is no reason; what follows it may be.
_SILENCER: Final = re.compile(r"noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*|type: ignore\S*|#")
_REASON_LETTERS: Final = 6
type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def file_size(source: Source) -> list[str]:
    """A file over 400 lines is split by idea."""
    lines = source.text.count("\n")
    return [f"{source.path}: {lines} lines, {FILE_LINES} at most"] if lines > FILE_LINES else []


def function_size(source: Source) -> list[str]:
    """A function over 60 lines is split by idea."""
    return [
        f"{source.path}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} at most"
        for node in ast.walk(source.tree)
        if isinstance(node, type_of_function)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def module_docstring(source: Source) -> list[str]:
    """Every file that says anything says what it is for."""
    return [] if not source.tree.body or ast.get_docstring(source.tree) else [f"{source.path}: no module docstring"]


def drawer_names(source: Source) -> list[str]:
    """A name that takes anything in explains nothing."""
    words = source.path.removesuffix(".py").split("/")
    return [f"{source.path}: nothing is called {word!r}" for word in words if word.strip("_") in DRAWERS]


def import_reasons(source: Source) -> list[str]:
    """An import inside a function stands under, or beside, a comment that says why it is there."""
    lines = source.text.splitlines()
    found = []
    for node in _inside_functions(source.tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        first = node.lineno - 1
        while first > 0 and lines[first - 1].lstrip().startswith(("import ", "from ")):
            first -= 1  # one comment may speak for a block of imports
        above = lines[first - 1].strip() if first else ""
        spoken = [above if above.startswith("#") else "", *lines[first : node.end_lineno]]
        if not any(_gives_a_reason(line) for line in spoken):
            found.append(f"{source.path}:{node.lineno}: an import inside a function, and no comment says why")
    return found


def floats(source: Source) -> list[str]:
    """The domain knows no float: no literal, no `float`, no true division. `isinstance(x, float)` may refuse one."""
    refusing = {
        name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        for argument in node.args[1:]
        for name in ast.walk(argument)
    }
    found = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=float() | complex()):
                found.append((node.lineno, f"the literal {node.value!r}"))
            case ast.Name(id="float" | "complex") if node not in refusing:
                found.append((node.lineno, node.id))
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                found.append((node.lineno, "a true division"))
            case _:
                pass
    return [f"{source.path}:{line}: {what} in the domain" for line, what in sorted(found)]


def public_docstrings(source: Source) -> list[str]:
    """Every public class, function and method says what it means; an override or a setter need not repeat it."""
    found = []
    for owner, node in _public(source.tree):
        if ast.get_docstring(node) is None and not _inherits_its_meaning(node):
            found.append(f"{source.path}:{node.lineno}: {owner}{node.name} has no docstring")
    return found


def _gives_a_reason(line: str) -> bool:
    comment = _COMMENT.search(line)
    return comment is not None and len(_SILENCER.sub("", comment[1]).strip(" :;,-")) >= _REASON_LETTERS


def _inside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    seen: set[ast.AST] = set()
    for function in ast.walk(tree):
        if isinstance(function, type_of_function):
            for node in ast.walk(function):
                if node is not function and node not in seen:
                    seen.add(node)
                    yield node


def _public(
    body: ast.Module | ast.ClassDef, owner: str = ""
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body.body:
        if isinstance(node, (ast.ClassDef, *type_of_function)) and not node.name.startswith("_"):
            yield owner, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{owner}{node.name}.")


def _inherits_its_meaning(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Name(id="override" | "overload") | ast.Attribute(attr="override" | "overload" | "setter"):
                return True
            case _:
                pass
    return False
