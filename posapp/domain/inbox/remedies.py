"""What may be done about an exception, what each way costs whom, and the entries that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from posapp.domain.accounts import Account
from posapp.domain.events import Entry, GiftRedeemed, PassRefunded, PassUsed, SaleCompleted, Step
from posapp.domain.inbox.case import Case, LedgerLine
from posapp.domain.inbox.kinds import ExceptionKind, Remedy
from posapp.domain.ledger import Posting


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's rules: up to how much it rather bears itself than asks a member for, and what points are worth."""

    write_off_most_fen: int
    points_fen: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to close an exception.

    `cost_fen` is what the shop bears of it, `member_fen` what the member does, `units` how much is put right of what is
    counted (points, uses, pieces).  `entries` balance in every unit.
    """

    remedy: Remedy
    cost_fen: int = 0
    member_fen: int = 0
    units: int = 0
    entries: tuple[Entry, ...] = ()


_PUT_RIGHT: Final = {
    Account.STORED_PRINCIPAL: (Account.PRINCIPAL_WRITTEN_OFF, Account.PREPAID_LIABILITY),
    Account.STORED_BONUS: (Account.BONUS_WRITTEN_OFF, Account.BONUS_DISCOUNT),
    Account.PASS_USES: (Account.PASS_USES_WRITTEN_OFF, Account.PASS_LIABILITY),
}
"""A balance that was overdrawn → the other side of putting it right, and where its money stands."""


def options_of(case: Case, terms: Terms) -> tuple[Option, ...]:
    """The ways to close an exception, the recommended one first; never none."""
    found: tuple[Option, ...] = ()
    match case.kind:
        case ExceptionKind.OVERDRAFT if case.account is Account.STOCK:
            found = _gift(case, terms)
        case ExceptionKind.OVERDRAFT if case.account in _PUT_RIGHT:
            found = _overdraft(case, terms, case.account)
        case ExceptionKind.POINTS_OVERSPENT:
            found = _points(case, terms)
        case ExceptionKind.DEBT:
            found = _debt(case)
        case ExceptionKind.COUPON_TWICE:
            found = _bearers(case, replace(terms, write_off_most_fen=_coupon_fen(case)), _coupon_fen(case))
        case ExceptionKind.OCCASION_TWICE | ExceptionKind.CLOSED_TWICE:
            found = _twice(case, terms)
        case ExceptionKind.REFUND_EXCESS | ExceptionKind.PRICE_DIFFERENCE | ExceptionKind.CLOSING_DIFFERENCE:
            found = _money(case, terms)
        case ExceptionKind.FORK:
            found = _fork(case)
        case _:
            pass
    return found or (Option(Remedy.LEFT),)


def _overdraft(case: Case, terms: Terms, account: Account) -> tuple[Option, ...]:
    """What was taken beyond nothing is put back, and its money is borne by somebody."""
    other, _source = _PUT_RIGHT[account]
    fen = _pass_fen(case) if account is Account.PASS_USES else case.amount
    put_right = (Entry(account, case.amount, case.holder), Entry(other, -case.amount))
    return _bearers(case, terms, fen, put_right)


def _bearers(case: Case, terms: Terms, fen: int, put_right: tuple[Entry, ...] = ()) -> tuple[Option, ...]:
    """The shop, the member later, or the member now; `fen` stand where they were booked in good faith."""
    source = _source(case)
    write_off = Option(Remedy.WRITE_OFF, fen, 0, case.amount, (*put_right, *_from(source, fen, Account.WRITE_OFF)))
    if fen <= 0:
        return (write_off,)
    paid = Option(Remedy.PAID, 0, fen, case.amount, (*put_right, *_from(source, fen, Account.CASH)))
    if case.member is None:
        return (write_off, paid)
    owed = (*put_right, *_from(source, fen, Account.RECEIVABLE), *_debt_of(case.member, fen))
    others = (Option(Remedy.OWED, 0, fen, case.amount, owed), paid)
    return (write_off, *others) if fen <= terms.write_off_most_fen else (others[0], write_off, others[1])


def _source(case: Case) -> Account:
    if case.kind is ExceptionKind.COUPON_TWICE:
        return Account.COUPON_DISCOUNT
    if case.kind is ExceptionKind.CLOSING_DIFFERENCE:
        event = case.concerned.event if case.concerned is not None else None
        return Account.PASS_FORFEITED if isinstance(event, PassRefunded) else Account.PREPAID_FORFEITED
    return _PUT_RIGHT[case.account][1] if case.account in _PUT_RIGHT else Account.SALES


def _from(source: Account, fen: int, bearer: Account) -> tuple[Entry, ...]:
    return (Entry(source, -fen), Entry(bearer, fen)) if fen else ()


def _debt_of(member: bytes, fen: int) -> tuple[Entry, ...]:
    return Entry(Account.MEMBER_DEBT, fen, member), Entry(Account.DEBTS_RECORDED, -fen)


def _points(case: Case, terms: Terms) -> tuple[Option, ...]:
    """A debt of points is repaid by what is earned next (domain.md §2.5); the shop may give them instead."""
    given = (Entry(Account.MEMBER_POINTS, case.amount, case.holder), Entry(Account.POINTS_WRITTEN_OFF, -case.amount))
    cost = terms.points_fen(case.amount)
    return Option(Remedy.LEFT, units=case.amount), Option(Remedy.WRITE_OFF, cost, 0, case.amount, given)


def _gift(case: Case, terms: Terms) -> tuple[Option, ...]:
    """One more is got for the member who was promised it, or the gift is taken back and its points returned."""
    more = (Entry(Account.STOCK, case.amount, case.holder), Entry(Account.STOCK_WRITTEN_OFF, -case.amount))
    got = Option(Remedy.WRITE_OFF, 0, 0, case.amount, more)
    event = case.concerned.event if case.concerned is not None else None
    if case.concerned is None or not isinstance(event, GiftRedeemed):
        return (got,)
    cost = terms.points_fen(event.points.count)
    back = Option(Remedy.REVERSED, 0, 0, event.points.count, _reversed(case.concerned.transaction.postings))
    return (replace(got, cost_fen=cost), back)


def _debt(case: Case) -> tuple[Option, ...]:
    fen, gone = case.amount, _debt_of(case.holder, -case.amount)
    if fen < 0:
        return (Option(Remedy.PAID_BACK, -fen, 0, 0, (*gone, *_from(Account.CASH, -fen, Account.RECEIVABLE))),)
    return (
        Option(Remedy.PAID, 0, fen, 0, (*gone, *_from(Account.RECEIVABLE, fen, Account.CASH))),
        Option(Remedy.WRITE_OFF, fen, 0, 0, (*gone, *_from(Account.RECEIVABLE, fen, Account.WRITE_OFF))),
    )


def _twice(case: Case, terms: Terms) -> tuple[Option, ...]:
    """What came second is reversed, or left to the member.  What closed an exception twice is always reversed first."""
    if case.concerned is None:
        return ()
    postings = case.concerned.transaction.postings
    points = sum(each.amount for each in postings if each.account is Account.MEMBER_POINTS)
    cost = terms.points_fen(max(0, points))
    if case.kind is ExceptionKind.CLOSED_TWICE:
        cost += sum(each.amount for each in postings if each.account is Account.WRITE_OFF)
    left = Option(Remedy.LEFT, cost, 0, points)
    back = Option(Remedy.REVERSED, 0, terms.points_fen(max(0, points)), points, _reversed(postings))
    leave = case.kind is ExceptionKind.OCCASION_TWICE and cost <= terms.write_off_most_fen
    return (left, back) if leave else (back, left)


def _money(case: Case, terms: Terms) -> tuple[Option, ...]:
    """The shop got too little or gave too much: somebody bears it.  It took too much: the buyer gets it back."""
    if case.amount < 0:
        owing = replace(case, amount=-case.amount)
        return (*_bearers(owing, terms, owing.amount), Option(Remedy.LEFT))[:3]
    if case.amount > 0:
        entries = _from(Account.CASH, case.amount, _source(case))
        return Option(Remedy.PAID_BACK, case.amount, 0, 0, entries), Option(Remedy.LEFT, 0, case.amount)
    return ()


def _fork(case: Case) -> tuple[Option, ...]:
    """What the other history moved is moved here too, as far as its events are sound; or it never happened.

    Its cash went into another drawer than that of whoever decides: it is told as of the safe, where drawers end.
    """
    sums: dict[tuple[Account, bytes], int] = {}
    for line in case.lines:
        for each in line.recorded.transaction.postings if line.recorded is not None else ():
            account = Account.SAFE if each.account is Account.CASH else each.account
            sums[account, each.holder] = sums.get((account, each.holder), 0) + each.amount
    moved = tuple(Entry(account, amount, holder) for (account, holder), amount in sorted(sums.items()) if amount)
    return (Option(Remedy.ADOPTED, entries=moved), Option(Remedy.LEFT)) if moved else ()


def _reversed(postings: tuple[Posting, ...]) -> tuple[Entry, ...]:
    return tuple(Entry(each.account, -each.amount, each.holder) for each in postings)


def _coupon_fen(case: Case) -> int:
    """What the coupon took off the sale that redeemed it again; coupons of one sale share alike what they took."""
    event = case.concerned.event if case.concerned is not None else None
    if not isinstance(event, SaleCompleted) or not event.coupons:
        return 0
    taken = (each.amount.fen for line in event.lines for each in line.adjustments if each.step is Step.COUPON)
    return sum(taken) // len(event.coupons)


def _pass_fen(case: Case) -> int:
    """What the uses beyond the last had earned when they were taken, the newest first."""
    left, fen = case.amount, 0
    for line in reversed(case.lines):
        for uses, revenue in _uses(line, case.holder):
            part = min(left, uses)
            fen += revenue * part // uses
            left -= part
    return fen


def _uses(line: LedgerLine, asset: bytes) -> Iterator[tuple[int, int]]:
    event = line.recorded.event if line.recorded is not None else None
    if isinstance(event, PassUsed) and event.asset == asset and event.uses > 0:
        yield event.uses, event.revenue.fen
    elif isinstance(event, SaleCompleted):
        yield from ((each.uses, each.revenue.fen) for each in event.passes if each.asset == asset and each.uses > 0)
