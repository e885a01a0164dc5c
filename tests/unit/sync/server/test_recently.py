"""A few answers are kept, the latest used ones, and each is of its own key."""

from __future__ import annotations

from functools import partial

from sync.server.recently import Recently


def test_the_latest_used_are_kept_and_the_others_made_again() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    kept: Recently[str, str] = Recently(2)
    asked = ["a", "b", "a", "c", "a", "b"]
    assert [kept.get(key, partial(make, key)) for key in asked] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]
