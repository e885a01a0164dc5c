"""Fetching the keys of phone codes when the next week's is missing, in the thread that carries the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posapp.application.till import Till
from posapp.storage.key_store import KeyStore
from sync.client.card_keys import fetch
from sync.client.errors import RefusedError
from sync.client.link import Session

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 3_600.0
_NO_SUCH_ROUTE: Final = 404


@dataclass(slots=True)
class CardKeyWatch:
    """Asks after a pull while a key is missing, once an hour; a till that has its keys asks nothing."""

    till: Till
    keys: KeyStore
    session: Session
    steady: Callable[[], float] = time.monotonic
    _next: float = 0.0

    def __call__(self) -> None:
        """Fetch and keep them if it is time.  Raises the client's errors and the key store's."""
        now = int(self.till.clock.now().timestamp())
        if self.till.card_keys.given.suffice_at(now) or self.steady() < self._next:
            return
        self._next = self.steady() + RETRY_SECONDS
        try:
            fresh = fetch(self.session)
        except RefusedError as error:
            # A server that was not renewed yet gives none.
            if error.status != _NO_SUCH_ROUTE:
                raise
            log.info("this server gives no keys of phone codes")
            return
        self.till.card_keys.take(self.keys, fresh)
