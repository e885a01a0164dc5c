"""A line of the log is JSON, and holds none of an error's words."""

from __future__ import annotations

import io
import json
import logging

from sync.server.logs import JsonLines


class QuotingError(Exception):
    sqlstate = "23505"


def quote() -> None:
    raise QuotingError("Key (phone)=(13800000007) exists")


def fail() -> None:
    try:
        quote()
    except QuotingError as error:
        raise ValueError("欧阳 13800000007") from error


def test_an_error_is_told_by_kind_and_place() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(3))
    log = logging.getLogger("sync.test")
    log.propagate = False
    log.addHandler(handler)
    try:
        fail()
    except ValueError:
        log.exception("a push failed", extra={"facts": {"route": "push"}})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["worker"], line["route"], line["message"]) == ("error", 3, "push", "a push failed")
    assert [each["kind"].rpartition(".")[2] for each in line["errors"]] == ["ValueError", "QuotingError"]
    assert line["errors"][1]["sqlstate"] == "23505"
    assert "test_an_error_is_told" in line["errors"][0]["at"][0]
    assert "13800000007" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
