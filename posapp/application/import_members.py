"""Members from an earlier system: a dry run, duplicates found, balances as opening entries (W-33)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posapp.application.csv_rows import Problem, Row, read_rows
from posapp.application.phone import normalise_phone
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import InvalidField
from posapp.domain.member import Profile

REQUIRED = ("phone",)
OPTIONAL = ("name", "birthday", "marketing", "points", "growth", "spend", "visits", "principal", "bonus")
_BIRTHDAY = re.compile(r"(?:(\d{4})[-/]?)?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])")
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class OpeningMember:
    """One member to bring in, with what they bring; `principal` and `bonus` stood on their stored-value card."""

    profile: Profile
    points: Points
    growth: Growth
    spend: Money
    visits: int
    principal: Money = Money(0)
    bonus: Money = Money(0)


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What an import would do.  `duplicates` are rows whose number an earlier row of the file already has."""

    members: tuple[OpeningMember, ...]
    duplicates: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    rows: int

    @property
    def cards(self) -> tuple[OpeningMember, ...]:
        """Those who bring stored value."""
        return tuple(one for one in self.members if one.principal or one.bonus)


def plan_members(data: bytes) -> MemberPlan:
    """Read a member file; `spend`, `principal`, `bonus` are yuan.  Raises `InvalidField` for an unreadable one."""
    rows = read_rows(data, REQUIRED, OPTIONAL)
    members: list[OpeningMember] = []
    duplicates: list[Problem] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for row in rows:
        try:
            member = _member(row)
        except InvalidField as error:
            problems.append(Problem(row.line, error.field, error.reason_en, error.reason_zh))
            continue
        earlier = first_line.setdefault(member.profile.phone_e164, row.line)
        if earlier == row.line:
            members.append(member)
        else:
            duplicates.append(Problem(row.line, "phone", f"same number as line {earlier}", f"与第 {earlier} 行同号"))
    return MemberPlan(tuple(members), tuple(duplicates), tuple(problems), len(rows))


def normalise_birthday(text: str, field: str = "birthday") -> str:
    """``0608``, ``06-08``, ``1990-06-08`` or ``19900608`` as ``MMDD`` or ``YYYYMMDD``.  Raises `InvalidField`."""
    if not text:
        return ""
    match = _BIRTHDAY.fullmatch(text.strip())
    if match is None or int(match.group(3)) > _DAYS_IN_MONTH[int(match.group(2)) - 1]:
        raise InvalidField(field, f"{text!r} is not a month and day like 0608", f"{text!r} 不是像 0608 这样的月日")
    return "".join(part or "" for part in match.groups())


def _member(row: Row) -> OpeningMember:
    cells = row.cells
    marketing = cells.get("marketing", "")
    if marketing not in {"", "0", "1"}:
        raise InvalidField("marketing", f"{marketing!r} is neither 0 nor 1", f"{marketing!r} 只能是 0 或 1")
    profile = Profile(
        normalise_phone(cells["phone"]),
        cells.get("name", ""),
        normalise_birthday(cells.get("birthday", "")),
        marketing == "1",
    )
    return OpeningMember(
        profile,
        Points(_count(cells.get("points", ""), "points")),
        Growth(_count(cells.get("growth", ""), "growth")),
        _amount(cells.get("spend", ""), "spend"),
        _count(cells.get("visits", ""), "visits"),
        _amount(cells.get("principal", ""), "principal"),
        _amount(cells.get("bonus", ""), "bonus"),
    )


def _count(text: str, field: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise InvalidField(field, f"{text!r} is not a whole number from 0", f"{text!r} 不是从 0 起的整数")
    return int(text)


def _amount(text: str, field: str) -> Money:
    amount = Money.parse(text, field) if text else Money(0)
    if amount < Money(0):
        raise InvalidField(field, "it is below zero", "不能小于零")
    return amount
