"""How an exception was closed (docs/adr/0012-exceptions-are-closed-by-entries.md)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.ids import AssetId, MemberId, StaffId
from posapp.domain.time import BusinessDay


@dataclass(frozen=True, slots=True)
class Entry:
    """So much, in the account's unit, on one account; `holder` is empty where nobody holds it."""

    account: Account
    amount: int
    holder: bytes = b""


@dataclass(frozen=True, slots=True)
class ExceptionClosed:
    """Somebody decided who bears an exception; what went before is never changed.

    `item` is the exception's id, `kind` and `remedy` are words of `domain.inbox`.  `entries` balance in every unit and
    put right what was wrong; they may be none.  `member` is whom it concerns, `cost` what the shop bears in money.
    """

    business_day: BusinessDay
    operator: StaffId
    approver: StaffId
    item: AssetId
    kind: str
    remedy: str
    member: MemberId | None
    entries: tuple[Entry, ...]
    cost: Money
    note: str
