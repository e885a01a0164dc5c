"""Printing what is asked for: a receipt again, marked and counted, one for a gift, the code of a member's card."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.receipt import CardSlip, Receipt, Slip
from posapp.application.reprints import count_reprint
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import CompleteMode
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


def print_card(owner: Desk) -> None:
    """Print the card of the member of this sale, or of the sale just finished: a code that any scanner reads."""
    mode = owner.session.mode
    member = mode.member if isinstance(mode, CompleteMode) else owner.session.basket.member
    if member is None:
        owner.toast(warning("card.print_nobody", detail="file.need_member_detail"))
        return
    from posapp.application.card_qr import card_slip  # noqa: PLC0415 - it draws codes: not for the start

    def made(slip: CardSlip) -> None:
        owner.shell.print_receipt(slip)
        owner.toast(Notice(Tone.INFO, "printer", msg("card.printing", number=slip.number), msg("card.printing_detail")))

    owner.work(lambda: card_slip(owner.till, member), made)
