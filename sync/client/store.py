"""What push and pull need of a till's database, in their own words; `till_store` says them to `posapp.storage`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from posapp.domain.ids import StreamId
    from sync.protocol.columnar.nodes import Value
    from sync.protocol.digest import Balance
    from sync.protocol.messages import Cursor, DocumentRow, MemberRow, StreamHead, StreamPosition


@dataclass(frozen=True, slots=True)
class Pending:
    """What the server does not have yet: own events, dealings with customers among them, and documents."""

    events: int = 0
    dealings: int = 0
    documents: int = 0


NOTHING_PENDING: Final = Pending()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive own events that the server lacks."""

    stream: StreamId
    first_sequence: int
    previous_hash: bytes
    rows: list[Value]


@dataclass(frozen=True, slots=True)
class Kept:
    """A verbatim segment of another till, which the server lacks."""

    stream: StreamId
    wire: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A segment that was pulled, unfolded and proven."""

    stream: StreamId
    store_id: str
    first_sequence: int
    previous_hash: bytes
    rows: list[Value]
    hashes: list[bytes]
    wire: bytes

    @property
    def last_sequence(self) -> int:
        """The place of its last event."""
        return self.first_sequence + len(self.rows) - 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far was pulled, where the last pull was finished, and the streams that the server has more of than we do."""

    cursor: Cursor
    heads_after: int
    wanted: list[StreamPosition]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to a pull, decoded.  `complete` says that nothing more was waiting.

    Without `whole_log`, the server no longer tells the store's log from its beginning: segments may lie behind a gap.
    """

    cursor: Cursor
    heads_after: int
    segments: Sequence[Arrived]
    members: Sequence[MemberRow]
    documents: Sequence[DocumentRow]
    own_heads: Sequence[StreamHead]
    complete: bool
    whole_log: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What a pull changed here, so that the screens concerned refresh."""

    members: frozenset[bytes] = frozenset()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: int = 0

    def __bool__(self) -> bool:
        return bool(self.members or self.documents or self.events)


class TillStore(Protocol):
    """The till's database.  Every method is one transaction, or several of which each leaves it right."""

    def pending(self) -> Pending:
        """What is waiting to be pushed."""
        ...

    def own_stretches(self, most_events: int) -> list[Stretch]:
        """Own events that are not acknowledged, oldest stream first."""
        ...

    def kept_segments(self, most: int, *, apart_from: Collection[StreamId] = ()) -> list[Kept]:
        """Segments of other tills that the server lost; none of the streams `apart_from`."""
        ...

    def documents(self, most: int) -> list[DocumentRow]:
        """Documents that are not acknowledged."""
        ...

    def acknowledge(self, heads: Sequence[StreamHead], documents: Sequence[DocumentRow]) -> list[StreamId]:
        """Note what is durable at the server; return streams whose head there is no place of ours: forks."""
        ...

    def note_forks(self, told: Mapping[StreamId, int]) -> None:
        """Remember streams that have two histories, and how far the server was told ours; it keeps that apart.

        Those of other tills are not pushed any more.
        """
        ...

    def note_refused(self, stream: StreamId) -> None:
        """Remember a stream of another till of which the server took no segment; it is not pushed any more."""
        ...

    def forks(self) -> int:
        """How many streams have two histories, or are damaged, and a person must still look at."""
        ...

    def balances(self) -> list[Balance]:
        """What every holder has, as (account, holder, amount)."""
        ...

    def progress(self) -> Progress:
        """Where to pull on from."""
        ...

    def acknowledged_events(self) -> int:
        """How many own events the server has in its log, as far as it said so."""
        ...

    def take(self, page: Page) -> Changes:
        """Take a page; the cursor moves in the same transaction as what it stands for."""
        ...

    def heard(self, server_time_us: int) -> None:
        """The server has told everything it has; its clock said this."""
        ...

    def offer_again(self) -> None:
        """The server has nothing new: what it said to have of documents and has not told since, it has lost."""
        ...

    def still_silent(self) -> None:
        """Nobody answers: note how long already."""
        ...

    def start_again(self, store_heads: Sequence[StreamHead]) -> None:
        """The server lost or changed its memory: forget the cursor, and offer whatever `store_heads` lack."""
        ...
