"""A peer answers line by line, and one that ends is not waited for."""

from __future__ import annotations

import sys

import pytest

from bench.peers.asked import Asked, PeerEndedError

ECHO = """
import json, sys
print(json.dumps({"port": 7}), flush=True)
for line in sys.stdin:
    print(json.dumps({"asked": json.loads(line)}), flush=True)
"""


def test_it_speaks_first_and_then_answers() -> None:
    with Asked([sys.executable, "-c", ECHO]) as peer:
        assert peer.hear() == {"port": 7}
        assert peer.ask(do="push", batch=0) == {"asked": {"do": "push", "batch": 0}}
        assert peer.ask() == {"asked": {}}


def test_one_that_ends_is_no_answer() -> None:
    with (
        Asked([sys.executable, "-c", "raise SystemExit(3)"]) as peer,
        pytest.raises(PeerEndedError, match="ended with 3"),
    ):
        peer.hear()
