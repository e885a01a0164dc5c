"""Sales that real tills completed and pushed are priced again: honest ones are clean, and each forged one is listed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from posapp.application import goods
from posapp.application.members import find_members
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import BalanceOpened, SaleCompleted, SaleRefunded, Tender
from posapp.domain.ids import RuleId, Sku
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay
from sync.__main__ import main
from sync.server import audit, verify
from sync.server.auditor import Auditor
from sync.server.exceptions import Kind
from sync.server.serving import Running
from sync.server.storage import schema
from sync.server.storage.engine import Database
from tests.integration.stocked_tills import Wish, application, cheaper, inbox, latest, sell, stocked
from tests.integration.sync_world import MERCHANT, START, World
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    from collections.abc import Callable


FORGERIES: dict[str, Callable[[SaleCompleted], SaleCompleted]] = {
    "a fen": cheaper,
    "a tier": lambda sale: replace(sale, tier="gold"),
    "rules": lambda sale: replace(sale, programme_hash=bytes(8)),
    "another version": lambda sale: replace(sale, programme_version=7),
    "a rule's name": lambda sale: replace(sale, rules=(RuleId("friends"), *sale.rules[1:])),
    "another price": lambda sale: replace(sale, lines=(replace(sale.lines[0], unit_price=Money(1)), *sale.lines[1:])),
}


def test_forged_sales_are_listed_and_honest_ones_are_not(place: World) -> None:
    till = place.join("till")
    shop = stocked(till)
    till.sync()
    honest = latest(till)
    for forge in FORGERIES.values():
        till.record(forge(honest))
        sell(shop, Wish((("CF001", 1),)))
    till.sync()
    assert inbox(place) == [], "a push waits for no audit"
    summary = audit.audit(place.context, MERCHANT)
    assert summary.sales == 1 + 2 * len(FORGERIES)
    assert [item.kind for item in inbox(place)] == [Kind.PRICE_DIFFERENCE] * len(FORGERIES)
    assert sorted(item.sequence for item in inbox(place)) == [2, 4, 6, 8, 10, 12]
    assert all("receipt" in item.detail and "小票" in item.detail for item in inbox(place))
    before = place.contents()
    assert audit.audit(place.context, MERCHANT).sales == 0
    assert len(audit.audit(place.context, MERCHANT, again=True).found) == len(FORGERIES)
    assert place.contents() == before
    assert verify.verify(place.context, MERCHANT).ok


def test_a_till_of_other_rules_is_one_item(place: World) -> None:
    till = place.join("till")
    stocked(till)
    honest = latest(till)
    for _sale in range(5):
        till.record(replace(honest, programme_hash=b"otherwise"))
    till.sync()
    assert len(audit.audit(place.context, MERCHANT).found) == 5
    assert [item.sequence for item in inbox(place)] == [2]


def test_a_tier_that_was_never_reached(place: World) -> None:
    till = place.join("till")
    shop = stocked(till)
    who = till.open_card(13857166021)
    till.record(BalanceOpened(who, BusinessDay.of(START.date()), Points(0), Growth(2000), Money(0), 0, "import"))
    (member,) = find_members(shop, "6021").members
    sell(shop, Wish((("CF001", 1),)), member)
    stranger = till.open_card(13857166022)
    forged = sell(shop, Wish((("CF001", 1),)), member).sale
    till.record(replace(forged, member=stranger))
    till.sync()
    (found,) = audit.audit(place.context, MERCHANT).found
    assert "tier: priced as gold" in found.detail


def test_a_tier_that_was_reached_before_something_came_back_is_not_decided(place: World) -> None:
    till = place.join("till")
    shop = stocked(till)
    who = till.open_card(13857166021)
    day = BusinessDay.of(START.date())
    till.record(BalanceOpened(who, day, Points(0), Growth(2000), Money(0), 0, "import"))
    sold = sell(shop, Wish((("CF001", 1),)), find_members(shop, "6021").members[0])
    assert sold.sale.tier == "gold"
    stream = sold.recorded.stream
    till.record(
        SaleRefunded(
            "R1", day, CASHIER.id, CASHIER.id, "", False, stream.device, stream.incarnation, sold.recorded.sequence,
            sold.sale.receipt_number, day, who, (), (), (), Points(0), Points(0), Growth(1500), Money(0), (), False,
        )
    )  # fmt: skip
    till.sync()
    summary = audit.audit(place.context, MERCHANT)
    assert (summary.sales, summary.found, dict(summary.undecided)) == (1, [], {"returned": 1})
    assert not audit.is_behind(place.context, MERCHANT)
    assert audit.audit(place.context, MERCHANT, again=True).found == []


def test_two_tills_that_made_one_revision_apart_are_both_honest(place: World) -> None:
    one, other = place.join("one"), place.join("other")
    first, second = stocked(one), application(other)
    one.sync()
    other.sync()
    for till, shop, fen in ((one, first, 2000), (other, second, 2100)):
        product = goods.by_sku(shop, Sku("CF001"))
        assert product is not None
        with till.database.write() as connection:
            till.reference.put_products(connection, [replace(product, price=Money(fen))])
        sell(shop, Wish((("CF001", 1),)))
    other.sync()
    one.sync()
    summary = audit.audit(place.context, MERCHANT)
    assert (summary.sales, summary.found, dict(summary.undecided)) == (2, [], {})


def test_what_a_crash_interrupts_is_done_again(place: World) -> None:
    till = place.join("till")
    stocked(till)
    till.sync()
    honest = latest(till)
    till.record(cheaper(honest))
    till.sync()
    calls = 0

    def crash() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit.audit(place.context, MERCHANT, breathe=crash)
    assert inbox(place) == []
    assert audit.is_behind(place.context, MERCHANT)
    assert len(audit.audit(place.context, MERCHANT).found) == 1
    assert not audit.is_behind(place.context, MERCHANT)


def test_a_programme_that_is_on_its_way_is_waited_for(place: World) -> None:
    till = place.join("till")
    till.record(latest_of_another(place))
    till.sync()
    patient = audit.audit(place.context, MERCHANT, patient=True)
    assert (patient.waiting, patient.found) == (True, [])
    assert audit.is_behind(place.context, MERCHANT)
    stocked(till)
    till.sync()
    assert audit.audit(place.context, MERCHANT, patient=True).found == []
    assert not audit.is_behind(place.context, MERCHANT)
    till.record(replace(latest(till), programme_version=9))
    till.sync()
    place.clock.instant += timedelta(minutes=11)
    (found,) = audit.audit(place.context, MERCHANT, patient=True).found
    assert "never published" in found.detail


def latest_of_another(place: World) -> SaleCompleted:
    """An honest sale by a till that never sends anything."""
    till = place.join("silent")
    stocked(till)
    return latest(till)


def test_a_clock_that_says_another_day_than_it_can_be(place: World) -> None:
    till = place.join("till")
    shop = stocked(till)
    till.sync()
    sell(shop, Wish((("CF001", 1),)))
    till.sync()
    for days in (3, -3):
        till.clock.instant += timedelta(days=days)
        sell(shop, Wish((("CF001", 1),)))
        till.sync()
        till.clock.instant -= timedelta(days=days)
    # Offline for a week, with a clock that is right.
    sell(shop, Wish((("CF001", 1),)))
    till.clock.instant += timedelta(days=7)
    sell(shop, Wish((("CF001", 1),)))
    place.clock.instant += timedelta(days=7)
    till.sync()
    summary = audit.audit(place.context, MERCHANT)
    assert [(one.kind, one.sequence) for one in summary.found] == [
        (Kind.CLOCK_DIFFERENCE, 2),
        (Kind.CLOCK_DIFFERENCE, 3),
    ]
    assert [item.kind for item in inbox(place)] == [Kind.CLOCK_DIFFERENCE] * 2


def test_a_sale_that_no_engine_can_price_is_an_item_and_stops_nothing(place: World) -> None:
    till = place.join("till")
    stocked(till)
    honest = latest(till)
    absurd = replace(honest.lines[0], quantity=Quantity(-5), adjustments=())
    paid = Money(absurd.list_amount.fen)
    till.record(replace(honest, lines=(absurd,), tenders=(Tender(TenderMethod.CASH, paid, paid),)))
    till.record(cheaper(honest))
    till.sync()
    assert [one.sequence for one in audit.audit(place.context, MERCHANT).found] == [2, 3]


def test_the_server_audits_by_itself_after_it_has_answered(place: World) -> None:
    till = place.join("till")
    stocked(till)
    till.sync()
    auditor = Auditor(place.context, seconds=0.05, sweep_seconds=3600)
    with Running(place.context, auditor=auditor) as running:
        till.connect(running.url)
        honest = latest(till)
        till.record(cheaper(honest))
        till.sync()
        deadline = time.monotonic() + 20
        while not inbox(place) and time.monotonic() < deadline:
            time.sleep(0.02)
        till.link.close()
    assert [(item.kind, item.sequence) for item in inbox(place)] == [(Kind.PRICE_DIFFERENCE, 2)]


def test_a_server_that_starts_finds_what_an_earlier_one_left(place: World) -> None:
    till = place.join("till")
    stocked(till)
    till.record(cheaper(latest(till)))
    till.sync()
    auditor = Auditor(place.context, seconds=0.05)
    auditor.start()
    deadline = time.monotonic() + 20
    while not inbox(place) and time.monotonic() < deadline:
        time.sleep(0.02)
    auditor.stop()
    assert [item.sequence for item in inbox(place)] == [2]
    assert not audit.is_behind(place.context, MERCHANT)


def test_every_statement_of_an_audit_names_the_merchant(place: World) -> None:
    till = place.join("till")
    stocked(till)
    till.record(cheaper(latest(till)))
    till.sync()
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    event.listen(place.context.database.engine, "before_cursor_execute", hear)
    audit.audit(place.context, MERCHANT)
    about_tables = [each for each in heard if not each.startswith(("BEGIN", "COMMIT", "SET", "PRAGMA"))]
    assert len(about_tables) >= 5
    assert [each for each in about_tables if "merchant_id" not in each] == []


def test_a_database_of_version_1_learns_to_audit(place: World) -> None:
    till = place.join("till")
    stocked(till)
    till.record(cheaper(latest(till)))
    till.sync()
    database = place.context.database

    def back(connection: Any) -> None:
        later = (
            schema.document_version,
            schema.audit_cursor,
            schema.audit_returned,
            schema.audit_refund,
            schema.audit_asset,
        )
        for table in (*later, schema.once_mark):
            connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql("ALTER TABLE segment DROP COLUMN arrived_at_us")
        connection.exec_driver_sql("DELETE FROM schema_version WHERE version >= 2")

    database.write(back)
    again = Database(place.database_url)
    again.migrate(place.clock.now_us())
    again.migrate(place.clock.now_us())
    again.close()
    assert [one.sequence for one in audit.audit(place.context, MERCHANT).found] == [2]
    sell(application(till), Wish((("CF001", 1),)))
    till.sync()
    with database.read() as connection:
        arrivals = connection.scalars(select(schema.segment.c.arrived_at_us).order_by(schema.segment.c.gseq)).all()
    assert arrivals[0] is None
    assert arrivals[-1] is not None
    assert audit.audit(place.context, MERCHANT).found == []


def test_the_command_prints_a_summary(place: World, capsys: pytest.CaptureFixture[str]) -> None:
    till = place.join("till")
    stocked(till)
    honest = latest(till)
    till.sync()
    command = ["audit", "--data", str(place.folder / "data"), "--database-url", place.database_url]
    assert main(command) == 0
    assert "1 sales priced again: ok" in capsys.readouterr().out
    till.record(cheaper(honest))
    till.sync()
    assert main([*command, "--new"]) == 3
    said = capsys.readouterr().out
    assert "1 sales priced again: 1 to look at" in said
    assert "took off" in said
    assert main([*command, "--new"]) == 0
    assert main(command) == 3
    assert "2 sales priced again: 1 to look at" in capsys.readouterr().out
