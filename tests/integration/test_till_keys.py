"""The keys of a till and of each who works at it, as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from posapp.application.staff import people
from posapp.application.staff.managing import leave
from posapp.application.till import Cashier
from posapp.application.till_keys import ChosenKeys, choose_keys, keep_keys, read_keys
from posapp.domain.ids import StaffId
from posapp.domain.staff import staff_member
from tests.integration.tills import SteppingClock, demo_till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posapp.application.till import Till

ANNA, BERT = Cashier(StaffId("1001"), "Anna"), Cashier(StaffId("1002"), "Bert")
OWN = ChosenKeys("pospal", {"Ctrl L": "Ctrl F5"}, alone=True)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    made = demo_till(tmp_path, SteppingClock())
    yield made
    made.database.close()


def test_own_keys_begin_as_the_tills_and_are_nobody_elses(till: Till) -> None:
    common = ChosenKeys("supermarket", {"F12": "Ctrl F12"})
    keep_keys(till, ANNA, common)
    assert read_keys(till, BERT) == common
    assert choose_keys(till, ANNA, alone=True) == ChosenKeys(common.preset, common.given, alone=True)
    keep_keys(till, ANNA, OWN)
    assert (read_keys(till, ANNA), read_keys(till, BERT)) == (OWN, common)
    assert choose_keys(till, ANNA, alone=False) == read_keys(till, ANNA) == common
    assert choose_keys(till, ANNA, alone=True) == OWN, "what somebody had is not forgotten"


def test_who_has_none_takes_the_tills_as_they_are_by_then(till: Till) -> None:
    assert choose_keys(till, BERT, alone=False) == ChosenKeys()
    common = ChosenKeys("pospal", {})
    keep_keys(till, ANNA, common)
    assert choose_keys(till, BERT, alone=True) == ChosenKeys("pospal", {}, alone=True)


def test_keys_of_somebody_who_left_are_nobodys(till: Till) -> None:
    people.put(till, [staff_member(one.id, one.name, "cashier") for one in (ANNA, BERT)])
    choose_keys(till, ANNA, alone=True)
    keep_keys(till, ANNA, OWN)
    leave(till, BERT, ANNA.id)
    assert read_keys(till, BERT) == ChosenKeys()
    carl = Cashier(ANNA.id, "Carl")
    assert read_keys(till, carl) == ChosenKeys(), "who has the number next has not the keys"
    assert choose_keys(till, carl, alone=True) == ChosenKeys(alone=True)
