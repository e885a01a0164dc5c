"""A named card or a count pass becomes another member's on notice (domain.md §2.9; 法释〔2025〕4号 Art 11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.liabilities import report
from posapp.application.member_history import member_history
from posapp.application.member_life import Authority, Claim, Notice, Transfer
from posapp.application.members import open_card
from posapp.application.passes import PassOrder, PassReturn, PassUse
from posapp.application.refunds import undo_sale
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.pin import check_pin, set_pin
from posapp.application.stored_value.settlement import CloseRequest, preview_close
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import ClaimTransferred, Ground, Tender
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.passes import RefundBasis
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.stored_card import StoredCard
from posapp.storage import event_search
from tests.cases.stored_shop import Shop, line
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, SteppingClock

BOSS = Authority(CASHIER.id, StaffId("9001"), online=True)
TAKERS_PAPER = IdentityPaper("王小明", "110105199003077219")
COFFEE = {"id": "coffee", "kind": "count", "name": "咖啡 10 次卡", "price": "99.00", "uses": 10, "per_day": 4}
GIFT = {"id": "gift", "kind": "count", "name": "赠饮 2 次", "uses": 2}


def taker(till: Till, phone: str = "13957160009", birthday: str = "") -> MemberId:
    return open_card(till, phone, CASHIER.id, name="王小明", birthday=birthday).member.id


def claim(till: Till, giver: MemberId, receiver: MemberId) -> Claim:
    (found,) = life.transferable_claims(till, giver, receiver)
    return found


def hand_over(
    till: Till,
    giver: MemberId,
    receiver: MemberId,
    request: bytes = b"t1",
    by: Authority = BOSS,
    paper: IdentityPaper | None = TAKERS_PAPER,
    *,
    guardian: bool = False,
) -> ClaimTransferred | None:
    found = claim(till, giver, receiver)
    wanted = Transfer(request, giver, receiver, found, Notice.TOGETHER, paper, guardian)
    return life.transfer_claim(till, wanted, by)


def only_card(till: Till, who: MemberId) -> StoredCard:
    (card,) = stored_cards(till, who)
    return card


def split(card: StoredCard) -> list[tuple[int, int, int, int, object, object]]:
    return [
        (lot.principal_fen, lot.bonus_fen, lot.paid_fen, lot.granted_fen, lot.first_day, lot.bonus_until)
        for lot in card.lots
    ]


def owed(till: Till, name: str) -> list[tuple[str, int, int]]:
    """What is owed by the reports, which must explain it."""
    today = till.business_day()
    found = report(till, name, today, today)
    assert found.differences == ()
    return [(each.liability.code, each.close, each.owed) for each in found.movements]


# -- a card ---------------------------------------------------------------


def test_what_stands_on_a_card_moves_with_its_split_its_days_and_its_terms(
    card_shop: Shop, clock: SteppingClock
) -> None:
    till, giver = card_shop.till, card_shop.who
    card_shop.top_up("1000.00", plan="p1000")
    clock.step(days=1)
    card_shop.top_up("500.00", plan="p500")
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    receiver = taker(till)
    before, held, returned = owed(till, "stored-value"), split(card_shop.card()), closing(till, giver)
    shown = claim(till, giver, receiver)
    assert (shown.principal, shown.bonus, shown.before) == (Money(100_000), Money(16_000), Money(0))
    assert shown.needs_paper

    event = hand_over(till, giver, receiver)
    assert event is not None
    assert (event.operator, event.approver, event.notice) == (CASHIER.id, "9001", "together")
    assert split(only_card(till, receiver)) == held, "lots of before, the five parts of a bonus that come later too"
    assert split(only_card(till, giver)) == []
    assert owed(till, "stored-value") == before, "nothing that is owed changed"
    for who, sign in ((giver, -1), (receiver, 1)):
        latest = member_history(till, who).entries[0]
        assert (latest.what.en, latest.stored) == ("Card or pass transferred", Money(sign * 116_000))
    assert closing(till, receiver) == returned, "the law returns what it would have: what was used was used"


def closing(till: Till, who: MemberId) -> list[int]:
    card = only_card(till, who)
    return [preview_close(till, CloseRequest(card.id, ground, CASHIER)).refund.fen for ground in Ground]


def test_the_givers_pin_does_not_open_it_and_the_receivers_does(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("1000.00", plan="p1000")
    set_pin(till, giver, "024680")
    set_pin(till, receiver, "135791")
    hand_over(till, giver, receiver)
    with pytest.raises(InvalidField, match="4 more tries"):
        check_pin(till, receiver, "024680")
    check_pin(till, receiver, "135791")
    theirs = only_card(till, receiver)
    with pytest.raises(InvalidField, match="belongs to another member"):
        card_shop.buy(line("a", "10.00"), wallet="9.00", card=theirs)
    with pytest.raises(InvalidField, match=r"only 0\.00 is left"):
        card_shop.buy(line("a", "10.00"), wallet="9.00", card=replace(theirs, id=card_shop.card().id))


def test_a_sale_of_before_undone_returns_to_the_giver(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("1000.00", plan="p1000")
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    lots = [lot.id for lot in card_shop.card().lots]
    hand_over(till, giver, receiver)
    undo_sale(till, card_shop.sold[-1].recorded, CASHIER)
    mine, theirs = card_shop.card(), only_card(till, receiver)
    assert [lot.id for lot in mine.lots] == lots, "the lots that paid"
    assert (mine.principal.fen, mine.balance.fen) == (50_000, 60_000)
    assert (theirs.principal.fen, theirs.balance.fen) == (50_000, 60_000)
    assert owed(till, "stored-value") == [("principal", 100_000, 100_000), ("bonus", 20_000, 0)]

    hand_over(till, giver, receiver, b"t2")
    assert only_card(till, receiver).balance.fen == 120_000, "and that can be transferred too"
    hand_over(till, receiver, giver, b"t3")
    assert card_shop.card().balance.fen == 120_000, "and back"


def test_the_receivers_card_holds_no_more_than_it_may(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("4700.00")  # and 200 of bonus
    hand_over(till, giver, receiver)
    card_shop.top_up("100.10", plan="")
    shown = claim(till, giver, receiver)
    assert shown.refusal is not None
    assert "4900.00 stands there" in str(shown.refusal)
    with pytest.raises(InvalidField, match="may stand on the receiver's card"):
        hand_over(till, giver, receiver, b"t2")
    card_shop.buy(line("a", "0.10", 1, "no_discount"), wallet="0.10")
    hand_over(till, giver, receiver, b"t2")
    assert only_card(till, receiver).balance.fen == 500_000


def test_bonus_that_has_lapsed_is_not_given(card_shop: Shop, clock: SteppingClock) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("300.00", plan="p300")
    clock.step(days=91)
    assert claim(till, giver, receiver).bonus == Money(0)
    hand_over(till, giver, receiver)
    assert only_card(till, receiver).balance.fen == 30_000
    assert owed(till, "stored-value") == [("principal", 30_000, 30_000), ("bonus", 0, 0)]


def test_a_transfer_needs_the_server_another_person_and_the_receivers_paper(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("1000.00", plan="p1000")
    for by, why in (
        (replace(BOSS, online=False), "this needs the server"),
        (replace(BOSS, approver=BOSS.operator), "somebody else approves"),
    ):
        with pytest.raises(InvalidField, match=why):
            hand_over(till, giver, receiver, by=by)
    with pytest.raises(InvalidField, match="take down the receiver's name"):
        hand_over(till, giver, receiver, paper=None)
    with pytest.raises(InvalidField, match="no identity card number"):
        hand_over(till, giver, receiver, paper=IdentityPaper("王小明", "110105199003077210"))
    with pytest.raises(InvalidField, match="under eight"):
        hand_over(till, giver, receiver, paper=IdentityPaper("王小小", "110105202003077213"))
    with pytest.raises(InvalidField, match="same member"):
        hand_over(till, giver, giver)
    assert card_shop.card().balance.fen == 120_000


CHILDS_PAPER = IdentityPaper("王小小", "110105201203077213")


def test_a_child_takes_over_more_than_a_small_sum_where_a_guardian_agrees_as_with_paying_in(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till, birthday="20120307")
    card_shop.top_up("1000.00", plan="p1000")
    shown = claim(till, giver, receiver)
    assert (shown.needs_guardian, shown.refusal) == (True, None)
    with pytest.raises(InvalidField, match=r"more than 100\.00 needs a guardian who agrees"):
        hand_over(till, giver, receiver, paper=CHILDS_PAPER)
    assert card_shop.card().balance.fen == 120_000
    event = hand_over(till, giver, receiver, paper=CHILDS_PAPER, guardian=True)
    assert event is not None
    assert event.guardian
    assert only_card(till, receiver).balance.fen == 120_000


def test_a_paper_that_shows_a_child_asks_for_a_guardian_too(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("1000.00", plan="p1000")
    assert not claim(till, giver, receiver).needs_guardian
    with pytest.raises(InvalidField, match="a guardian who agrees"):
        hand_over(till, giver, receiver, paper=CHILDS_PAPER)
    assert hand_over(till, giver, receiver, paper=CHILDS_PAPER, guardian=True) is not None


def test_a_small_sum_a_child_takes_over_alone(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till, birthday="20120307")
    card_shop.top_up("100.00")
    assert not claim(till, giver, receiver).needs_guardian
    event = hand_over(till, giver, receiver, paper=CHILDS_PAPER)
    assert event is not None
    assert not event.guardian


def test_what_was_spent_meanwhile_is_looked_at_again_and_a_second_press_is_the_same_transfer(card_shop: Shop) -> None:
    till, giver, receiver = card_shop.till, card_shop.who, taker(card_shop.till)
    card_shop.top_up("1000.00", plan="p1000")
    shown = claim(till, giver, receiver)
    card_shop.buy(line("a", "600.00", 1, "no_discount"), wallet="600.00")
    wanted = Transfer(b"t1", giver, receiver, shown, Notice.WRITTEN, TAKERS_PAPER)
    with pytest.raises(InvalidField, match="used meanwhile"):
        life.transfer_claim(till, wanted, BOSS)
    again = replace(wanted, claim=claim(till, giver, receiver))
    assert life.transfer_claim(till, again, BOSS) is not None
    assert life.transfer_claim(till, again, BOSS) is None
    with till.database.read() as connection:
        (event,) = event_search.of_kind(connection, ClaimTransferred)
    assert event.notice == "written"
    assert only_card(till, receiver).balance.fen == 60_000


# -- a pass ---------------------------------------------------------------


@pytest.fixture
def coffee_till(till: Till) -> Till:
    """The demo shop with ten coffees, at most four a day."""
    publish(till, passes=[COFFEE, GIFT])
    return till


def buy(till: Till, who: MemberId, template: str = "coffee", fen: int = 9900) -> None:
    paid = (Tender(TenderMethod.CASH, Money(fen), Money(fen)),) if fen else ()
    passes.sell_pass(till, PassOrder(template.encode(), who, template, paid, CASHIER))


def use(till: Till, who: MemberId, uses: int, request: bytes) -> passes.UsedPass:
    held = next(one for one in passes.held_passes(till, who) if one.left > 0)
    asked = PassUse(request, held.asset.id, uses, CASHIER, Identification.DYNAMIC_CODE, online=True)
    return passes.use_pass(till, asked)


def left(till: Till, who: MemberId) -> list[int]:
    return sorted(one.left for one in passes.held_passes(till, who))


def test_a_count_pass_moves_with_its_days_and_its_limit_of_a_day(coffee_till: Till, clock: SteppingClock) -> None:
    till = coffee_till
    giver, receiver = taker(till, "13957160008"), taker(till)
    buy(till, giver)
    used = use(till, giver, 3, b"u1")
    before = owed(till, "passes")
    (old,) = passes.held_passes(till, giver)
    event = hand_over(till, giver, receiver)
    assert event is not None
    assert (event.uses, event.entries, event.lots) == (7, 3, ())
    (new,) = passes.held_passes(till, receiver)
    assert (new.left, new.of, new.used_today) == (7, 10, 3)
    assert (new.asset.first_day, new.asset.last_day, new.name) == (old.asset.first_day, old.asset.last_day, old.name)
    assert left(till, giver) == [0]
    assert owed(till, "passes") == before == [("passes", 7, 6930)]

    with pytest.raises(InvalidField):
        use(till, receiver, 2, b"u2")
    assert use(till, receiver, 1, b"u3").after == 6, "four of this day"
    passes.take_back_use(till, used, CASHIER)
    assert (left(till, giver), left(till, receiver)) == ([3], [6]), "what is taken back of before is the giver's"
    assert owed(till, "passes") == [("passes", 9, 8910)]
    clock.step(days=1)
    assert use(till, receiver, 4, b"u4").after == 2


def test_a_begun_pass_is_not_given_back_whole_by_its_new_owner(coffee_till: Till) -> None:
    till = coffee_till
    giver, receiver = taker(till, "13957160008"), taker(till)
    buy(till, giver)
    use(till, giver, 3, b"u1")
    hand_over(till, giver, receiver)
    ((whole),) = passes.returnable_passes(till, receiver)
    assert [one.basis for one in whole.previews] == [RefundBasis.BUYER, RefundBasis.MERCHANT]
    back = whole.previews[1]
    assert back.refund == Money(6930)
    tender = (Tender(TenderMethod.CASH, back.refund, back.refund),)
    passes.return_pass(till, PassReturn(b"back", back, "test", tender, CASHIER, BOSS.approver))
    assert owed(till, "passes") == [("passes", 0, 0)]


def test_gifts_stay_and_nothing_that_has_ended_moves(coffee_till: Till) -> None:
    till = coffee_till
    giver, receiver = taker(till, "13957160008"), taker(till)
    buy(till, giver, "gift", 0)
    with pytest.raises(InvalidField, match="a gift stays"):
        hand_over(till, giver, receiver)
    assert left(till, giver) == [2]
