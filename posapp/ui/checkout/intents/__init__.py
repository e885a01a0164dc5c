"""What a cashier wants, as small frozen values that the view emits and the presenter takes.

`typed` is the text that stood in the input before the key: number first, then key (ux.md §1.3). The view clears the
input when it hands that text over.
"""

from __future__ import annotations

from typing import TypeAlias

from posapp.ui.checkout.device_intents import DeviceIntent
from posapp.ui.checkout.file_intents import FileIntent
from posapp.ui.checkout.intents.goods import (
    BuyPass,
    GoodsIntent,
    LineMoved,
    LineSelected,
    LineStep,
    NewItem,
    QuantityKey,
    QuickItemChosen,
    RemoveLine,
    ScanReceived,
    TextEntered,
    ToggleBenefit,
)
from posapp.ui.checkout.intents.money import (
    CashKey,
    MoneyIntent,
    NextSale,
    OpenDrawer,
    OpenShift,
    PayKey,
    PrintCard,
    PrintGiftReceipt,
    PrintLeft,
    QuickCashChosen,
    ReprintReceipt,
    TenderEdited,
    TenderFinished,
    TenderMethodChosen,
    TenderRemoved,
    TopUp,
)
from posapp.ui.checkout.intents.people import (
    DetachMember,
    LookupEdited,
    MemberKey,
    NewCardEdited,
    NewCardSubmitted,
    OpenGifts,
    OpenMemberFile,
    PeopleIntent,
)
from posapp.ui.checkout.intents.returns import (
    ReturnAll,
    ReturnDayMoved,
    ReturnEdited,
    ReturnReasonTurned,
    ReturnsIntent,
)
from posapp.ui.checkout.intents.sheets import (
    EnterPressed,
    EscPressed,
    FormEdited,
    FormPicked,
    FormSubmitted,
    FunctionKey,
    PickRow,
    RowMoved,
    SheetsIntent,
    Undo,
)
from posapp.ui.checkout.intents.till import (
    JoinServer,
    KeyGiven,
    KeyRowChosen,
    KeysFor,
    KeyTapped,
    LockSession,
    OpenInbox,
    PresetChosen,
    ServerTyped,
    SetLanguage,
    SetScale,
    SetTheme,
    ShowUnsynced,
    StartDemoShop,
    StartEmptyShop,
    TillIntent,
)
from posapp.ui.checkout.report_intents import ReportIntent

__all__ = [
    "BuyPass",
    "CashKey",
    "DetachMember",
    "EnterPressed",
    "EscPressed",
    "FormEdited",
    "FormPicked",
    "FormSubmitted",
    "FunctionKey",
    "Intent",
    "JoinServer",
    "KeyGiven",
    "KeyRowChosen",
    "KeyTapped",
    "KeysFor",
    "LineMoved",
    "LineSelected",
    "LineStep",
    "LockSession",
    "LookupEdited",
    "MemberKey",
    "NewCardEdited",
    "NewCardSubmitted",
    "NewItem",
    "NextSale",
    "OpenDrawer",
    "OpenGifts",
    "OpenInbox",
    "OpenMemberFile",
    "OpenShift",
    "PayKey",
    "PickRow",
    "PresetChosen",
    "PrintCard",
    "PrintGiftReceipt",
    "PrintLeft",
    "QuantityKey",
    "QuickCashChosen",
    "QuickItemChosen",
    "RemoveLine",
    "ReprintReceipt",
    "ReturnAll",
    "ReturnDayMoved",
    "ReturnEdited",
    "ReturnReasonTurned",
    "RowMoved",
    "ScanReceived",
    "ServerTyped",
    "SetLanguage",
    "SetScale",
    "SetTheme",
    "ShowUnsynced",
    "StartDemoShop",
    "StartEmptyShop",
    "TenderEdited",
    "TenderFinished",
    "TenderMethodChosen",
    "TenderRemoved",
    "TextEntered",
    "ToggleBenefit",
    "TopUp",
    "Undo",
]

Intent: TypeAlias = (
    GoodsIntent
    | MoneyIntent
    | PeopleIntent
    | SheetsIntent
    | ReturnsIntent
    | TillIntent
    | FileIntent
    | ReportIntent
    | DeviceIntent
)
