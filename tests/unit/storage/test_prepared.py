"""Statements are compiled when they are first used, so each one is compiled here: none may fail at a counter.

And statements that take a fixed number of values get full parts.
"""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from sqlalchemy import bindparam, select

import posapp.storage
from posapp.storage.prepared import Prepared, batched
from posapp.storage.schema import member


def _statements() -> list[tuple[str, Prepared]]:
    found = []
    for module in pkgutil.iter_modules(posapp.storage.__path__):
        values = vars(importlib.import_module(f"posapp.storage.{module.name}"))
        found += [(f"{module.name}.{name}", each) for name, each in values.items() if isinstance(each, Prepared)]
    return found


@pytest.mark.parametrize("statement", [each for _name, each in _statements()], ids=[name for name, _ in _statements()])
def test_every_statement_binds_what_it_names(statement: Prepared) -> None:
    assert statement.sql


def test_the_statements_are_found() -> None:
    names = {name for name, _statement in _statements()}
    assert {"event_log._EVENT", "member_search._BY_ENDING", "projections._HELD"} <= names


def test_a_statement_that_binds_something_else_is_refused_at_its_first_use() -> None:
    statement = Prepared(lambda: select(member.c.member_key).where(member.c.phone == bindparam("digits")), "number")
    with pytest.raises(ValueError, match="digits"):
        _ = statement.sql
    assert Prepared(lambda: select(member.c.member_key).where(member.c.phone == bindparam("digits")), "digits").sql


def test_every_part_is_full_and_nothing_new_is_in_it() -> None:
    for count in range(12):
        values = list(range(count))
        parts = list(batched(values, 4))
        assert all(len(part) == 4 for part in parts)
        assert len(parts) == -(-count // 4)
        assert sorted({value for part in parts for value in part}) == values
    assert list(batched("abcde", 3)) == [("a", "b", "c"), ("d", "e", "e")]
