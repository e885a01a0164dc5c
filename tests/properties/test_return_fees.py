"""What is withheld from returned money: in any order the same, never more than there is, payable in coins (X-15)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.domain.amounts import Money
from posapp.domain.pricing.settlement import PRINCIPAL
from posapp.domain.programme import parse_programme
from posapp.domain.refund import Returned, Sold, SoldLine, refund
from posapp.domain.return_fee import MONEY, FeeTerms, with_fee
from posapp.domain.sale import TenderMethod
from posapp.domain.sold_units import SoldUnits

_RULES = parse_programme(
    {"version": 1, "tiers": [{"code": "a"}], "round_off": "jiao", "returns": {"fee": [{"rate": 700, "amount": "0.37"}]}}
)
METHODS = (PRINCIPAL, TenderMethod.BANK_CARD, TenderMethod.CASH)


@st.composite
def sold(draw: st.DrawFn) -> Sold:
    """A sale that stored value, a card and cash paid together, with a dear fee or a cheap one."""
    fee = {"rate": draw(st.integers(0, 10_000)), "amount": f"{draw(st.integers(0, 3))}.{draw(st.integers(10, 99))}"}
    rules = parse_programme({"version": 1, "tiers": [{"code": "a"}], "round_off": "jiao", "returns": {"fee": [fee]}})
    lines = []
    for _line in range(draw(st.integers(1, 3))):
        paid = tuple(draw(st.integers(0, 2000)) for _method in METHODS)
        pieces = draw(st.integers(1, 6))
        lines.append(SoldLine(SoldUnits(1000 * pieces), sum(paid), paid, 0, 0, 0, 0))
    return Sold(rules, tuple(lines), METHODS, 100, False, (), 10)


def in_parts(sale: Sold, steps: list[list[int]], free: list[bool]) -> list[Returned]:
    """Each step brings so many pieces of each line back, as far as they are there; some are not charged."""
    before, cash_before, made = [0] * len(sale.lines), Money(0), []
    for step, is_free in zip(steps, free, strict=True):
        coming = [
            min(1000 * more, line.milli - back) for line, back, more in zip(sale.lines, before, step, strict=True)
        ]
        terms = FeeTerms(() if is_free else sale.programme.return_fees, 0, cash_before)
        made.append(with_fee(sale, refund(sale, before, coming), before, coming, terms))
        cash_before += made[-1].cash_fee
        before = [back + more for back, more in zip(before, coming, strict=True)]
    return made


def totals(sale: Sold, made: list[Returned]) -> tuple[list[int], int, int]:
    tenders = [sum(one.tenders[place][1].fen for one in made) for place in range(len(sale.methods))]
    return tenders, sum(one.cash_paid.fen for one in made), sum(one.fee.fen for one in made)


@settings(max_examples=200)
@given(sold(), st.data())
def test_X15_parts_in_any_order_end_where_one_return_ends(sale: Sold, data: st.DataObject) -> None:
    step = st.lists(st.integers(0, 4), min_size=len(sale.lines), max_size=len(sale.lines))
    all_of_it = [6] * len(sale.lines)
    steps = [*data.draw(st.lists(step, max_size=5)), all_of_it]
    made = in_parts(sale, steps, [False] * len(steps))
    assert totals(sale, made) == totals(sale, in_parts(sale, [all_of_it], [False]))


@settings(max_examples=200)
@given(sold(), st.data())
def test_X15_whatever_is_charged_nobody_pays_to_return_and_all_money_is_accounted_for(
    sale: Sold, data: st.DataObject
) -> None:
    step = st.lists(st.integers(0, 4), min_size=len(sale.lines), max_size=len(sale.lines))
    steps = [*data.draw(st.lists(step, max_size=5)), [6] * len(sale.lines)]
    free = [data.draw(st.booleans()) for _step in steps]
    made = in_parts(sale, steps, free)
    received = [sum(line.paid[place] for line in sale.lines) for place in range(len(METHODS))]
    for one, is_free in zip(made, free, strict=True):
        assert all(amount.fen >= 0 for _method, amount in one.tenders)
        assert all(fee.fen > 0 and method in MONEY for method, fee in one.fees)
        assert one.cash_paid.fen >= 0
        assert not (is_free and one.fees)
    tenders, cash, fee = totals(sale, made)
    assert sum(tenders) + fee == sum(received)
    assert tenders[0] == received[0], "stored value comes back whole"
    assert cash <= received[2]
    assert cash >= tenders[2], "rounded in the buyer's favour"


def test_X15_cash_is_handed_out_in_coins_after_a_fee() -> None:
    line = SoldLine(SoldUnits(3000), 3000, (0, 0, 3000), 0, 0, 0, 0)
    sale = Sold(_RULES, (line,), METHODS, 100, False, (), 10)
    made = in_parts(sale, [[1], [1], [1]], [False, True, False])
    assert [one.fee.fen for one in made] == [107, 0, 107]
    assert [one.cash_paid.fen for one in made] == [900, 1000, 890], "8.93 and 10.00 and 8.93 are 27.86"
