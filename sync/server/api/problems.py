"""What the server says when it will not do something: a problem document (RFC 9457) in both languages.

``{"status", "code", "title", "title_zh", "detail", "detail_zh", "field"}``: `code` is for programs and never changes
its meaning; `field` is the path of what is wrong in the request, where there is one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from sync.protocol import intact
from sync.protocol.errors import ProtocolError, TooLargeError
from sync.protocol.limits import NOT_FOUND
from sync.server.errors import BusyError, Refusal

if TYPE_CHECKING:
    from litestar import Request
    from litestar.types import ExceptionHandlersMap

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"

_TITLES: Final = {
    400: ("The request cannot be understood", "请求无法识别"),
    401: ("Sign in again", "请重新验证身份"),
    403: ("This is not allowed", "不允许此操作"),
    404: ("There is no such thing here", "没有此内容"),
    405: ("This cannot be done here", "此处不支持该操作"),
    408: ("The request did not arrive in time", "请求未能及时送达"),
    413: ("That is too much at once", "单次内容过多"),
    429: ("Too many tries", "尝试过于频繁"),
    500: (
        "The server made a mistake; nothing was changed and the till keeps its records",
        "服务器内部错误; 未作任何更改, 收银机记录不受影响",
    ),
    503: ("The server is busy; the till will try again by itself", "服务器繁忙, 收银机将自动重试"),
}
_LATER: Final = frozenset({429, 503})


class Problem(msgspec.Struct, frozen=True):
    """The body of an answer that is not a success."""

    status: int
    code: str
    title: str
    title_zh: str
    detail: str
    detail_zh: str
    field: str = ""


def problem(status: int, code: str, detail: str, detail_zh: str, field: str = "") -> Response[bytes]:
    """Make the answer."""
    title, title_zh = _TITLES.get(status, _TITLES[400 if status < 500 else 500])
    body = msgspec.json.encode(Problem(status, code, title, title_zh, detail, detail_zh, field))
    headers = {intact.HEADER: intact.digest_of(body)} | ({"Retry-After": "1"} if status in _LATER else {})
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _refusal(_request: Request[Any, Any, Any], error: Refusal) -> Response[bytes]:
    return problem(error.status, error.code, error.english, error.chinese, error.field)


def _protocol(_request: Request[Any, Any, Any], error: ProtocolError) -> Response[bytes]:
    status = 413 if isinstance(error, TooLargeError) else 400
    return problem(status, error.code, error.reason_en, error.reason_zh, error.field)


def _busy(_request: Request[Any, Any, Any], _error: BusyError) -> Response[bytes]:
    return problem(503, "busy", "nothing was changed", "未作任何更改")


def _slow(_request: Request[Any, Any, Any], _error: TimeoutError) -> Response[bytes]:
    return problem(408, "slow", "its body took too long", "请求内容传输过慢", "body")


def _http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    codes = {404: NOT_FOUND, 405: "bad_method", 413: "too_large"}
    return problem(error.status_code, codes.get(error.status_code, "malformed"), error.detail, "", "body")


def _mistake(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "mistake", "it was noted in the server's log", "已记入服务器日志")


HANDLERS: Final[ExceptionHandlersMap] = {
    Refusal: _refusal,
    ProtocolError: _protocol,
    BusyError: _busy,
    TimeoutError: _slow,
    HTTPException: _http,
    Exception: _mistake,
}
