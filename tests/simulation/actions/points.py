"""Points that no sale moves: check-ins, gifts, draws, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posapp.application import draws, gifts
from posapp.application import points as given
from posapp.application.gifts import Buyer
from posapp.domain.events import DrawMade, GiftRedeemed, PointsChanged, Recorded
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER, MANAGER
from tests.simulation.versions import PointsPromised

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.simulation.actions.desk import Desk


def check_in_member(desk: Desk) -> Attempt | None:
    """Once a day, as far as this till has heard."""
    member = desk.member()
    if member is None:
        return None

    def run(till: Application) -> Recorded | None:
        return given.check_in(till, member.id, CASHIER).recorded

    return Attempt(f"checks {who(member)} in", PointsChanged, run, by_request=False)


def hand_over_gift(desk: Desk) -> Attempt | None:
    """Points for a gift; of some there are few."""
    member = desk.member()
    # A till that joined a server whose documents are lost has no programme yet.
    if member is None or not desk.till.programme.gifts:
        return None
    desk.hold(member)
    gift = desk.draw.choice(desk.till.programme.gifts)
    request, buyer, online = desk.request(), Buyer(member.id, desk.proof()), desk.online
    desk.world.gifts.append((desk.name, request))

    def run(till: Application) -> Recorded | None:
        return gifts.redeem_gift(till, buyer, gift.id, CASHIER, request, online=online).recorded

    return Attempt(f"hands {gift.id} to {who(member)} for {gift.points} points", GiftRedeemed, run)


def take_gift_back(desk: Desk) -> Attempt | None:
    """That was the wrong one."""
    mine = [request for name, request in desk.world.gifts if name == desk.name]
    if not mine:
        return None
    request = desk.draw.choice(mine)
    desk.world.gifts.remove((desk.name, request))

    def run(till: Application) -> Recorded | None:
        return gifts.return_gift(till, request, CASHIER)

    return Attempt("takes a gift back", GiftRedeemed, run)


def draw_prize(desk: Desk) -> Attempt | None:
    """Points for a chance."""
    member = desk.member()
    if member is None:
        return None
    request, buyer, online = desk.request(), Buyer(member.id, desk.proof()), desk.online

    def run(till: Application) -> Recorded | None:
        return draws.draw_once(till, buyer, "lucky", CASHIER, request, online=online).recorded

    return Attempt(f"lets {who(member)} draw", DrawMade, run)


def promise_points(desk: Desk) -> Attempt | None:
    """Something that only a newer program knows."""
    member = desk.member()
    if member is None or not desk.world.tills[desk.name].is_newer:
        return None

    def run(till: Application) -> Recorded | None:
        event: Any = PointsPromised(member.id, till.business_day(), 7)
        with till.database.write() as connection:
            return till.log.append(connection, event, till.clock.now())

    return Attempt(f"promises {who(member)} 7 points, as newer programs do", None, run)


def by_hand(desk: Desk) -> Attempt | None:
    """A correction."""
    member = desk.member()
    if member is None:
        return None
    points = desk.draw.choice((-30, 20, 50))

    def run(till: Application) -> Recorded | None:
        return given.change_by_hand(till, member.id, points, CASHIER, MANAGER, "correction").recorded

    return Attempt(f"gives {who(member)} {points} points by hand", None, run)
