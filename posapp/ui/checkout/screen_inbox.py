"""The exceptions inbox as a list, and one exception with its events and the ways to close it."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from posapp.domain.accounts import Unit
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.domain.programme import Programme
from posapp.domain.text import capital
from posapp.ui.checkout.inbox_modes import CaseMode, InboxMode, InboxModes
from posapp.ui.checkout.inbox_sheet import CaseLine, CaseOption, CaseSheet
from posapp.ui.checkout.sheets import ChoiceRow, ChoiceSheet
from posapp.ui.checkout.words import named
from posapp.ui.figures import count_text, money_text
from posapp.ui.messages import Message, Words, msg

if TYPE_CHECKING:
    from posapp.application.inbox import CaseEvent, Inbox, OpenCase

_MONEY = frozenset({Unit.FEN, Unit.STORED_FEN, Unit.DEBT_FEN})


def inbox_sheet(mode: InboxModes, programme: Programme, language: str) -> ChoiceSheet | CaseSheet:
    """The inbox, or what is open of it."""
    return _case(mode, programme, language) if isinstance(mode, CaseMode) else _list(mode, programme, language)


def _list(mode: InboxMode, programme: Programme, language: str) -> ChoiceSheet:
    """The open exceptions, as of the server's last word."""
    inbox = mode.inbox
    rows = tuple(
        ChoiceRow(
            row_id=one.case.item.hex(),
            title=named(title_of(one.case), language),
            detail=_recommended(one, language),
            amount_fen=None,
            aside=f"{one.case.opened_at.astimezone(programme.zone):%m-%d %H:%M}",
        )
        for one in inbox.cases
    )
    return ChoiceSheet(
        msg("inbox.title"),
        msg("inbox.look"),
        rows,
        mode.selected,
        _as_of(inbox, programme.zone),
        nothing=msg("inbox.none"),
        nothing_detail=msg("inbox.none_detail" if inbox.heard_at is not None else "inbox.never_heard"),
    )


def _recommended(one: OpenCase, language: str) -> Message:
    option = one.options[0]
    return msg("inbox.recommended", what=named(option_words(one.case, option), language))


def _as_of(inbox: Inbox, zone: tzinfo) -> Message | None:
    if inbox.heard_at is None:
        return None
    time = f"{inbox.heard_at.astimezone(zone):%m-%d %H:%M}"
    return msg("inbox.as_of_more", time=time, more=inbox.left_out) if inbox.left_out else msg("inbox.as_of", time=time)


def _case(mode: CaseMode, programme: Programme, language: str) -> CaseSheet:
    """One exception."""
    opened = mode.opened
    case = opened.case
    who: tuple[Words, ...] = (opened.who,) if opened.who else ()
    return CaseSheet(
        title=named(title_of(case), language),
        detail=(*who, _sentence(case.detail, language)) if not opened.is_of_a_balance else who,
        lines=tuple(_line(opened, each, programme.zone, language) for each in opened.events),
        options=tuple(
            CaseOption(named(option_words(case, each), language), named(cost_words(each), language))
            for each in opened.options
        ),
        line=mode.line,
        earlier=msg("inbox.earlier") if case.earlier else None,
    )


def _sentence(detail: str, language: str) -> str:
    """The server's sentence: English before the last slash, Chinese behind it, or the same for both."""
    english, _slash, chinese = detail.rpartition(" / ")
    return chinese if language.startswith("zh") else capital(english or chinese)


def _line(opened: OpenCase, event: CaseEvent, zone: tzinfo, language: str) -> CaseLine:
    where = msg("inbox.here") if event.is_here else msg("inbox.elsewhere")
    number: tuple[Words, ...] = (event.number,) if event.number else ()
    at: tuple[Words, ...] = (f"{event.at.astimezone(zone):%m-%d %H:%M}",) if event.at is not None else ()
    account = opened.case.account
    text = money_text if account is None or account.unit in _MONEY else count_text
    moved = "" if event.moved is None else f"{'+' if event.moved > 0 else ''}{text(event.moved)}"
    balance = msg("inbox.balance", amount=text(event.balance)) if event.balance is not None else None
    is_short = event.balance is not None and event.balance < 0
    return CaseLine(named(event.what, language), (*at, *number, where), moved, balance, is_short)
