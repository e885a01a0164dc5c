"""The whole screen from the session: one pure function, so that what is shown can be tested without a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from posapp.application.till import TillIdentity
from posapp.domain.campaign import Campaign
from posapp.domain.programme import Programme
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.device_modes import DevicesMode, PeopleMode
from posapp.ui.checkout.devices.screen import lost_device
from posapp.ui.checkout.file_modes import FileMode
from posapp.ui.checkout.printer_words import printer_state
from posapp.ui.checkout.report_modes import ReportMode
from posapp.ui.checkout.screen_banner import banner_of
from posapp.ui.checkout.screen_cart import cart_of, money_of
from posapp.ui.checkout.screen_member import join_offer, member_panel
from posapp.ui.checkout.screen_sheets import sheet_of
from posapp.ui.checkout.screen_tender import tender_of
from posapp.ui.checkout.session import (
    CompleteMode,
    KeymapMode,
    OtherMemberMode,
    ReturnedMode,
    ReturnFindMode,
    ReturnMode,
    Session,
    TenderMode,
)
from posapp.ui.keymap import COMMANDS, Keymap
from posapp.ui.messages import Message, msg

_KEYS = (
    (1, "fkey.help"), (2, "fkey.member"), (3, "fkey.new_card"), (4, "fkey.coupons"), (5, "fkey.points"),
    (6, "fkey.park"), (7, "fkey.price"), (8, "fkey.count_card"), (9, "fkey.pay"), (10, "fkey.cash"),
    (11, "fkey.stored_value"), (12, "fkey.scan"),
)  # fmt: skip
_SAYS_IT_ITSELF = (
    CompleteMode,
    DevicesMode,
    PeopleMode,
    FileMode,
    OtherMemberMode,
    ReportMode,
    ReturnFindMode,
    ReturnMode,
    ReturnedMode,
)
"""These sheets show the session's toast, which so does not stand under the input too."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the sale: the shop, its rules, who stands there, the time and the language.

    `sees_exceptions` says that whoever stands there is told of them.
    """

    identity: TillIdentity
    programme: Programme
    cashier: str
    now: datetime
    language: str
    sees_exceptions: bool = False


def screen_of(session: Session, around: Surroundings) -> ui.CheckoutState:
    """Everything a cashier sees."""
    language, programme = around.language, around.programme
    return ui.CheckoutState(
        top=_top(session, around),
        omnibox=ui.OmniboxState(
            revision=session.omnibox_revision,
            toast=None if isinstance(session.mode, _SAYS_IT_ITSELF) else session.toast,
        ),
        cart=cart_of(session, language),
        money=money_of(session, language),
        tender=tender_of(session),
        member=member_panel(session, programme, around.now, language),
        join=join_offer(session, programme, language),
        sheet=sheet_of(session, programme, around.identity.shop_name, around.now, language),
        banner=banner_of(session.sync, programme, around.now),
        function_keys=_function_keys(session),
    )


def _top(session: Session, around: Surroundings) -> ui.TopBar:
    identity, sync = around.identity, session.sync
    fault, lost = printer_state(session.printer), lost_device(session.heard)
    return ui.TopBar(
        shop=identity.shop_name,
        store=_place(identity),
        sync=ui.SyncPill(sync.kind, sync.pending, sync.done, sync.conflicts),
        cashier=around.cashier,
        clock=f"{around.now.astimezone(around.programme.zone):%H:%M}",
        parked=session.parked,
        occasion=_occasion(around),
        device_fault=fault if fault is not None else lost,
        device_icon="printer-off" if fault is not None else "alert-triangle",
        exceptions=sync.exceptions if around.sees_exceptions else 0,
    )


def _place(identity: TillIdentity) -> Message:
    """Which till this is; a shop of one store has no name for the store."""
    if not identity.store_name:
        return msg("top.till_only", till=identity.number)
    return msg("top.till", store=identity.store_name, till=identity.number)


def _occasion(around: Surroundings) -> Message | None:
    """A campaign that changes prices or points today, such as the member day."""
    today = around.programme.business_day(around.now)
    local = around.now.astimezone(around.programme.zone)
    for campaign in around.programme.campaigns:
        if _is_occasion(campaign) and campaign.during.is_open(today, local.hour * 60 + local.minute):
            return msg("data.text", text=campaign.name.in_language(around.language))
    return None


def _is_occasion(campaign: Campaign) -> bool:
    """Days that come round; a birthday is nobody else's occasion, and what always runs is no occasion."""
    return bool(campaign.during.month_days or campaign.during.weekdays) and not campaign.audience.birthday


def _function_keys(session: Session) -> tuple[ui.FunctionKeyState, ...]:
    goods = bool(session.quote.lines)
    member = session.basket.member is not None
    idle = session.mode is None or isinstance(session.mode, KeymapMode)
    available = {
        1: True,
        2: True,
        3: True,
        4: idle and member and goods,
        5: idle and member and goods,
        6: idle and (goods or session.parked > 0),
        7: idle and goods,
        8: member and (idle or isinstance(session.mode, CompleteMode)),
        9: idle or isinstance(session.mode, CompleteMode | ReturnedMode),
        10: goods and not isinstance(session.mode, CompleteMode | ReturnFindMode | ReturnMode),
        12: goods and session.scan_pay and not isinstance(session.mode, CompleteMode | ReturnFindMode | ReturnMode),
        11: goods and session.has_balance and not isinstance(session.mode, CompleteMode | ReturnFindMode | ReturnMode),
    }
    hot = 9
    if isinstance(session.mode, TenderMode):
        hot = 12 if session.mode.by_code else 10
        if session.mode.charging is not None:
            # While a payment is open nothing is changed and nothing else is taken; the sale can be parked.
            available = {6: True}
    # With nothing on the counter there is nothing to park or to pay: the keys' second meanings show.
    second = {}
    if not goods:
        if session.parked:
            second[6] = "fkey.recall"
        if idle:
            second[9] = "fkey.returns"
        elif isinstance(session.mode, CompleteMode | ReturnedMode):
            second[9] = "fkey.next_sale"
    standard = {
        f"F{number}": ui.FunctionKeyState(
            number,
            msg(second.get(number, label)),
            enabled=available.get(number, False),
            hot=number == hot and goods,
        )
        for number, label in _KEYS
    }
    return tuple(_as_mapped(number, standard, session.keymap) for number, _label in _KEYS)


def _as_mapped(number: int, standard: Mapping[str, ui.FunctionKeyState], keymap: Keymap) -> ui.FunctionKeyState:
    """What stands at a key of the bar on this till; a key that was given to nothing is empty."""
    key = f"F{number}"
    meant = keymap.means(key)
    if meant == key:
        return standard[key]
    if meant is None:
        return ui.FunctionKeyState(number, msg("fkey.none"), enabled=False)
    found = standard.get(meant)
    if found is None:
        return ui.FunctionKeyState(number, msg(COMMANDS[meant]), acts_as=meant)
    return replace(found, number=number, acts_as=meant)
