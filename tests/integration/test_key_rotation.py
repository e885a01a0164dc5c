"""A till changes its key: the old one is worth nothing from then on, and what it signed before stays true."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.bootstrap.upkeep import rotate_till_key
from posapp.storage.key_store import DATABASE_KEY, DEVICE_PRIVATE_KEY, SECRET_BYTES, FileKeyStore
from sync.client.enrol import rotate
from sync.client.errors import OfflineError, RefusedError
from sync.client.link import Session
from sync.protocol import segment, signing
from sync.protocol.messages import PushRequest, RotateRequest, encode
from sync.protocol.signing import Purpose
from sync.server import devices, merchants
from sync.server.verify import verify
from tests.integration.sync_world import MERCHANT, Till, World
from tests.integration.test_sync_refusals import refused, send, token_of, wires

if TYPE_CHECKING:
    from pathlib import Path


def change_key(till: Till) -> None:
    fresh = os.urandom(32)
    certificate = rotate(till.session, fresh)
    till.private_key = fresh
    till.enrolment = replace(till.enrolment, certificate=certificate)
    till.connect(till.url)


def test_the_old_key_opens_nothing_and_the_new_one_everything(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    till.sync()
    old = till.identity
    till.sell(1, 200)
    signed_before = encode(PushRequest(wires(till)))
    change_key(till)
    with pytest.raises(RefusedError) as error:
        Session(till.link, old)._open()
    assert error.value.code == "bad_signature"
    # What the device itself pushes must be signed with its key of now.
    assert refused(place, "/v1/push", signed_before, token_of(till))["code"] == "bad_signature"
    till.sync()
    other.sync()
    assert till.unpushed() == 0
    assert till.balances() == other.balances() == place.server_balances()
    report = verify(place.context, MERCHANT)
    assert (report.differences, report.events) == ([], 2)


def test_a_change_must_be_signed_by_the_old_key_and_the_new(place: World) -> None:
    till, other = place.join("till"), place.join("other")
    fresh = os.urandom(32)
    public = signing.public_key(fresh)
    content = till.enrolment.device + public + MERCHANT.encode()
    new = signing.signer(fresh)(Purpose.ROTATION, content)
    old = till.identity.sign(Purpose.ROTATION, content)
    stolen = other.identity.sign(Purpose.ROTATION, content)
    for request, field in (
        (RotateRequest(public, stolen, new), "old_signature"),
        (RotateRequest(public, old, stolen), "new_signature"),
        (RotateRequest(signing.public_key(os.urandom(32)), old, new), "new_signature"),
    ):
        assert refused(place, "/v1/rotate", encode(request), token_of(till))["field"] == field
    # A token of another device does not make it that device's key.
    assert refused(place, "/v1/rotate", encode(RotateRequest(public, old, new)), token_of(other))
    assert refused(place, "/v1/rotate", encode(RotateRequest(public, old, new)))["code"] == "unauthenticated"
    token = token_of(till)
    devices.revoke(place.context, MERCHANT, till.enrolment.device)
    assert refused(place, "/v1/rotate", encode(RotateRequest(public, old, new)), token)["code"] == "revoked"


def test_an_answer_that_was_lost_is_asked_for_again(place: World) -> None:
    till = place.join("till")
    fresh = os.urandom(32)
    first = rotate(till.session, fresh)
    before = place.contents()
    assert rotate(till.session, fresh) == first
    again = Session(till.link, replace(till.identity, sign=signing.signer(fresh)))
    assert rotate(again, fresh) == first
    assert place.contents() == before


def test_what_was_signed_before_is_taken_from_other_tills(place: World) -> None:
    """Two keys later, and though the device was shut out meanwhile: as a server needs it that was restored."""
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    (wire,) = wires(till)
    till.sync()
    other.sync()
    change_key(till)
    change_key(till)
    devices.revoke(place.context, MERCHANT, till.enrolment.device)
    assert len(devices_former(place, till)) == 2
    forged = [*segment_parts(wire)[:1], bytes(64), segment_parts(wire)[2]]
    assert refused(place, "/v1/push", encode(PushRequest([encode(forged)])), token_of(other))["code"] == "bad_signature"
    assert send(place, "/v1/push", encode(PushRequest([wire])), token_of(other)).status_code == 200
    assert verify(place.context, MERCHANT).ok


def segment_parts(wire: bytes) -> list[bytes]:
    parsed = segment.parse(wire)
    return [parsed.header_bytes, parsed.signature, parsed.body]


def devices_former(place: World, till: Till) -> list[bytes]:
    with place.context.database.read() as connection:
        return devices.former_keys(place.context, connection, MERCHANT, till.enrolment.device)


def test_a_server_that_was_restored_learns_the_new_key_from_the_till(tmp_path: Path) -> None:
    place = World(tmp_path)
    till, other = place.join("till"), place.join("other")
    till.sell(1, 100)
    till.sync()
    other.sync()
    place.stop_server()
    backup = place.server_file.read_bytes()
    place.start_server()
    change_key(till)
    till.sell(1, 200)
    till.sync()
    place.stop_server()
    for left in place.folder.glob("server.db*"):
        left.unlink()
    place.server_file.write_bytes(backup)
    place.start_server()
    merchants.new_generation(place.context, MERCHANT)
    for each in (till, other, till):
        each.sync()
    assert till.unpushed() == 0
    assert till.balances() == other.balances() == place.server_balances()
    assert verify(place.context, MERCHANT).ok
    place.close()


def test_the_till_keeps_its_new_key_before_the_server_hears_of_it(
    place: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "till"
    FileKeyStore(folder / "keys").put(DATABASE_KEY, SystemEntropy().bytes(SECRET_BYTES))
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    till = carrying.join(shops, place.url, devices.new_code(place.context, MERCHANT, "S1", 1))
    old = shops.keys.get(DEVICE_PRIVATE_KEY)

    def answer_lost(session: Session, fresh: bytes) -> bytes:
        rotate(session, fresh)
        raise OfflineError("ReadTimeout")

    with monkeypatch.context() as patch:
        patch.setattr(carrying, "rotate", answer_lost)
        with pytest.raises(OfflineError):
            carrying.rotate_key(shops, till)
    assert shops.keys.get(DEVICE_PRIVATE_KEY) == old
    carrying.rotate_key(shops, till)
    second = shops.keys.get(DEVICE_PRIVATE_KEY)
    assert second != old
    shops.close()
    assert rotate_till_key(TillFolder(folder)) == 0
    again = Shops(TillFolder(folder), SystemClock(), SystemEntropy())
    assert again.keys.get(DEVICE_PRIVATE_KEY) not in (old, second)
    again.close()
