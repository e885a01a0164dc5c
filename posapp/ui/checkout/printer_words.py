"""How the printer does, in words: a chip in the top bar, and one sentence when something breaks (ux.md §7)."""

from __future__ import annotations

from posapp.application.ports import PrinterFault
from posapp.application.printing.worker import PrinterNews
from posapp.ui.checkout.intents import PrintLeft
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.words import reason, said
from posapp.ui.messages import Message, msg


def printer_state(news: PrinterNews) -> Message | None:
    """What the top bar says; nothing where all is well."""
    if news.fault is not None:
        return msg(f"top.printer_{news.fault.value}", waiting=news.waiting)
    return msg("top.printer_left", left=news.left) if news.left else None


def printer_notice(news: PrinterNews, language: str) -> Notice | None:
    """What happened, what still works, what to do; a slip that waits prints by itself then, an old one is offered."""
    if news.failure is None:
        return _offer(news.left) if news.left else None
    key = f"toast.printer_{news.failure.fault.value}"
    if news.failure.fault is PrinterFault.REFUSED:
        title = msg(key, reason=said(reason(news.failure, language)))
    else:
        title = msg(key)
    return Notice(Tone.WARN, "printer-off", title, msg(f"{key}_detail"))


def _offer(left: int) -> Notice:
    do = Action(msg("toast.printer_left_do"), "Ctrl Shift R", PrintLeft())
    return Notice(Tone.INFO, "printer", msg("toast.printer_left", left=left), msg("toast.printer_left_detail"), do)


def unprinted(error: BaseException, language: str) -> Notice:
    """A slip could not even be kept for printing, so it will not come by itself."""
    return _because("printer-off", "toast.printer_failed", error, language)


def drawer_stuck(error: BaseException, language: str) -> Notice:
    """The drawer did not open; it has a key."""
    return _because("lock", "toast.drawer_stuck", error, language)


def _because(icon: str, key: str, error: BaseException, language: str) -> Notice:
    why = reason(error, language) if isinstance(error, Exception) else ""
    title = msg(key, reason=said(why or type(error).__name__))
    return Notice(Tone.WARN, icon, title, msg(f"{key}_detail"))
