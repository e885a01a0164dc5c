"""Members' standings as they travel: an account is a column, so that the id of a member is said once.

Zeros are not told apart from accounts that are not there.  Orders are told beyond visits, the last day from the first,
and recent days backwards from the last: small numbers, most of them alike.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from operator import sub
from typing import TYPE_CHECKING

import msgspec

from sync.protocol import columnar
from sync.protocol.errors import MalformedBodyError
from sync.protocol.messages import MemberRow, encode
from sync.protocol.messages import decode as read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.protocol.columnar.nodes import Value


class _Page(msgspec.Struct, frozen=True, array_like=True):
    accounts: list[int]
    rows: bytes


def pack(members: Sequence[MemberRow]) -> bytes:
    """Write standings.  How many they are is not part of the result."""
    accounts = sorted({account for member in members for account, _amount in member.balances})
    return encode(_Page(accounts, columnar.encode([_row(member, accounts) for member in members])))


def unpack(data: bytes, count: int) -> list[MemberRow]:
    """Read so many standings.  Raises `MalformedBodyError`."""
    page = read(data, _Page)
    rows = columnar.decode(page.rows, count)
    try:
        return msgspec.convert([_values(row, page.accounts) for row in rows], list[MemberRow])
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise MalformedBodyError("members", f"they are no standings: {error}", "会员数据格式不符") from error


def _row(member: MemberRow, accounts: Sequence[int]) -> Value:
    amounts = dict(member.balances)
    first, last = member.first_day, member.last_day
    days = [day for day, _net in member.recent]
    return (
        member.member,
        member.card_number,
        member.joined,
        member.visits,
        member.orders - member.visits,
        first,
        None if first is None or last is None else last - first,
        [one - other for one, other in pairwise([last or 0, *days])],
        [net for _day, net in member.recent],
        *[amounts.get(account, 0) for account in accounts],
    )


def _values(row: Value, accounts: Sequence[int]) -> Value:
    member, card_number, joined, visits, extra, first, span, gaps, nets, *amounts = row
    last = None if span is None else first + span
    days = list(accumulate(gaps, sub, initial=last or 0))[1:]
    balances = [pair for pair in zip(accounts, amounts, strict=True) if pair[1]]
    recent = list(zip(days, nets, strict=True))
    return member, card_number, joined, balances, visits, visits + extra, first, last, recent
