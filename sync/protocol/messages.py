"""What till and server say to each other: MessagePack over HTTP, one structure for each request and each answer.

Fields are only ever appended, with defaults: each side ignores what it does not know yet.  Byte strings are raw;
instants are microseconds since 1970 UTC by the server's clock; days are proleptic Gregorian ordinals.
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Annotated, Final, TypeVar

import msgspec

from posapp.domain.card_keys import WEEKS_HELD
from sync.protocol.errors import MalformedBodyError
from sync.protocol.limits import DOCUMENT_BYTES, LEASE_WISHES, MAX_HLC, NAME_CHARACTERS, PUSH_DOCUMENTS, PUSH_SEGMENTS

Device = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
IncarnationBytes = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]
Key32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Name = Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS)]
Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Sequence = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class EnrolRequest(msgspec.Struct, frozen=True):
    """Join a merchant's store.  The signature over device ‖ exchange key ‖ code proves that the device has its key."""

    code: Annotated[str, msgspec.Meta(max_length=80)]
    device: Device
    public_key: Key32
    exchange_key: Key32
    signature: Signature
    till_name: Name = ""


class MerchantKeys(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed to a till: the key that members' ids are made with, and the key of their profiles."""

    member_key: Key32
    data_key: Key32


class EnrolReply(msgspec.Struct, frozen=True):
    """Who the till is from now on.  `sealed_keys` holds `MerchantKeys`, sealed to its exchange key."""

    merchant_id: str
    merchant_name: str
    store_id: str
    store_name: str
    till_number: int
    till_name: str
    card_block: int
    generation: bytes
    sealed_keys: bytes
    certificate: bytes
    server_key: bytes


class ChallengeRequest(msgspec.Struct, frozen=True):
    """Ask for something fresh to sign."""

    merchant_id: Identifier
    device: Device


class ChallengeReply(msgspec.Struct, frozen=True):
    """Something fresh to sign; it stays good for a minute of the server's clock."""

    challenge: bytes


class SessionRequest(msgspec.Struct, frozen=True):
    """The signed challenge.  `certificate` lets a server that was restored from an old backup know its tills again."""

    merchant_id: Identifier
    device: Device
    challenge: Annotated[bytes, msgspec.Meta(max_length=128)]
    signature: Signature
    certificate: Annotated[bytes, msgspec.Meta(max_length=2048)] = b""


class SessionReply(msgspec.Struct, frozen=True):
    """A bearer token, and how many seconds it is good for."""

    token: str
    expires_in: int


class RotateRequest(msgspec.Struct, frozen=True):
    """Change the caller's key.  The old key and the new one each sign device ‖ new key ‖ merchant."""

    public_key: Key32
    old_signature: Signature
    new_signature: Signature


class RotateReply(msgspec.Struct, frozen=True):
    """The server's word about the new key."""

    certificate: bytes


class DocumentRow(msgspec.Struct, frozen=True, array_like=True):
    """One version of one document: the greater (hlc, device) wins (core of `sync.md`, Spending offline, last point)."""

    collection: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    hlc: Annotated[int, msgspec.Meta(ge=0, lt=MAX_HLC)]
    device: Annotated[bytes, msgspec.Meta(max_length=16)]
    body: Annotated[bytes, msgspec.Meta(max_length=DOCUMENT_BYTES)]


class StreamHead(msgspec.Struct, frozen=True, array_like=True):
    """How far a stream is known: its last sequence (0 for nothing) and the chain's hash there."""

    device: Device
    incarnation: IncarnationBytes
    sequence: Sequence
    hash: bytes


class StreamPosition(msgspec.Struct, frozen=True, array_like=True):
    """A place in a stream; events after it are wanted."""

    device: Device
    incarnation: IncarnationBytes
    after: Sequence


@unique
class Outcome(IntEnum):
    """What became of a pushed segment."""

    APPLIED = 1
    """At least its last event is new, and all of it is durable now."""
    KNOWN = 2
    """The server had all of it."""
    GAP = 3
    """Earlier events are missing; send from the stream's head on."""
    FORK = 4
    """The stream has another history here; the segment was put in quarantine and a person will look at it."""


class PushRequest(msgspec.Struct, frozen=True):
    """Segments of any streams of the till's store, and documents."""

    segments: Annotated[list[bytes], msgspec.Meta(max_length=PUSH_SEGMENTS)] = []
    documents: Annotated[list[DocumentRow], msgspec.Meta(max_length=PUSH_DOCUMENTS)] = []


class PushReply(msgspec.Struct, frozen=True):
    """What is durable at the server now: the heads of the pushed streams, an outcome a segment, and all documents."""

    generation: bytes
    heads: list[StreamHead]
    outcomes: list[Outcome]
    quarantined: int = 0


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """How far a till has pulled: the place in the server's order, the hash of that order so far, and whose it is.

    A new till starts with the default.  In the middle of a pull, `newest` is where the server stood then: what changed
    last between the cursor and there was left for later pages, so that a server put back to before it has not told it.
    """

    gseq: Sequence = 0
    hash: bytes = b""
    generation: bytes = b""
    newest: Sequence = 0
    newest_hash: bytes = b""


class PullRequest(msgspec.Struct, frozen=True):
    """Ask for what changed after `cursor`, and for the rest of streams that the till itself lost.

    `heads_after` is the place of the last pull that was finished: heads that have not moved since are not named.
    `rehandshake` asks to start anew, because the server turned out to lack what it once acknowledged.
    """

    cursor: Cursor = Cursor()
    heads_after: Sequence = 0
    rehandshake: bool = False
    wanted: Annotated[list[StreamPosition], msgspec.Meta(max_length=64)] = []
    max_bytes: Annotated[int, msgspec.Meta(ge=1)] = 1 << 40
    max_members: Annotated[int, msgspec.Meta(ge=1)] = 1 << 40


class PullReply(msgspec.Struct, frozen=True):
    """One consistent read of the server.

    `segments` are new in the till's store (`recovered` are those that were wanted); `members` are `member_count` rows
    in columns, see `MemberRow`; `own_heads` are the till's streams that moved after `heads_after`, at the same instant,
    and `own_events` counts the events of all of them, so that a till sees when some are gone.  With `rehandshake` the
    cursor means nothing here: only `store_heads`, the heads of every stream of the store, are set; the till starts
    again from nothing and offers what the server lacks.  Segments up to the place `horizon` are not told any more:
    where it is not 0, a stream may go on behind a gap.
    """

    generation: bytes
    rehandshake: bool = False
    cursor: Cursor = Cursor()
    segments: list[bytes] = []
    recovered: list[bytes] = []
    member_count: int = 0
    members: bytes = b""
    documents: list[DocumentRow] = []
    own_heads: list[StreamHead] = []
    own_events: int = 0
    store_heads: list[StreamHead] = []
    more: bool = False
    server_time_us: int = 0
    horizon: Sequence = 0


class MemberRow(msgspec.Struct, frozen=True, array_like=True):
    """How a member stands at the server, all stores together.

    `balances` are (account, amount) of accounts that are held.  `visits` counts business days with at least ¥1 kept,
    without those brought from an earlier system (they stand on an account); `recent` are the latest days with their
    net fen.
    """

    member: Device
    card_number: str | None
    joined: int | None
    balances: tuple[tuple[int, int], ...]
    visits: int
    orders: int
    first_day: int | None
    last_day: int | None
    recent: tuple[tuple[int, int], ...]


class RangeDigest(msgspec.Struct, frozen=True, array_like=True):
    """One range of balances: those on `account` of holders whose ids begin with the four bits `part`."""

    account: int
    part: int
    rows: int
    digest: bytes


class DigestReply(msgspec.Struct, frozen=True):
    """What the server holds at `cursor`: for each unit of the chart of accounts, how many rows and their digest.

    `ranges` say the same of members' balances range by range, so that whoever differs finds out where.
    """

    cursor: Cursor
    members: dict[int, tuple[int, bytes]]
    accounts: dict[int, tuple[int, bytes]]
    ranges: list[RangeDigest] = []


class LeaseWish(msgspec.Struct, frozen=True, array_like=True):
    """So much `more` of what a holder has on an account; nothing for whatever share the server finds right."""

    holder: Device
    account: int
    more: Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)] = 0


class LeaseRequest(msgspec.Struct, frozen=True):
    """Ask for shares of balances.

    With `returned`, the till gives back all that it had: it has stopped spending it, and every event that it ever
    wrote, so many, is at the server.  `turn` counts how often the till has done so.
    """

    wishes: Annotated[list[LeaseWish], msgspec.Meta(max_length=LEASE_WISHES)] = []
    returned: Annotated[int, msgspec.Meta(ge=0)] | None = None
    turn: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)] = 0


class LeaseReply(msgspec.Struct, frozen=True):
    """What was set aside now, besides what the till has; with `settled`, what it had came back first.

    The till spends it until `until_us` by the server's clock; the server takes nothing back by time.  `turn` is the
    last one in which the till gave its shares back: one that is no later came too late, and takes nothing back.
    """

    settled: bool
    until_us: int
    granted: list[LeaseWish]
    turn: int = 0


class ExposureReply(msgspec.Struct, frozen=True):
    """What all tills of the merchant could overspend together if they were out of reach now, at most."""

    tills: int
    stored_value_fen: int
    points: int
    points_fen: int
    pass_uses: int
    coupons: int
    coupons_fen: int
    total_fen: int


class LedgerRow(msgspec.Struct, frozen=True, array_like=True):
    """An event that an exception is about: its store, its place, and itself as it is canonically encoded."""

    store_id: str
    device: Device
    incarnation: IncarnationBytes
    sequence: Sequence
    event: bytes


class ExceptionRow(msgspec.Struct, frozen=True, array_like=True):
    """An open exception (`posapp.domain.inbox.case.Case`); `holder` is empty and `account` 0 where it is no balance.

    `lines` are the latest events that it is about, oldest first; `earlier` says that there were more.
    """

    item: Device
    kind: str
    store_id: str
    device: Device
    incarnation: IncarnationBytes
    sequence: Sequence
    detail: str
    opened_at_us: int
    holder: bytes
    account: int
    amount: int
    lines: list[LedgerRow]
    earlier: bool


class InboxRequest(msgspec.Struct, frozen=True):
    """Ask for the open exceptions of the till's store; `mark` is what the last answer was marked with."""

    mark: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


class InboxReply(msgspec.Struct, frozen=True):
    """The open exceptions, oldest first; None where they are those of the mark.  `left_out` more were too many."""

    mark: bytes
    rows: list[ExceptionRow] | None = None
    left_out: int = 0


class CardKeysRequest(msgspec.Struct, frozen=True):
    """Ask for the keys of phone codes, sealed to a key that is used for this one answer."""

    exchange_key: Key32


class CardKeyRow(msgspec.Struct, frozen=True, array_like=True):
    """The key of one week's phone codes (`posapp.domain.card_keys`)."""

    week: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
    key: Key32


class CardKeyRows(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed to a till: the keys of this week and the next."""

    rows: Annotated[list[CardKeyRow], msgspec.Meta(max_length=WEEKS_HELD)]


class CardKeysReply(msgspec.Struct, frozen=True):
    """`sealed_keys` holds `CardKeyRows`, sealed to the exchange key."""

    sealed_keys: bytes


RECENT_DAYS: Final = 8
"""How many of a member's latest days travel with its row, at most."""

RECENT_SPAN: Final = 31
"""How many days before the last one they reach.  No clock decides it: a wrong one would count a day's visit twice."""

T = TypeVar("T")

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoder raises: text that is no UTF-8 and nesting without end have errors of their own."""

encode: Final = msgspec.msgpack.Encoder().encode


def decode(data: bytes, kind: type[T]) -> T:
    """Read a message.  Raises `MalformedBodyError` that names the field."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$")
        field = path.rstrip("`").lstrip(".") or "body"
        raise MalformedBodyError(field, sentence, "内容不符合要求") from error
    except UNREADABLE as error:
        raise MalformedBodyError("body", f"it is not MessagePack: {error}", "不是有效的 MessagePack 数据") from error
