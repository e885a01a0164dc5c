"""Importing a member base: nothing lost, nothing doubled, every bad row named."""

from __future__ import annotations

import pytest

from posapp.application.import_members import normalise_birthday, plan_members
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.errors import InvalidField


def test_w33_a_thousand_rows_with_twenty_duplicates_and_five_bad_ones() -> None:
    rows = [f"139{number:08d},会员{number},{number}" for number in range(975)]
    rows += [f"139{number:08d},又一次,5" for number in range(20)]
    rows += ["1395716,短,1", "abc,错,1", "13900000001x,错,1", "13999999998,错,-1", "13999999999,错,1.5"]
    plan = plan_members(("phone,name,points\n" + "\n".join(rows)).encode())
    assert (plan.rows, len(plan.members), len(plan.duplicates), len(plan.problems)) == (1000, 975, 20, 5)
    assert sum(member.points.count for member in plan.members) == sum(range(975))
    assert [problem.line for problem in plan.problems] == [997, 998, 999, 1000, 1001]
    assert {problem.field for problem in plan.problems} == {"phone", "points"}
    assert plan.duplicates[0].line == 977
    assert "第 2 行" in plan.duplicates[0].reason_zh


def test_all_columns() -> None:
    text = (
        "phone,name,birthday,marketing,points,growth,spend,visits,principal,bonus\n"
        "13800006021,林晓梅,06-08,1,3482,3640,5000.50,41,800.00,160.5\n"
    )
    (member,) = plan_members(text.encode("gb18030")).members
    assert member.profile.phone_e164 == "+8613800006021"
    assert (member.profile.name, member.profile.birthday, member.profile.marketing) == ("林晓梅", "0608", True)
    assert (member.points, member.growth, member.spend, member.visits) == (
        Points(3482), Growth(3640), Money(500_050), 41,
    )  # fmt: skip
    assert (member.principal, member.bonus) == (Money(80_000), Money(16_050))


def test_stored_value_below_zero_is_a_bad_row() -> None:
    plan = plan_members(b"phone,principal,bonus\n13800006021,-1,0\n13800006022,0,0\n13800006023,5,1\n")
    assert [(problem.line, problem.field) for problem in plan.problems] == [(2, "principal")]
    assert [one.profile.phone_e164 for one in plan.cards] == ["+8613800006023"]


@pytest.mark.parametrize(("header", "field"), [("name,points", "phone"), ("phone,balance", "balance"), ("", "phone")])
def test_a_missing_or_unknown_column_refuses_the_file(header: str, field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        plan_members(header.encode())
    assert caught.value.field == field


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidField) as caught:
        plan_members(b"\xff\xff\xff")
    assert caught.value.field == "file"


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("0608", "0608"), ("06-08", "0608"), ("1990-06-08", "19900608"), ("0229", "0229")]
)
def test_birthdays(typed: str, kept: str) -> None:
    assert normalise_birthday(typed) == kept


@pytest.mark.parametrize("typed", ["0631", "1308", "0230", "x", "608"])
def test_impossible_birthdays(typed: str) -> None:
    with pytest.raises(InvalidField):
        normalise_birthday(typed)
