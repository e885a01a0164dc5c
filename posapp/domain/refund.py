"""Refunds that return exactly what a part cost, in any order (domain.md §2.5).

Everything is a function of *how much of each line has come back so far*; a refund is the difference of that function
after and before.  So several refunds in any order end where one full refund ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.domain.amounts import Growth, Money, Points, Quantity, allocate, cumulative_share
from posapp.domain.errors import InvalidField
from posapp.domain.events import Step
from posapp.domain.pricing.earning import earning_fen, settle_lines
from posapp.domain.pricing.inputs import Method
from posapp.domain.pricing.quote import Earning, Quote
from posapp.domain.programme import Programme
from posapp.domain.sale import Cart, TenderMethod
from posapp.domain.sold_units import PIECE, SoldUnits

JIAO_FEN = 10
COUPON_GRACE_DAYS = 7
"""A coupon comes back where it lapsed no more than so many days before the refund (domain.md §2.5)."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """What one sold line came to: its units, what each tender paid of it, what it earned on, and which goods it was."""

    units: SoldUnits
    net_fen: int
    paid: tuple[int, ...]
    points: int
    basis_fen: int
    pieces: int
    spend_fen: int
    sku: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()

    @property
    def milli(self) -> int:
        """Its quantity."""
        return self.units.milli


@dataclass(frozen=True, slots=True)
class Sold:
    """A finished sale as a refund looks at it.  `cash_step_fen` is the smallest cash that is handed out.

    `recorded` is what the sale says that it earned, where it was read from its record: that is what comes back of the
    whole of it, also where the rule would give another figure today.
    """

    programme: Programme
    lines: tuple[SoldLine, ...]
    methods: tuple[Method, ...]
    times_hundredths: int
    earns: bool
    coupons: tuple[str, ...]
    cash_step_fen: int
    recorded: Earning | None = None

    @property
    def net_fen(self) -> int:
        """What the whole sale came to."""
        return sum(line.net_fen for line in self.lines)

    @property
    def cash_received_fen(self) -> int:
        """What was paid in cash."""
        return sum(fen for line in self.lines for method, fen in self._paid(line) if method is TenderMethod.CASH)

    def _paid(self, line: SoldLine) -> list[tuple[Method, int]]:
        return list(zip(self.methods, line.paid, strict=True))


@dataclass(frozen=True, slots=True)
class Returned:
    """What has been given back and taken back up to some moment, or by one refund as the difference of two moments.

    `tenders` are exact; `cash_paid` is what is handed out in cash, with fen rounded up in the buyer's favour and never
    more than was received.  `points_back` were spent and return; `points_taken` were earned and are clawed back.
    `complete` says that nothing of the sale is left: then its coupons and its first-order status return too.
    `fees` were withheld from `tenders` and `cash_paid` already (`return_fee.with_fee`).
    """

    tenders: tuple[tuple[Method, Money], ...]
    cash_paid: Money
    points_back: Points
    points_taken: Points
    growth_taken: Growth
    spend_taken: Money
    complete: bool
    fees: tuple[tuple[TenderMethod, Money], ...] = ()

    @property
    def fee(self) -> Money:
        """What is withheld altogether."""
        return Money(sum(fee.fen for _method, fee in self.fees))

    @property
    def cash_fee(self) -> Money:
        """What of it is withheld from cash."""
        return Money(sum(fee.fen for method, fee in self.fees if method is TenderMethod.CASH))

    @property
    def amount(self) -> Money:
        """All tenders together, exactly."""
        return Money(sum(amount.fen for _method, amount in self.tenders))


def sold(cart: Cart, quote: Quote, programme: Programme, tenders: Sequence[tuple[Method, Money]]) -> Sold:
    """A sale as refunds look at it, from its basket, its quote and the tenders that were taken."""
    nets = [line.net.fen for line in quote.lines]
    amounts = [amount.fen for _method, amount in tenders]
    paid = [list(column) for column in zip(*settle_lines(nets, amounts), strict=True)] if tenders else [[]] * len(nets)
    points = _points_by_line(quote)
    by_pass = [0] * len(nets)
    for each in quote.passes:
        by_pass[each.line] += PIECE * each.units
    lines = []
    for index, line in enumerate(quote.lines):
        unearning = sum(
            fen for (method, _amount), fen in zip(tenders, paid[index], strict=True) if method in programme.not_earning
        )
        lines.append(
            SoldLine(
                units=SoldUnits(cart.lines[index].quantity.milli, by_pass[index]),
                net_fen=nets[index],
                paid=tuple(paid[index]),
                points=points[index],
                basis_fen=max(0, earning_fen(line, programme) - unearning) if line.earns else 0,
                pieces=line.paid_pieces if line.earns else 0,
                spend_fen=max(0, line.net.fen - unearning) if line.counts else 0,
                sku=cart.lines[index].sku,
                category=cart.lines[index].category,
                tags=cart.lines[index].tags,
            )
        )
    return Sold(
        programme=programme,
        lines=tuple(lines),
        methods=tuple(method for method, _amount in tenders),
        times_hundredths=quote.earning.times_hundredths,
        earns=quote.has_member,
        coupons=quote.coupons,
        cash_step_fen=JIAO_FEN if programme.round_off_fen else 1,
    )


def refund(sale: Sold, before: Sequence[int], coming_back: Sequence[int]) -> Returned:
    """What it takes to return `coming_back` milli-units of each line, when `before` came back already.

    Raises `InvalidField` where more comes back than is left.
    """
    after: list[int] = []
    for index, (line, already, now) in enumerate(zip(sale.lines, before, coming_back, strict=True)):
        if now < 0 or already + now > line.milli:
            raise InvalidField(
                f"lines[{index}].quantity",
                f"only {Quantity(max(0, line.milli - already))} are left to return",
                f"可退数量只剩 {Quantity(max(0, line.milli - already))}",
            )
        after.append(already + now)
    return _difference(_up_to(sale, after), _up_to(sale, before))


def earned_by_rule(sale: Sold) -> int:
    """Base and bonus points of the whole sale by its programme's rule."""
    return _earned(sale, [0] * len(sale.lines))


def _up_to(sale: Sold, returned: Sequence[int]) -> Returned:
    """What has gone back and forth once so much of each line has come back."""
    kept = list(zip(sale.lines, returned, strict=True))
    shares = [line_shares(line, back) for line, back in kept]
    tenders = tuple(
        (method, Money(sum(parts))) for method, *parts in zip(sale.methods, *shares, strict=True)
    )  # fmt: skip
    exact_cash = sum(amount.fen for method, amount in tenders if method is TenderMethod.CASH)
    return Returned(
        tenders=tenders,
        cash_paid=cash_in_coins(sale, exact_cash),
        points_back=Points(sum(line.units.share(line.points, back) for line, back in kept)),
        points_taken=Points(_taken(sale, returned, "points")),
        growth_taken=Growth(_taken(sale, returned, "growth")),
        spend_taken=Money(_taken(sale, returned, "spend")),
        complete=all(back == line.milli for line, back in kept),
    )


def cash_in_coins(sale: Sold, fen: int) -> Money:
    """What is handed out for so much cash: up to coins that there are, and never more than was received."""
    return Money(min(-(-fen // sale.cash_step_fen) * sale.cash_step_fen, sale.cash_received_fen))


def line_shares(line: SoldLine, back: int) -> list[int]:
    """What each tender has given back of a line once `back` milli-units of it came back."""
    return tender_shares(line.paid, line.units.paid_back(back), line.units.paid)


def tender_shares(paid: Sequence[int], back: int, milli: int) -> list[int]:
    """What each tender has given back of a line once `back` of `milli` came back.

    The shares sum to the line's own share, and none ever shrinks as more comes back: each tender takes its part of
    what the ones before it left, and the last takes the rest.
    """
    whole = sum(paid)
    coming = cumulative_share(whole, back, milli)
    shares = []
    for amount in paid[:-1]:
        part = cumulative_share(amount, coming, whole)
        shares.append(part)
        coming -= part
        whole -= amount
    return [*shares, coming] if paid else []


def _taken(sale: Sold, returned: Sequence[int], what: str) -> int:
    """What was earned and is not any more: what the whole sale earned less what is kept of it."""
    if not sale.earns:
        return 0
    whole, left = _reckoned(sale, [0] * len(returned), what), _reckoned(sale, returned, what)
    if sale.recorded is None:
        return whole - left
    recorded = {
        "points": sale.recorded.points.count,
        "growth": sale.recorded.growth.count,
        "spend": sale.recorded.spend.fen,
    }[what]
    if recorded != whole:
        # The sale was priced by something that is not known here: what it earned goes with what it came to.
        net = sum(
            line.net_fen - line.units.share(line.net_fen, back) for line, back in zip(sale.lines, returned, strict=True)
        )
        left = recorded * net // sale.net_fen if sale.net_fen else 0
    return recorded - left


def _reckoned(sale: Sold, returned: Sequence[int], what: str) -> int:
    """The points, growth or spend of what is kept, by the rule of the sale."""
    if what == "points":
        return _earned(sale, returned)
    kept = zip(sale.lines, returned, strict=True)
    spend = sum(line.spend_fen - line.units.share(line.spend_fen, back) for line, back in kept)
    return spend if what == "spend" else spend * sale.programme.growth_hundredths // 10_000


def _earned(sale: Sold, returned: Sequence[int]) -> int:
    """Base and bonus points on what is kept, by the rule of the sale: so splitting refunds gains nothing."""
    if not sale.earns:
        return 0
    kept = list(zip(sale.lines, returned, strict=True))
    basis = sum(line.basis_fen - line.units.share(line.basis_fen, back) for line, back in kept)
    pieces = sum(line.pieces - line.units.share(line.pieces, back) for line, back in kept)
    return sum(sale.programme.earn.with_bonus(basis, pieces, sale.times_hundredths))


def _difference(after: Returned, before: Returned) -> Returned:
    return Returned(
        tenders=tuple(
            (method, amount - earlier)
            for (method, amount), (_method, earlier) in zip(after.tenders, before.tenders, strict=True)
        ),
        cash_paid=after.cash_paid - before.cash_paid,
        points_back=after.points_back - before.points_back,
        points_taken=after.points_taken - before.points_taken,
        growth_taken=after.growth_taken - before.growth_taken,
        spend_taken=after.spend_taken - before.spend_taken,
        complete=after.complete,
    )


def _points_by_line(quote: Quote) -> list[int]:
    """The points that were spent, shared over the lines that they paid for."""
    weights = [
        sum(a.amount.fen for a in line.adjustments if a.step is Step.POINTS or a.rule in quote.reward_rules)
        for line in quote.lines
    ]
    if not any(weights):
        # A gift for points takes nothing off any line.
        weights = [line.list_amount.fen for line in quote.lines]
    if not any(weights):
        weights = [1] * len(weights)
    return allocate(quote.points_spent.count, weights)
