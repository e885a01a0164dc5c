"""A device changes its key: the new one is signed by the old one, and what the old one signed before stays true.

The old key opens no session any more, and the device itself pushes nothing under it.  Segments that were signed with it
are taken from other tills of the store alone, which offer them to a server that was restored from an old backup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sync.protocol import certificate as certificates
from sync.protocol import signing
from sync.protocol.messages import RotateReply, RotateRequest
from sync.protocol.signing import Purpose
from sync.server import devices, merchants

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.server.context import Caller, Context

KEPT: Final = 32
"""Former keys that are remembered; a certificate must stay small enough to be sent with a session."""


def rotate(context: Context, caller: Caller, request: RotateRequest) -> RotateReply:
    """Take a device's new key.  Asking again with the same one is safe: the first answer may have been lost.

    Raises `SignatureError`, `RevokedError` or `UnauthenticatedError`.
    """
    content = caller.device + request.public_key + caller.merchant_id.encode()
    signing.check(request.public_key, Purpose.ROTATION, content, request.new_signature, "new_signature")

    def work(connection: Connection) -> bytes:
        merchants.lock_counter(connection, caller.merchant_id)
        devices.check_not_revoked(connection, caller)
        now = devices.certified(context, connection, caller.merchant_id, caller.device)
        if now.public_key == request.public_key:
            return certificates.issue(context.keys.certificate_signer(caller.merchant_id), now)
        signing.check(now.public_key, Purpose.ROTATION, content, request.old_signature, "old_signature")
        fresh = msgspec.structs.replace(
            now,
            public_key=request.public_key,
            hlc=max(merchants.hlc(context), now.hlc + 1),
            former_keys=[*now.former_keys, now.public_key][-KEPT:],
        )
        return devices.publish(context, connection, fresh)

    return RotateReply(context.database.write(work))
