"""Fetching the exceptions of the store now and then, in the thread that carries the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posapp.application.inbox import count_open
from posapp.application.till import Till
from sync.client.errors import RefusedError
from sync.client.inbox import fetch
from sync.client.link import Session

log = logging.getLogger(__name__)

FETCH_SECONDS: Final = 30.0
_NO_SUCH_ROUTE: Final = 404


@dataclass(slots=True)
class InboxWatch:
    """Asks after a pull, once in half a minute; `changed` is called when there are more or fewer than before.

    What another till closed comes with a pull: so the count is looked at after each.
    """

    till: Till
    session: Session
    changed: Callable[[], None]
    steady: Callable[[], float] = time.monotonic
    _next: float = 0.0
    _count: int = 0

    def __call__(self) -> None:
        """Fetch them if it is time.  Raises the client's errors."""
        if self.steady() >= self._next:
            self._fetch()
            self._next = self.steady() + FETCH_SECONDS
        count = count_open(self.till)
        if count != self._count:
            self._count = count
            self.changed()

    def _fetch(self) -> None:
        try:
            fetch(self.session, self.till.database, self.till.clock.now())
        except RefusedError as error:
            # A server that was not renewed yet tells none.
            if error.status != _NO_SUCH_ROUTE:
                raise
            log.info("this server tells no exceptions")
