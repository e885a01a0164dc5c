"""Whether the server is out of reach, and whether something may be done all the same (domain.md §5.1).

`online` is what the caller knows: that this till needs no server, or has just heard of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.offline import DEFAULT_POLICY, IN_REACH, Action, Leases, Reach
from posapp.domain.text import Text
from posapp.storage import leases
from posapp.storage import points as point_rows


def reach(till: Till, connection: Connection, *, online: bool, shares: Iterable[tuple[bytes, Account]] = ()) -> Reach:
    """How the server stands to this till, with what is left of its shares of some balances."""
    return Reach(
        silent=None if online else till.contact.silence(connection),
        lease=sum(share(till, connection, *each) for each in shares),
        has_server=till.has_server,
    )


def share(till: Till, connection: Connection, holder: bytes, account: Account) -> int:
    """What is left of this till's share of a balance, where the shop's tills have any."""
    if not till.has_server or till.programme.offline.leases is Leases.NONE:
        return 0
    return leases.left(connection, holder, account, till.contact.trusted_now(connection))


def reach_for_points(till: Till, connection: Connection, member: MemberId, *, online: bool) -> Reach:
    """The same for spending points, in fen: what this till took of them since the server's last word counts."""
    state = reach(till, connection, online=online, shares=((member, Account.MEMBER_POINTS),))
    used = 0 if online else _worth(till, point_rows.spent_unsettled(connection, member))
    return replace(state, used=used, lease=_worth(till, state.lease))


def refuse(field: str, why: Text | None) -> None:
    """Raise `InvalidField` with the reason, where there is one."""
    if why is not None:
        raise InvalidField(field, why.en, why.zh)


def require_server(action: Action, field: str, *, online: bool) -> None:
    """Refuse what no programme allows without the server, while it is out of reach.  Raises `InvalidField`."""
    refuse(field, DEFAULT_POLICY.may(action, 0, IN_REACH if online else Reach(timedelta(0))))


def check_points(
    till: Till, connection: Connection, member: MemberId, points: int, field: str, *, online: bool
) -> None:
    """Whether a member may spend so many points here now.  Raises `InvalidField`."""
    state = reach_for_points(till, connection, member, online=online)
    refuse(field, till.programme.offline.may(Action.SPEND_POINTS, _worth(till, points), state))


def _worth(till: Till, points: int) -> int:
    """What points are worth in fen; without a rate a point counts as one."""
    redeem = till.programme.redeem
    return redeem.worth(points) if redeem is not None else points
