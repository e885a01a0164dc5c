"""Printing a receipt again, marked and counted."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.receipt import Slip
from posapp.application.reprints import count_reprint
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.messages import msg


def reprint(owner: Desk, receipt: Slip) -> None:
    """Count a copy, then print it."""

    def counted(copy: int) -> None:
        owner.shell.print_receipt(replace(receipt, copy=copy))
        owner.toast(Notice(Tone.INFO, "printer", msg("toast.reprinting", number=receipt.number)))

    owner.work(lambda: count_reprint(owner.till, receipt.number), counted)
