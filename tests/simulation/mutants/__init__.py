"""Bugs that are planted on purpose, to see that the simulator finds each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.simulation.mutants import at_the_counter, in_the_server, in_the_till, on_shares, on_the_ledger, on_the_way

if TYPE_CHECKING:
    from tests.simulation.mutants.planting import Mutant

MUTANTS: Final[dict[str, Mutant]] = {
    mutant.name: mutant
    for module in (at_the_counter, on_the_ledger, in_the_till, on_the_way, in_the_server, on_shares)
    for mutant in module.planted.mutants
}
"""Every planted bug by its name."""
