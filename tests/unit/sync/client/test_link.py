"""A link reads no answer without end, and turns whatever it hears into one of three errors."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sync.client.errors import NonsenseError, OfflineError, RefusedError, SyncError
from sync.client.link import Link
from sync.protocol import intact
from sync.protocol.limits import REPLY_BYTES
from sync.protocol.messages import ChallengeReply, encode

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering(head: str, body: bytes) -> Iterator[str]:
    """A server that says one thing to one caller."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            caller, _address = listener.accept()
            with caller:
                caller.recv(65_536)
                try:
                    caller.sendall(head.replace("\n", "\r\n").encode() + body)
                except OSError:
                    return

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def ask(url: str) -> ChallengeReply:
    link = Link(url)
    try:
        return link.post("/v1/challenge", {}, ChallengeReply)
    finally:
        link.close()


def said(status: str, kind: str, body: bytes, more: str = "") -> tuple[str, bytes]:
    return f"HTTP/1.1 {status}\nContent-Type: {kind}\nContent-Length: {len(body)}\n{more}\n", body


def test_an_answer_is_read() -> None:
    with answering(*said("200 OK", "application/msgpack", encode(ChallengeReply(b"x")))) as url:
        assert ask(url) == ChallengeReply(b"x")


@pytest.mark.parametrize(
    ("status", "kind", "body", "error"),
    [
        ("200 OK", "text/html", b"<html>log in to the hotel", NonsenseError),
        ("200 OK", "application/msgpack", b"\xc1", NonsenseError),
        ("200 OK", "application/msgpack", encode({"challenge": "text"}), NonsenseError),
        ("404 Not Found", "text/html", b"<html>", NonsenseError),
        ("502 Bad Gateway", "text/html", b"<html>", OfflineError),
        ("503 Busy", "application/problem+json", b"{}", OfflineError),
        ("429 Too Many Requests", "application/problem+json", b'{"code": "too_many_requests"}', OfflineError),
        ("429 Too Many Requests", "application/problem+json", b'{"code": "too_many_tries"}', RefusedError),
        ("400 Bad Request", "application/problem+json", b'{"code": "damaged"}', OfflineError),
        ("302 Found", "text/html", b"", NonsenseError),
    ],
)
def test_other_answers(status: str, kind: str, body: bytes, error: type[SyncError]) -> None:
    with answering(*said(status, kind, body)) as url, pytest.raises(error) as raised:
        ask(url)
    assert raised.value.english
    assert raised.value.chinese


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        ("200 OK", "application/msgpack", encode(ChallengeReply(b"x"))),
        ("403 Forbidden", "application/problem+json", b'{"code": "revoked"}'),
    ],
)
def test_an_answer_that_was_damaged_on_its_way_is_nobodys_word(status: str, kind: str, body: bytes) -> None:
    other = f"{intact.HEADER}: {intact.digest_of(body + b'.')}\n"
    with answering(*said(status, kind, body, other)) as url, pytest.raises(OfflineError) as error:
        ask(url)
    assert error.value.detail == "damaged"


def test_a_refusal_keeps_its_code_and_field() -> None:
    body = '{"code": "bad_code", "detail": "wrong", "detail_zh": "错误", "field": "code"}'.encode()
    with (
        answering(*said("403 Forbidden", "application/problem+json", body)) as url,
        pytest.raises(RefusedError) as error,
    ):
        ask(url)
    assert (error.value.code, error.value.field, error.value.status) == ("bad_code", "code", 403)
    assert "错误" in error.value.chinese


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    body = bytes(REPLY_BYTES + 4_000_000)
    with answering(*said("200 OK", "application/msgpack", body)) as url, pytest.raises(NonsenseError):
        ask(url)


def test_an_answer_that_breaks_off() -> None:
    head = "HTTP/1.1 200 OK\nContent-Type: application/msgpack\nContent-Length: 100\n\n"
    with answering(head, b"half") as url, pytest.raises(OfflineError):
        ask(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://", "nonsense", "ftp://127.0.0.1", "http://[::1"])
def test_addresses_that_lead_nowhere(url: str) -> None:
    with pytest.raises(SyncError):
        ask(url)
