"""The till's command line.  `run` shows its window before it imports what it does not need yet."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from posapp.bootstrap.folders import TillFolder, default_folder

_DESCRIPTION = "An offline-first till built around the membership card."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 for done, 1 for refused or different, 2 for a wrong call."""
    options = prepare(arguments)
    # Each command imports only its own part: the window must not wait for what the other commands need.
    from posapp.bootstrap import commands  # noqa: PLC0415 - see above

    return commands.run(options)


def prepare(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line and choose how windows are shown; Qt may be imported from here on."""
    options = _parser().parse_args(arguments)
    _choose_platform()
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="posapp", description=_DESCRIPTION)
    parser.add_argument("--data", type=_folder, default=default_folder(), metavar="DIR", help="where this till lives")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    demo = commands.add_parser(
        "demo", help="ring up a member sale in a demo shop, write a screenshot, print its receipt"
    )
    demo.add_argument("--out", type=Path, default=Path("demo.png"), help="the screenshot (default: demo.png)")
    demo.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN")

    quote = commands.add_parser("quote", help="price a cart of JSON against a programme of JSON")
    quote.add_argument("file", type=Path, metavar="FILE", help="the document, or - for standard input")

    _add_programme(commands)
    verify = commands.add_parser("verify", help="re-hash the log, rebuild every projection, compare")
    verify.add_argument("--server", action="store_true", help="then compare balances with the server, by their digests")
    commands.add_parser("rotate-key", help="change the key that this till signs with at its server")

    imports = commands.add_parser("import", help="bring in members or products from CSV")
    imports.add_argument("what", choices=("members", "products"))
    imports.add_argument("file", type=Path, metavar="FILE")
    imports.add_argument("--dry-run", action="store_true", help="only say what would happen")

    for name, words in (
        ("backup", "copy the database, consistent, while the till runs"),
        ("export", "write goods and programme for a server's import-documents"),
        ("support-bundle", "write what support needs to know into a zip, without personal data"),
    ):
        commands.add_parser(name, help=words).add_argument("file", type=Path, metavar="FILE")

    payments = commands.add_parser("payments", help="payments by code that need a person, and how they were settled")
    settled = payments.add_mutually_exclusive_group()
    settled.add_argument("--taken", metavar="NUMBER", help="the provider has the money: its sale is paid")
    settled.add_argument("--returned", metavar="NUMBER", help="the buyer has the money: the basket can be paid again")
    payments.add_argument("--by", default="", metavar="WHO", help="who looked it up")

    batch = commands.add_parser("coupon-batch", help="make a batch of printed coupons good and write its codes")
    batch.add_argument("number", type=int, metavar="NUMBER", help="the batch's number in the programme")
    batch.add_argument("file", type=Path, metavar="FILE")

    cohorts = commands.add_parser("coupon-report", help="what became of coupons, by month of issue, on any day")
    cohorts.add_argument("--day", default="", metavar="YYYY-MM-DD", help="at the end of this day (default: today)")
    report = commands.add_parser("report", help="what the shop owes its members by day; its shifts, its people")
    report.add_argument("name", metavar="NAME", help="stored-value, points, passes, shift, staff")
    report.add_argument("--from", dest="first", metavar="DAY", help="YYYY-MM-DD (default: all of it, or today)")
    report.add_argument("--to", dest="last", metavar="DAY", help="YYYY-MM-DD (default: today)")
    report.add_argument("--entries", action="store_true", help="list every entry too")

    _add_printer(commands)
    _add_codes(commands)
    _add_points(commands)
    _add_staff(commands)
    _add_exceptions(commands)
    _add_messages(commands)
    return parser


def _add_codes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    card = commands.add_parser("card-qr", help="the QR code of a member's printed card, as a picture")
    card.add_argument("number", metavar="NUMBER", help="the card's number")
    card.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    face = commands.add_parser("card-face", help="what the membership card looks like, at every till")
    face.add_argument(
        "face", nargs="?", default="", metavar="FACE", help="tier, basic, silver, gold, diamond, or a file"
    )

    scanners = commands.add_parser(
        "scanners", help="what the till scans with besides keyboards, and which labels the shop's scales print"
    )
    scanners.add_argument("--camera", metavar="CAMERA", help="0 for the first, a device's path, or off")
    scanners.add_argument("--serial", metavar="PATH", help="a serial line such as /dev/ttyACM0, or off")
    scanners.add_argument("--amount-labels", metavar="PREFIXES", help="scale labels with the price: 20-24, or off")
    scanners.add_argument("--weight-labels", metavar="PREFIXES", help="scale labels with the weight: 25-29, or off")

    code = commands.add_parser("member-code", help="the code that a member's phone would show now (for trying out)")
    code.add_argument("phone", metavar="PHONE")


def _add_staff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    staff = commands.add_parser("staff", help="who works here: roles, limits, PINs")
    what = staff.add_subparsers(dest="what", required=True, metavar="WHAT")
    what.add_parser("list", help="everybody, and how far they may go alone")
    put = what.add_parser("put", help="write somebody down, or change what is known of them")
    for name in ("number", "name"):
        put.add_argument(name, metavar=name.upper())
    put.add_argument("role", choices=("cashier", "manager", "owner"))
    put.add_argument("--phone", default="", help="their own membership, which they do not serve themselves")
    put.add_argument("--limit", action="append", default=[], metavar="NAME=MOST", help="cash_refund=50000, or none")
    for name, words in (("pin", "give somebody a PIN, read from the terminal"), ("leave", "somebody has left")):
        what.add_parser(name, help=words).add_argument("number", metavar="NUMBER")


def _add_messages(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    messages = commands.add_parser("messages", help="the programme's messages to members, and whom each may reach")
    messages.add_argument("message", nargs="?", default="", metavar="MESSAGE", help="one of them (default: all)")
    messages.add_argument("--out", type=Path, metavar="FILE.csv", help="write whom it may reach, numbers masked")
    messages.add_argument("--by", default="", metavar="NUMBER", help="who takes whole numbers; reads their PIN")
    messages.add_argument("--reason", default="", metavar="WORDS", help="why; both are recorded")


def _add_exceptions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inbox = commands.add_parser("exceptions", help="what tills did against each other, and who bears it")
    what = inbox.add_subparsers(dest="what", required=True, metavar="WHAT")
    what.add_parser("show", help="what is open in this store as of the server's last word, and the ways to close it")
    close = what.add_parser("close", help="close one; it is recorded and synced like everything else")
    close.add_argument("item", metavar="ITEM", help="the beginning of its id")
    close.add_argument("remedy", metavar="REMEDY", help="what is done about it, a word that `show` lists")
    close.add_argument("--by", default="", metavar="WHO", help="who decided it")
    close.add_argument("--note", default="", metavar="WORDS", help="why")


def _add_points(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    points = commands.add_parser("points", help="points: what is owed, what lapsed, gifts and draws")
    what = points.add_subparsers(dest="what", required=True, metavar="WHAT")
    what.add_parser("report", help="what the shop owes in points").add_argument("--day", default="", metavar="DATE")
    what.add_parser("expire", help="post what has lapsed; changes nothing that may be spent")
    what.add_parser("supply", help="put up the gifts and prizes that the programme counts, once")
    for name, words in (("open-draw", "record a draw's commitment"), ("close-draw", "tell its seed and check it")):
        what.add_parser(name, help=words).add_argument("draw", metavar="DRAW")


def _add_programme(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    programme = commands.add_parser(
        "programme", help="what customers will read of a programme, and what to think about"
    )
    programme.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a programme of JSON (default: in force)")
    programme.add_argument(
        "--margin", type=int, metavar="RATE", help="the shop's usual margin, basis points of a price"
    )
    programme.add_argument("--publish", action="store_true", help="put it in force, here and at the other tills")


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="open the till")
    run.add_argument(
        "--customer-display",
        nargs="?",
        choices=("zh_CN", "en"),
        const="zh_CN",
        metavar="LANGUAGE",
        help="a second window for the customer, also without a second screen (zh_CN, or en)",
    )


def _add_printer(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    printer = commands.add_parser("printer", help="which receipt printer and drawer this till has, and try them")
    way = printer.add_mutually_exclusive_group()
    way.add_argument("--tcp", metavar="HOST[:PORT]", help="a network printer (port 9100 unless said)")
    way.add_argument("--device", metavar="PATH", help="a device file, such as /dev/usb/lp0 or /dev/ttyUSB0")
    way.add_argument("--spooler", metavar="QUEUE", help="a queue of the system's spooler")
    way.add_argument("--folder", action="store_true", help="none: receipts become text files")
    printer.add_argument("--baud", type=int, help="the speed of a serial line")
    printer.add_argument("--paper", choices=("58", "80", "80-42"), help="millimetres; 80-42 has 42 columns")
    printer.add_argument("--join", metavar="URL", help="what the code for new members says; empty prints none")
    for name, words in (
        ("status", "ask it for its paper and cover"),
        ("codes", "let it draw QR codes itself"),
        ("drawer", "the drawer hangs on it"),
    ):
        printer.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, help=words)
    printer.add_argument("--test", action="store_true", help="print a test")
    printer.add_argument("--open-drawer", action="store_true", help="open the drawer")


def _folder(text: str) -> TillFolder:
    return TillFolder(Path(text))


def _choose_platform() -> None:
    """Without a screen, Qt must be told before it is imported: else it aborts with a misleading sentence."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


if __name__ == "__main__":
    sys.exit(main())
