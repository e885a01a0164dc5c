"""The routes.  Bodies are read raw and decoded by `sync.protocol.messages`; the work is done in threads.

POST /v1/enrol       EnrolRequest      → EnrolReply        one-time code
POST /v1/challenge   ChallengeRequest  → ChallengeReply
POST /v1/session     SessionRequest    → SessionReply      signed challenge
POST /v1/push        PushRequest       → PushReply         bearer token
POST /v1/pull        PullRequest       → PullReply         bearer token
POST /v1/digest      (nothing)         → DigestReply       bearer token
POST /v1/lease       LeaseRequest      → LeaseReply        bearer token
POST /v1/inbox       InboxRequest      → InboxReply        bearer token
POST /v1/card-keys   CardKeysRequest   → CardKeysReply     bearer token
POST /v1/exposure    (nothing)         → ExposureReply     bearer token
POST /v1/payment     PaymentRequest    → PaymentReply      bearer token
POST /v1/rotate      RotateRequest     → RotateReply       bearer token
GET  /v1/authority   the certificate of the shop's own authority, to be checked against its pin
GET  /healthz        the process lives
GET  /readyz         the database answers, and has this program's schema
GET  /metrics        counters for Prometheus, for the addresses that may read them
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import anyio
import anyio.to_thread
from litestar import Litestar, Request, Response, get, post
from litestar.openapi import OpenAPIConfig

from sync.protocol import intact
from sync.protocol.limits import BODY_SECONDS, PUSH_BYTES, SMALL_BODY_BYTES
from sync.protocol.messages import (
    CardKeysRequest,
    ChallengeRequest,
    EnrolRequest,
    InboxRequest,
    LeaseRequest,
    PullRequest,
    PushRequest,
    RotateRequest,
    SessionRequest,
    decode,
    encode,
)
from sync.protocol.paying import PaymentRequest
from sync.server import accept, card_keys, devices, digest, exposure, feeds, inbox, leases, payments, rotation
from sync.server.api.described import MEDIA_TYPE, DescribedPlugin
from sync.server.api.problems import HANDLERS
from sync.server.errors import BusyError, ForbiddenError, NotFoundError, TooManyRequestsError, UnauthenticatedError
from sync.server.metrics import CONTENT_TYPE, Metrics
from sync.server.rates import Buckets, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.protocol.messages import PushReply
    from sync.server.context import Caller, Context

log = logging.getLogger(__name__)

_WORKERS: Final = 8
# Providers may keep us waiting for seconds; pushes and pulls must not wait behind them.
_PAYMENT_WORKERS: Final = 32
_BEARER: Final = "Bearer "

T = TypeVar("T")


def create_app(context: Context, metrics: Metrics, limits: Limits, authority_pem: str = "") -> Litestar:
    """The application around a context, which it closes when it is shut down.

    `authority_pem` is the certificate of the shop's own authority, where it has one.
    """
    routes = _Routes(context, metrics, limits, authority_pem)
    return Litestar(
        route_handlers=routes.handlers(),
        exception_handlers=HANDLERS,
        request_max_body_size=SMALL_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="posapp sync", version="1", path="/schema", render_plugins=[DescribedPlugin()]
        ),
        # The command line says where logs go; a framework must not.
        logging_config=None,
        on_shutdown=[context.database.close],
    )


class _Routes:
    def __init__(self, context: Context, metrics: Metrics, limits: Limits, authority_pem: str) -> None:
        self._context = context
        self._metrics = metrics
        self._limits = limits
        self._authority_pem = authority_pem
        self._devices = Buckets(limits.device_per_second)
        self._addresses = Buckets(limits.address_per_second)
        self._limiter: anyio.CapacityLimiter | None = None
        self._payment_limiter: anyio.CapacityLimiter | None = None

    def handlers(self) -> list[Any]:
        """Every route handler."""

        @post("/v1/enrol", status_code=200, media_type=MEDIA_TYPE)
        async def enrol(request: Request[Any, Any, Any]) -> Response[bytes]:
            self._count_address(request)
            return await self._answer(request, EnrolRequest, lambda it: devices.enrol(self._context, it))

        @post("/v1/challenge", status_code=200, media_type=MEDIA_TYPE)
        async def challenge(request: Request[Any, Any, Any]) -> Response[bytes]:
            self._count_address(request)
            return await self._answer(
                request, ChallengeRequest, lambda it: devices.challenge(self._context, it.merchant_id, it.device)
            )

        @post("/v1/session", status_code=200, media_type=MEDIA_TYPE)
        async def session(request: Request[Any, Any, Any]) -> Response[bytes]:
            self._count_address(request)
            return await self._answer(request, SessionRequest, lambda it: devices.open_session(self._context, it))

        @post(
            "/v1/push",
            status_code=200,
            media_type=MEDIA_TYPE,
            request_max_body_size=PUSH_BYTES,
        )
        async def push(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, PushRequest, lambda it: self._push(caller, it))

        @post("/v1/pull", status_code=200, media_type=MEDIA_TYPE)
        async def pull(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, PullRequest, lambda it: feeds.pull(self._context, caller, it))

        @post("/v1/payment", status_code=200, media_type=MEDIA_TYPE)
        async def payment(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            raw = await _body(request)
            if self._payment_limiter is None:
                self._payment_limiter = anyio.CapacityLimiter(_PAYMENT_WORKERS)
            return await anyio.to_thread.run_sync(
                lambda: _said(payments.relay(self._context, caller, _heard(request, raw, PaymentRequest))),
                limiter=self._payment_limiter,
            )

        return [enrol, challenge, session, push, pull, payment, *self._keys(), *self._balances(), *self._operators()]

    def _keys(self) -> list[Any]:
        """The key that a till is known by, and those that it checks phone codes with."""

        @post("/v1/rotate", status_code=200, media_type=MEDIA_TYPE)
        async def rotate(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, RotateRequest, lambda it: rotation.rotate(self._context, caller, it))

        @post("/v1/card-keys", status_code=200, media_type=MEDIA_TYPE)
        async def keys_of_cards(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, CardKeysRequest, lambda it: card_keys.answer(self._context, caller, it))

        return [rotate, keys_of_cards]

    def _operators(self) -> list[Any]:
        @get("/healthz", media_type="text/plain")
        async def healthz() -> str:
            return "ok\n"

        @get("/readyz", media_type="text/plain")
        async def readyz() -> Response[str]:
            wrong = await anyio.to_thread.run_sync(self._not_ready)
            return Response(f"not ready: {wrong}\n" if wrong else "ready\n", status_code=503 if wrong else 200)

        @get("/v1/authority", media_type="text/plain")
        async def authority(request: Request[Any, Any, Any]) -> str:
            self._count_address(request)
            if not self._authority_pem:
                raise NotFoundError("this server has no authority of its own", "本服务器没有本地证书")
            return self._authority_pem

        @get("/metrics", media_type=CONTENT_TYPE)
        async def counters(request: Request[Any, Any, Any]) -> str:
            if not self._limits.may_read_metrics(_address(request)):
                raise ForbiddenError("this address may not read the counters", "此地址不能读取运行指标")
            return self._metrics.exposition()

        return [healthz, readyz, authority, counters]

    def _balances(self) -> list[Any]:
        """What is reckoned from the balances as they stand, the shares of them, and what is wrong with them."""

        @post("/v1/digest", status_code=200, media_type=MEDIA_TYPE)
        async def content_digest(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._in_thread(lambda: digest.answer(self._context, caller))

        @post("/v1/exposure", status_code=200, media_type=MEDIA_TYPE)
        async def exposed(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._in_thread(lambda: exposure.answer(self._context, caller))

        @post("/v1/lease", status_code=200, media_type=MEDIA_TYPE)
        async def lease(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, LeaseRequest, lambda it: leases.grant(self._context, caller, it))

        @post("/v1/inbox", status_code=200, media_type=MEDIA_TYPE)
        async def open_exceptions(request: Request[Any, Any, Any]) -> Response[bytes]:
            caller = self._caller(request)
            return await self._answer(request, InboxRequest, lambda it: inbox.answer(self._context, caller, it))

        return [content_digest, exposed, lease, open_exceptions]

    def _caller(self, request: Request[Any, Any, Any]) -> Caller:
        try:
            caller = devices.caller_of(self._context, _token(request))
        except UnauthenticatedError:
            self._count_address(request)
            raise
        request.scope["state"]["caller"] = caller
        if not self._devices.take((caller.merchant_id, caller.device)):
            self._turn_away("device")
        return caller

    def _count_address(self, request: Request[Any, Any, Any]) -> None:
        if not self._addresses.take(_address(request)):
            self._turn_away("address")

    def _turn_away(self, by: str) -> NoReturn:
        self._metrics.add(f'posapp_rate_limited_total{{by="{by}"}}')
        raise TooManyRequestsError("too many requests came at once; nothing was changed", "请求过于频繁, 未作任何更改")

    def _push(self, caller: Caller, request: PushRequest) -> PushReply:
        reply = accept.push(self._context, caller, request)
        for outcome in reply.outcomes:
            self._metrics.add(f'posapp_segments_total{{outcome="{outcome.name.lower()}"}}')
        return reply

    async def _answer(
        self, request: Request[Any, Any, Any], kind: type[T], work: Callable[[T], object]
    ) -> Response[bytes]:
        raw = await _body(request)
        return await self._in_thread(lambda: work(_heard(request, raw, kind)))

    async def _in_thread(self, work: Callable[[], object]) -> Response[bytes]:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_WORKERS)
        # The work is finished even when the caller has gone: what was committed is acknowledged at the next try.
        return await anyio.to_thread.run_sync(lambda: _said(work()), limiter=self._limiter)

    def _not_ready(self) -> str:
        """What keeps this server from serving, in words; empty where nothing does."""
        try:
            return "" if self._context.database.has_current_schema() else "the database has another schema"
        except BusyError:
            return "the database does not answer"
        except Exception:
            log.exception("cannot tell whether the server is ready")
            return "the database cannot be read"


async def _body(request: Request[Any, Any, Any]) -> bytes:
    with anyio.fail_after(BODY_SECONDS):
        return await request.body()


def _heard(request: Request[Any, Any, Any], raw: bytes, kind: type[T]) -> T:
    intact.check(raw, request.headers.get(intact.HEADER, ""))
    return decode(raw, kind)


def _said(answer: object) -> Response[bytes]:
    body = encode(answer)
    headers = {intact.HEADER: intact.digest_of(body)}
    return Response(body, status_code=200, media_type=MEDIA_TYPE, headers=headers)


def _token(request: Request[Any, Any, Any]) -> str:
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise UnauthenticatedError("there is no bearer token", "缺少登录凭证")
    return header.removeprefix(_BEARER)


def _address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client is not None else ""
