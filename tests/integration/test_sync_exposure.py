"""What tills could overspend together is reckoned at the server from its balances, and said by a command and a till."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from posapp.application import coupons, passes
from posapp.application.founding import current_programme
from posapp.application.stored_value.cards import stored_cards
from posapp.domain.amounts import Money
from posapp.domain.events import Tender
from posapp.domain.programme import parse_programme
from posapp.domain.sale import TenderMethod
from sync import __main__ as command_line
from sync.protocol.messages import ExposureReply
from sync.server import devices, exposure
from tests.cases.stored_shop import PROGRAMME
from tests.integration.stocked_tills import application
from tests.integration.sync_world import MERCHANT, World
from tests.integration.test_sync_stored_value import charge
from tests.integration.tills import CASHIER

if TYPE_CHECKING:
    import pytest

    from posapp.application.till import Till as Application
    from tests.integration.sync_world import Till

PASS = {"id": "ten", "kind": "count", "uses": 10, "price": "100.00"}
SMALL = {"id": "small", "by": "coupon", "give": {"type": "amount", "amount": "20.00"}}
LARGE = {"id": "large", "by": "coupon", "give": {"type": "amount", "amount": "20.01"}}


def published(till: Till, **offline: Any) -> Application:
    """A till that published a programme with these limits."""
    document = PROGRAMME | {"offline": offline, "passes": [PASS], "offers": [SMALL, LARGE]}
    body = json.dumps(document).encode()
    made = application(till)
    made.programme = parse_programme(body)
    with till.database.write() as connection:
        till.reference.put_programme(connection, 1, made.programme.canonical)
    return made


def reckoned(place: World) -> exposure.Exposure:
    with place.context.database.read() as connection:
        return exposure.of_merchant(connection, MERCHANT)


def test_13_balance_80_limits_twice_50_exposure_20(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter = published(here, stored_value={"most": "50.00", "share": 10_000})
    who = here.open_card(6021, "林晓梅")
    charge(counter, who, "80.00")
    here.sync()
    there.sync()
    assert current_programme(there.database).offline.stored_most_fen == 50_00
    found = reckoned(place)
    assert (found.tills, found.stored_value.balance) == (2, 80_00)
    assert found.stored_value.units == found.stored_value.fen == found.total_fen == 20_00
    third = place.join("third")
    assert reckoned(place).total_fen == 70_00, "three tills"
    devices.revoke(place.context, MERCHANT, third.enrolment.device)
    assert reckoned(place).total_fen == 20_00, "one of them was shut out"
    charge(counter, who, "20.00", b"2")
    here.sync()
    assert reckoned(place).total_fen == 0, "100 is enough for both"
    assert stored_cards(counter, who)[0].balance.fen == 100_00


def test_half_of_a_balance_each_at_two_tills_is_no_exposure(place: World) -> None:
    here, _there = place.join("here"), place.join("there")
    counter = published(here)
    charge(counter, here.open_card(6021, "林晓梅"), "80.00")
    here.sync()
    assert reckoned(place).total_fen == 0


def test_points_passes_and_coupons_each_by_their_own_limit(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    place.join("elsewhere", store="S2")
    counter = published(here)
    who = here.open_card(6021, "林晓梅")
    here.opening(6021, 2_500)
    paid = Tender(TenderMethod.CASH, Money(100_00), Money(100_00))
    passes.sell_pass(counter, passes.PassOrder(b"p", who, "ten", (paid,), CASHIER))
    for template in ("small", "large"):
        coupons.issue_coupon(counter, who, template, CASHIER, "r")
    here.sync()
    there.sync()
    found = reckoned(place)
    assert (found.points.units, found.points.fen) == (3 * 2_000 - 2_500, 35_00)
    assert found.passes.units == 3 * 4 - 10, "three days touch four business days, one use each, at three tills"
    assert found.passes.fen is None
    assert (found.coupons.units, found.coupons.fen) == (1, 20_00), "the small one, at the other till of its store"
    assert found.total_fen == 55_00
    published(here, leases="only")
    here.sync()
    assert (reckoned(place).points.units, reckoned(place).passes.units) == (0, 0)


def test_a_till_and_a_command_say_it(
    place: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _there = place.join("here"), place.join("there")
    counter = published(here, stored_value={"most": "50.00", "share": 10_000})
    charge(counter, here.open_card(6021, "林晓梅"), "80.00")
    here.sync()
    told = here.session.call("/v1/exposure", None, ExposureReply)
    assert (told.tills, told.stored_value_fen, told.total_fen) == (2, 20_00, 20_00)
    kept = replace(place.context, database=place.context.database)
    monkeypatch.setattr(command_line, "open_context", lambda *_any: kept)
    monkeypatch.setattr(type(kept.database), "close", lambda _self: None)
    assert command_line.main(["exposure"]) == 0
    printed = capsys.readouterr().out
    assert "stored value / 储值: 20.00   (1 with 80.00)" in printed
    assert "total / 合计: 20.00" in printed
