"""What cashiers do, by subject: each makes an attempt out of what its till knows, or None where there is nothing to do.

An attempt fixes everything that is drawn (the basket's id, the request's id), so that carrying it out again after a
crash is carrying out the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.simulation.actions import coupons, members, passes, points, returns, selling, stored, upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.simulation.actions.desk import Desk
    from tests.simulation.model import Attempt

ACTIONS: Final[Mapping[str, tuple[int, Callable[[Desk], Attempt | None]]]] = {
    "sell": (130, selling.sell),
    "sell for points": (10, selling.sell_for_points),
    "sell with a coupon": (12, selling.sell_with_coupon),
    "sell on the card": (20, stored.sell_on_the_card),
    "sell a pass with goods": (2, selling.sell_pass_with_goods),
    "open a card": (5, members.open_a_card),
    "merge members": (1, members.merge),
    "undo a merge": (1, members.undo_merge),
    "transfer a card or pass": (1, members.transfer),
    "top up": (14, stored.top_up_card),
    "grant bonus": (1, stored.grant),
    "close a stored-value card": (1, stored.close),
    "sell a pass": (3, passes.sell),
    "use a pass": (8, passes.use),
    "give a pass back": (1, passes.give_back),
    "check in": (2, points.check_in_member),
    "hand over a gift": (7, points.hand_over_gift),
    "take a gift back": (1, points.take_gift_back),
    "draw": (2, points.draw_prize),
    "promise points": (6, points.promise_points),
    "change points by hand": (1, points.by_hand),
    "claim a coupon": (2, coupons.claim_word),
    "buy a coupon with points": (2, coupons.exchange),
    "void coupons": (1, coupons.void_some),
    "return goods": (14, returns.give_goods_back),
    "undo a sale": (3, returns.undo),
    "end of the day": (4, upkeep.end_of_day),
    "change a price": (6, upkeep.change_price),
}
"""Every action by its name, with how often it is drawn."""
