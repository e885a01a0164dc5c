"""What is fuzzed: each target makes an input from a draw, gives it to the product, and knows what may be said of it."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

import msgspec
import zstandard
from sqlalchemy import inspect, select, table, text

from posapp.application import goods, members
from posapp.application.phone_code import shown_now
from posapp.domain.card import StaticCard, card_number, static_code
from posapp.domain.coupon_code import batch_code, read_batch_code
from posapp.domain.errors import DomainError
from posapp.domain.scan_code import CodeKind, ScanCode, classify
from sync.protocol import segment
from sync.protocol.errors import ProtocolError
from sync.protocol.messages import (
    ChallengeReply,
    ChallengeRequest,
    Cursor,
    EnrolRequest,
    PullReply,
    PullRequest,
    PushRequest,
    SessionRequest,
    StreamPosition,
    decode,
    encode,
)
from sync.protocol.signing import Purpose
from sync.server import accept, devices, feeds
from sync.server.context import Caller
from sync.server.effects import effects_of
from sync.server.errors import Refusal
from tests.fuzz.mutation import Mutation, packed
from tests.integration.test_sync_refusals import wires

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from posapp.application.till import Till as ShopTill
    from tests.integration.sync_world import Till, World

SAID: Final = (ProtocolError, Refusal)
"""All that the server may answer to nonsense; anything else is a mistake of the program."""
KIND_OF_ROW: Final = 2


class Target(ABC):
    """One door of the product, and what is thrown at it."""

    def __init__(self) -> None:
        self.refused = 0
        self.taken = 0

    @abstractmethod
    def throw(self, draw: random.Random) -> None:
        """Make an input and give it in.  Raises what must never happen."""

    @abstractmethod
    def contents(self) -> str:
        """A digest of every row of every table that the input might reach."""


class ServerTarget(Target):
    """A door of the server, with a till that sold and has more to push."""

    def __init__(self, place: World, till: Till) -> None:
        super().__init__()
        self.place = place
        self.context = place.context
        self.till = till
        self.caller = Caller(till.enrolment.merchant_id, till.enrolment.store_id, till.enrolment.device)
        self.wires = wires(till)

    def contents(self) -> str:
        return hashlib.sha256(repr(sorted(self.place.contents().items())).encode()).hexdigest()


class ForgedSegments(ServerTarget):
    """Segments that were changed after their device signed them, in whatever place."""

    def throw(self, draw: random.Random) -> None:
        mutation = Mutation(draw)
        whole = draw.choice(self.wires)
        header, signature, body = msgspec.msgpack.decode(whole)
        match draw.randrange(5):
            case 0:
                changed = mutation.octets(whole)
            case 1:
                changed = packed(mutation.tree([header, signature, body]))
            case 2:
                changed = packed([packed(mutation.tree(msgspec.msgpack.decode(header))), signature, body])
            case 3:
                other = msgspec.msgpack.decode(draw.choice(self.wires))
                changed = packed([header, other[1], mutation.octets(body)])
            case _:
                named = list(msgspec.msgpack.decode(header))
                body = mutation.octets(body)
                named[-1] = hashlib.sha256(body).digest()
                changed = packed([packed(named), signature, body])
        if changed in self.wires:
            return
        try:
            accept.push(self.context, self.caller, PushRequest([changed]))
        except SAID:
            self.refused += 1
        else:
            raise AssertionError("a forged segment was taken")


class SignedNonsense(ServerTarget):
    """Segments that their own device signed, with bodies and rows that no till writes.

    A server must take some of them: what cannot be applied is quarantined.  So they go as far as the transaction, and
    not into it.
    """

    def __init__(self, place: World, till: Till) -> None:
        super().__init__(place, till)
        self._parsed = [segment.parse(wire) for wire in self.wires]
        self._raws = [zstandard.decompress(each.body) for each in self._parsed]
        self._rows = [segment.unfold(each).rows for each in self._parsed]

    def throw(self, draw: random.Random) -> None:
        which = draw.randrange(len(self.wires))
        wire = self._changed_rows(draw, which) if draw.randrange(2) else self._changed_body(draw, which)
        try:
            parsed = segment.parse(wire)
            segment.verify(parsed, devices_key(self.till))
            unfolded = segment.unfold(parsed)
        except ProtocolError:
            self.refused += 1
            return
        effects = effects_of(unfolded.rows)
        assert effects.refused.keys() <= set(range(len(unfolded.rows)))
        self.taken += 1

    def _changed_rows(self, draw: random.Random, which: int) -> bytes:
        rows = list(self._rows[which])
        place = draw.randrange(len(rows))
        rows[place] = msgspec.msgpack.decode(packed(Mutation(draw).tree(rows[place])))
        header = self._parsed[which].header
        me = self.till.identity
        try:
            return segment.build(
                me.sign, me.merchant_id, me.store_id, header.stream, header.first_sequence, header.previous_hash, rows
            )
        except ProtocolError:
            return b""

    def _changed_body(self, draw: random.Random, which: int) -> bytes:
        mutation = Mutation(draw)
        raw = self._raws[which]
        changed = mutation.octets(raw) if draw.randrange(2) else packed(mutation.tree(msgspec.msgpack.decode(raw)))
        body = zstandard.compress(changed)
        named = list(msgspec.msgpack.decode(self._parsed[which].header_bytes))
        named[-2:] = [len(changed), hashlib.sha256(body).digest()]
        header = packed(named if draw.randrange(4) else mutation.tree(named))
        return packed([header, self.till.identity.sign(Purpose.SEGMENT, header), body])


def devices_key(till: Till) -> bytes:
    """The public key of a till's device, as its certificate says."""
    signed = msgspec.msgpack.decode(till.enrolment.certificate)
    key: bytes = msgspec.msgpack.decode(signed[0])[3]
    return key


class Cursors(ServerTarget):
    """Pulls with cursors, positions and limits that no till has."""

    def __init__(self, place: World, till: Till) -> None:
        super().__init__(place, till)
        self._good = till.store.progress().cursor
        head = till.store.own_stretches(1)[0].stream
        self._whole = encode(
            PullRequest(self._good, self._good.gseq, False, [StreamPosition(head.device, head.incarnation, 0)], 10, 10)
        )

    def throw(self, draw: random.Random) -> None:
        mutation = Mutation(draw)
        if draw.randrange(2):
            body = mutation.message(self._whole)
        else:
            places = msgspec.structs.astuple(self._good)
            body = packed({"cursor": [mutation.scalar(each) if draw.randrange(2) else each for each in places]})
        try:
            reply = feeds.pull(self.context, self.caller, decode(body, PullRequest))
        except SAID:
            self.refused += 1
            return
        assert isinstance(reply, PullReply)
        known = (self._good, Cursor(), Cursor(0, b"", self._good.generation))
        asked = decode(body, PullRequest).cursor
        assert reply.rehandshake or asked in known or asked.gseq < self._good.gseq, asked
        self.taken += 1


class Doors(ServerTarget):
    """The messages that need no token: enrolments, challenges and sessions."""

    def __init__(self, place: World, till: Till) -> None:
        super().__init__(place, till)
        me = till.identity
        asked: ChallengeReply = devices.challenge(self.context, me.merchant_id, me.device)
        signature = me.sign(Purpose.SESSION, asked.challenge)
        enrolment = EnrolRequest("demo-AAAA-AAAA", me.device, devices_key(till), bytes(32), bytes(64), "x")
        self._whole: list[tuple[type, bytes]] = [
            (EnrolRequest, encode(enrolment)),
            (ChallengeRequest, encode(ChallengeRequest(me.merchant_id, me.device))),
            (
                SessionRequest,
                encode(SessionRequest(me.merchant_id, me.device, asked.challenge, signature, me.certificate)),
            ),
        ]

    def throw(self, draw: random.Random) -> None:
        kind, whole = draw.choice(self._whole)
        body = Mutation(draw).message(whole)
        try:
            message: object = decode(body, kind)
            match message:
                case EnrolRequest():
                    devices.enrol(self.context, message)
                case ChallengeRequest():
                    devices.challenge(self.context, message.merchant_id, message.device)
                case SessionRequest():
                    devices.open_session(self.context, message)
                case _:
                    raise AssertionError(kind)
        except SAID:
            self.refused += 1
        else:
            self.taken += 1


class Scanned(Target):
    """Texts of QR codes and bar codes that are held before a till's scanner."""

    ALPHABET: Final = "0123456789" * 4 + "-+ /:#%?=&ABCxyzéΩ٣①王\x00\n\r\ud800"

    def __init__(self, till: ShopTill) -> None:
        super().__init__()
        self._till = till
        key = till.keys.member_key
        card = card_number(1, 7)
        self._whole = [
            static_code(key, StaticCard(card, 1)), shown_now(till, card), batch_code(key, 3, 12),
            "6901234567892", "2000500012507", "200050012345012345", "134567890123456789", "281234567890123456",
            "13800000007", "https://example.com/?q=13800000007", "明前龙井", "",
        ]  # fmt: skip

    def throw(self, draw: random.Random) -> None:
        code = Mutation(draw).text(draw.choice(self._whole), self.ALPHABET)
        try:
            for tendering in (False, True):
                self._scan(classify(code, tendering=tendering))
        except DomainError:
            self.refused += 1
        else:
            self.taken += 1

    def _scan(self, code: ScanCode) -> None:
        match code.kind:
            case CodeKind.MEMBER_DYNAMIC | CodeKind.MEMBER_STATIC:
                members.identify(self._till, code.text)
            case CodeKind.SCALE_LABEL:
                goods.line_of_label(self._till, code.text, "zh_CN")
            case CodeKind.COUPON:
                read_batch_code(self._till.keys.member_key, code.text)
            case CodeKind.PHONE:
                members.find_members(self._till, code.text)
            case CodeKind.GTIN | CodeKind.UNKNOWN:
                goods.by_barcode(self._till, code.text)
            case CodeKind.WECHAT_PAY | CodeKind.ALIPAY | CodeKind.UNION_PAY:
                # Only shown to a provider, and only with goods in the basket.
                return

    def contents(self) -> str:
        return hashlib.sha256("\n".join(self._rows()).encode()).hexdigest()

    def _rows(self) -> Iterator[str]:
        with self._till.database.read() as connection:
            # A phone's code that came through whole is used up, which is what it is for.
            for name in sorted({*inspect(connection).get_table_names()} - {"card_step"}):
                yield name
                yield from sorted(map(repr, connection.execute(select(text("*")).select_from(table(name)))))
