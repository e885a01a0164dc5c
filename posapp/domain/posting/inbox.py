"""The postings of an exception that was closed: its entries, and that it was closed."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.domain.events.inbox import ExceptionClosed
from posapp.domain.ids import AssetId, derived_id
from posapp.domain.ledger import Posting
from posapp.domain.posting.points import happened


def closing_of(item: bytes) -> AssetId:
    """Who counts how often an exception was closed: every till and the server see whether it was."""
    return derived_id("exception closed", item)


def inbox_postings(event: ExceptionClosed) -> Iterator[Posting]:
    """The entries as they were decided, and one closing more."""
    for entry in event.entries:
        yield Posting(entry.account, entry.amount, entry.holder)
    yield from happened(closing_of(event.item))
