"""A pass sold at one store is used at another; the last use taken twice is an overdraft that somebody is told of."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from posapp.application import passes
from posapp.application.passes import PassOrder, PassUse
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from sync.server import exceptions
from sync.server import verify as server_verify
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER, DEMO

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.integration.sync_world import Till

ANNE = MemberId(b"a" * 16)
PASS = {"id": "two", "kind": "count", "name": "2 次卡", "price": "20.00", "uses": 2}


def selling(till: Till) -> Application:
    programme = json.loads((DEMO / "programme.json").read_bytes()) | {"passes": [PASS]}
    made = application(till)
    made.programme = parse_programme(programme)
    return made


def use(till: Application, pass_id: AssetId, request: bytes) -> int:
    asked = PassUse(request, pass_id, 1, CASHIER, Identification.DYNAMIC_CODE, online=False)
    return passes.use_pass(till, asked).after


def test_two_stores_share_a_pass_and_its_last_use_is_told_apart(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = selling(here), selling(there)
    paid = (Tender(TenderMethod.CASH, Money(2000), Money(2000)),)
    (card,) = passes.sell_pass(counter, PassOrder(b"r", ANNE, "two", paid, CASHIER)).assets
    here.sync()
    there.sync()
    (held,) = passes.held_passes(branch, ANNE)
    assert (held.left, held.name.zh) == (2, "2 次卡"), "the other store knows what it is and what is left"
    assert use(branch, card.id, b"1") == 1
    there.sync()
    here.sync()
    with pytest.raises(InvalidField, match="offline"):
        use(counter, card.id, b"again today"), "the day's use at the other store counts here"
    for till in (here, there):
        till.clock.instant += timedelta(days=1)
    assert use(counter, card.id, b"2") == 0
    assert use(branch, card.id, b"3") == 0, "nobody told it"
    for till in (here, there, here):
        till.sync()
    assert [passes.held_passes(each, ANNE)[0].left for each in (counter, branch)] == [-1, -1]
    (item,) = inbox(place)
    assert item.kind is exceptions.Kind.OVERDRAFT
    assert item.device == there.enrolment.device, "the second in the merchant's order"
    assert item.detail.endswith("overdrawn by 1")
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in (here, there):
        report = verify(till.database)
        assert report.ok, report.differences
