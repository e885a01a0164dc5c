"""What passes settle of a basket, before anything else lowers a price (domain.md §2.3 step 8).

The settled units are taken out at their list price: no rule sees them, they earn nothing and count for no threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from posapp.domain.amounts import Money, Quantity
from posapp.domain.events import Step
from posapp.domain.ids import AssetId, RuleId
from posapp.domain.passes import UsablePass
from posapp.domain.pricing.inputs import MemberView
from posapp.domain.pricing.quote import BenefitOutcome, Explanation, LadderStep, Ruling, SettledUnits, Status
from posapp.domain.pricing.value import value
from posapp.domain.programme import Programme, Text
from posapp.domain.programme.passes import settles
from posapp.domain.sale import PROVEN, Cart, CartLine, LinePass
from posapp.domain.time import BusinessDay

PASS_RULE: Final = "pass:"  # noqa: S105 - the beginning of a rule's name
"""What a pass settled is the rule of this name before its template."""
KIND: Final = "pass"
ANY_PASS: Final = Text("次卡", "Pass")
"""What a pass is called that the programme does not know (any more)."""
_STATUS: Final = {"not_yet": Status.NOT_NOW, "lapsed": Status.EXPIRED}

Share = tuple[Ruling, Sequence[tuple[int, int]]]
"""A rule, and the lines with the fen that it took off them."""


@value
class ByPass:
    """A basket's lines without what passes settle of them; `fen` is what that costs by the list, by line."""

    lines: Sequence[CartLine]
    settled: tuple[SettledUnits, ...] = ()
    fen: Mapping[int, int] = field(default_factory=dict)
    shares: Sequence[Share] = ()
    ladder: tuple[LadderStep, ...] = ()
    outcomes: tuple[BenefitOutcome, ...] = ()

    @property
    def total_fen(self) -> int:
        """The list price of everything that passes settle."""
        return sum(self.fen.values())


def rule_of(template: str) -> RuleId:
    """The rule by which passes of a template settle units."""
    return RuleId(f"{PASS_RULE}{template}")


def pieces_for(line: CartLine) -> int:
    """How many units of a line passes may settle: whole pieces at a price of their own, no label and no voucher."""
    own_terms = line.amount is not None or line.member_amount is not None or line.vouchers or not line.unit_price
    return 0 if own_terms or not line.quantity.is_whole else max(0, line.quantity.milli // 1000)


def may_settle(programme: Programme, held: UsablePass, line: CartLine) -> bool:
    """Whether a pass is for the goods of a line."""
    good = programme.pass_good(held.template)
    return good is not None and settles(good, line.sku, line.category, line.tags) and pieces_for(line) > 0


def settle_by_passes(cart: Cart, programme: Programme, member: MemberView | None, day: BusinessDay) -> ByPass:
    """Take out of a basket what its passes settle: each all that it is asked for, or nothing, and it says why."""
    asked: dict[AssetId, dict[int, int]] = {}
    for index, line in enumerate(cart.lines):
        for each in line.passes:
            of_lines = asked.setdefault(each.id, {})
            of_lines[index] = of_lines.get(index, 0) + each.uses
    held = {one.id: one for one in member.passes} if member is not None else {}
    if not asked and not held:
        return ByPass(cart.lines)
    settling = _Settling(cart, programme, day)
    for pass_id, wanted in asked.items():
        if member is None:
            settling.refuse("", Status.NEEDS_MEMBER, Explanation("needs_member"))
        elif pass_id not in held:
            settling.refuse("", Status.UNKNOWN, Explanation("pass_unknown"))
        else:
            settling.settle(held[pass_id], wanted)
    settling.offer(held.values())
    return settling.result()


class _Settling:
    """A basket while passes take units out of it.  Passes of one template are told of together."""

    def __init__(self, cart: Cart, programme: Programme, day: BusinessDay) -> None:
        self._cart, self._programme, self._day = cart, programme, day
        self._left = [pieces_for(line) for line in cart.lines]
        self._settled: list[SettledUnits] = []
        self._refused: dict[str, tuple[Status, Explanation]] = {}

    def refuse(self, template: str, status: Status, why: Explanation) -> None:
        """Remember why a pass settles nothing."""
        self._refused.setdefault(template, (status, why))

    def settle(self, held: UsablePass, wanted: Mapping[int, int]) -> None:
        """Settle so many units of lines with a pass, or remember why not."""
        lines, template = self._cart.lines, held.template
        units = [(i, min(n, self._left[i])) for i, n in wanted.items() if may_settle(self._programme, held, lines[i])]
        count = sum(n for _line, n in units)
        refusal = held.why_not(count, self._day)
        if not count:
            self.refuse(template, Status.EXCLUDED, Explanation("no_goods"))
        elif self._cart.identified_by not in PROVEN:
            self.refuse(template, Status.NEEDS_IDENTIFICATION, Explanation("pass_needs_identification"))
        elif refusal is not None:
            why = Explanation("pass_refused", {"why": Text(refusal.zh, refusal.en)})
            self.refuse(template, _STATUS.get(refusal.key, Status.USED_UP), why)
        else:
            for line, n in units:
                self._left[line] -= n
                self._settled += [SettledUnits(line, held.id, template, n)] if n else []

    def offer(self, held: Iterable[UsablePass]) -> None:
        """Remember which passes nobody asked for that could settle something."""
        settled = {each.template for each in self._settled}
        for one in held:
            fits = any(n and may_settle(self._programme, one, self._cart.lines[i]) for i, n in enumerate(self._left))
            if fits and one.template not in settled and one.why_not(1, self._day) is None:
                self.refuse(one.template, Status.DECLINED, Explanation("not_chosen"))

    def result(self) -> ByPass:
        """What is left to price."""
        lines, fen = list(self._cart.lines), dict[int, int]()
        shares: list[Share] = []
        sums: dict[str, tuple[int, int]] = {}
        for each in self._settled:
            line = lines[each.line]
            part = line.unit_price.fen * each.units
            lines[each.line] = replace(line, quantity=Quantity(line.quantity.milli - 1000 * each.units))
            fen[each.line] = fen.get(each.line, 0) + part
            ruling = Ruling(rule_of(each.template), Step.PASS, self._why(each.template, each.units))
            shares.append((ruling, [(each.line, part)]))
            whole, units = sums.get(each.template, (0, 0))
            sums[each.template] = whole + part, units + each.units
        applied = [self._outcome(code, Status.APPLIED, self._why(code, n), off) for code, (off, n) in sums.items()]
        refused = [self._outcome(code, *told) for code, told in self._refused.items() if code not in sums]
        ladder = tuple(LadderStep(one.rule, Step.PASS, one.amount, one.explanation) for one in applied)
        return ByPass(lines, tuple(self._settled), fen, shares, ladder, (*applied, *refused))

    def _why(self, template: str, units: int) -> Explanation:
        return Explanation("by_pass", {"name": self._name(template), "units": units})

    def _name(self, template: str) -> Text:
        good = self._programme.pass_good(template)
        return good.name if good is not None else ANY_PASS

    def _outcome(self, template: str, status: Status, why: Explanation, fen: int = 0) -> BenefitOutcome:
        return BenefitOutcome(rule_of(template), KIND, self._name(template), status, Money(fen), why)


def ask_passes(cart: Cart, programme: Programme, passes: Iterable[UsablePass], units: int, first: int | None) -> Cart:
    """Ask passes, in this order, for so many units in all: of line `first` before the others.

    Fewer are asked for where there are no more goods that they are for, or no more uses.
    """
    cart = cart.without_passes()
    places = sorted(range(len(cart.lines)), key=lambda place: place != first)
    for held in passes:
        most = units if held.most is None else min(units, held.most)
        for place in places:
            line = cart.lines[place]
            uses = min(most, pieces_for(line) - line.pass_uses) if may_settle(programme, held, line) else 0
            if uses > 0:
                asked = replace(line, passes=(*line.passes, LinePass(held.id, uses)))
                cart = cart.with_line(place, asked)
                most -= uses
                units -= uses
    return cart
