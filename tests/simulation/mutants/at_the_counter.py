"""Mistakes of the use cases, and of the transactions that they stand in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from posapp.application import checkout, gifts, refunds, returnable
from posapp.application.passes import using
from posapp.application.stored_value import top_up
from posapp.domain.ids import derived_id
from posapp.storage import event_log, requests
from posapp.storage.coupons import CouponState
from posapp.storage.database import Database
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

planted: Final = Nursery()


class _Deaf:
    """A driver's connection whose commits seem never to fail."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def execute(self, sql: str, *values: Any) -> Any:
        if sql != "COMMIT":
            return self._raw.execute(sql, *values)
        with suppress(Exception):
            return self._raw.execute(sql)
        self._raw.rollback()
        return None


@planted
def lazy_sale(patch: pytest.MonkeyPatch) -> None:
    """A sale is committed without waiting for the disk."""
    there = Database._transaction

    def transaction(self: Database, *, durable: bool) -> Iterator[Any]:  # noqa: ARG001 - the bug
        yield from there(self, durable=False)

    patch.setattr(Database, "_transaction", transaction)


@planted
def confirms_anyway(patch: pytest.MonkeyPatch) -> None:
    """A commit that failed is shown as a completed sale."""

    def deaf(there: Any) -> Any:
        def open_writer(self: Database) -> tuple[Any, Any]:
            writer, raw = there(self)
            return writer, _Deaf(raw)

        return open_writer

    wrap(patch, Database, "_open_writer", deaf)


@planted
def half_a_transaction(patch: pytest.MonkeyPatch) -> None:
    """An error in the middle of a transaction commits what was done so far."""
    patch.setattr(Database, "_roll_back", lambda _self, raw: raw.execute("COMMIT") if raw.in_transaction else None)


@planted
def forgets_baskets(patch: pytest.MonkeyPatch) -> None:
    """Completing a basket again after a crash sells it a second time."""
    answer(patch, checkout, "find_by_cart", None)

    def append(there: Any) -> Any:
        return lambda self, connection, event, at, **_named: there(self, connection, event, at)

    wrap(patch, event_log.EventLog, "append", append)


@planted
def forgets_requests(patch: pytest.MonkeyPatch) -> None:
    """A use of a pass, or a gift, that is repeated after a crash is taken twice."""
    answer(patch, requests, "answer_of", None)


@planted
def forgets_refunds(patch: pytest.MonkeyPatch) -> None:
    """A refund that is repeated after a crash, over what stands on the screen now, gives the money twice."""
    answer(patch, refunds, "_done_before", None)

    def record(there: Any) -> Any:
        def over_what_stands(till: Any, connection: Any, original: Any, request: Any, **named: Any) -> Any:
            coming = tuple(min(each) for each in zip(request.coming, original.everything, strict=True))
            return there(till, connection, original, replace(request, before=original.before, coming=coming), **named)

        return over_what_stands

    wrap(patch, refunds, "_record", record)


@planted
def tops_up_twice(patch: pytest.MonkeyPatch) -> None:
    """A top-up that is repeated after a crash charges the card again."""
    calls = iter(range(10**9))
    # The contract's id is asked for twice by each try: to look for it, and to record it.
    patch.setattr(top_up, "_contract_id", lambda asked: derived_id("stored_value_lot", asked.id, next(calls) // 2))


@planted
def uses_beyond_the_last(patch: pytest.MonkeyPatch) -> None:
    """A pass is used though nothing is left of it."""
    answer(patch, using, "_check", None)


@planted
def gives_the_last_gift_twice(patch: pytest.MonkeyPatch) -> None:
    """A gift is handed over though none is left."""
    answer(patch, gifts, "_check", None)


@planted
def redeems_a_coupon_twice(patch: pytest.MonkeyPatch) -> None:
    """A coupon stays good after it was redeemed."""
    patch.setattr(CouponState, "is_open", property(lambda self: self.issued > 0))


@planted
def returns_more_than_was_sold(patch: pytest.MonkeyPatch) -> None:
    """What came back of a line before is not looked at."""
    patch.setattr(returnable, "returned_so_far", lambda sale, _refunds: [0] * len(sale.lines))
