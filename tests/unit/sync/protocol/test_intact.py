"""A body is the one that its header speaks of, or it was damaged on its way."""

from __future__ import annotations

import pytest

from sync.protocol import intact
from sync.protocol.errors import DamagedError


def test_the_header_is_that_of_the_standard() -> None:
    # An example of RFC 9530.
    assert intact.digest_of(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@pytest.mark.parametrize("body", [b"", b"x", bytes(100_000)])
def test_what_arrives_whole_is_taken(body: bytes) -> None:
    intact.check(body, intact.digest_of(body))


@pytest.mark.parametrize("said", ["", "sha-512=:YWJj:", "nonsense"])
def test_a_sender_that_says_nothing_is_heard(said: str) -> None:
    intact.check(b"x", said)


@pytest.mark.parametrize("arrived", [b"", b"hell", b"hello ", b"iello"])
def test_what_was_damaged_is_not(arrived: bytes) -> None:
    with pytest.raises(DamagedError):
        intact.check(arrived, intact.digest_of(b"hello"))


def test_a_header_that_was_damaged_vouches_for_nothing() -> None:
    with pytest.raises(DamagedError):
        intact.check(b"hello", intact.digest_of(b"hello").replace("=:", "=:A", 1))
