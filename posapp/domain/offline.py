"""What a till may do while its server is out of reach: one policy, one question (domain.md §5.1).

What two tills must not do at once is no merchant's to loosen and waits for the server.  The rest has limits, which the
programme sets (`offline`); and after so many hours without the server only cash is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto, unique
from typing import Final

from posapp.domain import offline_words as words
from posapp.domain.text import Text

_HOUR: Final = timedelta(hours=1)


@unique
class Action(Enum):
    """What somebody may want of a till.  The amounts are fen, except where a line says otherwise."""

    CASH_SALE = auto()
    """Selling for cash, earning, opening a card: always."""
    BANK_CARD = auto()
    """A bank's terminal answers for itself."""
    SPEND_POINTS = auto()
    """Worth so much, in a sale or for a gift."""
    SPEND_STORED = auto()
    USE_COUPON = auto()
    """Taking off so much at most."""
    USE_PRINTED_COUPON = auto()
    """A code that this till has never seen: another may have taken it."""
    USE_PASS = auto()
    """Uses."""
    REFUND_CASH = auto()
    REFUND_STORED = auto()
    REFUND_OF_OTHERS = auto()
    """Giving back what another till sold."""
    TOP_UP = auto()
    CLOSE_STORED = auto()
    LAPSE_BONUS = auto()
    TRANSFER = auto()
    CHANGE_MEMBER = auto()
    """Merging two members, or moving one to another phone number."""
    DRAW = auto()
    JOIN_WORKSHOP = auto()
    SCAN_PAY = auto()


_ONLY_WITH_SERVER: Final = {
    Action.TOP_UP: words.NO_TOP_UP,
    Action.CLOSE_STORED: words.NO_CLOSING,
    Action.LAPSE_BONUS: words.NO_LAPSING,
    Action.TRANSFER: words.NO_TRANSFER,
    Action.CHANGE_MEMBER: words.NO_MEMBER_CHANGE,
    Action.DRAW: words.NO_DRAW,
    Action.JOIN_WORKSHOP: words.NO_WORKSHOP,
    Action.SCAN_PAY: words.NO_SCAN_PAY,
    Action.REFUND_OF_OTHERS: words.OWN_SALES_ONLY,
}


@unique
class Leases(Enum):
    """Whether tills spend shares of balances that the server set aside for them; the words are those of programmes."""

    NONE = "none"
    FIRST = "first"
    """A till spends its share first, and beyond it up to the limits."""
    ONLY = "only"
    """A till spends its share and nothing else, so that no two tills can overspend anything."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How an action stands at a till now.

    `silent` is how long ago the server was heard last, None where it is in reach or there is none; `has_server` says
    that there is one.  `settled` is what the server last said of the balance, `used` what this till took since (of a
    pass: today).  `lease` is the share of the balance that the server set aside for this till; of a coupon,
    `ANY_COUPON` where its use is.  `by_pin` says that the member entered the PIN or that there is none to enter;
    `issued_here` that this till made the coupon; `of_this_store` that its store did.
    """

    silent: timedelta | None
    settled: int = 0
    used: int = 0
    lease: int = 0
    by_pin: bool = False
    issued_here: bool = False
    of_this_store: bool = False
    has_server: bool = False


IN_REACH: Final = Reach(None)
ANY_COUPON: Final = 1 << 40
"""More fen than any coupon takes off: what one without a bound may take off, and what its share covers."""
LEASED_ACTIONS: Final = frozenset({Action.SPEND_STORED, Action.SPEND_POINTS, Action.USE_PASS, Action.USE_COUPON})


@dataclass(frozen=True, slots=True)
class OfflinePolicy:
    """The limits of a programme, for one member at one till from the server's last word to its next.

    `stored_share` is in basis points of the balance that the server last told.  `write_off_most_fen` is up to how much
    of what was overspent the shop rather bears itself than asks the member for.
    """

    cash_only_after_hours: int = 72
    points_most_fen: int = 2_000
    points_snapshot_hours: int = 24
    stored_most_fen: int = 10_000
    stored_share: int = 5_000
    stored_needs_pin: bool = True
    coupon_most_fen: int = 2_000
    printed_coupons: bool = False
    pass_uses_a_day: int = 1
    refund_cash_most_fen: int = 20_000
    refund_stored_most_fen: int = 20_000
    leases: Leases = Leases.NONE
    write_off_most_fen: int = 2_000

    def may(self, action: Action, amount: int, reach: Reach) -> Text | None:
        """Why an action must not be done now; None where it may."""
        if reach.silent is None and self._needs_lease(action, reach):
            return None if amount <= reach.lease else self._not_lent(action, reach)
        if reach.silent is None or action is Action.CASH_SALE:
            return None
        if action in _ONLY_WITH_SERVER:
            return _ONLY_WITH_SERVER[action]
        if self.is_cash_only(reach):
            return words.cash_only(self.cash_only_after_hours)
        if action is Action.USE_PRINTED_COUPON:
            return None if self.printed_coupons else words.PRINTED_COUPON_WAITS
        if action is Action.SPEND_STORED and self.stored_needs_pin and not reach.by_pin:
            return words.NEEDS_PIN
        most = self.most(action, reach)
        return None if most is None or amount <= most else self._too_much(action, most, reach)

    def most(self, action: Action, reach: Reach) -> int | None:
        """How much of it may still be done now, in the action's units; None where there is no limit."""
        if reach.silent is None and self._needs_lease(action, reach):
            return reach.lease
        if reach.silent is None or action is Action.CASH_SALE:
            return None
        if action in _ONLY_WITH_SERVER or self.is_cash_only(reach):
            return 0
        limit = self._limit(action, reach)
        return None if limit is None else reach.lease + max(0, limit - reach.used)

    def window_limit(self, action: Action, settled: int) -> int:
        """What one till may take of a balance, all told, before it is heard of again: what exposure is reckoned from.

        Of passes a window of three days touches four business days.
        """
        reach = Reach(timedelta(0), settled, of_this_store=True)
        limit = self._limit(action, reach) or 0
        return limit * self._window_days() if action is Action.USE_PASS else limit

    def is_cash_only(self, reach: Reach) -> bool:
        """Whether the server has been silent for so long that only cash is taken."""
        return reach.silent is not None and reach.silent >= self.cash_only_after_hours * _HOUR

    def _limit(self, action: Action, reach: Reach) -> int | None:
        """What the table of §5.1 allows beyond a lease."""
        if self.leases is Leases.ONLY and action in LEASED_ACTIONS:
            return 0
        match action:
            case Action.SPEND_STORED:
                return min(self.stored_most_fen, max(0, reach.settled) * self.stored_share // 10_000)
            case Action.SPEND_POINTS:
                return self.points_most_fen if self._is_fresh(reach) else 0
            case Action.USE_PASS:
                return self.pass_uses_a_day
            case Action.USE_COUPON:
                return None if reach.issued_here else self.coupon_most_fen if reach.of_this_store else 0
            case Action.REFUND_CASH:
                return self.refund_cash_most_fen
            case Action.REFUND_STORED:
                return self.refund_stored_most_fen
            case _:
                return None

    def _is_fresh(self, reach: Reach) -> bool:
        return reach.silent is None or reach.silent <= self.points_snapshot_hours * _HOUR

    def _needs_lease(self, action: Action, reach: Reach) -> bool:
        return self.leases is Leases.ONLY and reach.has_server and action in LEASED_ACTIONS

    @staticmethod
    def _not_lent(action: Action, reach: Reach) -> Text:
        return words.COUPON_NOT_LENT if action is Action.USE_COUPON else words.lease_most(reach.lease)

    def _window_days(self) -> int:
        return -(-self.cash_only_after_hours // 24) + 1

    def _too_much(self, action: Action, most: int, reach: Reach) -> Text:
        match action:
            case Action.SPEND_STORED:
                return words.stored_most(most)
            case Action.SPEND_POINTS:
                return (
                    words.points_most(most)
                    if self._is_fresh(reach)
                    else words.points_too_old(self.points_snapshot_hours)
                )
            case Action.USE_PASS:
                return words.pass_most(self.pass_uses_a_day)
            case Action.REFUND_STORED:
                return words.refund_stored_most(self.refund_stored_most_fen)
            case Action.REFUND_CASH:
                return words.refund_cash_most(self.refund_cash_most_fen)
            case _:
                return words.COUPON_NOT_KEPT if self.leases is Leases.ONLY else words.COUPON_WAITS


DEFAULT_POLICY: Final = OfflinePolicy()
