"""Mistakes with shares of balances: at the till that spends them, and at the server that sets them aside."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from posapp.domain.offline import Leases, OfflinePolicy
from posapp.storage import leases as shares
from posapp.storage import settings, streams
from posapp.storage.streams import Unacknowledged
from sync.client import leases as client
from sync.server import leases
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    import pytest

planted: Final = Nursery()


@planted
def lends_what_is_lent(patch: pytest.MonkeyPatch) -> None:
    """Of a balance, what other tills have a share of is lent out again."""

    def free(there: Any) -> Any:
        def of_everything(connection: Any, merchant_id: str, holders: Any) -> dict[tuple[bytes, int], int]:
            lent = leases.held(connection, merchant_id)
            return {key: amount + lent.get(key, 0) for key, amount in there(connection, merchant_id, holders).items()}

        return of_everything

    wrap(patch, leases, "_free", free)


@planted
def gives_back_before_its_journal(patch: pytest.MonkeyPatch) -> None:
    """A till gives its shares back though events of it are still to be pushed."""
    patch.setattr(client, "streams", _NothingWaits)


class _NothingWaits:
    logged_events = staticmethod(streams.logged_events)

    @staticmethod
    def unacknowledged(_connection: Any) -> Unacknowledged:
        return Unacknowledged(0, 0)


@planted
def spends_on_while_giving_back(patch: pytest.MonkeyPatch) -> None:
    """A till that gives its shares back, and hears no answer, spends them all the same."""

    def suspend(there: Any) -> Any:
        def not_at_all(connection: Any) -> int:
            turn: int = there(connection)
            settings.put(connection, shares._SUSPENDED, False)
            return turn

        return not_at_all

    wrap(patch, shares, "suspend", suspend)


@planted
def late_returns_are_taken(patch: pytest.MonkeyPatch) -> None:
    """A return that was under way for long takes back what the till got, and spends, since."""
    turns = iter(range(1 << 40, 1 << 41))

    def take_back(there: Any) -> Any:
        return lambda connection, caller, request: there(
            connection, caller, msgspec.structs.replace(request, turn=next(turns))
        )

    wrap(patch, leases, "_take_back", take_back)


@planted
def adds_to_what_it_gave_back(patch: pytest.MonkeyPatch) -> None:
    """New shares are added to those that the till has just given back."""

    def take_over(there: Any) -> Any:
        def on_top(connection: Any, *rest: Any, **_named: Any) -> None:
            there(connection, *rest, anew=False)
            settings.put(connection, shares._SUSPENDED, False)

        return on_top

    wrap(patch, shares, "take_over", take_over)


@planted
def share_is_never_used_up(patch: pytest.MonkeyPatch) -> None:
    """A till may spend its share again and again."""
    answer(patch, shares, "spend", None)


@planted
def server_never_counts_down(patch: pytest.MonkeyPatch) -> None:
    """What a till spent of its share stays set aside at the server."""
    answer(patch, leases, "use_up", None)


@planted
def server_counts_everybody_down(patch: pytest.MonkeyPatch) -> None:
    """What one till spends is taken from the shares of others too."""

    def use_up(there: Any) -> Any:
        def of_all(connection: Any, merchant_id: str, spent: Any) -> None:
            devices = {row.device for row in connection.execute(leases._lease.select())}
            together = {key: amount for amounts in spent.values() for key, amount in amounts.items()}
            there(connection, merchant_id, dict.fromkeys(sorted(devices | spent.keys()), together))

        return of_all

    wrap(patch, leases, "use_up", use_up)


@planted
def forgets_what_it_has_not_told(patch: pytest.MonkeyPatch) -> None:
    """What a till took before it asked for a share, and the server hears of later, does not count against the share."""
    answer(patch, shares, "taken_since", Counter())


@planted
def in_reach_spends_anything(patch: pytest.MonkeyPatch) -> None:
    """While the server is in reach, a till of a shop that spends shares only spends what others have a share of."""
    patch.setattr(OfflinePolicy, "_needs_lease", lambda *_arguments: False)


@planted
def limits_come_on_top(patch: pytest.MonkeyPatch) -> None:
    """A shop that spends shares only lets tills out of reach spend up to the limits as well."""
    wrap(
        patch,
        OfflinePolicy,
        "_limit",
        lambda there: lambda self, *asked: there(replace(self, leases=Leases.FIRST), *asked),
    )
