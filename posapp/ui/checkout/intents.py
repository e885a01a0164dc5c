"""What a cashier wants, as small frozen values that the view emits and the presenter takes.

`typed` is the text that stood in the input before the key: number first, then key (ux.md §1.3). The view clears the
input when it hands that text over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from posapp.ui.checkout.file_intents import FileIntent
from posapp.ui.checkout.report_intents import ReportIntent


@dataclass(frozen=True, slots=True)
class ScanReceived:
    """A scanner delivered a code, wherever the focus was."""

    text: str


@dataclass(frozen=True, slots=True)
class TextEntered:
    """The omnibox now reads so; sent at every edit, for searching while typing."""

    text: str


@dataclass(frozen=True, slots=True)
class EnterPressed:
    """One step on; `typed` is the omnibox text, handed over, or empty."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class EscPressed:
    """One step back; never deletes."""


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """F1-F12 with the number typed before; `shift` for Shift+F6 and Shift+F9."""

    number: int
    typed: str = ""
    shift: bool = False


@dataclass(frozen=True, slots=True)
class QuantityKey:
    """n `*`: the selected line gets this quantity."""

    typed: str


@dataclass(frozen=True, slots=True)
class MemberKey:
    """n `/`: find a member by what was typed."""

    typed: str


@dataclass(frozen=True, slots=True)
class CashKey:
    """n `+` or n F10: take this much cash; an empty text means the exact amount."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class PayKey:
    """A bare `+` or F9, or the big button: go to paying."""


@dataclass(frozen=True, slots=True)
class LineSelected:
    """A line was touched."""

    line_id: str


@dataclass(frozen=True, slots=True)
class LineMoved:
    """Up, down or a page: move the selection by so many lines."""

    by: int


@dataclass(frozen=True, slots=True)
class LineStep:
    """One more or one less of a line; None is the selected line."""

    by: int
    line_id: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take the selected line out; undoable."""


@dataclass(frozen=True, slots=True)
class QuickItemChosen:
    """Quick item 1-10."""

    slot: int


@dataclass(frozen=True, slots=True)
class PickRow:
    """Take the row with this index (from 0) of the open list."""

    index: int


@dataclass(frozen=True, slots=True)
class RowMoved:
    """Move the selection of the open list."""

    by: int


@dataclass(frozen=True, slots=True)
class LookupEdited:
    """The text of the lookup sheet changed."""

    text: str


@dataclass(frozen=True, slots=True)
class NewCardEdited:
    """A field of the new card changed; for checking while typing."""

    phone: str
    name: str = ""
    birthday: str = ""


@dataclass(frozen=True, slots=True)
class NewCardSubmitted:
    """Open the card; empty name and birthday mean not given, `marketing` only if the customer agreed."""

    phone: str
    name: str = ""
    birthday: str = ""
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class TenderMethodChosen:
    """A way to pay was chosen, by the value of `TenderMethod`, with the number typed before."""

    method: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class TenderEdited:
    """The amount field of the tender reads so."""

    text: str


@dataclass(frozen=True, slots=True)
class QuickCashChosen:
    """A note or sum was tapped."""

    fen: int


@dataclass(frozen=True, slots=True)
class TenderRemoved:
    """Take back one tender line."""

    tender_id: str


@dataclass(frozen=True, slots=True)
class TenderFinished:
    """Finish the sale with what stands in the amount field."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class ToggleBenefit:
    """Use or do not use a benefit on this sale."""

    benefit_id: str


@dataclass(frozen=True, slots=True)
class DetachMember:
    """The sale goes on without the member."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The last step, or the last sale within 60 seconds."""


@dataclass(frozen=True, slots=True)
class ReprintReceipt:
    """Print the last receipt again."""


@dataclass(frozen=True, slots=True)
class PrintGiftReceipt:
    """Print the last sale without its prices, for the parcel."""


@dataclass(frozen=True, slots=True)
class PrintLeft:
    """Print what was left unprinted too long ago to come out by itself."""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the cash drawer."""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The drawer's shift: float, cash in and out, the count, the close."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """Charge the stored value card."""


@dataclass(frozen=True, slots=True)
class FormEdited:
    """What stands in the fields of the open dialog, by name, and whether its box is ticked."""

    values: tuple[tuple[str, str], ...]
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class FormPicked:
    """One of the dialog's ways or methods was picked, by its code, or by its place from 0."""

    code: str = ""
    place: int = -1


@dataclass(frozen=True, slots=True)
class FormSubmitted:
    """Do what the dialog says, with what stands in its fields."""

    values: tuple[tuple[str, str], ...]
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class OpenGifts:
    """Exchange points for gifts."""


@dataclass(frozen=True, slots=True)
class OpenMemberFile:
    """Show the member's data."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """Make a product from the unknown code."""


@dataclass(frozen=True, slots=True)
class LockSession:
    """Lock the till; the cart stays."""


@dataclass(frozen=True, slots=True)
class ShowUnsynced:
    """List what waits for the server."""


@dataclass(frozen=True, slots=True)
class NextSale:
    """Leave the finished sale."""


@dataclass(frozen=True, slots=True)
class ReturnEdited:
    """The input of the open return reads so: a receipt number, a quantity, or who agrees."""

    text: str


@dataclass(frozen=True, slots=True)
class ReturnDayMoved:
    """List the sales of so many days later; negative is earlier."""

    by: int


@dataclass(frozen=True, slots=True)
class ReturnAll:
    """Everything that is left of the sale comes back; pressed again nothing does."""


@dataclass(frozen=True, slots=True)
class ReturnReasonTurned:
    """The goods come back for the next reason of the list; after the last comes the first."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Switch to a language tag, or to the other one when empty."""

    tag: str = ""


@dataclass(frozen=True, slots=True)
class SetTheme:
    """Switch to ``light`` or ``dark``, or to the other one when empty."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class StartDemoShop:
    """First start: fill the till with the demo shop."""


@dataclass(frozen=True, slots=True)
class StartEmptyShop:
    """First start: an empty shop under this name."""

    shop: str = ""


@dataclass(frozen=True, slots=True)
class JoinServer:
    """First start: enrol this till at a server with a one-time code."""

    address: str
    code: str


Intent: TypeAlias = (
    ScanReceived
    | TextEntered
    | EnterPressed
    | EscPressed
    | FunctionKey
    | QuantityKey
    | MemberKey
    | CashKey
    | PayKey
    | LineSelected
    | LineMoved
    | LineStep
    | RemoveLine
    | QuickItemChosen
    | PickRow
    | RowMoved
    | LookupEdited
    | NewCardEdited
    | NewCardSubmitted
    | TenderMethodChosen
    | TenderEdited
    | QuickCashChosen
    | TenderRemoved
    | TenderFinished
    | ToggleBenefit
    | DetachMember
    | Undo
    | ReprintReceipt
    | PrintGiftReceipt
    | PrintLeft
    | OpenDrawer
    | OpenShift
    | TopUp
    | FormEdited
    | FormPicked
    | FormSubmitted
    | OpenGifts
    | OpenMemberFile
    | FileIntent
    | ReportIntent
    | NewItem
    | LockSession
    | ShowUnsynced
    | NextSale
    | ReturnEdited
    | ReturnDayMoved
    | ReturnAll
    | ReturnReasonTurned
    | SetLanguage
    | SetTheme
    | StartDemoShop
    | StartEmptyShop
    | JoinServer
)
