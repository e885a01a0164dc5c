"""Schemathesis reads the server's own OpenAPI document and sends what it allows and what it does not.

The server's process must never make a mistake (5xx), and must answer as its document says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.served_tills import found, join
from tests.integration.test_sync_refusals import token_of
from tests.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
LENGTHS: Final = {12: 8, 24: 16, 44: 32, 88: 64}
"""Bytes of the byte strings of fixed length, by the length of their base64."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, str]]:
    """A server without limits of rate, and the token of a till that sold something."""
    folder = tmp_path_factory.mktemp("served")
    server = ServerProcess(folder / "server", options=("--device-rate", "100000", "--address-rate", "100000"))
    found(server)
    server.start()
    till = join(server, folder, 1)
    till.open_card(1, "王")
    till.sell(1, 1_000)
    till.sync()
    token = token_of(till)
    till.close()
    yield server, token
    server.stop()


@schemathesis.serializer("application/msgpack")
def _as_messagepack(_context: object, value: Any) -> Any:
    """Raw bytes are sent as they are; values were made into bytes by `wire` before."""
    return value if isinstance(value, bytes) else msgspec.msgpack.encode(value)


def wire(value: Any, schema: Any, document: dict[str, Any]) -> Any:
    """A value of the document as MessagePack has it: strings that stand for byte strings become some."""
    if not isinstance(schema, dict):
        return value
    if "$ref" in schema:
        return wire(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if isinstance(value, dict):
        return {key: wire(each, schema.get("properties", {}).get(key), document) for key, each in value.items()}
    if isinstance(value, list):
        items = [*schema.get("prefixItems", ()), *[schema.get("items")] * len(value)]
        return [wire(each, kind, document) for each, kind in zip(value, items, strict=False)]
    if isinstance(value, str) and schema.get("contentEncoding") == "base64":
        return _bytes_of(value)
    return value


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return hashlib.sha512(text.encode("utf-8", "replace")).digest()[: LENGTHS.get(len(text), len(text) % 64)]


def packed(value: Any) -> bytes:
    """As MessagePack; what it cannot say, such as integers without end, as JSON."""
    try:
        return msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return json.dumps(value, default=repr).encode()


class Attack:
    """Sends examples of each operation, and counts them by status."""

    def __init__(self, server: ServerProcess, token: str, examples: int) -> None:
        self.statuses: Counter[int] = Counter()
        self._token = token
        self._examples = examples
        self._schema = schemathesis.openapi.from_url(f"{server.url}/schema/openapi.json")

    def run(self) -> None:
        for each in self._schema.get_all_operations():
            operation: Any = each.ok()  # type: ignore[union-attr]
            self._send(operation, GenerationMode.POSITIVE)
            if operation.body:
                self._send(operation, GenerationMode.NEGATIVE)

    def _send(self, operation: Any, mode: GenerationMode) -> None:
        document: dict[str, Any] = self._schema.raw_schema
        asked = document["paths"][operation.path][operation.method].get("requestBody", {}).get("content", {})
        kind = asked.get("application/msgpack", {}).get("schema")

        @given(case=operation.as_strategy(generation_mode=mode), manner=st.integers(0, 5), noise=st.binary())
        @settings(
            max_examples=self._examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any, manner: int, noise: bytes) -> None:
            if kind is not None and not isinstance(case.body, (bytes, NotSet)):
                case.body = packed(wire(case.body, kind, document)) + (noise if manner == 1 else b"")
            # Some come without a token.
            headers = {"Authorization": f"Bearer {self._token}"} if manner else {}
            response = case.call(headers=headers)
            self.statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        send()


def test_no_request_makes_the_server_err(served: tuple[ServerProcess, str]) -> None:
    attack = Attack(*served, examples=15)
    attack.run()
    assert attack.statuses.total() > 150
    # They get past the door: what is answered well, and what is refused for what stands in it.
    assert {200, 400, 401} <= attack.statuses.keys()
    assert "1 segments, 2 events, 0 in quarantine: ok" in served[0].run("verify")


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_no_request_of_many_makes_the_server_err(served: tuple[ServerProcess, str]) -> None:
    attack = Attack(*served, examples=1_500)
    attack.run()
    assert attack.statuses.total() > 20_000
    assert "1 segments, 2 events, 0 in quarantine: ok" in served[0].run("verify")
