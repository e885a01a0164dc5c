"""A till that is put back to an older copy of its file does not spend its shares of balances again (docs/adr/0011)."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from posapp.domain.errors import InvalidField
from posapp.storage.backup import back_up
from sync.client import leases
from sync.client.pull import pull
from tests.integration.stocked_tills import inbox
from tests.integration.test_sync_leases import leasing, left, lent_out, regular
from tests.integration.test_sync_stored_value import agrees, balances, pay

if TYPE_CHECKING:
    from pathlib import Path

    from posapp.application.till import Till as Application
    from tests.integration.sync_world import Till, World


def copied(till: Till) -> Path:
    """A copy of a till's file while nothing has it open."""
    till.close()
    made = till.folder / f"{till.name}-copy.db"
    shutil.copy(till.folder / f"{till.name}.db", made)
    till.open()
    return made


def put_back(till: Till, copy: Path) -> Application:
    """The copy stands where the file was, and the till is started on it."""
    till.close()
    for each in till.folder.glob(f"{till.name}.db*"):
        each.unlink()
    shutil.copy(copy, till.folder / f"{till.name}.db")
    return leasing(till.open())


def test_a_till_that_is_behind_its_own_journal_spends_no_share_once_it_hears_of_it(place: World) -> None:
    """It has 30.00 in its copy, all of which it spent since; the first word of the server says so."""
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    who = regular(here, counter, "80.00")
    assert leases.renew(here.session, here.database)
    copy = copied(here)
    counter = leasing(here)
    pay(counter, who, "10.00", online=False)
    pay(counter, who, "20.00", online=False)
    here.sync()
    there.sync()

    counter = put_back(here, copy)
    assert left(here, counter, who) == 30_00, "nothing in the file says that it is a copy"
    here.sync()
    assert left(here, counter, who) == 0
    with pytest.raises(InvalidField, match=r"offline, 0\.00"):
        pay(counter, who, "0.10", online=False)
    assert leases.renew(here.session, here.database)
    had = left(here, counter, who)
    assert 0 < had == lent_out(place) < 50_00
    pay(counter, who, f"{had // 100}.{had % 100:02d}", online=False)
    here.sync()
    there.sync()
    assert balances(who, counter, branch) == [50_00 - had] * 2
    assert inbox(place) == []
    agrees(place, here, there)


def test_only_a_part_of_what_it_lacks_is_enough_to_tell_it(place: World) -> None:
    """The line breaks after the first answer: the heads are told, and the events are still to come."""
    here = place.join("here")
    who = regular(here, leasing(here), "80.00")
    assert leases.renew(here.session, here.database)
    copy = copied(here)
    pay(leasing(here), who, "30.00", online=False)
    here.sync()
    counter = put_back(here, copy)
    pull(here.session, here.store)
    assert left(here, counter, who) == 0


def test_shares_that_were_given_back_since_the_copy_are_not_its_any_more(place: World) -> None:
    """Nothing was sold meanwhile, so that nothing of its journal is missing; but what it had, another till has now."""
    here, there = place.join("here"), place.join("there")
    counter, branch = leasing(here), leasing(there)
    who = regular(here, counter, "80.00")
    there.sync()
    assert leases.renew(here.session, here.database)
    copy = copied(here)
    assert leases.renew(here.session, here.database)
    counter = put_back(here, copy)
    assert left(here, counter, who) > 0
    with here.database.read() as connection:
        wishes = list(leases.wishes_for(connection, who, whole=True))
    leases.ask(here.session, here.database, wishes)
    assert left(here, counter, who) == 0, "the server knows of a return that this file does not"
    assert leases.renew(here.session, here.database)
    leases.renew(there.session, there.database)
    assert 0 < left(here, counter, who) + left(there, branch, who) <= 80_00


def test_a_backup_has_no_shares_to_spend_even_where_nobody_answers(place: World) -> None:
    here = place.join("here")
    counter = leasing(here)
    who = regular(here, counter, "80.00")
    assert leases.renew(here.session, here.database)
    had = left(here, counter, who)
    report = back_up(here.database, here.folder / "backup.db")
    assert left(here, counter, who) == had > 0, "the till itself spends on"
    counter = put_back(here, report.path)
    assert left(here, counter, who) == 0
    with pytest.raises(InvalidField, match=r"offline, 0\.00"):
        pay(counter, who, "0.10", online=False)
    here.sync()
    assert leases.renew(here.session, here.database)
    assert left(here, counter, who) == had


def test_a_copy_that_nobody_made_as_a_backup_spends_what_it_had_once_more_and_it_is_told(place: World) -> None:
    """The bound of docs/adr/0011: no more than what stood in the copy, and not after its shares lapse."""
    here = place.join("here")
    who = regular(here, leasing(here), "80.00")
    assert leases.renew(here.session, here.database)
    copy = copied(here)
    counter = leasing(here)
    had = left(here, counter, who)
    assert had == 60_00
    pay(counter, who, "60.00", online=False)
    here.sync()
    counter = put_back(here, copy)
    pay(counter, who, "60.00", online=False)
    with pytest.raises(InvalidField, match=r"offline, 0\.00"):
        pay(counter, who, "0.10", online=False)
    here.sync()
    assert left(here, counter, who) == 0
    (item,) = inbox(place)
    assert item.detail.endswith("overdrawn by 4000"), "60.00 twice, of 80.00"
    agrees(place, here)
