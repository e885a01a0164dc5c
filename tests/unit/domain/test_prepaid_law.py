"""The table of rules: the more special text stands above the more general one, from its day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from posapp.domain.errors import InvalidField
from posapp.domain.prepaid_law import rate_on, read_law
from posapp.domain.time import BusinessDay
from posapp.law_tables import law_book, work_calendar

TODAY = BusinessDay.of(date(2026, 11, 27))


def rule(code: str, province: str, entity: str, since: str, **values: Any) -> dict[str, Any]:
    return {
        "id": code,
        "name": code,
        "source": "a test",
        "province": province,
        "entity": entity,
        "from": since,
        "values": values,
    }


def book(*rules: dict[str, Any]) -> dict[str, Any]:
    rates = {"rates": [{"from": "2020-01-01", "rate": 300}]}
    return {"notice": "n", "rules": list(rules), "interest": {"lpr_one_year": rates, "deposit_one_year": rates}}


def test_the_special_text_stands_above_the_general_one_from_its_day() -> None:
    read = read_law(
        book(
            rule("city", "gz", "*", "2026-01-01", cooling_off_days=10),
            rule("state", "*", "*", "2025-05-01", cooling_off_days=7, named_limit="5000.00"),
            rule("small", "gz", "other", "2025-01-01", named_limit="2000.00"),
        )
    )
    law = read.law("gz", "other", TODAY)
    assert (law.cooling_off_days, law.named_limit, law.unnamed_limit) == (10, 200_000, None)
    assert read.law("gz", "enterprise", TODAY).named_limit == 500_000
    assert read.law("gz", "other", BusinessDay.of(date(2025, 12, 31))).cooling_off_days == 7
    assert read.law("gz", "other", BusinessDay.of(date(2024, 1, 1))).cooling_off_days is None


@pytest.mark.parametrize(
    ("values", "field"),
    [({"speed": 5}, "speed"), ({"named_limit": 5000}, "named_limit"), ({"cooling_off_days": "7"}, "cooling_off_days")],
)
def test_what_cannot_be_used_is_named(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        read_law(book(rule("a", "*", "*", "2025-01-01", **values)))
    assert refused.value.field == f"rules[0].values.{field}"


def test_the_bundled_table_names_its_sources_and_says_that_it_is_no_advice() -> None:
    bundled = law_book()
    assert "不构成法律意见" in bundled.notice.zh
    assert "Not legal advice" in bundled.notice.en
    assert all(each.source and each.name.zh for each in bundled.rules)
    assert rate_on(bundled.deposit_one_year, TODAY) == 150
    assert rate_on(bundled.lpr_one_year, BusinessDay.of(date(2025, 5, 1))) == 310
    beijing = bundled.law("beijing", "enterprise", TODAY)
    assert (beijing.refund_within_days, beijing.custody_rate("scale")) == (5, 4000)
    assert bundled.law("shanghai", "enterprise", TODAY).custody_rate("brand") == 4000
    assert bundled.law("shanghai", "enterprise", TODAY).custody_rate("none") is None


def test_working_days_of_a_published_year_and_of_another() -> None:
    calendar = work_calendar()
    for day, holiday in (
        (date(2026, 2, 14), False),
        (date(2026, 2, 15), True),
        (date(2026, 2, 23), True),
        (date(2026, 2, 24), False),
        (date(2026, 11, 28), True),
        (date(2027, 10, 1), False),
        (date(2027, 10, 2), True),
    ):
        assert calendar.is_holiday(BusinessDay.of(day)) is holiday
    assert (calendar.is_known(TODAY), calendar.is_known(BusinessDay.of(date(2027, 1, 1)))) == (True, False)
