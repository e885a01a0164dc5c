"""The member's file in a real window: coupons, cards, two memberships of one person, points, tiers, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from posapp.application.member_history import PAGE_ENTRIES
from posapp.application.members import open_card
from posapp.domain.events import CardReplaced, CouponsVoided, CouponTransferred, TierSet
from posapp.domain.member import MemberState
from posapp.storage import event_search, member_states, members
from posapp.ui.checkout.file_modes import FileFormMode, FilePickMode, Page
from posapp.ui.checkout.session import CompleteMode, OtherMemberMode
from posapp.ui.checkout.staff_modes import ApprovalMode
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, until
from tests.ui.member_files import (
    ALT,
    begin,
    file_of,
    fill,
    form,
    member_id,
    open_file,
    refused,
    submit,
    toast,
    with_member,
)

REVIEW, OLDER = 1, 2
GIVE, VOID, HAND_ON, CARD, MERGE, UNMERGE = range(1, 7)
POINTS, TIER, SHARE = range(1, 4)


@pytest.fixture
def counter(tmp_path: Path, make_window: MakeWindow) -> Iterator[Counter]:
    yield from with_member(tmp_path, make_window())


def find_other(counter: Counter, phone: str) -> None:
    """Another member by their number, and Enter."""
    until(lambda: isinstance(counter.session.mode, OtherMemberMode), "who else")
    counter.type(phone)

    def found() -> bool:
        mode = counter.session.mode
        return isinstance(mode, OtherMemberMode) and mode.found.query == phone and len(mode.found.members) == 1

    until(found, "the other member")
    counter.press(Qt.Key.Key_Return)
    shown = (FileFormMode, FilePickMode)
    until(lambda: isinstance(counter.session.mode, shown) or counter.session.toast is not None, "what it does")


# -- coupons and cards ---------------------------------------------------------------


def test_a_coupon_is_given_by_hand_as_often_as_its_template_allows(counter: Counter) -> None:
    open_file(counter, Page.WALLET)
    before = len(file_of(counter).file.coupons)
    counter.type(str(GIVE))
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the coupons of the programme")
    mode = counter.session.mode
    assert isinstance(mode, FilePickMode)
    names = [row.row_id for row in mode.list.rows("zh_CN")]
    counter.type(str(1 + names.index("friend20")))
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what it does")
    facts = [counter.window.ctx.text(one.value) for one in form(counter).facts]
    assert facts[1:] == ["1", "2"], "one more than now"
    submit(counter)
    assert len(file_of(counter).file.coupons) == before + 1
    assert len(counter.session.basket.wallet.coupons) == before + 1, "the sale has it too"
    limited = next(
        name for name in names if counter.presenter.till.programme.coupons.template(name).per_member == 1
    )  # fmt: skip
    for _ in range(2):
        counter.type(str(GIVE))
        until(lambda: isinstance(counter.session.mode, FilePickMode), "the coupons of the programme")
        counter.type(str(1 + names.index(limited)))
        until(lambda: isinstance(counter.session.mode, FileFormMode), "what it does")
        counter.press(Qt.Key.Key_Return)
        until(
            lambda: (
                getattr(counter.session.mode, "error", None) is not None
                or not isinstance(counter.session.mode, FileFormMode)
            ),
            "given or refused",
        )
    assert counter.window.ctx.text(form(counter).notice) == "每位会员最多领 1 张"


def test_a_coupon_is_voided_with_a_reason(counter: Counter) -> None:
    open_file(counter, Page.WALLET)
    first = file_of(counter).file.coupons[0]
    begin(counter, VOID)
    assert refused(counter) == "请写明原因"
    fill(counter, reason="发错")
    submit(counter)
    assert first.code not in [one.code for one in file_of(counter).file.coupons]
    assert first.code not in [one.code for one in counter.session.basket.wallet.coupons]
    with counter.presenter.till.database.read() as connection:
        (voided,) = event_search.of_kind(connection, CouponsVoided)
    assert (voided.codes, voided.reason) == ((first.code,), "发错")


def test_a_coupon_is_handed_on_where_its_template_allows_that(counter: Counter) -> None:
    till = counter.presenter.till
    friend = open_card(till, "13957160008", counter.presenter.cashier.id, name="周芳").member
    open_file(counter, Page.WALLET)
    coupons = file_of(counter).file.coupons
    own = next(place for place, one in enumerate(coupons) if not one.transferable)
    free = next(place for place, one in enumerate(coupons) if one.transferable)
    for place, ends in ((own, "这张券仅限本人使用，不可转赠"), (free, "")):
        while (at := file_of(counter).selected - 1) != place:
            counter.press(Qt.Key.Key_Down if at < place else Qt.Key.Key_Up)
        counter.type(str(HAND_ON))
        find_other(counter, "13957160008")
        if ends:
            assert refused(counter) == ends
            counter.press(Qt.Key.Key_Escape)
        else:
            submit(counter)
    assert toast(counter).endswith("已转给 周芳")
    with till.database.read() as connection:
        (moved,) = event_search.of_kind(connection, CouponTransferred)
    assert (moved.code, moved.receiver) == (coupons[free].code, friend.id)


def test_a_lost_card_is_replaced_and_what_was_on_it_stays(counter: Counter) -> None:
    open_file(counter, Page.WALLET)
    old = file_of(counter).file.member.card_number
    begin(counter, CARD)
    counter.press(Qt.Key.Key_2, ALT)
    until(lambda: form(counter).ways[1].chosen, "broken")
    submit(counter)
    cards = file_of(counter).file.cards
    assert [(one.number, one.current, one.retired is not None) for one in cards] == [
        (file_of(counter).file.member.card_number, True, False),
        (old, False, True),
    ]
    assert file_of(counter).file.member.standing.points.count == 3482
    with counter.presenter.till.database.read() as connection:
        (event,) = event_search.of_kind(connection, CardReplaced)
    assert (event.old_card, event.reason) == (old, "damaged")


# -- two memberships of one person ---------------------------------------------------------------


def test_two_members_are_merged_and_taken_apart_again(counter: Counter) -> None:
    till = counter.presenter.till
    other = open_card(till, "13957160009", counter.presenter.cashier.id, name="林小梅").member
    open_file(counter, Page.WALLET)
    counter.type(str(MERGE))
    find_other(counter, "13857166021")
    assert toast(counter) == "这是同一个会员"
    counter.press(Qt.Key.Key_Escape)
    counter.type(str(MERGE))
    find_other(counter, "13957160009")
    assert counter.window.ctx.text(form(counter).facts[1].value) == "3,482 → 3,482"
    counter.press(Qt.Key.Key_Return)
    until(lambda: isinstance(counter.session.over, ApprovalMode), "another person is asked")
    counter.press(Qt.Key.Key_Escape)
    until(lambda: counter.session.over is None, "nobody agreed, and the dialog is still there")
    submit(counter, agreed=True)
    assert toast(counter) == "林小梅 已并入"
    with till.database.read() as connection:
        assert member_states.membership(connection, other.id).state is MemberState.MERGED
    counter.type(str(UNMERGE))
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the merges")
    counter.type("1")
    until(lambda: isinstance(counter.session.mode, FileFormMode), "what goes back")
    submit(counter, agreed=True)
    with till.database.read() as connection:
        assert member_states.membership(connection, other.id).state is MemberState.ACTIVE
    counter.type(str(UNMERGE))
    until(lambda: isinstance(counter.session.mode, FilePickMode), "the merges")
    mode = counter.session.mode
    assert isinstance(mode, FilePickMode)
    assert mode.count == 0


# -- points and tiers ---------------------------------------------------------------


def test_points_by_hand_need_a_reason_a_second_person_and_stay_below_the_limit(counter: Counter) -> None:
    open_file(counter, Page.POINTS)
    begin(counter, POINTS)
    fill(counter, points="fifty", note="补登")
    assert refused(counter) == "请输入整数，如 50 或 -50"
    fill(counter, points="50", note="")
    assert refused(counter) == "请写明原因"
    fill(counter, note="补登", points="501")
    assert refused(counter, agreed=True) == "本班手工积分上限 500，还可 500"
    fill(counter, points="50")
    assert form(counter).facts[1].value == "3,532", "before → after"
    submit(counter, agreed=True)
    assert file_of(counter).file.member.standing.points.count == 3532
    assert counter.session.basket.member is not None
    assert counter.session.basket.member.standing.points.count == 3532, "the sale knows"


def test_a_tier_by_hand_until_a_day(counter: Counter) -> None:
    open_file(counter, Page.POINTS)
    begin(counter, TIER)
    counter.press(Qt.Key.Key_4, ALT)
    until(lambda: form(counter).ways[3].chosen, "diamond")
    fill(counter, until="2020-01-01", note="老客户")
    assert refused(counter, agreed=True) == "截止日已过"
    fill(counter, until="2027-12-31")
    submit(counter, agreed=True)
    assert toast(counter) == "等级 金卡 → 钻石卡"
    with counter.presenter.till.database.read() as connection:
        event = event_search.of_kind(connection, TierSet)[-1]
    assert (event.by_hand, event.note) == (True, "老客户")


def test_sharing_is_rewarded_only_where_the_shop_switched_it_on(counter: Counter) -> None:
    open_file(counter, Page.POINTS)
    counter.type(str(SHARE))
    until(lambda: toast(counter) == "本店未开启分享奖励", "off by default (W-25)")


def test_a_review_of_an_order_is_rewarded_once_from_the_history(counter: Counter) -> None:
    counter.scan_goods("明前龙井")
    counter.type("200+")
    until(lambda: isinstance(counter.session.mode, CompleteMode), "a completed sale")
    open_file(counter, Page.HISTORY)
    until(lambda: file_of(counter).history is not None, "the history")
    history = file_of(counter).history
    assert history is not None
    place = next(place for place, one in enumerate(history.entries) if one.is_sale)
    for _ in range(place):
        counter.press(Qt.Key.Key_Down)
    before = file_of(counter).file.member.standing.points.count
    begin(counter, REVIEW)
    counter.press(Qt.Key.Key_5, ALT)
    until(lambda: form(counter).ways[4].chosen, "one star")
    submit(counter)
    assert file_of(counter).file.member.standing.points.count == before + 15, "a bad review too (W-26)"
    counter.press(Qt.Key.Key_Down)
    begin(counter, REVIEW)
    assert refused(counter) == "该订单的晒单已奖励"


def test_the_history_turns_its_pages_newest_first(counter: Counter) -> None:
    till, who = counter.presenter.till, member_id(counter)
    open_file(counter, Page.POINTS)
    for _ in range(PAGE_ENTRIES):
        begin(counter, POINTS)
        fill(counter, points="1", note="补登")
        submit(counter, agreed=True)
    counter.press(Qt.Key.Key_Right)
    counter.press(Qt.Key.Key_Right)
    until(lambda: file_of(counter).history is not None, "the history")
    first = file_of(counter).history
    assert first is not None
    assert [one.points for one in first.entries] == [1] * PAGE_ENTRIES
    assert first.more
    counter.type(str(OLDER))
    until(lambda: file_of(counter).history not in (first, None), "older entries")
    older = file_of(counter).history
    assert older is not None
    assert 3482 in [one.points for one in older.entries], "what was brought along"
    times = [one.at for one in (*first.entries, *older.entries)]
    assert times == sorted(times, reverse=True)
    counter.press(Qt.Key.Key_Up)
    until(lambda: file_of(counter).history == first, "newer entries again")
    with till.database.read() as connection:
        assert members.standing(connection, who).points.count == 3482 + PAGE_ENTRIES
