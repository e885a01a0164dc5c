"""Asking the server for the keys of phone codes, sealed to a key that is used for this one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.card_keys import CardKeys, WeekKey
from sync.client.errors import NonsenseError
from sync.protocol import sealing
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import CardKeyRows, CardKeysReply, CardKeysRequest, decode

if TYPE_CHECKING:
    from sync.client.link import Session

_PATH: Final = "/v1/card-keys"


def fetch(session: Session) -> CardKeys:
    """The keys of this week and the next.  Raises `OfflineError`, `RefusedError` or `NonsenseError`."""
    exchange = sealing.new_private_key()
    reply = session.call(_PATH, CardKeysRequest(sealing.public_key(exchange)), CardKeysReply)
    try:
        told = decode(sealing.unseal(exchange, reply.sealed_keys, session.identity.device), CardKeyRows)
    except ProtocolError as error:
        raise NonsenseError(str(error)) from error
    return CardKeys(tuple(WeekKey(row.week, row.key) for row in told.rows))
