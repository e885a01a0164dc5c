"""Events as plain values, and the hash chain over them.

A recorded event is a list ``[kind, version, at, body, holders, postings]`` of integers, texts, byte strings and
lists.  `body` holds the event's fields by position.  `postings` is a flat list of (account, holder index + 1 or 0,
amount).  Whoever stores or sends an event writes this list as MessagePack in shortest form, which makes the bytes
canonical: decoding and encoding again gives the same bytes, so hashes are recomputed and never sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import IntEnum
from operator import attrgetter
from types import UnionType
from typing import Any, Final, NewType, TypeVar, get_args, get_origin, get_type_hints

from posapp.domain.accounts import Account
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.errors import UnknownKind
from posapp.domain.events import (
    ApprovalAnswered,
    BalanceOpened,
    BonusGranted,
    BonusLapsed,
    CardReplaced,
    CashMoved,
    CheckInUndone,
    ClaimTransferred,
    ConsentRecorded,
    CouponBatchOpened,
    CouponsIssued,
    CouponsVoided,
    CouponTransferred,
    DrawAnnounced,
    DrawerOpened,
    DrawMade,
    Event,
    ExceptionClosed,
    GiftRedeemed,
    GiftsTakenBack,
    MemberEnrolled,
    MemberForgotten,
    MembersMerged,
    MergeUndone,
    NumberClaimed,
    NumberRevealed,
    NumbersListed,
    PassElapsed,
    PassRefunded,
    PassSold,
    PassUsed,
    PassUseReversed,
    PointsChanged,
    Recorded,
    RuleUsesCounted,
    SaleClaimed,
    SaleCompleted,
    SaleRefunded,
    ShiftClosed,
    ShiftCounted,
    ShiftOpened,
    SignInAnswered,
    StaffChanged,
    StockSupplied,
    StoredValueClosed,
    StoredValueOpened,
    StoredValueToppedUp,
    TierSet,
    WorkshopAttended,
    WorkshopJoined,
    WorkshopLeft,
)
from posapp.domain.ids import StreamId
from posapp.domain.ledger import NO_HOLDER, Posting, Transaction
from posapp.domain.time import BusinessDay, from_micros, to_micros

Value = Any
"""An integer, text, byte string, None, or a list of those."""

KINDS: Final[dict[int, tuple[int, type[Event]]]] = {
    1: (1, MemberEnrolled),
    2: (1, BalanceOpened),
    3: (4, SaleCompleted),
    4: (4, SaleRefunded),
    5: (1, StoredValueToppedUp),
    6: (1, BonusGranted),
    7: (1, StoredValueClosed),
    8: (1, StoredValueOpened),
    9: (2, BonusLapsed),
    10: (1, PassSold),
    11: (1, PassUsed),
    12: (1, PassUseReversed),
    13: (1, PassRefunded),
    14: (1, PassElapsed),
    15: (1, CouponsIssued),
    16: (1, CouponsVoided),
    17: (1, CouponTransferred),
    18: (1, CouponBatchOpened),
    19: (1, RuleUsesCounted),
    20: (1, PointsChanged),
    21: (1, GiftRedeemed),
    22: (1, DrawMade),
    23: (1, DrawAnnounced),
    24: (1, StockSupplied),
    25: (1, TierSet),
    26: (1, WorkshopJoined),
    27: (1, WorkshopLeft),
    28: (1, WorkshopAttended),
    30: (1, ConsentRecorded),
    31: (1, CardReplaced),
    32: (1, NumberClaimed),
    33: (2, MembersMerged),
    34: (2, MergeUndone),
    35: (1, MemberForgotten),
    36: (1, NumberRevealed),
    40: (1, ApprovalAnswered),
    41: (1, SignInAnswered),
    42: (1, ShiftOpened),
    43: (1, CashMoved),
    44: (1, DrawerOpened),
    45: (1, ShiftCounted),
    46: (2, ShiftClosed),
    50: (1, GiftsTakenBack),
    51: (2, ClaimTransferred),
    52: (1, ExceptionClosed),
    53: (1, CheckInUndone),
    55: (1, SaleClaimed),
    56: (1, NumbersListed),
    59: (1, StaffChanged),
}
"""Kind number → (current version, class).  Numbers are never reused."""

_NUMBER_OF: Final = {cls: number for number, (_version, cls) in KINDS.items()}


def number_of(kind: type) -> int:
    """The number under which a kind of event is kept."""
    return _NUMBER_OF[kind]


_WRAPPERS: Final = {Money: "fen", Points: "count", Growth: "count", Quantity: "milli", BusinessDay: "ordinal"}


def to_values(recorded: Recorded) -> list[Value]:
    """A recorded event as plain values; its stream and sequence are known from its place."""
    number = _NUMBER_OF[type(recorded.event)]
    version, cls = KINDS[number]
    holders: list[bytes] = []
    postings: list[int] = []
    for posting in recorded.transaction.postings:
        place = 0
        if posting.holder:
            if posting.holder not in holders:
                holders.append(posting.holder)
            place = holders.index(posting.holder) + 1
        postings += (int(posting.account), place, posting.amount)
    return [number, version, to_micros(recorded.at), _CODECS[cls][0](recorded.event), holders, postings]


def from_values(stream: StreamId, sequence: int, values: list[Value]) -> Recorded:
    """Read `to_values` back.  Raises `UnknownKind` for what this program does not know."""
    number, version, at, body, holders, flat = values
    known = KINDS.get(number)
    if known is None or version > known[0]:
        raise UnknownKind(f"kind {number} version {version}")
    event = _CODECS[known[1]][1](body)
    postings = tuple(
        Posting(_account(flat[i]), flat[i + 2], holders[flat[i + 1] - 1] if flat[i + 1] else NO_HOLDER)
        for i in range(0, len(flat), 3)
    )
    return Recorded(stream, sequence, from_micros(at), event, Transaction(postings))


def says_the_same(recorded: Recorded, values: list[Value]) -> bool:
    """Whether values are those of what was read from them, written by this version of its kind or an earlier one.

    What an earlier one wrote lacks fields at the end of its records; reading gave those their defaults.
    """
    now = to_values(recorded)
    if values[1] == now[1]:
        return bool(now == values)
    return [now[0], now[2], *now[4:]] == [values[0], values[2], *values[4:]] and _is_within(values[3], now[3])


def _is_within(old: Value, new: Value) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) <= len(new) and all(_is_within(a, b) for a, b in zip(old, new, strict=False))
    return bool(old == new)


def genesis(stream: StreamId) -> bytes:
    """The hash before a stream's first event."""
    return hashlib.sha256(b"stream" + stream.device + stream.incarnation).digest()


def chain(previous: bytes, canonical: bytes) -> bytes:
    """h(n) = SHA-256(h(n−1) ‖ canonical event) (domain.md §5.3)."""
    return hashlib.sha256(previous + canonical).digest()


Encode = Callable[[Any], Value]
Decode = Callable[[Value], Any]
_E = TypeVar("_E", bound=IntEnum)


def _codec(hint: Any) -> tuple[Encode, Decode]:
    """Build the pair of functions that turns a field of this type into plain values and back."""
    if isinstance(hint, NewType):
        return _codec(hint.__supertype__)
    if get_origin(hint) is UnionType or type(None) in get_args(hint):
        return _optional(hint)
    if get_origin(hint) is tuple:
        encode, decode = _codec(get_args(hint)[0])
        return (lambda items: [encode(item) for item in items]), (lambda items: tuple(map(decode, items)))
    if hint in _WRAPPERS:
        name = _WRAPPERS[hint]
        return (lambda value: getattr(value, name)), hint
    if hint is datetime:
        return to_micros, from_micros
    if is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return int, _members_of(hint)
    if hint in (int, str, bytes, bool):
        return _same, _same
    raise TypeError(f"an event field cannot be a {hint!r}")


def _members_of(cls: type[_E]) -> Callable[[Any], _E]:
    """Read a number as a member of `cls`, as `cls` itself does, at a third of what that takes."""
    find = {int(member): member for member in cls}.get

    def member_of(value: Any) -> _E:
        return find(value) or cls(value)

    return member_of


_account: Final = _members_of(Account)


def _same(value: Value) -> Value:
    return value


def _optional(hint: Any) -> tuple[Encode, Decode]:
    (inner,) = [arg for arg in get_args(hint) if arg is not type(None)]
    encode, decode = _codec(inner)
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


def _record(cls: Any) -> tuple[Encode, Decode]:
    """A record is the list of its fields.  Plain fields are fetched together, in C; the rest is encoded in place."""
    hints = get_type_hints(cls)
    paths: list[str] = []
    nested: list[tuple[int, Encode]] = []
    nested_back: list[tuple[int, Decode]] = []
    for place, field in enumerate(fields(cls)):
        path, encode, decode = _field(field.name, hints[field.name])
        paths.append(path)
        if decode is not _same:
            nested_back.append((place, decode))
        if encode is not None:
            nested.append((place, encode))
    fetch = attrgetter(*paths)
    width = len(paths)

    def encode_record(value: Any) -> Value:
        row = list(fetch(value)) if len(paths) > 1 else [fetch(value)]
        for place, encode in nested:
            row[place] = encode(row[place])
        return row

    def decode_record(values: Value) -> Any:
        row = list(values)
        del row[width:]
        # A body of an earlier version is shorter, and its missing fields take their defaults.
        for place, decode in nested_back if len(row) == width else _within(nested_back, len(row)):
            row[place] = decode(row[place])
        return cls(*row)

    return encode_record, decode_record


def _within(nested: list[tuple[int, Decode]], count: int) -> list[tuple[int, Decode]]:
    return [(place, decode) for place, decode in nested if place < count]


def _field(name: str, hint: Any) -> tuple[str, Encode | None, Decode]:
    """Where a field's value is fetched from, what else must be done to it, and how it is read back."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    if hint in _WRAPPERS:
        return f"{name}.{_WRAPPERS[hint]}", None, hint
    encode, decode = _codec(hint)
    plain = encode is _same or (isinstance(hint, type) and issubclass(hint, IntEnum))
    return name, None if plain else encode, decode


_CODECS: Final[dict[type, tuple[Encode, Decode]]] = {cls: _record(cls) for _version, cls in KINDS.values()}
