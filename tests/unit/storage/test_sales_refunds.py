"""Refunds in the log: exact reverse, found by their sale, rebuilt by verify, numbered without gaps."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from posapp.domain.accounts import Account
from posapp.domain.amounts import Points
from posapp.domain.encoding import to_values
from posapp.domain.events import Recorded, ReturnedLine, SaleCompleted, SaleRefunded
from posapp.domain.ids import Incarnation, StaffId, StreamId, event_id
from posapp.domain.posting import post
from posapp.storage import members, receipts, sales
from posapp.storage.database import Database
from posapp.storage.event_log import EventLog
from posapp.storage.verify import verify
from tests.unit.storage.shop import ANNE, AT, DAY, OTHER_DEVICE, sale


def refund_of(recorded: Recorded, number: str) -> SaleRefunded:
    """All of a sale comes back the next day."""
    sold = recorded.event
    assert isinstance(sold, SaleCompleted)
    return SaleRefunded(
        receipt_number=number,
        business_day=DAY.plus(1),
        cashier=StaffId("c07"),
        approver=StaffId("m01"),
        reason="damaged",
        is_void=False,
        original_device=recorded.stream.device,
        original_incarnation=recorded.stream.incarnation,
        original_sequence=recorded.sequence,
        original_receipt=sold.receipt_number,
        original_day=sold.business_day,
        member=sold.member,
        rules=sold.rules,
        lines=tuple(
            ReturnedLine(place, line.quantity, line.list_amount, line.adjustments)
            for place, line in enumerate(sold.lines)
        ),
        tenders=tuple(replace(tender, handed=tender.amount) for tender in sold.tenders),
        points_back=sold.points_spent,
        points_taken=Points(sold.points_base.count + sold.points_bonus.count),
        growth_taken=sold.growth,
        spend_taken=sold.spend,
        coupons=(),
        is_complete=True,
    )


def test_a_refund_gives_everything_back_and_is_found_by_its_sale(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        sold = log.append(connection, sale(), AT)
        assert members.standing(connection, ANNE).visits == 1
        number = receipts.next_refund_number(connection, DAY.plus(1), 3)
        back = log.append(connection, refund_of(sold, number), AT)
        standing = members.standing(connection, ANNE)
        assert (standing.visits, standing.orders, standing.points.count, standing.spend.fen) == (0, 0, 0, 0)
        assert sales.refunds_of(connection, event_id(sold.stream, sold.sequence)) == [back]
        assert sales.refunds_of(connection, event_id(sold.stream, 99)) == []
        assert number.endswith("-03-R0001")
        assert receipts.next_refund_number(connection, DAY.plus(1), 3).endswith("-R0002")
        assert receipts.next_receipt_number(connection, DAY.plus(1), 3).endswith("-0001"), "sales count for themselves"
    assert verify(database).ok


def test_a_changed_refund_row_is_found(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        sold = log.append(connection, sale(), AT)
        log.append(connection, refund_of(sold, "270119-03-R0001"), AT)
        connection.exec_driver_sql("UPDATE refund SET amount = amount + 1")
    (difference,) = verify(database).differences
    assert "refund" in str(difference)


def test_another_tills_refund_of_our_sale_is_found_too(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        sold = log.append(connection, sale(), AT)
        there = StreamId(OTHER_DEVICE, Incarnation(b"i" * 8))
        event = refund_of(sold, "270119-04-R0001")
        back = Recorded(there, 1, AT, event, post(event))
        values = msgspec.msgpack.decode(msgspec.msgpack.encode(to_values(back)))
        assert log.append_foreign(connection, there, 1, [values]) == 1
        assert sales.refunds_of(connection, event_id(sold.stream, sold.sequence)) == [back]
        assert receipts.next_refund_number(connection, DAY.plus(1), 3).endswith("-R0001"), "only our own are counted"
    assert verify(database).ok


def test_cash_and_sales_are_back_where_they_were(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        sold = log.append(connection, sale(), AT)
        log.append(connection, refund_of(sold, "270119-03-R0001"), AT)
        rows = connection.exec_driver_sql("SELECT account, amount FROM account_balance").fetchall()
    assert {Account(account): amount for account, amount in rows if amount} == {}


def test_what_came_back_is_summed_by_sale(database: Database, log: EventLog) -> None:
    with database.write() as connection:
        sold = log.append(connection, sale(), AT)
        (found,) = sales.recent(connection)
        assert found.event_id == event_id(sold.stream, sold.sequence)
        assert sales.given_back(connection, [found.event_id]) == {}
        log.append(connection, refund_of(sold, "270119-03-R0001"), AT)
        assert sales.given_back(connection, [found.event_id]) == {found.event_id: found.due}


def test_the_sales_of_a_day_are_this_tills_and_the_others(database: Database, log: EventLog) -> None:
    there = StreamId(OTHER_DEVICE, Incarnation(b"i" * 8))

    def foreign(number: str, day: int, sequence: int) -> list[object]:
        event = replace(sale(), receipt_number=number, business_day=DAY.plus(day))
        back = Recorded(there, sequence, AT, event, post(event))
        decoded: list[object] = msgspec.msgpack.decode(msgspec.msgpack.encode(to_values(back)))
        return decoded

    with database.write() as connection:
        log.append(connection, replace(sale(), receipt_number="a", business_day=DAY), AT)
        log.append_foreign(connection, there, 1, [foreign("b", 0, 1), foreign("c", 1, 2)])
        log.append(connection, replace(sale(), receipt_number="d", business_day=DAY.plus(1)), AT)
        log.append_foreign(connection, there, 3, [foreign("e", 0, 3), foreign("f", 1, 4)])

        def of(day: int) -> list[str]:
            return [one.receipt_number for one in sales.of_day(connection, DAY.plus(day))]

        assert of(0) == ["e", "b", "a"], "what another till sent late is there too"
        assert of(1) == ["f", "d", "c"]
        assert of(2) == []
        assert [one.receipt_number for one in sales.of_day(connection, DAY.plus(1), 1)] == ["f"]
