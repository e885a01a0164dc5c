"""Printing a receipt again: marked and counted, or for a gift, without its prices."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.receipt import Receipt, Slip
from posapp.application.reprints import count_reprint
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.words import warning
from posapp.ui.messages import msg


def reprint(owner: Desk, receipt: Slip) -> None:
    """Count a copy, then print it."""

    def counted(copy: int) -> None:
        owner.shell.print_receipt(replace(receipt, copy=copy))
        owner.toast(Notice(Tone.INFO, "printer", msg("toast.reprinting", number=receipt.number)))

    owner.work(lambda: count_reprint(owner.till, receipt.number), counted)


def print_for_gift(owner: Desk) -> None:
    """Print what goes into the parcel with the last sale; without prices it passes for no receipt, and is no copy."""
    receipt = owner.session.last_receipt
    if not isinstance(receipt, Receipt):
        owner.toast(warning("toast.no_gift_receipt"))
        return
    owner.shell.print_receipt(replace(receipt, is_gift=True))
    owner.toast(Notice(Tone.INFO, "gift", msg("toast.gift_receipt", number=receipt.number)))
