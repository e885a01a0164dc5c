"""Telling a till the keys of phone codes: of this week and the next, never the root that they are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posapp.domain.card_keys import keys_from
from sync.protocol import sealing
from sync.protocol.messages import CardKeyRow, CardKeyRows, CardKeysReply, encode
from sync.server import devices

if TYPE_CHECKING:
    from sync.protocol.messages import CardKeysRequest
    from sync.server.context import Caller, Context

_SECOND_US: Final = 1_000_000


def answer(context: Context, caller: Caller, request: CardKeysRequest) -> CardKeysReply:
    """Answer a till.  Raises `RevokedError`, `UnauthenticatedError` or `MalformedBodyError`."""
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
    keys = keys_from(context.keys.card_root(caller.merchant_id), context.now_us() // _SECOND_US)
    told = CardKeyRows([CardKeyRow(one.week, one.key) for one in keys.held])
    return CardKeysReply(sealing.seal(request.exchange_key, encode(told), caller.device))
