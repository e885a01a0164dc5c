"""`posapp exceptions`: what is open in this store, and closing it without the window."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.inbox import Inbox, OpenCase, close_exception, read_inbox
from posapp.application.till import Cashier
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.inbox.words import cost_words, option_words, title_of
from posapp.domain.text import Text

_LEAST = 4
"""So many characters of an id name an exception, if no other begins so."""


@dataclass(frozen=True, slots=True)
class InboxOrder:
    """What was asked; `what` is ``show`` or ``close``."""

    what: str
    item: str = ""
    remedy: str = ""
    by: str = ""
    note: str = ""


def keep_inbox(folder: TillFolder, order: InboxOrder) -> int:
    """Show or close.  Raises `InvalidField`."""
    with opened(folder) as till:
        inbox = read_inbox(till)
        if order.what == "show":
            _show(inbox)
            return 0
        if not order.by:
            raise InvalidField("--by", "say who decided it", "请写明处理人")
        found = _find(inbox, order.item)
        options = {option.remedy.value: option for option in found.options}
        option = options.get(order.remedy)
        if option is None:
            known = ", ".join(options)
            raise InvalidField("REMEDY", f"one of {known}", f"可选：{known}")
        # Whoever may open this till's folder may do this, as with `posapp staff`.
        who = StaffId(order.by)
        close_exception(till, found, option, Cashier(who, order.by), who, order.note)
    print(_both(option_words(found.case, option)))
    return 0


def _show(inbox: Inbox) -> None:
    for one in inbox.cases:
        case = one.case
        print(f"{case.item.hex()}  {_both(title_of(case))}  {one.who}".rstrip())
        if not one.is_of_a_balance:
            print(f"  {case.detail}")
        for event in one.events:
            at = f"{event.at:%Y-%m-%d %H:%M}Z" if event.at is not None else "-"
            figures = "" if event.moved is None else f"  {event.moved:+d}"
            figures += "" if event.balance is None else f" → {event.balance}"
            print(f"  {at}  {_both(event.what)} {event.number}{figures}")
        for place, option in enumerate(one.options):
            mark = "*" if place == 0 else " "
            print(f"  {mark} {option.remedy.value}: {_both(option_words(case, option))} · {_both(cost_words(option))}")
    heard = f"{inbox.heard_at:%Y-%m-%d %H:%M}Z" if inbox.heard_at is not None else "never"
    print(f"{len(inbox.cases) + inbox.left_out} open, as of {heard}; * is recommended / 截至 {heard}，* 为建议")


def _find(inbox: Inbox, item: str) -> OpenCase:
    found = [one for one in inbox.cases if one.case.item.hex().startswith(item.lower())]
    if len(item) < _LEAST or len(found) != 1:
        raise InvalidField("ITEM", "the id of one that `posapp exceptions show` lists", "请写 show 列出的编号")
    return found[0]


def _both(words: Text) -> str:
    return f"{words.zh} / {words.en}"
