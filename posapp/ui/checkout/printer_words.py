"""How the printer does, in words: a chip in the top bar, and one sentence when something breaks (ux.md §7)."""

from __future__ import annotations

from posapp.application.ports import PrinterFault
from posapp.application.printing.worker import PrinterNews
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.words import said, sentence
from posapp.ui.messages import Message, msg


def printer_state(news: PrinterNews) -> Message | None:
    """What the top bar says; nothing where all is well."""
    if news.fault is not None:
        return msg(f"top.printer_{news.fault.value}", waiting=news.waiting)
    return msg("top.printer_left", left=news.left) if news.left else None


def printer_notice(news: PrinterNews, language: str) -> Notice | None:
    """What happened, what still works, what to do; the slip prints by itself then."""
    if news.failure is None:
        return None
    key = f"toast.printer_{news.failure.fault.value}"
    if news.failure.fault is PrinterFault.REFUSED:
        title = msg(key, reason=said(sentence(news.failure, language)))
    else:
        title = msg(key)
    return Notice(Tone.WARN, "printer-off", title, msg(f"{key}_detail"))
