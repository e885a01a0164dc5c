"""What a membership brings besides prices, through the use cases, with the numbers of domain.md §1."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from posapp.application import member_life as life
from posapp.application.card_faces import check_card_face, choose_picture, choose_template, chosen_face
from posapp.application.cash import cash_tender
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.goods import line_of, search
from posapp.application.member_history import member_history
from posapp.application.member_messages import audience_of
from posapp.application.members import open_card
from posapp.application.till import Till
from posapp.application.workshops import Seat, check_in, join_workshop, leave_workshop, seatings, undo_check_in
from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.domain.programme import parse_programme
from posapp.domain.programme.entitlements import Grant, entitlements_of
from posapp.domain.sale import Cart, Identification
from posapp.domain.tier import tier_of
from posapp.storage.verify import verify
from posapp.ui.checkout.intents import MemberKey
from posapp.ui.checkout.presenter import CheckoutPresenter
from tests.integration.demo_shop import lin, publish
from tests.integration.tills import CASHIER, SteppingClock
from tests.unit.ui.checkout.counter import words
from tests.unit.ui.checkout.shells import PlainShell


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


def test_W06_benefits_may_be_something_else_than_money(till: Till) -> None:
    tier = tier_of(till.programme, lin(till).standing)
    (adviser,) = entitlements_of(till.programme.entitlements, tier.code)
    assert (tier.code, adviser.name.zh) == ("gold", "专属客服")
    assert entitlements_of(till.programme.entitlements, "normal") == ()


def test_W47_the_adviser_of_a_tier_stands_on_the_members_panel(till: Till) -> None:
    shell = PlainShell()
    desk = CheckoutPresenter(till, CASHIER, shell)
    desk.start()
    desk.handle(MemberKey("13857166021"))
    panel = shell.state.member
    assert panel is not None
    rows = [(words(row.label), words(row.reason)) for row in panel.benefits if row.benefit_id == "entitlement:adviser"]
    assert rows == [("专属客服", "王敏 0571-8800 1234")]


def test_X15_free_returns_belong_to_the_tiers_that_have_them(till: Till) -> None:
    grants = {
        tier.code: {one.grant for one in entitlements_of(till.programme.entitlements, tier.code)}
        for tier in till.programme.tiers
    }
    assert Grant.FREE_RETURNS in grants["diamond"]
    assert Grant.FREE_RETURNS not in grants["gold"]


def test_an_entitlement_of_no_tier_is_refused_by_name() -> None:
    document = {"version": 1, "tiers": [{"code": "a"}], "entitlements": [{"id": "x", "tiers": ["b"]}]}
    with pytest.raises(InvalidField) as refused:
        parse_programme(document)
    assert refused.value.field == "entitlements[0].tiers"


def test_X17_the_secret_menu_is_hidden_until_a_member_is_attached_and_never_sold_without_one(till: Till) -> None:
    assert search(till, "龙井拿铁", for_member=False) == []
    (secret,) = search(till, "龙井拿铁", for_member=True)
    cart = new_cart(till).add(line_of(secret, "zh_CN"))
    with pytest.raises(InvalidField, match="for members alone"):
        sell(till, cart, None)
    member = lin(till)
    owned = replace(cart, member=member.id, identified_by=Identification.LAST_FOUR)
    assert sell(till, owned, member).sale.due.fen == 2465, "29.00 at 85 折"


def sell(till: Till, cart: Cart, member: Member | None) -> CompletedSale:
    quote = price_cart(till, cart, member)
    request = SaleRequest(cart, quote, till.programme, (cash_tender(quote.due),), CASHIER)
    return complete_sale(till, request)


def test_W46_a_mistaken_check_in_is_taken_back_and_the_place_stays(till: Till, clock: SteppingClock) -> None:
    who = lin(till).id
    join_workshop(till, who, "winter_tea", CASHIER, online=True)
    with pytest.raises(InvalidField, match="not checked in"):
        undo_check_in(till, who, "winter_tea", CASHIER)
    clock.step(days=(date(2026, 12, 19) - till.business_day().date).days)
    check_in(till, who, "winter_tea", CASHIER)
    undo_check_in(till, who, "winter_tea", CASHIER)
    with pytest.raises(InvalidField, match="not checked in"):
        undo_check_in(till, who, "winter_tea", CASHIER)
    assert seat(till) is Seat.TAKEN
    check_in(till, who, "winter_tea", CASHIER)
    assert seat(till) is Seat.CAME
    undo_check_in(till, who, "winter_tea", CASHIER)
    assert leave_workshop(till, who, "winter_tea", CASHIER, online=True) is None, "nobody waited"
    assert [one.what.zh for one in member_history(till, who).entries][:6] == [
        "取消报名", "签到撤销", "活动签到", "签到撤销", "活动签到", "活动报名",
    ]  # fmt: skip
    assert verify(till.database).ok


def seat(till: Till) -> Seat:
    """How 林晓梅 stands to the tea tasting."""
    with till.database.read() as connection:
        return next(one.seat for one in seatings(till, connection, lin(till)) if one.workshop.id == "winter_tea")


def test_W46_of_twenty_one_who_sign_up_the_last_waits_and_gets_the_place_that_is_given_up(
    till: Till, clock: SteppingClock
) -> None:
    guests = [open_card(till, f"139571600{number:02d}", CASHIER.id).member.id for number in range(22)]
    places = [join_workshop(till, who, "winter_tea", CASHIER, online=True) for who in guests]
    assert [place.waiting for place in places] == [False] * 20 + [True] * 2
    assert [place.number for place in places][-3:] == [20, 1, 2]
    assert join_workshop(till, guests[0], "winter_tea", CASHIER, online=True).waiting is False, "twice is once"
    with pytest.raises(InvalidField, match="no place"):
        check_in(till, guests[20], "winter_tea", CASHIER)
    assert leave_workshop(till, guests[3], "winter_tea", CASHIER, online=True) == guests[20], "who waited longest"
    with pytest.raises(InvalidField, match="on the day, 2026-12-19"):
        check_in(till, guests[20], "winter_tea", CASHIER)
    clock.step(days=(date(2026, 12, 19) - till.business_day().date).days)
    check_in(till, guests[20], "winter_tea", CASHIER)
    check_in(till, guests[20], "winter_tea", CASHIER)
    with pytest.raises(InvalidField, match="has come already"):
        leave_workshop(till, guests[20], "winter_tea", CASHIER, online=True)
    with pytest.raises(InvalidField, match="has not signed up"):
        leave_workshop(till, guests[3], "winter_tea", CASHIER, online=True)
    gone = leave_workshop(till, guests[21], "winter_tea", CASHIER, online=True)
    assert gone is None, "giving up waiting frees no place"


def test_W46_who_is_not_meant_is_told_for_whom_it_is(till: Till) -> None:
    newcomer = open_card(till, "13957160001", CASHIER.id).member
    for_gold = {"id": "gold_tea", "day": "2026-12-19", "capacity": 2, "for": {"tiers": ["gold"]}}
    publish(till, workshops=[for_gold])
    with pytest.raises(InvalidField) as refused:
        join_workshop(till, newcomer.id, "gold_tea", CASHIER, online=True)
    assert refused.value.reason_zh == "活动面向：金卡"
    assert join_workshop(till, lin(till).id, "gold_tea", CASHIER, online=True).number == 1
    with till.database.read() as connection:
        (seen,) = seatings(till, connection, newcomer)
        (own,) = seatings(till, connection, lin(till))
    assert (seen.free, seen.seat, seen.is_invited) == (1, Seat.NONE, False)
    assert (own.free, own.seat, own.is_invited) == (1, Seat.TAKEN, True)


def test_W46_places_are_not_given_twice_offline_nor_after_the_day(till: Till, clock: SteppingClock) -> None:
    who = open_card(till, "13957160001", CASHIER.id).member.id
    with pytest.raises(InvalidField) as refused:
        join_workshop(till, who, "winter_tea", CASHIER, online=False)
    assert "联网后再报名" in refused.value.reason_zh
    join_workshop(till, who, "winter_tea", CASHIER, online=True)
    with pytest.raises(InvalidField, match="network is back"):
        leave_workshop(till, who, "winter_tea", CASHIER, online=False)
    with pytest.raises(InvalidField, match="no workshop"):
        join_workshop(till, who, "summer", CASHIER, online=True)
    clock.step(days=64)
    with pytest.raises(InvalidField, match="2026-12-19"):
        join_workshop(till, who, "winter_tea", CASHIER, online=True)
    with till.database.read() as connection:
        listed = seatings(till, connection, lin(till))
    assert [one.workshop.id for one in listed] == ["new_year_tea"], "what is over is listed for who signed up"


def test_W44_a_message_reaches_only_members_who_agreed(till: Till) -> None:
    yes = open_card(till, "13957160001", CASHIER.id, marketing=True).member.id
    stopped = open_card(till, "13957160002", CASHIER.id, marketing=True).member.id
    never = open_card(till, "13957160003", CASHIER.id).member.id
    life.set_consent(till, stopped, "marketing", granted=False, operator=CASHIER.id)
    audience = audience_of(till, "spring_tea")
    assert yes in audience.recipients
    assert not {stopped, never} & set(audience.recipients)
    assert audience.opted_out >= 2
    publish(till, messages=[{"id": "gold", "kind": "community", "text": "茶友群", "link": "g", "tiers": ["gold"]}])
    assert yes not in audience_of(till, "gold").recipients, "a newcomer is not gold"
    with pytest.raises(InvalidField, match="no message"):
        audience_of(till, "nothing")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_W08_a_card_face_of_another_size_is_warned_about(kind: str) -> None:
    def picture(width: int, height: int) -> bytes:
        out = BytesIO()
        Image.new("RGB", (width, height), "#0C3A2F").save(out, kind)
        return out.getvalue()

    assert check_card_face(picture(750, 1334)).warning is None
    narrow = check_card_face(picture(700, 1334))
    assert (narrow.width, narrow.height) == (700, 1334)
    assert narrow.warning is not None
    assert "750×1334" in narrow.warning.zh


@pytest.mark.parametrize("bad", [b"", b"GIF89a", b"\xff\xd8\xff\xe0\x00\x10", b"\x89PNG\r\n\x1a\n1234"])
def test_W08_what_is_no_picture_is_refused(bad: bytes) -> None:
    with pytest.raises(InvalidField) as refused:
        check_card_face(bad)
    assert refused.value.field == "picture"


def test_W08_a_picture_too_large_to_carry_is_refused() -> None:
    body = struct.pack(">II", 750, 1334) + b"\x08\x02\x00\x00\x00"
    chunk = struct.pack(">I", len(body)) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    with pytest.raises(InvalidField, match="500 KB"):
        check_card_face(b"\x89PNG\r\n\x1a\n" + chunk + bytes(500 * 1024))


def test_W08_a_template_needs_no_network_and_a_picture_of_the_shops_own_is_kept(till: Till) -> None:
    assert chosen_face(till) == "tier"
    choose_template(till, "gold")
    assert chosen_face(till) == "gold"
    with pytest.raises(InvalidField, match="no built-in face"):
        choose_template(till, "tiger")
    out = BytesIO()
    Image.new("RGB", (750, 1334), "#0C3A2F").save(out, "PNG")
    assert choose_picture(till, out.getvalue()).warning is None
    assert chosen_face(till) == out.getvalue()
