"""Who may speak: one-time enrolment codes, devices and their keys, sessions.

A code is shown once, kept only as a keyed hash, good for one device and for a quarter of an hour of the server's clock;
how often a wrong one may be tried is limited.  A session is a bearer token that any worker of the server can check
without a look-up; whether the device was shut out since is looked up whenever something is read or written.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, select, text, update

from posapp.domain.card import MAX_BLOCK
from sync.protocol import certificate as certificates
from sync.protocol import sealing, signing
from sync.protocol.certificate import Certificate
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import (
    ChallengeReply,
    DocumentRow,
    EnrolReply,
    EnrolRequest,
    SessionReply,
    SessionRequest,
    encode,
)
from sync.protocol.signing import Purpose
from sync.protocol.typed import ALPHABET, as_meant, plain
from sync.server import merchants
from sync.server.context import Caller
from sync.server.errors import EnrolmentError, NotFoundError, RevokedError, TooManyTriesError, UnauthenticatedError
from sync.server.storage import batches, schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from sync.server.context import Context

CODE_MINUTES: Final = 15
WRONG_CODES_A_MINUTE: Final = 10
TOKEN_SECONDS: Final = 3_600
CHALLENGE_SECONDS: Final = 60

_CODE_CHARACTERS: Final = 8
_SECOND_US: Final = 1_000_000
_TAG_BYTES: Final = 32

# Statements of every push and pull are built once: that takes longer than running them.
_device = schema.device
_DEVICE: Final = select(_device).where(
    _device.c.merchant_id == bindparam("merchant"), _device.c.device == bindparam("its_device")
)
_KEYS: Final = select(_device.c.device, _device.c.public_key).where(
    _device.c.merchant_id == bindparam("merchant"), _device.c.device.in_(bindparam("wanted", expanding=True))
)
# The same words on both databases, which SQLAlchemy has a construct of its own for on each.
_USE: Final = text(
    "INSERT INTO used_challenge (merchant_id, challenge, until_us) VALUES (:merchant, :challenge, :until)"
    " ON CONFLICT (merchant_id, challenge) DO NOTHING"
)


_FORGET_USED: Final = delete(schema.used_challenge).where(
    schema.used_challenge.c.merchant_id == bindparam("merchant"), schema.used_challenge.c.until_us < bindparam("now")
)


class _Token(msgspec.Struct, frozen=True, array_like=True):
    merchant_id: str
    store_id: str
    device: bytes
    expires_at_us: int


def new_code(context: Context, merchant_id: str, store_id: str, till_number: int) -> str:
    """Make a one-time code for one till of a store, to be typed in at the till.  Raises `NotFoundError`."""
    secret = "".join(ALPHABET[byte % len(ALPHABET)] for byte in context.entropy(_CODE_CHARACTERS))
    expires = context.now_us() + CODE_MINUTES * 60 * _SECOND_US
    row = (merchant_id, _hash_of(context, merchant_id, secret), store_id, till_number, expires, None)

    def work(connection: Connection) -> None:
        merchants.store_name(connection, merchant_id, store_id)
        batches.append(connection, schema.enrolment_code, [row])

    context.database.write(work)
    return f"{merchant_id.upper()}-{secret[:4]}-{secret[4:]}"


def enrol(context: Context, request: EnrolRequest) -> EnrolReply:
    """Take a device into a store.

    The same device may repeat the same request while the code is fresh, because the answer may have been lost.
    Raises `SignatureError`, `EnrolmentError` or `TooManyTriesError`.
    """
    proof = request.device + request.exchange_key + request.code.encode()
    signing.check(request.public_key, Purpose.ENROLMENT, proof, request.signature, "signature")
    merchant_id, secret = _split(request.code)
    code_hash = _hash_of(context, merchant_id, secret)
    reply = context.database.write(lambda connection: _enrol(context, connection, merchant_id, code_hash, request))
    if reply is None:
        raise _bad_code()
    return reply


def _enrol(
    context: Context, connection: Connection, merchant_id: str, code_hash: bytes, request: EnrolRequest
) -> EnrolReply | None:
    """Take a device in; None where the code is not good, which is counted and must be committed to count."""
    if not merchants.exists(connection, merchant_id):
        raise _bad_code()
    counter = merchants.lock_counter(connection, merchant_id)
    minute = context.now_us() // (60 * _SECOND_US)
    if _wrong_codes(connection, merchant_id, minute) >= WRONG_CODES_A_MINUTE:
        raise TooManyTriesError(
            "too many codes were tried; wait a minute and try again", "尝试次数过多, 请一分钟后再试", "code"
        )
    table = schema.enrolment_code
    mine = (table.c.merchant_id == merchant_id) & (table.c.code_hash == code_hash)
    code = connection.execute(select(table).where(mine)).one_or_none()
    if code is None or code.expires_at_us < context.now_us() or code.used_by not in (None, request.device):
        batches.add_up(connection, schema.enrolment_try, ["tries"], [(merchant_id, minute, 1)])
        return None
    before = _row(connection, merchant_id, request.device)
    if before is not None and (before.revoked or before.public_key != request.public_key):
        raise EnrolmentError("this device cannot be enrolled again", "该设备无法再次登记", "device")
    certificate = Certificate(
        merchant_id=merchant_id,
        store_id=code.store_id,
        device=request.device,
        public_key=request.public_key,
        till_number=code.till_number,
        till_name=request.till_name or f"{code.till_number}",
        card_block=before.card_block if before is not None else _free_card_block(context, connection, merchant_id),
        revoked=False,
        hlc=max(merchants.hlc(context), before.hlc + 1 if before is not None else 0),
        former_keys=former_keys(context, connection, merchant_id, request.device),
    )
    connection.execute(update(table).where(mine).values(used_by=request.device))
    wire = publish(context, connection, certificate)
    keys = encode(context.keys.merchant(merchant_id))
    return EnrolReply(
        merchant_id=merchant_id,
        merchant_name=merchants.name(connection, merchant_id),
        store_id=code.store_id,
        store_name=merchants.store_name(connection, merchant_id, code.store_id),
        till_number=code.till_number,
        till_name=certificate.till_name,
        card_block=certificate.card_block,
        generation=counter.generation,
        sealed_keys=sealing.seal(request.exchange_key, keys, request.device),
        certificate=wire,
        server_key=context.keys.certificate_key(merchant_id),
    )


def _free_card_block(context: Context, connection: Connection, merchant_id: str) -> int:
    """A block of card numbers that no till of the merchant has; 0 belongs to tills without a server.

    Drawn and not counted: a server that was restored from a backup may have forgotten who has which.
    """
    table = schema.device
    taken = set(connection.scalars(select(table.c.card_block).where(table.c.merchant_id == merchant_id)))
    while (block := 1 + int.from_bytes(context.entropy(8), "big") % MAX_BLOCK) in taken:
        pass
    return block


def revoke(context: Context, merchant_id: str, device: bytes) -> None:
    """Shut a device out, for good.  Its word is published, so that a restored server shuts it out again."""

    def work(connection: Connection) -> None:
        merchants.lock_counter(connection, merchant_id)
        known = certified(context, connection, merchant_id, device)
        shut = msgspec.structs.replace(known, revoked=True, hlc=max(merchants.hlc(context), known.hlc + 1))
        publish(context, connection, shut)

    context.database.write(work)


def challenge(context: Context, merchant_id: str, device: bytes) -> ChallengeReply:
    """Something fresh to sign; nothing is kept of it."""
    content = context.entropy(16) + context.now_us().to_bytes(8, "big")
    return ChallengeReply(content + _tag(context, "challenge", merchant_id.encode() + device + content))


def open_session(context: Context, request: SessionRequest) -> SessionReply:
    """Give a token for a signed challenge, once.

    Raises `SignatureError`, `UnauthenticatedError` or `RevokedError`.
    """
    content, tag = request.challenge[:-_TAG_BYTES], request.challenge[-_TAG_BYTES:]
    expected = _tag(context, "challenge", request.merchant_id.encode() + request.device + content)
    age_us = context.now_us() - int.from_bytes(content[-8:], "big")
    if not hmac.compare_digest(tag, expected) or not 0 <= age_us < CHALLENGE_SECONDS * _SECOND_US:
        raise UnauthenticatedError("the challenge is not good any more", "验证已过期, 请重试", "challenge")
    if request.certificate:
        _learn_again(context, request)
    with context.database.read() as connection:
        row = _row(connection, request.merchant_id, request.device)
    if row is None:
        raise _unknown()
    signing.check(row.public_key, Purpose.SESSION, request.challenge, request.signature, "signature")
    if row.revoked:
        raise _revoked()
    if not context.database.write(lambda connection: _use(context, connection, request.merchant_id, content)):
        raise UnauthenticatedError("the challenge was answered before", "验证已使用过, 请重试", "challenge")
    token = _Token(request.merchant_id, row.store_id, request.device, context.now_us() + TOKEN_SECONDS * _SECOND_US)
    body = encode(token)
    return SessionReply((body + _tag(context, "token", body)).hex(), TOKEN_SECONDS)


def _use(context: Context, connection: Connection, merchant_id: str, challenge: bytes) -> bool:
    """Note that a session is opened with a challenge; False where one was before."""
    now = context.now_us()
    connection.execute(_FORGET_USED, {"merchant": merchant_id, "now": now})
    its = {"merchant": merchant_id, "challenge": challenge, "until": now + CHALLENGE_SECONDS * _SECOND_US}
    return connection.execute(_USE, its).rowcount == 1


def caller_of(context: Context, token: str) -> Caller:
    """Who a token belongs to, without a look-up.  Raises `UnauthenticatedError`."""
    try:
        raw = bytes.fromhex(token)
        body, tag = raw[:-_TAG_BYTES], raw[-_TAG_BYTES:]
        if hmac.compare_digest(tag, _tag(context, "token", body)):
            found = msgspec.msgpack.decode(body, type=_Token)
            if found.expires_at_us > context.now_us():
                return Caller(found.merchant_id, found.store_id, found.device)
    except (ValueError, msgspec.MsgspecError):
        pass
    raise UnauthenticatedError("the token is not good (any more)", "登录凭证无效或已过期")


def check_not_revoked(connection: Connection, caller: Caller) -> None:
    """See that a caller's device still may speak.  Raises `RevokedError` or `UnauthenticatedError`."""
    row = _row(connection, caller.merchant_id, caller.device)
    if row is None:
        raise _unknown()
    if row.revoked:
        raise _revoked()


def certified(context: Context, connection: Connection, merchant_id: str, device: bytes) -> Certificate:
    """What the server's last word about a device says.  Raises `NotFoundError`."""
    row = _row(connection, merchant_id, device)
    if row is None:
        raise NotFoundError("the device is not known here", "该设备未在服务器登记", "device")
    return Certificate(
        merchant_id=merchant_id,
        store_id=row.store_id,
        device=device,
        public_key=row.public_key,
        till_number=row.till_number,
        till_name=row.till_name,
        card_block=row.card_block,
        revoked=bool(row.revoked),
        hlc=row.hlc,
        former_keys=former_keys(context, connection, merchant_id, device),
    )


def former_keys(context: Context, connection: Connection, merchant_id: str, device: bytes) -> list[bytes]:
    """The keys that a device signed with before, from the server's own word about it."""
    table = schema.document
    wire = connection.scalar(
        select(table.c.body).where(
            table.c.merchant_id == merchant_id,
            table.c.collection == certificates.COLLECTION,
            table.c.key == device.hex(),
        )
    )
    if wire is None:
        return []
    try:
        return certificates.read(wire, context.keys.certificate_key(merchant_id)).former_keys
    except ProtocolError:
        return []


def check_known(caller: Caller, known: Collection[bytes]) -> None:
    """See that a caller's device is among those that are known here.  Raises `UnauthenticatedError`.

    Its token outlives a server that is put back to before it joined: asked to sign in again, it shows its certificate,
    and is known again at once.
    """
    if caller.device not in known:
        raise _unknown()


def public_keys(connection: Connection, merchant_id: str, wanted: set[bytes]) -> dict[bytes, bytes]:
    """The keys of devices, those that were shut out too: what they signed before stays true."""
    rows = connection.execute(_KEYS, {"merchant": merchant_id, "wanted": sorted(wanted)})
    return {device: key for device, key in rows}  # noqa: C416 - a row is no pair to mypy


def learn(connection: Connection, found: Iterable[Certificate]) -> None:
    """Take devices from checked certificates, where they are newer than what is known."""
    rows = []
    for each in found:
        before = _row(connection, each.merchant_id, each.device)
        if before is None or before.hlc < each.hlc:
            origin = (each.store_id, each.till_number, each.till_name, each.card_block)
            rows.append((each.merchant_id, each.device, *origin, each.public_key, int(each.revoked), each.hlc))
    batches.put(connection, schema.device, rows)


def _learn_again(context: Context, request: SessionRequest) -> None:
    key = context.keys.certificate_key(request.merchant_id)
    one = certificates.read(request.certificate, key)
    if (one.merchant_id, one.device) != (request.merchant_id, request.device):
        raise UnauthenticatedError("the certificate is another's", "设备证书不符", "certificate")
    with context.database.read() as connection:
        row = _row(connection, one.merchant_id, one.device)
    if row is None or row.hlc < one.hlc:
        context.database.write(lambda connection: learn(connection, [one]))


def publish(context: Context, connection: Connection, certificate: Certificate) -> bytes:
    """Know a device by its certificate, and let every till carry it.  The caller holds the merchant's counter."""
    learn(connection, [certificate])
    wire = certificates.issue(context.keys.certificate_signer(certificate.merchant_id), certificate)
    row = DocumentRow(certificates.COLLECTION, certificate.device.hex(), certificate.hlc, b"", wire)
    merchants.publish(connection, certificate.merchant_id, [row])
    return wire


class _DeviceRow(NamedTuple):
    """A row of the table `device`, typed."""

    merchant_id: str
    device: bytes
    store_id: str
    till_number: int
    till_name: str
    card_block: int
    public_key: bytes
    revoked: int
    hlc: int


def _row(connection: Connection, merchant_id: str, device: bytes) -> _DeviceRow | None:
    found = connection.execute(_DEVICE, {"merchant": merchant_id, "its_device": device}).one_or_none()
    return None if found is None else _DeviceRow(*found)


def _wrong_codes(connection: Connection, merchant_id: str, minute: int) -> int:
    """How many codes of a minute were wrong; the caller holds the merchant's counter, so that none is counted late."""
    table = schema.enrolment_try
    mine = (table.c.merchant_id == merchant_id) & (table.c.minute == minute)
    return connection.scalar(select(table.c.tries).where(mine)) or 0


def _split(code: str) -> tuple[str, str]:
    compact = plain(code)
    merchant_id, secret = compact[:-_CODE_CHARACTERS].lower(), as_meant(compact[-_CODE_CHARACTERS:])
    if not merchant_id or not merchants.is_merchant_id(merchant_id) or set(secret) - set(ALPHABET):
        raise _bad_code()
    return merchant_id, secret


def _hash_of(context: Context, merchant_id: str, secret: str) -> bytes:
    """A code has 40 bits: its hash is keyed, so that who reads the database cannot search for it."""
    key = context.keys.derive("enrolment", merchant_id)
    return hmac.digest(key, hashlib.sha256(secret.encode()).digest(), "sha256")


def _tag(context: Context, purpose: str, content: bytes) -> bytes:
    return hmac.digest(context.keys.derive(purpose), content, "sha256")


def _bad_code() -> EnrolmentError:
    return EnrolmentError(
        "the code is wrong, used or too old; ask for a new one with `python -m sync enrolment-code`",
        "登记码错误、已使用或已过期; 请在服务器上重新生成登记码",
        "code",
    )


def _unknown() -> UnauthenticatedError:
    return UnauthenticatedError("this device is not known here", "该设备未在服务器登记", "device")


def _revoked() -> RevokedError:
    return RevokedError(
        "this till was shut out by the merchant; it still sells, and its records stay here until it is let in again",
        "本收银机已被停用同步; 仍可收银, 记录会保留在本机, 恢复后再上传",
    )
