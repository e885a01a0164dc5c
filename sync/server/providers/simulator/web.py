"""The simulator's HTTP: WeChat Pay's v3 paths and Alipay's gateway, on a free port of this machine."""

from __future__ import annotations

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

import msgspec

from sync.server.providers.simulator.buyers import PAY, QUERY, REFUND, REVERSE
from sync.server.providers.simulator.clearing import Clearing
from sync.server.providers.simulator.spoken import Said, alipay, wechat

_LOOPBACK: Final = "127.0.0.1"
_ALIPAY: Final = {
    "alipay.trade.pay": PAY,
    "alipay.trade.query": QUERY,
    "alipay.trade.cancel": REVERSE,
    "alipay.trade.refund": REFUND,
}


class Simulator:
    """Both providers at `url`.  `stop` and `start` again on the same port, to cut the network."""

    def __init__(self, clearing: Clearing | None = None) -> None:
        self.clearing = clearing or Clearing()
        self._port = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, or did."""
        return f"http://{_LOOPBACK}:{self._port}"

    def start(self) -> Self:
        """Listen."""
        clearing = self.clearing

        class Handler(_Handler):
            books = clearing

        self._server = _Server((_LOOPBACK, self._port), Handler)
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="payment-simulator", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Be gone: what connects is refused."""
        server, self._server = self._server, None
        if server is not None and self._thread is not None:
            server.shutdown()
            server.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    """Says nothing of tills that hang up, which is what impatient tills do."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what is a bug, and only that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request: who is it about, does it arrive, what is said, is the answer heard."""

    books: Clearing
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """WeChat's query."""
        path = urlsplit(self.path).path.strip("/").split("/")
        self._serve("wechat", QUERY, {"out_trade_no": path[-1]})

    def do_POST(self) -> None:
        """Everything else."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/gateway.do":
            fields = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
            self._serve("alipay", _ALIPAY[fields["method"]], msgspec.json.decode(fields["biz_content"]))
        elif path == "/v3/pay/transactions/codepay":
            self._serve("wechat", PAY, msgspec.json.decode(raw))
        elif path.endswith("/reverse"):
            self._serve("wechat", REVERSE, {"out_trade_no": path.split("/")[-2]})
        else:
            self._serve("wechat", REFUND, msgspec.json.decode(raw))

    def _serve(self, provider: str, operation: str, body: dict[str, Any]) -> None:
        number = str(body.get("out_trade_no") or self.books.number_of(_their_number(body)))
        body = {**body, "out_trade_no": number}
        code = body.get("auth_code") or (body.get("payer") or {}).get("auth_code") or ""
        buyer = self.books.buyer_of(str(code) or number)
        if operation == PAY:
            # Later requests name only the order: they meet the same buyer, also where the payment never arrived.
            self.books.expect(number, buyer)
        if self.books.happens("cut", operation, number, buyer.cut.get(operation, 0)):
            self._hang_up()
            return
        said = (wechat if provider == "wechat" else alipay)(self.books, operation, body)
        if operation == PAY and buyer.slow:
            time.sleep(buyer.slow)
        if self.books.happens("lost", operation, number, buyer.lost.get(operation, 0)):
            self._hang_up()
        else:
            self._say(said)

    def _say(self, said: Said) -> None:
        content = msgspec.json.encode(said.body) if said.body is not None else b""
        self.send_response(said.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        """End the connection without a word."""
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Requests are not logged: payment codes stand in them."""


def _their_number(body: dict[str, Any]) -> str:
    return str(body.get("transaction_id") or body.get("trade_no") or "")
