"""A merge, a new number and a retired card at one store are known at another as soon as both have synced."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from posapp.application import member_life as life
from posapp.application.card_faces import choose_own, choose_picture, chosen_face
from posapp.application.member_life import Authority
from posapp.application.members import find_member, find_members, identify, open_card
from posapp.domain.card import StaticCard, static_code
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.storage.verify import verify
from sync.server import verify as server_verify
from tests.integration.stocked_tills import application, inbox
from tests.integration.sync_world import MERCHANT, World
from tests.integration.tills import CASHIER

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)


def test_what_becomes_of_members_is_known_everywhere(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = application(here), application(there)
    first = open_card(counter, "13957160001", CASHIER.id, name="王小明").member
    second = open_card(counter, "13957160002", CASHIER.id, name="王晓明").member
    third = open_card(counter, "13957160003", CASHIER.id).member
    here.sync()
    there.sync()
    assert {one.id for one in find_members(branch, "1395716000").members} == {first.id, second.id, third.id}

    life.merge_members(branch, first.id, second.id, BOSS)
    life.change_number(branch, third.id, "13957160009", "otp", BOSS)
    life.replace_card(branch, first.id, "lost", CASHIER.id)
    there.sync()
    here.sync()
    assert [one.id for one in find_members(counter, "13957160002").members] == []
    assert open_card(counter, "13957160002", CASHIER.id).member.id == first.id, "either number finds the survivor"
    assert find_members(counter, "13957160009").members[0].id == third.id
    newcomer = open_card(counter, "13957160003", CASHIER.id)
    assert (newcomer.created, newcomer.member.id == third.id) == (True, False)
    lost = static_code(counter.keys.member_key, StaticCard(int(first.card_number), 1))
    with pytest.raises(InvalidField, match="retired"):
        identify(counter, lost)
    for till in (here, there, here):
        till.sync()
    assert find_member(branch, newcomer.member.id) is not None
    assert inbox(place) == []
    assert here.balances() == there.balances() == place.server_balances()
    assert server_verify.verify(place.context, MERCHANT).ok
    for till in (here, there):
        report = verify(till.database)
        assert report.ok, report.differences


def test_the_face_of_a_card_is_worn_at_every_till(place: World) -> None:
    here, there = place.join("here"), place.join("there", store="S2")
    counter, branch = application(here), application(there)
    picture = BytesIO()
    Image.effect_noise((750, 1334), 40).convert("RGB").save(picture, "JPEG", quality=60)
    assert len(picture.getvalue()) > 200_000, "as heavy as a photograph"
    choose_picture(counter, picture.getvalue())
    first = open_card(counter, "13957160001", CASHIER.id, face="picture").member
    here.sync()
    there.sync()
    assert chosen_face(branch) == picture.getvalue()
    known = find_member(branch, first.id)
    assert known is not None
    assert known.face == "picture"
    choose_own(branch, first.id, "diamond")
    there.sync()
    here.sync()
    again = find_member(counter, first.id)
    assert again is not None
    assert again.face == "diamond"


def test_two_offline_tills_that_open_a_card_for_one_newcomer_make_one_member(place: World) -> None:
    here, there = place.join("here"), place.join("there")
    counter, branch = application(here), application(there)
    old = open_card(counter, "13957160001", CASHIER.id).member
    life.reassign_number(counter, "13957160001", BOSS)
    here.sync()
    there.sync()
    one = open_card(counter, "13957160001", CASHIER.id).member
    other = open_card(branch, "13957160001", CASHIER.id).member
    assert one.id == other.id != old.id
