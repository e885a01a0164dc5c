"""F4 in the real window: two keys change the coupon, a scan brings one, and cash takes what was promised."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt

from posapp.application.coupons import open_batch
from posapp.domain.ids import MemberId
from posapp.domain.leasing import COUPON
from posapp.domain.programme import parse_programme
from posapp.storage import assets
from posapp.storage import leases as shares
from posapp.ui.checkout.session import CompleteMode, LookupMode, SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.wallet_modes import CouponsMode
from tests.ui.counters import Counter, until


def attach_lin(counter: Counter) -> None:
    counter.scan_goods("明前龙井", "明前龙井")
    counter.type("6021/")
    until(lambda: isinstance(counter.session.mode, LookupMode), "the list of matches")
    mode = counter.session.mode
    assert isinstance(mode, LookupMode)
    place = next(index for index, one in enumerate(mode.members) if one.profile.name == "林晓梅")
    counter.type(str(place + 1))
    until(lambda: counter.session.basket.member is not None, "the member attached")


def test_two_keys_change_the_coupon_and_cash_takes_what_was_promised(counter: Counter) -> None:
    attach_lin(counter)
    assert counter.session.quote.due.fen == 21760 - 3000, "her best coupon is used without a key"
    counter.keys = 0
    counter.press(Qt.Key.Key_F4)
    until(lambda: isinstance(counter.session.mode, CouponsMode), "her coupons")
    counter.type("2")
    until(lambda: counter.session.quote.due.fen == 21760 - 2000, "the other coupon")
    assert counter.keys == 2
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    mode = counter.session.mode
    assert isinstance(mode, CompleteMode)
    assert mode.done.sale.rules[-1] == "friend20"
    assert mode.coupons == 3


def test_a_printed_code_scanned_with_a_member_is_theirs(counter: Counter) -> None:
    attach_lin(counter)
    codes = open_batch(counter.presenter.till, 1, counter.presenter.cashier)
    counter.keys = 0
    counter.scan(codes[0])
    until(lambda: len(counter.session.basket.wallet.coupons) == 4, "one coupon more")
    assert counter.keys == 0
    counter.scan_goods("明前龙井")
    assert counter.session.quote.due.fen == 32640 - 5000


def test_a_coupon_that_the_server_has_just_heard_of_comes_to_the_basket(counter: Counter) -> None:
    till = counter.presenter.till
    till.has_server = True
    till.programme = parse_programme(json.loads(till.programme.canonical) | {"offline": {"leases": "only"}})
    counter.presenter.sync_changed(SyncStatus(SyncKind.SYNCING, pending=2))
    attach_lin(counter)
    wallet = counter.session.basket.wallet
    assert (len(wallet.coupons), len(wallet.withheld)) == (0, 3), "nothing was set aside for this till yet"
    assert counter.session.quote.due.fen == 21760

    def set_aside(member: MemberId) -> None:
        with till.database.write() as connection:
            own = [held.asset.id for held in assets.of_owner(connection, member)]
            until_us = (till.clock.now().year + 1 - 1970) * 366 * 86_400 * 1_000_000
            shares.take_over(connection, {(each, COUPON): 1 for each in own}, until_us, {}, anew=True)

    till.hold = set_aside
    counter.presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    until(lambda: counter.session.quote.due.fen == 21760 - 3000, "her best coupon")
