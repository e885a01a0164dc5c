"""What the shop owes its members, as movements of accounts between two days.

A liability is a held account and the accounts on the other side of its entries: each of those is a column of the
report.  So the columns explain the balance by construction, and `differences` says where they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from posapp.domain.accounts import Account, Unit
from posapp.domain.events import Recorded
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class Liability:
    """Something that is owed: the account that holds it, and which column each account on the other side belongs to.

    `money` is what is owed for it in fen, where there is such an account; its balance is the negative of that.  Where
    the thing itself is money, it equals what is held.
    """

    code: str
    name: Text
    held: Account
    columns: Mapping[Account, str]
    money: Account | None = None

    @property
    def accounts(self) -> frozenset[Account]:
        """Every account that the report looks at."""
        return frozenset({self.held, *self.columns, *([self.money] if self.money is not None else [])})


@dataclass(slots=True)
class Movement:
    """One liability over a period: open + Σ columns = close, in the account's unit.

    `owed` is what the money account says at the end, as a positive amount; `entries` counts the events that moved it.
    """

    liability: Liability
    open: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    owed: int = 0
    entries: int = 0
    _held: int = 0

    @property
    def close(self) -> int:
        """What is owed at the end of the last day, by the balances."""
        return self.open + self._held

    @property
    def differences(self) -> tuple[str, ...]:
        """What does not agree; empty where everything does."""
        found = []
        explained = self.open + sum(self.columns.values())
        if explained != self.close:
            found.append(f"{self.liability.code}: columns give {explained}, entries {self.close}")
        is_money = self.liability.held.unit is Unit.STORED_FEN
        if self.liability.money is not None and is_money and self.owed != self.close:
            found.append(f"{self.liability.code}: {self.close} on cards, {self.owed} owed in money")
        return tuple(found)

    def add(self, recorded: Recorded, first: BusinessDay, last: BusinessDay) -> None:
        """Add one event; what is later than the period is left out."""
        day = recorded.event.business_day
        if day > last:
            return
        names = self.liability.columns
        touched = False
        for posting in recorded.transaction.postings:
            if posting.account is self.liability.held:
                touched = True
                if day < first:
                    self.open += posting.amount
                else:
                    self._held += posting.amount
            elif posting.account in names and day >= first:
                name = names[posting.account]
                self.columns[name] = self.columns.get(name, 0) - posting.amount
            if posting.account is self.liability.money:
                self.owed -= posting.amount
        self.entries += touched and day >= first


def movement(liability: Liability, log: Iterable[Recorded], first: BusinessDay, last: BusinessDay) -> Movement:
    """Fold a log into the movement of one liability over the business days from `first` to `last`."""
    result = Movement(liability, columns=dict.fromkeys(liability.columns.values(), 0))
    for recorded in log:
        result.add(recorded, first, last)
    return result


PRINCIPAL = Liability(
    code="principal",
    name=Text("储值本金", "Stored value, principal"),
    held=Account.STORED_PRINCIPAL,
    columns={
        Account.PRINCIPAL_OPENING: "opening",
        Account.PRINCIPAL_TOPPED_UP: "topped_up",
        Account.PRINCIPAL_SPENT: "spent",
        Account.PRINCIPAL_RETURNED: "returned",
        Account.PRINCIPAL_CLOSED: "closed",
        Account.PRINCIPAL_WRITTEN_OFF: "conflicts",
    },
    money=Account.PREPAID_LIABILITY,
)
BONUS = Liability(
    code="bonus",
    name=Text("储值赠送", "Stored value, bonus"),
    held=Account.STORED_BONUS,
    columns={
        Account.BONUS_OPENING: "opening",
        Account.BONUS_GRANTED: "granted",
        Account.BONUS_SPENT: "spent",
        Account.BONUS_RETURNED: "returned",
        Account.BONUS_CLOSED: "closed",
        Account.BONUS_LAPSED: "lapsed",
        Account.BONUS_LAPSED_FROM_LOT: "lapsed",
        Account.BONUS_WRITTEN_OFF: "conflicts",
    },
)
STORED_VALUE = (PRINCIPAL, BONUS)
POINTS = Liability(
    code="points",
    name=Text("积分", "Points"),
    held=Account.MEMBER_POINTS,
    columns={
        Account.POINTS_OPENING: "opening",
        Account.POINTS_ISSUED: "issued",
        Account.POINTS_ISSUED_IN_LOT: "issued",
        Account.POINTS_REDEEMED: "spent",
        Account.POINTS_SPENT_IN_MONTH: "spent",
        Account.POINTS_EXPIRED: "lapsed",
        Account.POINTS_EXPIRED_FROM_LOT: "lapsed",
        Account.POINTS_ADJUSTED: "adjusted",
        Account.POINTS_FORFEITED: "given_up",
        Account.POINTS_TRANSFERRED: "merged",
        Account.POINTS_WRITTEN_OFF: "conflicts",
    },
)
PASSES = Liability(
    code="passes",
    name=Text("次卡次数与时卡天数", "Pass uses and days"),
    held=Account.PASS_USES,
    columns={
        Account.PASS_USES_OPENING: "opening",
        Account.PASS_USES_SOLD: "sold",
        Account.PASS_USES_SPENT: "used",
        Account.PASS_USES_REFUNDED: "refunded",
        Account.PASS_USES_LAPSED: "lapsed",
        Account.PASS_USES_WRITTEN_OFF: "conflicts",
    },
    money=Account.PASS_LIABILITY,
)
