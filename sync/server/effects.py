"""What events do to the server's projections, and which of them cannot be done.

Postings are recorded with their event, so the value of an event of a kind that this program does not know is moved too.
Visits, orders and card numbers need the event's body and follow for the kinds that are known.

There are two ways to the same result.  `_together` treats events with one pattern of accounts as columns and never
makes an object a posting; it gives up at the first oddity.  `_apart` judges event by event, and says of each that
cannot be applied why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from posapp.domain.accounts import Account
from posapp.domain.encoding import KINDS, number_of
from posapp.domain.events import (
    LineAdjustment,
    MemberEnrolled,
    ReturnedLine,
    SaleClaimed,
    SaleCompleted,
    SaleLine,
    SaleRefunded,
)
from posapp.domain.ids import MEMBER_ID_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.protocol.columnar.nodes import Value

MOST: Final = 1 << 40
"""No single amount is larger: eleven billion yuan.  Sums of those stay far inside 64 bits."""

_LAST_DAY: Final = 3_652_059
_CARD_CHARACTERS: Final = 64
ROW_LENGTH: Final = 6


def _place(cls: type, name: str) -> int:
    """Where a field stands in an event's body (`posapp.domain.encoding`)."""
    return [each.name for each in fields(cls)].index(name)


_SALE: Final = number_of(SaleCompleted)
_SALE_MEMBER: Final = _place(SaleCompleted, "member")
_SALE_DAY: Final = _place(SaleCompleted, "business_day")
_SALE_LINES: Final = _place(SaleCompleted, "lines")
_LINE_AMOUNT: Final = _place(SaleLine, "list_amount")
_LINE_ADJUSTMENTS: Final = _place(SaleLine, "adjustments")
_ADJUSTMENT_AMOUNT: Final = _place(LineAdjustment, "amount")
_REFUND: Final = number_of(SaleRefunded)
_REFUND_MEMBER: Final = _place(SaleRefunded, "member")
_REFUND_DAY: Final = _place(SaleRefunded, "original_day")
_REFUND_LINES: Final = _place(SaleRefunded, "lines")
_REFUND_COMPLETE: Final = _place(SaleRefunded, "is_complete")
_REFUND_SOLD_TO: Final = _place(SaleRefunded, "sold_to")
_RETURNED_AMOUNT: Final = _place(ReturnedLine, "list_amount")
_RETURNED_ADJUSTMENTS: Final = _place(ReturnedLine, "adjustments")
_CLAIM: Final = number_of(SaleClaimed)
_CLAIM_MEMBER: Final = _place(SaleClaimed, "member")
_CLAIM_DAY: Final = _place(SaleClaimed, "original_day")
_CLAIM_NET: Final = _place(SaleClaimed, "net")
_CLAIM_ORDERS: Final = _place(SaleClaimed, "orders")
_CLAIM_NAMED: Final = _place(SaleClaimed, "named")
_ENROLLED: Final = number_of(MemberEnrolled)
_ENROLLED_MEMBER: Final = _place(MemberEnrolled, "member")
_ENROLLED_CARD: Final = _place(MemberEnrolled, "card_number")
_ENROLLED_DAY: Final = _place(MemberEnrolled, "business_day")

_UNIT_OF: Final = {int(account): int(account.unit) for account in Account}
_HELD: Final = frozenset(int(account) for account in Account if account.is_held)


class _Odd(Exception):
    """Something that the columns cannot say more about.  Its text is the reason where one event was looked at."""


@dataclass(slots=True)
class Effects:
    """The sum of what events do.  `refused` maps places among the events to the reason why they were left out."""

    held: dict[int, dict[bytes, int]] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)
    days: dict[tuple[bytes, int], list[int]] = field(default_factory=dict)
    cards: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def add(self, other: Effects) -> None:
        """Add what later events do.  `refused` stays apart."""
        if not (self.held or self.accounts or self.days or self.cards):
            # Nothing to add to: copied whole, which most pushes need not do row by row.
            self.held = {account: dict(amounts) for account, amounts in other.held.items()}
            self.accounts = dict(other.accounts)
            self.days = {key: list(day) for key, day in other.days.items()}
            self.cards = dict(other.cards)
            return
        for account, amounts in other.held.items():
            into = self.held.setdefault(account, {})
            for who, amount in amounts.items():
                into[who] = into.get(who, 0) + amount
        for account, amount in other.accounts.items():
            self.accounts[account] = self.accounts.get(account, 0) + amount
        for key, (net, orders) in other.days.items():
            day = self.days.setdefault(key, [0, 0])
            day[0] += net
            day[1] += orders
        for who, card in other.cards.items():
            self.cards.setdefault(who, card)

    def holders(self) -> set[bytes]:
        """Everyone whose standing changed."""
        found = {who for amounts in self.held.values() for who in amounts}
        found.update(who for who, _day in self.days)
        found.update(self.cards)
        return found


def effects_of(rows: Sequence[Value]) -> Effects:
    """Add up what events do, leaving out those that cannot be applied."""
    try:
        return _together(rows)
    except (_Odd, TypeError, ValueError, IndexError, KeyError, OverflowError):
        return _apart(rows)


def _apart(rows: Sequence[Value]) -> Effects:
    total = Effects()
    for place, row in enumerate(rows):
        try:
            one = _together([row])
        except _Odd as reason:
            total.refused[place] = str(reason)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            total.refused[place] = f"undecodable: {type(error).__name__}"
        else:
            total.add(one)
    return total


def _together(rows: Sequence[Value]) -> Effects:
    effects = Effects()
    patterns: dict[tuple[Value, Value], list[Value]] = {}
    for row in rows:
        if len(row) != ROW_LENGTH:
            raise _Odd("undecodable: not an event")
        kind, version, at, body, holders, flat = row
        if not (type(kind) is type(version) is type(at) is int):
            raise _Odd("undecodable: not an event")
        if not (isinstance(flat, (tuple, list)) and isinstance(holders, (tuple, list))):
            raise _Odd("undecodable: not an event")
        patterns.setdefault((tuple(flat[0::3]), tuple(flat[1::3])), []).append(row)
        known = KINDS.get(kind)
        if known is not None and version <= known[0]:
            if kind == _SALE:
                _sale(effects, body)
            elif kind == _REFUND:
                _refund(effects, body)
            elif kind == _CLAIM:
                _claim(effects, body)
            elif kind == _ENROLLED:
                _enrolled(effects, body)
    for (accounts, places), alike in patterns.items():
        if accounts:
            _postings(effects, accounts, places, alike)
    return effects


def _sale(effects: Effects, body: Value) -> None:
    member = body[_SALE_MEMBER]
    if member is None:
        return
    net = _net(body[_SALE_LINES], _LINE_AMOUNT, _LINE_ADJUSTMENTS)
    _day(effects, member, body[_SALE_DAY], net, 1)


def _refund(effects: Effects, body: Value) -> None:
    """What came back is taken from the day of its sale."""
    member, complete = body[_REFUND_MEMBER], body[_REFUND_COMPLETE]
    if type(complete) is not bool:
        raise _Odd("undecodable: not a refund")
    if len(body) > _REFUND_SOLD_TO and body[_REFUND_SOLD_TO] is not None:
        member = body[_REFUND_SOLD_TO]
    if member is not None:
        net = _net(body[_REFUND_LINES], _RETURNED_AMOUNT, _RETURNED_ADJUSTMENTS)
        _day(effects, member, body[_REFUND_DAY], -net, -1 if complete else 0)


def _claim(effects: Effects, body: Value) -> None:
    """A sale that a member is named for late counts to its own day."""
    member, orders = body[_CLAIM_MEMBER], body[_CLAIM_ORDERS]
    if type(orders) is not int or not -1 <= orders <= 1:
        raise _Odd("undecodable: not a claim")
    if len(body) > _CLAIM_NAMED and body[_CLAIM_NAMED] is not None:
        member = body[_CLAIM_NAMED]
    _day(effects, member, body[_CLAIM_DAY], body[_CLAIM_NET], orders)


def _net(lines: Value, amount: int, adjustments: int) -> Value:
    net = 0
    for line in lines:
        net += line[amount]
        for adjustment in line[adjustments]:
            net -= adjustment[_ADJUSTMENT_AMOUNT]
    return net


def _day(effects: Effects, member: Value, day: Value, net: Value, orders: int) -> None:
    _check_member(member)
    if type(net) is not int or not -MOST < net < MOST or type(day) is not int or not 0 < day <= _LAST_DAY:
        raise _Odd("undecodable: no member's day")
    found = effects.days.get((member, day))
    if found is None:
        effects.days[member, day] = [net, orders]
    else:
        found[0] += net
        found[1] += orders


def _enrolled(effects: Effects, body: Value) -> None:
    member, card, day = body[_ENROLLED_MEMBER], body[_ENROLLED_CARD], body[_ENROLLED_DAY]
    _check_member(member)
    if type(card) is not str or len(card) > _CARD_CHARACTERS or type(day) is not int or not 0 < day <= _LAST_DAY:
        raise _Odd("undecodable: not an enrolment")
    effects.cards.setdefault(member, (card, day))


def _check_member(member: Any) -> None:
    if type(member) is not bytes or len(member) != MEMBER_ID_BYTES:
        raise _Odd("undecodable: not a member")


def _postings(effects: Effects, accounts: Sequence[Any], places: Sequence[Any], rows: list[Value]) -> None:
    """Apply the postings of events that all touch the same accounts in the same order."""
    units: dict[int, list[int]] = {}
    for index, (account, place) in enumerate(zip(accounts, places, strict=True)):
        if type(account) is not int or account not in _UNIT_OF:
            raise _Odd(f"unknown account {account!r}")
        if type(place) is not int or place < 0 or (place > 0) is not (account in _HELD):
            raise _Odd(f"account {account} with holder {place!r}")
        units.setdefault(_UNIT_OF[account], []).append(index)
    flat = list(zip(*[row[5] for row in rows], strict=True))
    if len(flat) != 3 * len(accounts):
        raise _Odd("undecodable: torn postings")
    # 101.0 and True are found in a dictionary of integers, but they are not the accounts 101 and 1.
    if any(set(map(type, column)) != {int} for column in flat):
        raise _Odd("undecodable: not an integer")
    columns = flat[2::3]
    for column in columns:
        if max(column) >= MOST or min(column) <= -MOST:
            raise _Odd("amount out of range")
    for unit, indices in units.items():
        if any(map(sum, zip(*[columns[index] for index in indices], strict=True))):
            raise _Odd(f"unbalanced in unit {unit}")
    holders = [row[4] for row in rows]
    _check_holders(holders, max(places))
    for account, place, column in zip(accounts, places, columns, strict=True):
        if not place:
            effects.accounts[account] = effects.accounts.get(account, 0) + sum(column)
            continue
        amounts = effects.held.setdefault(account, {})
        known = amounts.get
        for who, amount in zip([each[place - 1] for each in holders], column, strict=True):
            amounts[who] = known(who, 0) + amount


def _check_holders(holders: Iterable[Sequence[Any]], highest: int) -> None:
    for each in holders:
        if len(each) < highest:
            raise _Odd("undecodable: a holder is missing")
        for who in each:
            if type(who) is not bytes or len(who) != MEMBER_ID_BYTES:
                raise _Odd("undecodable: not a holder")
