"""Receipt numbers have no gaps, whatever is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.domain.encoding import to_values
from posapp.domain.events import Recorded
from posapp.domain.ids import Incarnation, StreamId
from posapp.domain.posting import post
from posapp.storage import sales
from posapp.storage.receipts import format_receipt_number, next_receipt_number, serial_of
from tests.unit.storage.shop import ANNE, AT, DAY, OTHER_DEVICE, sale

if TYPE_CHECKING:
    from posapp.storage.database import Database
    from posapp.storage.event_log import EventLog


def test_the_number_reads_back() -> None:
    number = format_receipt_number(DAY, 3, 147)
    assert number == "270119-03-0147"
    assert serial_of(number) == 147
    assert serial_of("A-147") is None
    assert serial_of(format_receipt_number(DAY, 123, 12_345)) == 12_345


def test_numbers_run_without_gaps_over_rollbacks_days_and_other_tills(database: Database, log: EventLog) -> None:
    numbers = []
    other = StreamId(OTHER_DEVICE, Incarnation(b"otherone"))
    foreign = sale(format_receipt_number(DAY, 4, 999))
    with database.write() as connection:
        values = to_values(Recorded(other, 1, AT, foreign, post(foreign)))
        log.append_foreign(connection, other, 1, [values])
    for n in range(6):
        day = DAY.plus(n // 4)
        try:
            with database.write() as connection:
                number = next_receipt_number(connection, day, 3)
                log.append(connection, sale(number, day=day), AT)
                if n == 1:
                    raise ConnectionError  # noqa: TRY301 - what rolls back
        except ConnectionError:
            continue
        numbers.append(number)
    assert numbers == [
        "270119-03-0001",
        "270119-03-0002",
        "270119-03-0003",
        "270120-03-0001",
        "270120-03-0002",
    ]


def test_a_sale_is_found_by_its_number_and_read_whole(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        recorded = log.append(connection, sale("270119-03-0001"), AT)
        log.append(connection, sale("270119-03-0002", None), AT)
    with database.read() as connection:
        (found,) = sales.by_receipt(connection, "270119-03-0001")
        assert sales.sale_at(connection, found.position) == recorded
        assert sales.find(connection, recorded.stream, 1) == found
        assert sales.find(connection, recorded.stream, 9) is None
        assert sales.sale_at(connection, 99) is None
        assert [one.receipt_number for one in sales.recent(connection)] == ["270119-03-0002", "270119-03-0001"]
        assert [one.receipt_number for one in sales.by_member(connection, ANNE)] == ["270119-03-0001"]
        assert sales.by_receipt(connection, "270119-03-9999") == []


@pytest.mark.parametrize("number", ["", "1-2-3", "270119-03-0001 ", "270119-3-0001"])
def test_what_is_not_of_this_form_has_no_serial(number: str) -> None:
    assert serial_of(number) is None
