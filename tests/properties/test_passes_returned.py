"""In any order of buying, using, taking uses back, handing over and giving back, a pass is worth what the law gives.

What it gives is reckoned here from the log alone: each pass's price and uses, what was used of it and came back,
whoever owned it by then.  The till reckons from what it keeps with the pass.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from posapp.application import member_life as life
from posapp.application import passes
from posapp.application.liabilities import report
from posapp.application.passes import PassOrder, PassReturn, PassUse, UsedPass
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import ClaimTransferred, PassRefunded, PassSold, PassUsed, PassUseReversed, Tender
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.passes import RefundBasis
from posapp.domain.sale import Identification, TenderMethod
from posapp.domain.time import BusinessDay
from posapp.storage import event_search
from posapp.storage.verify import verify
from tests.cases.test_wallet_transfer import BOSS, taker
from tests.integration.demo_shop import publish
from tests.integration.tills import CASHIER, SteppingClock, demo_till

PRICE, USES, UNIT = 9_901, 10, 1_500
"""The price does not divide by the uses, and a use costs more without the pass."""
PASS = {"id": "ten", "kind": "count", "price": "99.01", "uses": USES, "unit_price": "15.00"}


@dataclass
class Desk:
    """A till, two members, one article for giving back, and the uses that were taken."""

    till: Till
    basis: RefundBasis
    people: tuple[MemberId, MemberId]
    used: list[UsedPass] = field(default_factory=list)
    serial: int = 0

    def request(self) -> bytes:
        self.serial += 1
        return b"%d" % self.serial


def buy(at: Desk, who: int, _figure: int) -> None:
    """And the days pass in which an unused one is given back whole."""
    paid = (Tender(TenderMethod.CASH, Money(PRICE), Money(PRICE)),)
    passes.sell_pass(at.till, PassOrder(at.request(), at.people[who], "ten", paid, CASHIER))
    assert isinstance(at.till.clock, SteppingClock)
    at.till.clock.step(days=9)


def use(at: Desk, who: int, figure: int) -> None:
    held = next(one for one in passes.held_passes(at.till, at.people[who]) if one.left)
    wanted = PassUse(at.request(), held.asset.id, 1 + figure % 4, CASHIER, Identification.PIN, online=True)
    at.used.append(passes.use_pass(at.till, wanted))


def take_back(at: Desk, _who: int, figure: int) -> None:
    if at.used:
        passes.take_back_use(at.till, at.used[figure % len(at.used)], CASHIER)


def hand_over(at: Desk, who: int, figure: int) -> None:
    giver, receiver = at.people[who], at.people[1 - who]
    claims = life.transferable_claims(at.till, giver, receiver)
    if claims:
        claim = claims[figure % len(claims)]
        wanted = life.Transfer(at.request(), giver, receiver, claim, life.Notice.TOGETHER)
        life.transfer_claim(at.till, wanted, BOSS)


def give_back(at: Desk, who: int, _figure: int) -> None:
    for one in passes.returnable_passes(at.till, at.people[who]):
        back = next(each for each in one.previews if each.basis is at.basis)
        paid = (Tender(TenderMethod.CASH, back.refund, back.refund),) if back.refund else ()
        passes.return_pass(at.till, PassReturn(at.request(), back, "test", paid, CASHIER, BOSS.approver))


Step = Callable[[Desk, int, int], None]
steps = st.lists(
    st.tuples(
        st.sampled_from([buy, use, use, take_back, take_back, hand_over, give_back]),
        st.integers(0, 1),
        st.integers(0, 1_000),
    ),
    max_size=16,
)


def used_of(till: Till) -> tuple[Counter[AssetId], Counter[AssetId], int]:
    """Of each pass that was bought: what was used in all, what of it did not come back; and what was paid out."""
    bought: dict[AssetId, AssetId] = {}
    gross: Counter[AssetId] = Counter()
    net: Counter[AssetId] = Counter()
    with till.database.read() as connection:
        for sold in event_search.of_kind(connection, PassSold):
            bought |= {part.asset: part.asset for part in sold.parts if part.uses == USES and part.paid.fen == PRICE}
        for moved in event_search.of_kind(connection, ClaimTransferred):
            bought[moved.target] = bought[moved.source]
        for used in event_search.of_kind(connection, PassUsed):
            gross[bought[used.asset]] += used.uses
            net[bought[used.asset]] += used.uses
        for back in event_search.of_kind(connection, PassUseReversed):
            net[bought[back.asset]] -= back.uses
        paid_out = sum(one.refund.fen for one in event_search.of_kind(connection, PassRefunded))
    every = set(bought.values())
    return Counter({one: gross[one] for one in every}), Counter({one: net[one] for one in every}), paid_out


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example([(buy, 0, 0), (use, 0, 2), (hand_over, 0, 0), (take_back, 0, 0)], RefundBasis.BUYER)
@example([(buy, 0, 0), (use, 0, 2), (give_back, 0, 0), (take_back, 0, 0)], RefundBasis.BUYER)
@example([(buy, 0, 0), (use, 0, 2), (hand_over, 0, 0), (take_back, 0, 0), (hand_over, 0, 0)], RefundBasis.MERCHANT)
@given(steps, st.sampled_from([RefundBasis.BUYER, RefundBasis.MERCHANT]))
def test_a_pass_is_worth_what_the_law_gives(done: list[tuple[Step, int, int]], basis: RefundBasis) -> None:
    with tempfile.TemporaryDirectory() as folder:
        till = demo_till(Path(folder), SteppingClock())
        try:
            publish(till, passes=[PASS])
            at = Desk(till, basis, (taker(till, "13957160008"), taker(till)))
            for step, who, figure in [*done, (give_back, 0, 0), (give_back, 1, 0)]:
                try:
                    step(at, who, figure)
                except (InvalidField, StopIteration):
                    continue  # nothing to use, or used up: refused, and nothing was written
            _check(at)
        finally:
            till.database.close()


def _check(at: Desk) -> None:
    """Everything is given back: the money is what the law gives for what stayed used, and nothing is owed."""
    gross, net, paid_out = used_of(at.till)
    if at.basis is RefundBasis.MERCHANT:
        due = sum(PRICE - (2 * PRICE * used + USES) // (2 * USES) for used in net.values())
        assert paid_out == due
    else:
        due = sum(max(0, PRICE - UNIT * used) for used in net.values())
        assert due <= paid_out <= PRICE * len(net)
        if all(used * UNIT <= PRICE for used in gross.values()):
            # Nobody ever used more than was paid, which Art 20 would have left them.
            assert paid_out == due
    today = at.till.business_day()
    found = report(at.till, "passes", BusinessDay(1), today)
    assert found.differences == ()
    assert [(each.close, each.owed) for each in found.movements] == [(0, 0)]
    assert verify(at.till.database).ok
