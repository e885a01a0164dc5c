"""One function a command of the till's command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from posapp.bootstrap.folders import TillFolder
from posapp.domain.errors import InvalidField


def run(options: argparse.Namespace) -> int:
    """Carry out a parsed command; a refusal is one sentence in both languages on standard error."""
    try:
        return _COMMANDS[options.command](options)
    except InvalidField as error:
        return _refuse(f"{error.field}: {error.reason_en}", f"{error.field}：{error.reason_zh}")
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}", f"{error.filename}：读写失败")
    except Exception as error:
        zh, en = getattr(error, "zh", None), getattr(error, "en", None)
        if isinstance(zh, str) and isinstance(en, str):
            return _refuse(en, zh)
        raise


def _refuse(english: str, chinese: str) -> int:
    print(english, file=sys.stderr)
    print(chinese, file=sys.stderr)
    return 1


# The imports inside the functions below keep each command from loading what only another one needs.


def _run(options: argparse.Namespace) -> int:
    from posapp.bootstrap.window import run_window  # noqa: PLC0415 - start-up cost

    return run_window(options.data, options.customer_display)


def _demo(options: argparse.Namespace) -> int:
    from posapp.bootstrap.demo import run_demo  # noqa: PLC0415 - start-up cost

    return run_demo(options.out, options.language)


def _quote(options: argparse.Namespace) -> int:
    from posapp.application.quote_document import quote_document  # noqa: PLC0415 - start-up cost

    data = sys.stdin.buffer.read() if str(options.file) == "-" else options.file.read_bytes()
    print(json.dumps(quote_document(data), ensure_ascii=False, indent=2))
    return 0


def _programme(options: argparse.Namespace) -> int:
    from posapp.bootstrap.programme_commands import look_at_programme, publish_programme  # noqa: PLC0415 - start-up cost

    folder, file = _existing(options.data), options.file
    if not options.publish:
        return look_at_programme(folder, file, options.margin)
    if file is None:
        raise InvalidField("FILE", "say which programme to publish", "请写明要发布的方案文件")
    return publish_programme(folder, file)


def _rotate_key(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import rotate_till_key  # noqa: PLC0415 - start-up cost

    return rotate_till_key(_existing(options.data))


def _verify(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import compare_with_server, verify_till  # noqa: PLC0415 - start-up cost

    folder = _existing(options.data)
    status = verify_till(folder)
    return compare_with_server(folder) or status if options.server else status


def _import(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import import_file  # noqa: PLC0415 - start-up cost

    file: Path = options.file
    return import_file(_existing(options.data), options.what, file.read_bytes(), dry_run=options.dry_run)


def _backup(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import back_up_till  # noqa: PLC0415 - start-up cost

    return back_up_till(_existing(options.data), options.file)


def _export(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import export_documents  # noqa: PLC0415 - start-up cost

    return export_documents(_existing(options.data), options.file)


def _member_code(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import print_member_code  # noqa: PLC0415 - start-up cost

    return print_member_code(_existing(options.data), options.phone)


def _payments(options: argparse.Namespace) -> int:
    from posapp.bootstrap.upkeep import list_payments, settle_payment  # noqa: PLC0415 - start-up cost

    folder, number = _existing(options.data), options.taken or options.returned
    if not number:
        return list_payments(folder)
    if not options.by:
        raise InvalidField("--by", "say who looked it up", "请写明核对人")
    return settle_payment(folder, number, options.by, taken=bool(options.taken))


def _coupon_batch(options: argparse.Namespace) -> int:
    from posapp.bootstrap.coupon_commands import print_batch  # noqa: PLC0415 - start-up cost

    return print_batch(_existing(options.data), options.number, options.file)


def _coupon_report(options: argparse.Namespace) -> int:
    from posapp.bootstrap.coupon_commands import print_report  # noqa: PLC0415 - start-up cost

    return print_report(_existing(options.data), options.day)


def _report(options: argparse.Namespace) -> int:
    from posapp.bootstrap.reports import print_report  # noqa: PLC0415 - start-up cost

    return print_report(_existing(options.data), options.name, options.first, options.last, listed=options.entries)


def _points(options: argparse.Namespace) -> int:
    from posapp.bootstrap.points_upkeep import PointsOrder, keep_points  # noqa: PLC0415 - start-up cost

    order = PointsOrder(options.what, getattr(options, "draw", ""), getattr(options, "day", ""))
    return keep_points(_existing(options.data), order)


def _printer(options: argparse.Namespace) -> int:
    from posapp.bootstrap.printer_command import keep_printer  # noqa: PLC0415 - start-up cost

    return keep_printer(_existing(options.data), options)


def _support_bundle(options: argparse.Namespace) -> int:
    from posapp.bootstrap.support_bundle import write_bundle  # noqa: PLC0415 - start-up cost

    return write_bundle(_existing(options.data), options.file)


def _staff(options: argparse.Namespace) -> int:
    from posapp.bootstrap.staff_commands import StaffOrder, keep_staff  # noqa: PLC0415 - start-up cost

    given = {name: getattr(options, name, "") for name in ("number", "name", "role", "phone")}
    order = StaffOrder(options.what, **given, limits=tuple(getattr(options, "limit", ())))
    return keep_staff(_existing(options.data), order)


def _exceptions(options: argparse.Namespace) -> int:
    from posapp.bootstrap.inbox_commands import InboxOrder, keep_inbox  # noqa: PLC0415 - start-up cost

    given = {name: getattr(options, name, "") for name in ("item", "remedy", "by", "note")}
    return keep_inbox(_existing(options.data), InboxOrder(options.what, **given))


def _card_qr(options: argparse.Namespace) -> int:
    from posapp.bootstrap.scan_commands import write_card_qr  # noqa: PLC0415 - start-up cost

    return write_card_qr(_existing(options.data), options.number, options.out)


def _scanners(options: argparse.Namespace) -> int:
    from posapp.bootstrap.scan_commands import choose_scanners  # noqa: PLC0415 - start-up cost

    folder = _existing(options.data)
    return choose_scanners(folder, options.camera, options.serial, options.amount_labels, options.weight_labels)


def _messages(options: argparse.Namespace) -> int:
    from posapp.bootstrap.message_commands import MessageOrder, tell_audience  # noqa: PLC0415 - start-up cost

    order = MessageOrder(options.message, options.out, options.by, options.reason)
    return tell_audience(_existing(options.data), order)


def _card_face(options: argparse.Namespace) -> int:
    from posapp.bootstrap.card_face_command import show_or_choose_face  # noqa: PLC0415 - start-up cost

    return show_or_choose_face(_existing(options.data), options.face)


def _existing(folder: TillFolder) -> TillFolder:
    if not folder.database.exists():
        raise InvalidField("--data", f"there is no till in {folder.root}", f"{folder.root} 里没有收银机数据")
    return folder


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "demo": _demo,
    "quote": _quote,
    "programme": _programme,
    "verify": _verify,
    "rotate-key": _rotate_key,
    "import": _import,
    "backup": _backup,
    "export": _export,
    "card-qr": _card_qr,
    "card-face": _card_face,
    "messages": _messages,
    "member-code": _member_code,
    "scanners": _scanners,
    "payments": _payments,
    "coupon-batch": _coupon_batch,
    "coupon-report": _coupon_report,
    "report": _report,
    "points": _points,
    "printer": _printer,
    "support-bundle": _support_bundle,
    "staff": _staff,
    "exceptions": _exceptions,
}
