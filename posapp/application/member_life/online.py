"""Who does something that two tills must not do at once, and whether it may be done now."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.reach import require_server
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.offline import Action


@dataclass(frozen=True, slots=True)
class Authority:
    """Who asks, who approves, and whether the server has been heard of just now (or there is none)."""

    operator: StaffId
    approver: StaffId
    online: bool

    def check(self) -> None:
        """Raise `InvalidField` where the network is needed, or where nobody else approves (domain.md §5.1, §5.4)."""
        require_network(online=self.online)
        if not self.approver or self.approver == self.operator:
            raise InvalidField("approver", "somebody else approves this", "要由另一人批准")


def require_network(*, online: bool) -> None:
    """Raise `InvalidField` where the server was not heard of: then two tills could do the same thing at once."""
    require_server(Action.CHANGE_MEMBER, "network", online=online)
