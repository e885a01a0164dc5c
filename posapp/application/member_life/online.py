"""Who does something that two tills must not do at once, and whether it may be done now."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId


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
    if not online:
        raise InvalidField(
            "network",
            "this needs the server, so that two tills do not do it at once; sell on, and do it when it is back",
            "断网时不能办理，以免两台收银机同时改；收银不受影响，联网后再办",
        )
