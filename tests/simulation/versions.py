"""Two versions of the program at once: the newer one records a kind of event that the older one does not know."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from posapp.domain import encoding
from posapp.domain.accounts import Account
from posapp.domain.ids import MemberId
from posapp.domain.ledger import Transaction, transaction
from posapp.domain.posting.pair import held_pair
from posapp.domain.time import BusinessDay
from posapp.storage import event_log

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND: Final = 120


@dataclass(frozen=True, slots=True)
class PointsPromised:
    """What a later version will record, as far as this simulator goes: points for something yet unheard of."""

    member: MemberId
    business_day: BusinessDay
    points: int


_CODEC: Final = encoding._record(PointsPromised)
_post: Final[Any] = vars(event_log)["post"]


def _newer_post(event: Any) -> Transaction:
    if isinstance(event, PointsPromised):
        return transaction(held_pair(Account.MEMBER_POINTS, Account.POINTS_ADJUSTED, event.member, event.points))
    posted: Transaction = _post(event)
    return posted


@contextmanager
def speaking(*, newer: bool) -> Iterator[None]:
    """Let the code of one version run for as long as this lasts."""
    before = _KIND in encoding.KINDS
    _switch(newer=newer)
    try:
        yield
    finally:
        _switch(newer=before)


def _switch(*, newer: bool) -> None:
    kinds: Any = encoding.KINDS
    numbers: Any = encoding._NUMBER_OF
    codecs: Any = encoding._CODECS
    log: Any = event_log
    if newer:
        kinds[_KIND], numbers[PointsPromised] = (1, PointsPromised), _KIND
        codecs[PointsPromised] = _CODEC
        log.post = _newer_post
    else:
        kinds.pop(_KIND, None)
        numbers.pop(PointsPromised, None)
        codecs.pop(PointsPromised, None)
        log.post = _post
