"""`posapp messages`: the messages of the programme, whom each may reach, and that list as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posapp.application.csv_rows import write_rows
from posapp.application.member_messages import audience_of, masked_recipients, whole_recipients
from posapp.application.staff.signing_in import cashier_of, pin_refusal
from posapp.application.till import Cashier, Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.staff_commands import person_of, read_pin
from posapp.bootstrap.upkeep import opened

_COLUMNS = ("card", "name", "phone", "tier_zh", "tier_en")


@dataclass(frozen=True, slots=True)
class MessageOrder:
    """Which list is wanted.  `by` is who takes whole numbers, and `reason` why; without it they are masked."""

    message: str = ""
    file: Path | None = None
    by: str = ""
    reason: str = ""


def tell_audience(folder: TillFolder, order: MessageOrder) -> int:
    """List the messages, or one of them with the members whom it may reach; write those where a file is named."""
    with opened(folder) as till:
        wanted = [one.id for one in till.programme.messages if order.message in ("", one.id)] or [order.message]
        for message in wanted:
            _tell(till, message)
        if order.message and order.file is not None:
            _write(till, order, order.file)
    return 0


def _tell(till: Till, message: str) -> None:
    audience = audience_of(till, message)
    one = audience.message
    print(f"{one.id}  {one.kind.value}  {', '.join(sorted(one.tiers)) or 'every tier / 全部等级'}  {one.link}".rstrip())
    print(f"  {one.text.zh}\n  {one.text.en}")
    reached, left_out = len(audience.recipients), audience.opted_out
    print(f"  reaches {reached}, {left_out} have not agreed / 可发 {reached} 人，未同意 {left_out} 人")


def _write(till: Till, order: MessageOrder, file: Path) -> None:
    audience = audience_of(till, order.message)
    if order.by:
        found = whole_recipients(till, audience, _proved(till, order.by), order.reason)
    else:
        found = masked_recipients(till, audience)
    rows = [(one.card_number, one.name, one.phone, one.tier.zh, one.tier.en) for one in found]
    write_rows(file, [_COLUMNS, *rows])
    how = "whole numbers, recorded / 完整号码，已留记录" if order.by else "masked / 已隐去号码"
    print(f"{file}: {len(rows)}, {how}")


def _proved(till: Till, number: str) -> Cashier:
    """Who they are, by their PIN.  Raises `InvalidField`."""
    person = person_of(till, number)
    _refused, error = pin_refusal(till, person, read_pin())
    if error is not None:
        raise error
    return cashier_of(person)
