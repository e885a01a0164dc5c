"""The demo's members hold believable coupons: issued by the shop's own rules, each good for a different time."""

from __future__ import annotations

from pathlib import Path

from posapp.application.demo_members import REGULARS, demo_members
from posapp.application.demo_wallets import hand_out
from posapp.application.members import find_members, import_opening_members
from posapp.application.wallet import load_wallet, open_wallet
from posapp.storage.verify import verify
from tests.integration.tills import CASHIER, SteppingClock, demo_till

NAMES = (Path(__file__).parents[3] / "resources" / "demo" / "names.json").read_bytes()


def test_members_hold_coupons_once_and_lin_holds_three(tmp_path: Path) -> None:
    clock = SteppingClock()
    till = demo_till(tmp_path, clock)
    people = demo_members(NAMES, 200)
    import_opening_members(till, people, CASHIER.id, "demo")
    phones = [person.profile.phone_e164 for person in people]
    given = hand_out(till, phones)
    assert 20 < given < 80
    assert hand_out(till, phones) == 0
    (lin,) = find_members(till, REGULARS[0].profile.phone_e164.removeprefix("+86")).members
    today = till.business_day()
    left = {
        coupon.template: coupon.last_day.ordinal - today.ordinal if coupon.last_day is not None else None
        for coupon in load_wallet(till, lin.id).coupons
    }
    assert left == {"birthday30": 14, "save50": 22, "friend20": 27}
    clock.step(days=30)
    assert "birthday30" not in {coupon.template for coupon in open_wallet(till, lin.id).coupons}, "once a year"
    assert verify(till.database).ok
    till.database.close()
