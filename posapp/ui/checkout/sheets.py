"""The sheets and dialogs that may lie over the checkout, as frozen data; at most one is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from posapp.ui.checkout.device_sheet import DeviceSheet
from posapp.ui.checkout.file_sheet import MemberFileSheet
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.inbox_sheet import CaseSheet
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.report_sheet import ReportSheet
from posapp.ui.faces import Face
from posapp.ui.keymap import STANDARD, Keymap
from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class TenderSheet:
    """The paying step is open; on a wide screen this only moves the focus."""


@dataclass(frozen=True, slots=True)
class LookupRow:
    """A member to pick. `phone_match` is the part of the number that was asked for, painted marked.

    Balances are None where they are hidden until it is known who asks.
    """

    row_id: str
    name: str
    phone_masked: str
    phone_match: str = ""
    tier_name: Words = ""
    tier_style: str = "basic"
    tag: Message | None = None
    visits: Message | None = None
    points: int | None = 0
    stored_value_fen: int | None = 0


@dataclass(frozen=True, slots=True)
class LookupSheet:
    """Members that match what was typed; the first row is preselected, none is taken by itself (ux.md §11).

    `may_open_card`: whoever is not found may open a card.
    """

    query: str
    rows: tuple[LookupRow, ...]
    revision: int = 0
    selected: int = 0
    kind: Message | None = None
    found: Message | None = None
    searched: Message | None = None
    notice: Notice | None = None
    may_open_card: bool = True


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One thing to pick: its name, what else tells it apart, something short beside the amount, the amount.

    `amount_fen` is None where it costs nothing.
    """

    row_id: str
    title: Words
    detail: Words | None
    amount_fen: int | None
    aside: Words = ""


@dataclass(frozen=True, slots=True)
class ChoiceSheet:
    """A list to pick from: parked sales, or goods that match what was typed; none is taken by itself.

    `take` is the word on the button, `found` stands beside the title; `nothing` and its detail show where no row is.
    """

    title: Message
    take: Message
    rows: tuple[ChoiceRow, ...]
    selected: int = 0
    found: Message | None = None
    nothing: Message | None = None
    nothing_detail: Message | None = None


@dataclass(frozen=True, slots=True)
class GainRow:
    """One thing a new card brings on this sale: fen or points."""

    label: Message
    amount: str


@dataclass(frozen=True, slots=True)
class NewCardSheet:
    """Opening a card at the counter; the phone number alone suffices (ux.md §1.5, §11).

    `kind` is told where there are several; `is_plain` while it is the membership alone.
    """

    phone: str = ""
    revision: int = 0
    phone_status: Message | None = None
    phone_tone: Tone = Tone.INFO
    shop: str = ""
    tier_name: Words = ""
    face: Face = field(default=Face("basic"))
    face_name: Message | None = None
    card_number: str = ""
    card_terms: Message | None = None
    saves_fen: int = 0
    gains: tuple[GainRow, ...] = ()
    kind: Message | None = None
    kind_terms: Message | None = None
    is_plain: bool = True
    can_submit: bool = False
    name_error: Message | None = None
    birthday_error: Message | None = None


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A balance before and after the sale, as text with its unit, and the signed difference."""

    icon: str
    label: Message
    before: Words
    after: Words
    change: str
    gained: bool = False


@dataclass(frozen=True, slots=True)
class CompleteSheet:
    """The sale or the return is done; the next scan opens the next sale.

    `title` and `change_label` are those of a sale where they are None.  `can_undo` is None where nothing is undone.
    """

    paid_fen: int
    receipt_number: str
    change_fen: int = 0
    change_detail: Message | None = None
    member_name: str | None = None
    member_note: Message | None = None
    balances: tuple[BalanceChange, ...] = ()
    offer: Notice | None = None
    notice: Notice | None = None
    can_undo: bool | None = True
    title: Message | None = None
    change_label: Message | None = None


@dataclass(frozen=True, slots=True)
class ReturnFindSheet:
    """Sales to return something of; `listed` says whose or which day's they are."""

    rows: tuple[ChoiceRow, ...]
    listed: Message
    selected: int = 0
    revision: int = 0
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class ReturnLineRow:
    """A line of the sale: how much of it comes back, and what that gives back; `open` while something is left of it."""

    row_id: str
    name: str
    detail: Message
    coming: str = ""
    amount_fen: int = 0
    open: bool = True


@dataclass(frozen=True, slots=True)
class ReturnFact:
    """One consequence of a return, as text with its sign, and how it comes about."""

    icon: str
    label: Message
    value: Words
    detail: Message | None = None


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """What comes back of a sale, for which `reason`, and what that does; `fee_fen` was taken off `total_fen`.

    `hint` is what the input takes for the selected line.
    """

    receipt_number: str
    rows: tuple[ReturnLineRow, ...]
    action: Message
    reason: Message
    hint: Message
    selected: int = 0
    revision: int = 0
    member_name: str = ""
    total_fen: int | None = None
    fee_fen: int = 0
    facts: tuple[ReturnFact, ...] = ()
    sentences: tuple[Message, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class KeymapSheet:
    """The overlay of keys (F1).  `chord` of the standard map is chosen, `waiting` for the key that does the same.

    `alone` says that these are the keys of `cashier` and of nobody else at this till.
    """

    keymap: Keymap = STANDARD
    alone: bool = False
    cashier: str = ""
    chord: str = ""
    waiting: bool = False
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class FirstStartSheet:
    """The first start: a demo shop, an empty shop, or joining a server with a one-time code.

    `naming` and `joining` say which form was sent, and `shop`, `address` and `code` what stood in it.
    """

    address: str = ""
    code: str = ""
    joining: bool = False
    shop: str = ""
    naming: bool = False
    busy: bool = False
    error: Notice | None = None


Sheet: TypeAlias = (
    TenderSheet
    | LookupSheet
    | ChoiceSheet
    | NewCardSheet
    | FormSheet
    | MemberFileSheet
    | ReportSheet
    | CaseSheet
    | DeviceSheet
    | CompleteSheet
    | ReturnFindSheet
    | ReturnSheet
    | KeymapSheet
    | FirstStartSheet
)
