"""The keys that this till checks phone codes with: given by its server week by week, or made here where there is none.

A till that joined a server never has the root of those keys (docs/adr/0014-weekly-card-keys.md).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final

from posapp.application.ports import Entropy
from posapp.domain.card_keys import KEY_BYTES, CardKeys, WeekKey, keys_from
from posapp.storage.errors import DiskFailed
from posapp.storage.key_store import CARD_KEYS, CARD_ROOT, KeyStore, secret

log = logging.getLogger(__name__)

_WEEK_BYTES: Final = 8


@dataclass(slots=True)
class CardKeyring:
    """One till's keys of phone codes; `given` is replaced by the thread that hears of newer ones.

    `root` is that of a shop without a server, which makes the keys of each week itself.
    """

    given: CardKeys = field(default_factory=CardKeys)
    root: bytes | None = field(default=None, repr=False)

    def at(self, unix_seconds: int) -> CardKeys:
        """The keys that this till has at an instant."""
        return self.given if self.root is None else keys_from(self.root, unix_seconds)

    def take(self, store: KeyStore, fresh: CardKeys) -> None:
        """Keep what the server gave, and nothing of what it gave before.  Raises the key store's errors."""
        store.put(CARD_KEYS, b"".join(one.week.to_bytes(_WEEK_BYTES, "big") + one.key for one in fresh.held))
        self.given = fresh


def open_keyring(store: KeyStore, entropy: Entropy, *, has_server: bool) -> CardKeyring:
    """The keyring of a till.  Raises the key store's errors.

    Without a server a root is drawn at the first time; with one, a root from before it was joined is forgotten.
    """
    if has_server:
        store.remove(CARD_ROOT)
        return CardKeyring(_unpacked(store.get(CARD_KEYS) or b""))
    try:
        return CardKeyring(root=secret(store, CARD_ROOT, create=True, entropy=entropy.bytes))
    except DiskFailed:
        # A till opens on a full disk to be read; a root that nobody will know tomorrow is none.
        log.warning("the root of phone codes cannot be kept")
        return CardKeyring()


def _unpacked(kept: bytes) -> CardKeys:
    size = _WEEK_BYTES + KEY_BYTES
    rows = [kept[at : at + size] for at in range(0, len(kept), size)]
    try:
        return CardKeys(tuple(WeekKey(int.from_bytes(row[:_WEEK_BYTES], "big"), row[_WEEK_BYTES:]) for row in rows))
    except ValueError:
        # What the server will tell again is no reason not to open.
        log.warning("the keys of phone codes cannot be read")
        return CardKeys()
