"""Which figure a pole display shows of a session: what is to be paid, and then the change."""

from __future__ import annotations

from posapp.application.ports import Figure
from posapp.domain.amounts import Money
from posapp.ui.checkout.screen_tender import entered
from posapp.ui.checkout.session import CompleteMode, Session, TenderMode


def pole_figure(session: Session) -> tuple[Money, Figure] | None:
    """The amount and what it is; None while nobody is being served."""
    mode = session.mode
    if isinstance(mode, CompleteMode):
        change = mode.receipt.change
        return (change, Figure.CHANGE) if change else (mode.receipt.due, Figure.TOTAL)
    if not session.basket.cart.lines:
        return None
    if isinstance(mode, TenderMode):
        handed = entered(mode.entry)
        if handed is not None and handed > session.outstanding:
            return handed - session.outstanding, Figure.CHANGE
    return session.outstanding, Figure.TOTAL
