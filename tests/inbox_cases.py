"""Exceptions as a server would tell them, made of real events: for tests of a till without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.encoding import to_values
from posapp.domain.events import Entry, Event, ExceptionClosed, LotPart, Recorded, StoredValueOpened, Tender
from posapp.domain.ids import AssetId, DeviceId, Incarnation, MemberId, StaffId, StreamId
from posapp.domain.inbox.kinds import ExceptionKind
from posapp.domain.posting import post
from posapp.domain.sale import TenderMethod
from posapp.domain.time import BusinessDay, to_micros
from posapp.storage.inbox import KeptCase, KeptLine
from sync.protocol.segment import encode_row
from tests.integration.sync_world import sale

if TYPE_CHECKING:
    from posapp.application.till import Till

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
LOT = AssetId(b"lot of a card 16")
HERE, THERE = (StreamId(DeviceId(name * 16), Incarnation(b"i" * 8)) for name in (b"h", b"t"))


def line(stream: StreamId, sequence: int, event: Event, hours: int = 0) -> KeptLine:
    """An event in its place."""
    recorded = Recorded(stream, sequence, AT + timedelta(hours=hours), event, post(event))
    return KeptLine("S1", stream.device, stream.incarnation, sequence, encode_row(to_values(recorded)))


def paid_by_card(member: MemberId, fen: int) -> Event:
    """A sale that a lot paid."""
    sold = sale(member, fen)
    tender = Tender(TenderMethod.STORED_VALUE, Money(fen), Money(fen))
    return replace(sold, tenders=(tender,), draws=(LotPart(LOT, Money(fen), Money(0)),))


def opened(member: MemberId, fen: int) -> Event:
    """What stood on the card at first."""
    day = BusinessDay.of(AT.date())
    return StoredValueOpened(day, StaffId("u1"), member, LOT, (LotPart(LOT, Money(fen), Money(0)),), "before")


def owing(member: MemberId, fen: int) -> Event:
    """An exception was closed so that the member owes this."""
    entries = (Entry(Account.MEMBER_DEBT, fen, member), Entry(Account.DEBTS_RECORDED, -fen))
    who = (BusinessDay.of(AT.date()), StaffId("u1"), StaffId("9"))
    return ExceptionClosed(*who, AssetId(b"another exception"[:16]), "overdraft", "owed", member, entries, Money(0), "")


def overspend(till: Till, member: MemberId) -> KeptCase:
    """What a server tells when both sales have come to it and to this till."""
    with till.database.write() as connection:
        for event in (opened(member, 80_00), paid_by_card(member, 50_00), paid_by_card(member, 50_00)):
            till.log.append(connection, event, AT)
    return overdraft(member)


def overdraft(member: MemberId, here: StreamId = HERE) -> KeptCase:
    """A card with 80.00 that two tills took 50.00 of, each."""
    lines = (
        line(here, 1, opened(member, 80_00)),
        line(here, 2, paid_by_card(member, 50_00), 2),
        line(THERE, 1, paid_by_card(member, 50_00), 1),
    )
    return case(ExceptionKind.OVERDRAFT, THERE, 1, lines, LOT, Account.STORED_PRINCIPAL, 20_00)


def case(
    kind: ExceptionKind,
    stream: StreamId,
    sequence: int,
    lines: tuple[KeptLine, ...],
    holder: bytes = b"",
    account: Account | None = None,
    amount: int = 0,
    detail: str = "",
) -> KeptCase:
    """An exception about an event of these."""
    item = kind.value.encode().ljust(16, b"_")[:16]
    about = (detail or kind.value, to_micros(AT + timedelta(hours=3)), holder, int(account or 0), amount)
    return KeptCase(item, kind.value, "S1", stream.device, stream.incarnation, sequence, *about, lines, False)
