"""The server's command line: ``python -m sync serve`` and what an operator needs beside it."""

from __future__ import annotations

import argparse
import base64
import logging
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from sync.protocol.certificate import COLLECTION
from sync.protocol.messages import DocumentRow
from sync.server import (
    audit,
    certificates,
    concerned,
    devices,
    digest,
    exceptions,
    exposure,
    horizon,
    merchants,
    moving,
    retrying,
    verify,
)
from sync.server.certificates import LocalTls
from sync.server.context import Context, open_context
from sync.server.errors import Refusal, StorageError
from sync.server.rates import DEFAULT_LIMITS, Limits
from sync.server.storage.engine import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

DEMO: Final = "demo"
DEMO_STORE: Final = "S1"
_SERVING: Final = "serve"
_MOST_DAYS: Final = 36_500


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the process's exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        context = open_context(options.data, options.database_url)
        try:
            status: int = options.run(context, options)
        finally:
            context.database.close()
    except Refusal as refusal:
        print(f"{refusal.english} / {refusal.chinese}", file=sys.stderr)
        return 2
    except (StorageError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync", description="the server that tills sync with")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: object, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.add_argument(
            "--data", type=Path, default=Path("server-data"), help="folder of the database and the secrets"
        )
        made.add_argument("--database-url", default="", help="a PostgreSQL address instead of a file (or DATABASE_URL)")
        made.set_defaults(run=run)
        return made

    serve = command(_SERVING, _serve, "wait for tills")
    _add_serving_options(serve)
    init = command("init-merchant", _init_merchant, "make a merchant")
    init.add_argument("name")
    init.add_argument("--id", default="", help="3 to 20 small letters and digits; made from the name by default")
    store = command("add-store", _add_store, "make a store, or rename it")
    store.add_argument("store")
    store.add_argument("name")
    code = command("enrolment-code", _enrolment_code, "a one-time code that lets one till in, for 15 minutes")
    code.add_argument("--store", required=True)
    code.add_argument("--till", type=int, required=True, help="the till's number, printed in receipt numbers")
    tls = command("certificates", _certificates, "make or renew a certificate by an authority of the shop's own")
    tls.add_argument("hosts", nargs="+", help="names and addresses under which tills reach the server")
    revoke = command("revoke", _revoke, "shut a till out")
    revoke.add_argument("device", help="its id, 32 hexadecimal digits")
    documents = command("import-documents", _import_documents, "publish products and a programme, for tills that join")
    documents.add_argument("file", type=Path, help='JSON lines: {"collection", "key", "body": base64}')
    moved = command("move", _move, "copy everything to another database, with equal digests")
    moved.add_argument("--to", required=True, help="the address of the other database, such as postgresql://…")
    backup = command("backup", _backup, "copy a SQLite database, also while it is served")
    backup.add_argument("file", type=Path)
    prove = command("verify", _verify, "read the whole log again and compare every balance with it")
    priced = command("audit", _audit, "price every sale again by the published programme of its version")
    priced.add_argument("--new", action="store_true", help="only what was pushed since the last time")
    shown = command("digest", _digest, "what is held, digested by content")
    exposed = command("exposure", _exposure, "what tills that are out of reach could overspend together, at most")
    inbox = command("exceptions", _exceptions, "what a person must look at, of all stores, with the events concerned")
    inbox.add_argument("--retry", action="store_true", help="apply what is in quarantine and can be read by now")
    told = command("horizon", _horizon, "tell tills nothing older; those away for longer start from a snapshot")
    told.add_argument("--days", type=_days, required=True, help="what came within so many days is told as it was")
    restored = command("restored", _restored, "say after a restore that tills must offer again what is missing")
    for each in (store, code, revoke, documents, prove, priced, shown, exposed, inbox, told, restored):
        each.add_argument("--merchant", default="", help="its id; may be left out where there is only one")
    return parser


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"1 to {_MOST_DAYS} days")
    return days


def _add_serving_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8787)
    serve.add_argument(
        "--simulated-payments", action="store_true", help="take payments by code from simulated providers"
    )
    serve.add_argument("--tls-cert", type=Path, help="certificate chain, PEM; by default that of `certificates`")
    serve.add_argument("--tls-key", type=Path, help="its private key, PEM")
    serve.add_argument("--workers", type=int, default=1, help="processes that serve; more than one needs PostgreSQL")
    serve.add_argument(
        "--device-rate",
        type=int,
        default=DEFAULT_LIMITS.device_per_second,
        help="requests a second of one till, at most",
    )
    serve.add_argument(
        "--address-rate",
        type=int,
        default=DEFAULT_LIMITS.address_per_second,
        help="requests a second of one address that is not signed in, at most",
    )
    serve.add_argument(
        "--metrics-from",
        type=ip_network,
        action="append",
        default=[],
        help="addresses that may read /metrics beside this machine, such as 10.0.0.0/8; may be given again",
    )


def _merchant(context: Context, options: argparse.Namespace) -> str:
    with context.database.read() as connection:
        known = merchants.all_ids(connection)
    if options.merchant:
        return str(options.merchant)
    if len(known) != 1:
        raise Refusal(
            f"say which merchant: --merchant {' | '.join(known) or '(there is none: init-merchant NAME)'}",
            "请用 --merchant 指定商户",
            "merchant",
        )
    return known[0]


def _serve(context: Context, options: argparse.Namespace) -> int:
    # Litestar and uvicorn take half a second to import, and no other command needs them.
    from sync.server import serving  # noqa: PLC0415 - see above
    from sync.server.providers.simulated import Simulator  # noqa: PLC0415 - see above

    if options.workers > 1 and context.database.is_sqlite:
        raise Refusal("several workers need PostgreSQL: --database-url", "多个工作进程需要 PostgreSQL", "workers")
    files = LocalTls(options.data)
    tls = None
    if options.tls_cert or options.tls_key:
        if not (options.tls_cert and options.tls_key):
            raise Refusal("--tls-cert and --tls-key go together", "--tls-cert 和 --tls-key 要同时给出", "tls")
        tls = serving.Tls(options.tls_cert, options.tls_key)
    elif files.certificate.exists():
        tls = serving.Tls(files.certificate, files.key, files.authority_pem())
    sock = serving.listen(options.host, options.port)
    host, port = sock.getsockname()[:2]
    url = f"{'https' if tls else 'http'}://{host}:{port}"
    with context.database.read() as connection:
        empty = not merchants.all_ids(connection)
    if empty:
        merchants.create(context, "demo", DEMO)
        merchants.add_store(context, DEMO, DEMO_STORE, "Demo store 示例门店")
        print(_how_to_join(files.with_pin(devices.new_code(context, DEMO, DEMO_STORE, 1)), url))
    context.database.close()
    print(f"serving on {url}", flush=True)
    with ExitStack() as stack:
        setup = serving.Setup(
            options.data,
            options.database_url,
            Limits(options.device_rate, options.address_rate, (*DEFAULT_LIMITS.metrics_from, *options.metrics_from)),
            stack.enter_context(Simulator()).url if options.simulated_payments else "",
            tls,
        )
        return 0 if serving.serve(setup, sock, options.workers) else 1


def _how_to_join(code: str, url: str) -> str:
    return (
        f"Enrolment code 登记码: {code}\n"
        f"On the till choose “Join a server”, type {url} and this code within {devices.CODE_MINUTES} minutes.\n"
        f"在收银机上选择“加入服务器”, {devices.CODE_MINUTES} 分钟内输入 {url} 和此登记码。\n"
        "There are no goods yet: `posapp export FILE` on a till that has them, then `import-documents FILE` here.\n"
        "还没有商品: 在有商品的收银机上运行 posapp export FILE, 再在此运行 import-documents FILE。"
    )


def _init_merchant(context: Context, options: argparse.Namespace) -> int:
    print(merchants.create(context, options.name, options.id))
    return 0


def _add_store(context: Context, options: argparse.Namespace) -> int:
    merchants.add_store(context, _merchant(context, options), options.store, options.name)
    return 0


def _enrolment_code(context: Context, options: argparse.Namespace) -> int:
    code = devices.new_code(context, _merchant(context, options), options.store, options.till)
    print(LocalTls(options.data).with_pin(code))
    return 0


def _certificates(_context: Context, options: argparse.Namespace) -> int:
    pin = certificates.make(options.data, options.hosts, datetime.now(UTC))
    print(f"Pin 校验码: {pin}\nRestart the server to use the certificate. / 请重启服务器以启用证书。")
    return 0


def _revoke(context: Context, options: argparse.Namespace) -> int:
    try:
        device = bytes.fromhex(options.device)
    except ValueError:
        raise Refusal("a device id has 32 hexadecimal digits", "设备编号应为 32 位十六进制数", "device") from None
    devices.revoke(context, _merchant(context, options), device)
    return 0


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    collection: str
    key: str
    body: str


def _import_documents(context: Context, options: argparse.Namespace) -> int:
    merchant_id = _merchant(context, options)
    rows = []
    for number, line in enumerate(options.file.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = msgspec.json.decode(line, type=_Line)
            body = base64.b64decode(one.body, validate=True)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Refusal(f"line {number}: {error}", f"第 {number} 行无法读取", f"line {number}") from error
        if one.collection == COLLECTION:
            raise Refusal(
                f"line {number}: devices are enrolled, not imported", f"第 {number} 行: 设备不能导入", "collection"
            )
        rows.append(DocumentRow(one.collection, one.key, merchants.hlc(context), b"", body))

    def work(connection: Connection) -> int:
        merchants.lock_counter(connection, merchant_id)
        return merchants.publish(connection, merchant_id, rows)

    print(f"{context.database.write(work)} documents")
    return 0


def _move(context: Context, options: argparse.Namespace) -> int:
    target = Database(options.to)
    try:
        target.migrate(context.now_us())
        for merchant_id, rows in moving.move(context.database, target).items():
            print(f"{merchant_id}: {rows} rows")
    finally:
        target.close()
    print("Equal digests. Serve the other database with the same --data folder: it has the secrets. / 两边摘要一致。")
    return 0


def _backup(context: Context, options: argparse.Namespace) -> int:
    moving.back_up(context.database, options.file)
    print(f"{options.file}. Keep server-secrets.json beside it. / 请同时保存 server-secrets.json。")
    return 0


def _verify(context: Context, options: argparse.Namespace) -> int:
    report = verify.verify(context, _merchant(context, options))
    for difference in report.differences:
        print(difference)
    held = f"{report.segments} segments, {report.events} events, {report.quarantined} in quarantine"
    print(f"{report.ranges} ranges, {held}: {'ok' if report.ok else f'{len(report.differences)} differences'}")
    return 0 if report.ok else 3


def _audit(context: Context, options: argparse.Namespace) -> int:
    summary = audit.audit(context, _merchant(context, options), again=not options.new)
    for found in summary.found:
        print(f"{found.kind.value} event {found.sequence}: {found.detail}")
    doubts = ", ".join(f"{count} {doubt}" for doubt, count in sorted(summary.undecided.items()))
    print(f"{summary.sales} sales priced again: {f'{len(summary.found)} to look at' if summary.found else 'ok'}")
    print(f"taken at their word: {doubts or 'nothing'}")
    return 3 if summary.found else 0


def _digest(context: Context, options: argparse.Namespace) -> int:
    with context.database.read() as connection:
        reply = digest.of_balances(connection, _merchant(context, options))
    print(f"gseq {reply.cursor.gseq} generation {reply.cursor.generation.hex()}")
    for what, units in (("members", reply.members), ("accounts", reply.accounts)):
        for unit, (count, content) in units.items():
            print(f"{what} unit {unit}: {count} rows {content.hex()}")
    for each in reply.ranges:
        print(f"range {each.account}, holders {each.part:x}…: {each.rows} rows {each.digest.hex()}")
    return 0


def _exposure(context: Context, options: argparse.Namespace) -> int:
    with context.database.read() as connection:
        found = exposure.of_merchant(connection, _merchant(context, options))
    for line in exposure.lines(found):
        print(line)
    return 0


def _exceptions(context: Context, options: argparse.Namespace) -> int:
    merchant_id = _merchant(context, options)
    if options.retry:
        applied, left = retrying.retry(context, merchant_id)
        print(f"{applied} applied, {left} still in quarantine / 已入账 {applied}，仍隔离 {left}")
    with context.database.read() as connection:
        items = exceptions.list_open(connection, merchant_id)
        events = concerned.concerned(connection, merchant_id, items)
    for item in items:
        print(f"{item.item_id} {item.kind.value} store {item.store_id} event {item.sequence}: {item.detail}")
        for line in concerned.lines(item, events[item.item_id]):
            print(f"  {line}")
    print(f"{len(items)} open. Tills of the store close them: Ctrl+E, or posapp exceptions / 在本店收银机上处理")
    return 0


def _horizon(context: Context, options: argparse.Namespace) -> int:
    place = horizon.move(context, _merchant(context, options), options.days)
    print(f"told from place {place} on; the log itself is kept whole / 从位置 {place} 起下发, 完整记录仍保留在服务器。")
    return 0


def _restored(context: Context, options: argparse.Namespace) -> int:
    merchants.new_generation(context, _merchant(context, options))
    print("Tills will offer what is missing by themselves. / 收银机将自动补传缺失的记录。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
