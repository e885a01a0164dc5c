"""Commands that look after a till without its window: verify, import, back up."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from posapp.application import payment_returns
from posapp.application.csv_rows import Problem
from posapp.application.founding import import_products
from posapp.application.import_members import MemberPlan, plan_members
from posapp.application.import_products import plan_products
from posapp.application.member_life.numbers import owner_of
from posapp.application.members import find_members, import_opening_members
from posapp.application.payments import needing_a_person, payment_numbered, settle_by_hand
from posapp.application.phone_code import shown_now
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.application.stored_value.opening import OpeningValue, import_opening_value, opening_kind
from posapp.application.till import Cashier, Till
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.storage import catalogue, documents
from posapp.storage.backup import back_up
from posapp.storage.verify import verify
from sync.client.errors import SyncError

_SHOWN_PROBLEMS = 20


@contextmanager
def opened(folder: TillFolder) -> Iterator[Till]:
    """The till of a folder, for one command.  Raises `InvalidField` where no shop was founded."""
    shops = Shops(folder, SystemClock(), SystemEntropy())
    try:
        till = shops.open_till()
        if till is None:
            raise InvalidField("--data", "no shop was founded here yet", "这里还没有开店")
        yield till
    finally:
        shops.close()


def verify_till(folder: TillFolder) -> int:
    """Print what `verify` found; 0 where everything agrees."""
    with opened(folder) as till:
        report = verify(till.database)
    for difference in report.differences:
        print(difference)
    gaps = f", {report.gaps} gaps that the server no longer tells" if report.gaps else ""
    print(f"{report.events} events, {len(report.differences)} differences{gaps}")
    return 0 if report.ok else 1


def compare_with_server(folder: TillFolder) -> int:
    """Print in which ranges of accounts this till and its server differ; 0 where in none."""
    shops = Shops(folder, SystemClock(), SystemEntropy())
    try:
        found = carrying.compare_with_server(shops)
    except SyncError as error:
        print(f"{error.english}\n{error.chinese}")
        return 1
    finally:
        shops.close()
    for (account, part), (here, there) in found.differing.items():
        print(f"account {account}, holders {part:x}…: {here} balances here, {there} at the server, not the same")
    if found.differing and not found.same_place:
        print("Something is still on its way: let the till sync and ask again. / 仍有数据在传输, 请同步后再试。")
    print(f"{found.ranges} ranges at the server, {len(found.differing)} differ")
    return 1 if found.differing else 0


def rotate_till_key(folder: TillFolder) -> int:
    """Change the key that this till signs with; its window, where it is open, must be started again."""
    shops = Shops(folder, SystemClock(), SystemEntropy())
    try:
        till = shops.open_till()
        if till is None:
            raise InvalidField("--data", "no shop was founded here yet", "这里还没有开店")
        carrying.rotate_key(shops, till)
    except SyncError as error:
        print(f"{error.english}\n{error.chinese}")
        return 1
    finally:
        shops.close()
    print("This till has a new key. Start its window again. / 本机已更换密钥, 请重新打开收银界面。")
    return 0


def import_file(folder: TillFolder, what: str, data: bytes, *, dry_run: bool) -> int:
    """Import members or products; every bad row is named, and the good ones are written unless it is a dry run."""
    with opened(folder) as till:
        return _import_members(till, data, dry_run) if what == "members" else _import_products(till, data, dry_run)


def _import_members(till: Till, data: bytes, dry_run: bool) -> int:
    plan = plan_members(data)
    _print_problems(plan.duplicates)
    _print_problems(plan.problems)
    # Asked before anything is written: without such a card nothing of the file is brought in.
    kind = opening_kind(till) if plan.cards else ""
    done = 0 if dry_run else import_opening_members(till, plan.members, StaffId("import"), "import")
    print(
        f"{plan.rows} rows: {len(plan.members)} members, {len(plan.duplicates)} duplicates, {len(plan.problems)} bad; "
        + ("dry run, nothing written" if dry_run else f"{done} written, {len(plan.members) - done} known already")
    )
    if kind:
        _import_stored_value(till, plan, kind, dry_run)
    return 1 if plan.problems else 0


def _import_stored_value(till: Till, plan: MemberPlan, kind: str, dry_run: bool) -> None:
    """Also of members who are known already: it is owed to them, and each brings it once."""
    principal = Money(sum(one.principal.fen for one in plan.cards))
    bonus = Money(sum(one.bonus.fen for one in plan.cards))
    with till.database.read() as connection:
        values = [
            OpeningValue(owner_of(till, connection, one.profile.phone_e164), one.principal, one.bonus)
            for one in plan.cards
        ]
    done = 0 if dry_run else import_opening_value(till, values, kind, StaffId("import"), "import")
    print(
        f"{len(plan.cards)} stored-value cards with {principal} and {bonus} of bonus; "
        + ("dry run, nothing written" if dry_run else f"{done} written, {len(plan.cards) - done} brought in before")
    )


def _import_products(till: Till, data: bytes, dry_run: bool) -> int:
    with till.database.read() as connection:
        revisions = {product.sku: product.revision for product in catalogue.every(connection)}
    plan = plan_products(data, lambda sku: revisions.get(sku, 0))
    _print_problems(plan.problems)
    done = 0 if dry_run else import_products(till, plan)
    print(
        f"{plan.rows} rows: {len(plan.products)} products, {len(plan.problems)} bad; "
        + ("dry run, nothing written" if dry_run else f"{done} new or changed")
    )
    return 1 if plan.problems else 0


def _print_problems(problems: Iterable[Problem]) -> None:
    listed = list(problems)
    for problem in listed[:_SHOWN_PROBLEMS]:
        place = f"{problem.line}, {problem.field}"
        print(f"line {place}: {problem.reason_en} / 第 {problem.line} 行 {problem.field}：{problem.reason_zh}")
    if len(listed) > _SHOWN_PROBLEMS:
        print(f"… and {len(listed) - _SHOWN_PROBLEMS} more / 另有 {len(listed) - _SHOWN_PROBLEMS} 行")


def back_up_till(folder: TillFolder, target: Path) -> int:
    """Copy the database to a file that opens with the same key, checked before it replaces an older one."""
    with opened(folder) as till:
        report = back_up(till.database, target)
    print(f"{target}: {report}")
    return 0


def export_documents(folder: TillFolder, target: Path) -> int:
    """Write this shop's goods and programme for a server (`posapp-server import-documents`), a JSON line each."""
    with opened(folder) as till, till.database.read() as connection:
        kept = [one for name in (documents.PROGRAMME, documents.PRODUCT) for one in documents.every(connection, name)]
    lines = [
        json.dumps({"collection": one.collection, "key": one.key, "body": base64.b64encode(one.body).decode()})
        for one in kept
    ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target}: {len(lines)} documents")
    return 0


def list_payments(folder: TillFolder) -> int:
    """Print the payments by code that a person must look into; 1 where there are any."""
    with opened(folder) as till:
        stuck, zone = needing_a_person(till), till.programme.zone
        for one in stuck:
            when = f"{one.created.astimezone(zone):%Y-%m-%d %H:%M}"
            print(f"{one.out_trade_no} {one.method.name} {one.amount} {when} {one.reason}".rstrip())
        returns = payment_returns.needing_a_person(till)
        for back in returns:
            when = f"{back.created.astimezone(zone):%Y-%m-%d %H:%M}"
            what = f"{back.back.method.name} -{back.back.amount} {back.receipt}"
            print(f"{back.number} {what} {when} {back.reason}".rstrip())
    count = len(stuck) + len(returns)
    print(f"{count} to look into / {count} 笔待核对")
    return 1 if count else 0


def settle_payment(folder: TillFolder, number: str, who: str, *, taken: bool) -> int:
    """Settle what a person has looked up with the provider: the money was taken, or is with the buyer."""
    person = Cashier(StaffId(who), who)
    with opened(folder) as till:
        if payment_returns.is_known(till, number):
            if taken:
                raise InvalidField("--taken", "this is money that goes back: --returned", "这是退款，请用 --returned")
            stage = payment_returns.settle_by_hand(till, number, person).stage.name
        else:
            payment_numbered(till, number)
            stage = settle_by_hand(till, number, person, taken=taken).stage.name
    print(f"{number}: {stage}")
    return 0


def print_member_code(folder: TillFolder, phone: str) -> int:
    """Print the digits that this member's phone would show now; good for about a minute, once."""
    with opened(folder) as till:
        found = find_members(till, phone).members
        if len(found) != 1:
            raise InvalidField("phone", f"{len(found)} members match", f"匹配到 {len(found)} 位会员")
        print(shown_now(till, int(found[0].card_number)))
    return 0
