"""What the server says of itself: an OpenAPI document whose bodies are those of `sync.protocol.messages`.

The framework sees handlers that take and give bytes.  What is in them is told here, from the very structures that they
are decoded with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar.openapi.plugins import JsonRenderPlugin

from sync.protocol import messages, paying
from sync.server.api import problems

if TYPE_CHECKING:
    from litestar import Request

MEDIA_TYPE: Final = "application/msgpack"

_BODIES: Final[dict[str, tuple[type | None, type]]] = {
    "/v1/enrol": (messages.EnrolRequest, messages.EnrolReply),
    "/v1/challenge": (messages.ChallengeRequest, messages.ChallengeReply),
    "/v1/session": (messages.SessionRequest, messages.SessionReply),
    "/v1/push": (messages.PushRequest, messages.PushReply),
    "/v1/pull": (messages.PullRequest, messages.PullReply),
    "/v1/digest": (None, messages.DigestReply),
    "/v1/exposure": (None, messages.ExposureReply),
    "/v1/inbox": (messages.InboxRequest, messages.InboxReply),
    "/v1/lease": (messages.LeaseRequest, messages.LeaseReply),
    "/v1/payment": (paying.PaymentRequest, paying.PaymentReply),
    "/v1/card-keys": (messages.CardKeysRequest, messages.CardKeysReply),
    "/v1/rotate": (messages.RotateRequest, messages.RotateReply),
}
_OPEN: Final = frozenset({"/v1/enrol", "/v1/challenge", "/v1/session"})
_WORDS: Final = (
    "Bodies are MessagePack. A string with contentEncoding base64 stands for a byte string (bin), whose length is that "
    "of the decoded base64. Every answer to a till says its sha-256 as Content-Digest (RFC 9530), and where a request "
    "does, that is checked. Whatever is refused is answered with a problem document (RFC 9457) in English and Chinese, "
    "and nothing was changed then."
)
_PROBLEMS: Final = {
    "400": "it cannot be understood, or is forged, torn or damaged",
    "401": "there is no token, or one that is not good any more",
    "403": "it is not allowed, or the device was shut out",
    "404": "it names something that is not here",
    "408": "its body took too long",
    "413": "it is too much at once",
    "429": "it comes too often",
    "503": "the database cannot be written or read just now; the same request may be sent again",
}
_REF: Final = "#/components/schemas/{name}"


class DescribedPlugin(JsonRenderPlugin):
    """Serves the document."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The framework's document with the bodies filled in."""
        return super().render(request, _described(openapi_schema))


def _described(document: dict[str, Any]) -> dict[str, Any]:
    kinds = [problems.Problem, *(kind for pair in _BODIES.values() for kind in pair if kind is not None)]
    references, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    its = dict(zip(kinds, references, strict=True))
    paths = {path: dict(item) for path, item in document["paths"].items()}
    for path, (asks, answers) in _BODIES.items():
        operation = dict(paths[path]["post"])
        if asks is not None:
            operation["requestBody"] = {"required": True, "content": {MEDIA_TYPE: {"schema": its[asks]}}}
        answer = {"description": "It is done.", "content": {MEDIA_TYPE: {"schema": its[answers]}}}
        operation["responses"] = {"200": answer, **_problems(its[problems.Problem])}
        operation["security"] = [] if path in _OPEN else [{"token": []}]
        paths[path]["post"] = operation
    paths["/readyz"]["get"]["responses"]["503"] = {
        "description": "It is not ready, and why.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    refused = _problems(its[problems.Problem])
    paths["/metrics"]["get"]["responses"]["403"] = refused["403"]
    paths["/v1/authority"]["get"]["responses"] |= {"404": refused["404"], "429": refused["429"]}
    return {
        **document,
        "info": {**document["info"], "description": _WORDS},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _problems(reference: dict[str, Any]) -> dict[str, Any]:
    content = {problems.MEDIA_TYPE: {"schema": reference}}
    return {status: {"description": f"Refused: {words}.", "content": content} for status, words in _PROBLEMS.items()}
