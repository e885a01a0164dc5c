"""Which offers to use together: the cashier's choices stand, and the rest is what is best for the member.

Best means the least to pay before points and round-off.  Between equals: fewer coupons, then the coupons that lapse
first, so that what the member keeps lasts longest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from posapp.domain.pricing.candidates import Candidate
from posapp.domain.pricing.pipeline import Outcome
from posapp.domain.pricing.value import value
from posapp.domain.programme import Offer, Policies
from posapp.domain.programme.gives import SpendLadder

EXHAUSTIVE_LIMIT: Final = 512
"""Up to this many allowed sets each is tried; beyond it offers are added, exchanged and dropped one by one."""
ROUNDING_LIMIT: Final = 32
"""The same where nothing but the rounding of shares makes a choice open: beyond it a fen may be missed."""
GREEDY_PASSES: Final = 4

Run = Callable[[Sequence[Candidate]], Outcome]
Misses = Callable[[Candidate, Outcome], bool]
"""Whether a candidate's condition is missed at the prices of a run."""
Score = tuple[int, int, int, tuple[int, ...], tuple[int, ...]]


@value
class Combination:
    """The offers to use, in order, with what a run with them comes to, and the others.

    `beaten` are left out because others are used; `hopeless` are those that the basket cannot reach.
    """

    selected: list[Candidate]
    outcome: Outcome
    beaten: list[Candidate]
    hopeless: list[Candidate]


def conflicts(one: Candidate, other: Candidate) -> bool:
    """Whether two offers may not be used together, whatever the rest."""
    a, b = one.offer, other.offer
    if a.exclusive or b.exclusive or (a.group and a.group == b.group):
        return True
    return a.id in b.not_with or b.id in a.not_with


def is_allowed(candidates: Sequence[Candidate], policies: Policies) -> bool:
    """Whether a set of offers may be used together."""
    if sum([candidate.prepared.is_coupon for candidate in candidates]) > policies.coupons_per_order:
        return False
    if policies.order_percents is not None and _order_percents(candidates) > policies.order_percents:
        return False
    named = [candidate for candidate in candidates if candidate.prepared.names_others]
    return not any(conflicts(one, other) for one in named for other in candidates if other is not one)


def choose(candidates: list[Candidate], policies: Policies, run: Run, misses: Misses, at_list: Outcome) -> Combination:
    """Pick the offers to use; `at_list` is the outcome without any rule at all."""
    every = candidates
    candidates, hopeless = _without_missed(every, misses, at_list)
    if _go_together(candidates, policies):
        outcome = run(candidates)
        if not outcome.short:
            return Combination(candidates, outcome, [], hopeless)
    # What is missed without any offer is missed with all of them, unless one can keep other rules from its lines.
    if any(one.prepared.has_condition for one in candidates) and not any(_keeps_rules_out(one.offer) for one in every):
        candidates, missed = _without_missed(candidates, misses, run(()))
        hopeless = _in_order([*hopeless, *missed], every)
    forced = _forced(candidates, policies)
    if len(forced) == len(candidates):
        selected = candidates
    elif policies.combination == "priority":
        selected = _by_priority(candidates, forced, policies)
    else:
        selected = _best(candidates, forced, policies, run, misses)
    chosen = set(map(id, selected))
    beaten = [candidate for candidate in candidates if id(candidate) not in chosen]
    return Combination(selected, run(selected), beaten, hopeless)


def _without_missed(
    candidates: list[Candidate], misses: Misses, outcome: Outcome
) -> tuple[list[Candidate], list[Candidate]]:
    """The candidates whose condition is not missed at the prices of a run, and the others."""
    missed = [one for one in candidates if one.prepared.has_condition and misses(one, outcome)]
    if not missed:
        return candidates, missed
    out = set(map(id, missed))
    return [candidate for candidate in candidates if id(candidate) not in out], missed


def _go_together(candidates: Sequence[Candidate], policies: Policies) -> bool:
    """Whether all that the basket reaches are used without a choice: all are wanted, or none is in another's way."""
    if all(candidate.wanted for candidate in candidates):
        return is_allowed(candidates, policies)
    if policies.combination != "best" or policies.order_percents is not None:
        return False
    if not all(candidate.prepared.is_easy for candidate in candidates):
        return False
    free = sum([not candidate.wanted for candidate in candidates])
    if free > 1 and 1 << free <= ROUNDING_LIMIT and _shares_are_split_again(candidates):
        return False
    return sum([candidate.prepared.is_coupon for candidate in candidates]) <= policies.coupons_per_order


def _best(
    candidates: list[Candidate], forced: list[Candidate], policies: Policies, run: Run, misses: Misses
) -> list[Candidate]:
    """The best combination: first among the contested offers alone, then among all where a threshold was missed."""
    refused = [candidate for candidate in candidates if candidate.wanted and candidate not in forced]
    open_ones = [candidate for candidate in candidates if candidate not in refused]
    free = [candidate for candidate in open_ones if candidate not in forced]
    if len(free) > 1 and _shares_are_split_again(open_ones):
        subsets = _subsets(forced, free, policies, ROUNDING_LIMIT)
        if subsets is not None:
            return _best_of(subsets, open_ones, run)
    contested = _contested(open_ones, free, policies)
    if contested:
        fixed = [candidate for candidate in open_ones if candidate not in contested]
        selected = _search(open_ones, fixed, contested, policies, run)
    else:
        selected = open_ones
    if len(selected) > len(forced) and any(candidate.prepared.has_condition for candidate in open_ones):
        outcome = run(selected)
        if outcome.short or any(one.prepared.has_condition and misses(one, outcome) for one in open_ones):
            # Without some lower price, a threshold might be met that is worth more.
            selected = _search(open_ones, forced, free, policies, run, selected)
    return selected


def _contested(candidates: Sequence[Candidate], free: Sequence[Candidate], policies: Policies) -> list[Candidate]:
    """The free offers of which not all can be used, or whose use might not be to the member's good.

    Every other one lowers what is paid whatever else is chosen: it is always used.
    """
    coupons = sum([candidate.prepared.is_coupon for candidate in candidates]) > policies.coupons_per_order
    percents = policies.order_percents is not None and _order_percents(candidates) > policies.order_percents
    tangled = _tangled(candidates)
    stepped = any(_is_stepped(candidate.offer) for candidate in candidates)
    # What an earlier offer lowered is no longer at its full price, and keeps what it has instead of a special price.
    untouched = max((c.place for c in candidates if _wants_untouched_lines(c.offer)), default=-1)
    return [
        candidate
        for candidate in free
        if candidate in tangled
        or (coupons and candidate.prepared.is_coupon)
        or (percents and candidate.offer.is_order_percent)
        or not candidate.prepared.is_plain
        or candidate.place < untouched
        or (stepped and (candidate.prepared.is_line_price or policies.threshold == "remaining"))
    ]


def _tangled(candidates: Sequence[Candidate]) -> set[Candidate]:
    """Offers that some other one keeps out."""
    named = [candidate for candidate in candidates if candidate.prepared.names_others]
    return {
        c for one in named for other in candidates if other is not one and conflicts(one, other) for c in (one, other)
    }


def _wants_untouched_lines(offer: Offer) -> bool:
    return offer.instead_of_member_price or offer.on.full_price_only


def _keeps_rules_out(offer: Offer) -> bool:
    return offer.closes_lines or offer.instead_of_member_price


def _is_stepped(offer: Offer) -> bool:
    """Whether an offer gives less when a sum is lowered before it."""
    return isinstance(offer.give, SpendLadder) or bool(offer.condition.every_fen)


def _shares_are_split_again(candidates: Sequence[Candidate]) -> bool:
    """Whether shares of a sum, which rounding moves between lines, are looked at by lines again."""
    shared = False
    for candidate in candidates:
        if shared and not (candidate.offer.whole_order and candidate.offer.on_sum):
            return True
        shared = shared or candidate.prepared.is_shared
    return False


def _order_percents(candidates: Sequence[Candidate]) -> int:
    return sum(1 for candidate in candidates if candidate.offer.is_order_percent)


def _forced(candidates: Sequence[Candidate], policies: Policies) -> list[Candidate]:
    """What the cashier insists on, as far as it goes together; the earlier choice stands."""
    forced: list[Candidate] = []
    for candidate in candidates:
        if candidate.wanted and is_allowed([*forced, candidate], policies):
            forced.append(candidate)
    return forced


def _by_priority(candidates: Sequence[Candidate], forced: list[Candidate], policies: Policies) -> list[Candidate]:
    """The highest exclusive offer silences all others; without one, each in turn if it goes with those before."""
    selected = list(forced)
    turn = sorted(
        candidates, key=lambda candidate: (not candidate.offer.exclusive, -candidate.offer.priority, candidate.place)
    )
    for candidate in turn:
        if candidate not in selected and is_allowed([*selected, candidate], policies):
            selected.append(candidate)
    return _in_order(selected, candidates)


def _in_order(selected: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    chosen = set(map(id, selected))
    return [candidate for candidate in candidates if id(candidate) in chosen]


def _score(selected: Sequence[Candidate], outcome: Outcome) -> Score:
    used = [candidate for candidate in selected if candidate.offer.is_coupon]
    lapse = sorted(
        candidate.held.last_day.ordinal if candidate.held and candidate.held.last_day else 10**9 for candidate in used
    )
    gifts = -sum(milli for _candidate, milli in outcome.gifts)
    return sum(outcome.nets), gifts, len(used), tuple(lapse), tuple(candidate.place for candidate in selected)


def _search(
    candidates: Sequence[Candidate],
    fixed: Sequence[Candidate],
    free: Sequence[Candidate],
    policies: Policies,
    run: Run,
    start: Sequence[Candidate] | None = None,
) -> list[Candidate]:
    """The best set that holds all of `fixed` and some of `free`: every one is tried where there are not too many."""
    subsets = _subsets(fixed, free, policies, EXHAUSTIVE_LIMIT)
    if subsets is None:
        return _greedy(candidates, list(fixed), free, policies, run, start)
    return _best_of(subsets, candidates, run)


def _best_of(subsets: Sequence[Sequence[Candidate]], candidates: Sequence[Candidate], run: Run) -> list[Candidate]:
    trials = [_in_order(subset, candidates) for subset in subsets]
    return min(((_score(trial, run(trial)), trial) for trial in trials), key=lambda pair: pair[0])[1]


def _subsets(
    fixed: Sequence[Candidate], free: Sequence[Candidate], policies: Policies, most: int
) -> list[list[Candidate]] | None:
    """Every allowed set, or None where there are more than `most`."""
    if 1 << len(free) > most and is_allowed([*fixed, *free], policies):
        return None
    found: list[list[Candidate]] = [list(fixed)]
    for candidate in free:
        found += [[*subset, candidate] for subset in found if is_allowed([*subset, candidate], policies)]
        if len(found) > most:
            return None
    return found


def _greedy(
    candidates: Sequence[Candidate],
    fixed: list[Candidate],
    free: Sequence[Candidate],
    policies: Policies,
    run: Run,
    start: Sequence[Candidate] | None,
) -> list[Candidate]:
    """Add, exchange or drop one offer at a time as long as that helps, within a fixed number of passes."""
    best = _in_order(fixed if start is None else start, candidates)
    best_score = _score(best, run(best))
    for _pass in range(GREEDY_PASSES):
        improved = False
        for candidate in free:
            if candidate in best:
                trial = [other for other in best if other is not candidate]
            else:
                keeps = [other for other in best if other in fixed or not conflicts(other, candidate)]
                trial = _in_order([*keeps, candidate], candidates)
            if not is_allowed(trial, policies):
                trial = _exchange_coupon(trial, candidate, fixed)
            if not is_allowed(trial, policies):
                continue
            score = _score(trial, run(trial))
            if score < best_score:
                best, best_score, improved = trial, score, True
        if not improved:
            break
    return best


def _exchange_coupon(trial: list[Candidate], added: Candidate, fixed: Sequence[Candidate]) -> list[Candidate]:
    """Make room for one coupon by leaving out another that was not insisted on."""
    if not added.offer.is_coupon:
        return trial
    others = [c for c in trial if c.offer.is_coupon and c is not added and c not in fixed]
    return [c for c in trial if not others or c is not others[-1]]
