"""The shortest story that still breaks a promise: steps and troubles are left out as long as one is broken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.plan import Plan
    from tests.simulation.run import Outcome

_SECONDS: Final = 60.0


def shortest(first: Outcome, run: Callable[[Plan], Outcome], seconds: float = _SECONDS) -> Outcome:
    """Shrink a broken outcome for so many seconds of this process's time; what breaks must be the same kind of promise.

    Each step's randomness follows from its number, so that what is left does what it did before.
    """
    end = time.process_time() + seconds
    best = first

    def still(plan: Plan) -> bool:
        nonlocal best
        if time.process_time() > end:
            return False
        tried = run(plan)
        if tried.broken and tried.kind == first.kind:
            best = tried
            return True
        return False

    still(first.plan.upto(first.last_step))
    for trouble in list(best.plan.rates):
        still(best.plan.without(trouble))
    size = max(len(best.plan.steps) // 2, 1)
    while size:
        start = 0
        while start < len(best.plan.steps):
            steps = best.plan.steps
            if not still(best.plan.only(steps[:start] + steps[start + size :])):
                start += size
        size //= 2
    return best
