"""The sheet of an open member's file, from what the till is in the middle of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posapp.ui.checkout.file_modes import FileMode, FilePickMode, Page
from posapp.ui.checkout.file_sheet import FileButton, MemberFileSheet
from posapp.ui.checkout.member_file.lines import Around, lines_of, subject_of
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import OtherMemberMode
from posapp.ui.checkout.sheets import ChoiceSheet
from posapp.ui.checkout.words import named, tier_style
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.ui.checkout.member_file.lines import Subject

ACTIONS: Final[dict[Page, tuple[str, ...]]] = {
    Page.PERSON: ("reveal", "edit", "number", "marketing", "guardian", "export", "leave", "reassign", "face"),
    Page.WALLET: ("give", "void", "hand_on", "card", "merge", "unmerge", "pass_back", "transfer", "bonus"),
    Page.POINTS: ("points", "tier", "share"),
    Page.EVENTS: ("join", "quit", "arrive"),
    Page.HISTORY: ("review", "older", "newer"),
}
"""What may be done on each page, in the order of its digits."""
_SCOPE: Final = Notice(Tone.INFO, "history", msg("file.history_scope"))
"""Whose doings the history tells: a till has the log of its own store alone."""
_ON_A_COUPON: Final = frozenset({"void", "hand_on"})
_ON_AN_EVENT: Final = frozenset({"join", "quit", "arrive"})


def file_sheet(mode: FileMode, around: Around, notice: Notice | None) -> MemberFileSheet:
    """The open page."""
    member = mode.file.member
    tier = around.programme.tier(mode.file.tier.code)
    lines = lines_of(mode, around)
    subject = subject_of(mode, around)
    return MemberFileSheet(
        name=member.profile.name or member.profile.masked_phone,
        phone=mode.revealed or (member.profile.masked_phone if member.profile.name else ""),
        tier_name=named(tier.name, around.language),
        tier_style=tier_style(around.programme, tier),
        pages=tuple(msg(f"file.page_{page.name.lower()}") for page in Page),
        page=mode.page,
        rows=tuple(replace(line.row, picks=line.subject is not None) for line in lines),
        buttons=tuple(_button(mode, code, subject) for code in ACTIONS[mode.page]),
        selected=mode.selected,
        notice=notice or (_SCOPE if mode.page is Page.HISTORY else None),
    )


def _button(mode: FileMode, code: str, subject: Subject | None) -> FileButton:
    label = f"file.do_{code}"
    if code == "marketing" and mode.file.membership.agreed_to("marketing"):
        label = "file.do_marketing_off"
    return FileButton(msg(label), enabled=is_open(mode, code, subject))


def is_open(mode: FileMode, code: str, subject: Subject | None) -> bool:
    """Whether an action has something to act on."""
    if code in _ON_A_COUPON:
        return getattr(subject, "code", "") != ""
    if code in _ON_AN_EVENT:
        return getattr(subject, "workshop", None) is not None
    match code:
        case "reassign":
            return bool(mode.file.member.profile.phone_e164)
        case "review":
            return getattr(subject, "is_sale", False)
        case "older":
            return mode.history is not None and mode.history.more
        case "newer":
            return len(mode.newer) > 1
        case _:
            return True


def pick_sheet(mode: FilePickMode, language: str) -> ChoiceSheet:
    """The list over the file."""
    rows = mode.list.rows(language)
    return ChoiceSheet(
        mode.list.title, mode.list.take, rows, mode.selected, nothing=mode.list.nothing
    )  # fmt: skip


def others_notice(mode: OtherMemberMode, language: str) -> Notice:
    """Why another member is looked for."""
    own = mode.back.file.member.profile
    if mode.transfers:
        return Notice(Tone.INFO, "users", msg("file.find_taker", who=own.name or own.masked_phone))
    if mode.name is not None:
        return Notice(Tone.INFO, "ticket", msg("file.find_receiver", name=named(mode.name, language)))
    return Notice(Tone.INFO, "users", msg("file.find_other", who=own.name or own.masked_phone))
