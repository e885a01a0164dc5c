"""The paying step as it is shown: cash being entered, or a code being waited for, charged, taken back."""

from __future__ import annotations

from posapp.application.cash import quick_cash
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.payment import Stage
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.intents import EscPressed, FunctionKey
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.session import Charging, Session, TenderMode
from posapp.ui.checkout.stored_modes import StoredShare
from posapp.ui.messages import Message, msg

_NAMES = {TenderMethod.WECHAT_PAY: "pay.wechat", TenderMethod.ALIPAY: "pay.alipay"}


def tender_of(session: Session) -> ui.TenderState:
    """The paying step, which a wide screen shows all the time."""
    mode = session.mode if isinstance(session.mode, TenderMode) else TenderMode()
    if mode.charging is not None:
        return _charging(mode, mode.charging)
    return _code_wanted(session, mode) if mode.by_code else _cash(session, mode)


def entered(text: str) -> Money | None:
    """The amount that has been keyed in; None for nothing, or for what is no amount yet."""
    try:
        return Money.parse(text.removesuffix(".")) if text else None
    except InvalidField:
        return None


def _cash(session: Session, mode: TenderMode) -> ui.TenderState:
    due = session.outstanding
    handed = entered(mode.entry)
    change = None if handed is None or handed < due else handed - due
    entering = handed if handed is not None else due
    return ui.TenderState(
        remaining_fen=due.fen,
        entry=mode.entry,
        revision=mode.revision,
        entry_hint=msg("tender.received"),
        quick_cash_fen=tuple(amount.fen for amount in quick_cash(due)),
        lines=(
            *_stored_lines(mode.stored),
            ui.TenderLine("cash", msg("tender.cash"), min(entering, due).fen, msg("tender.entering"), entering=True),
        )
        if session.quote.lines
        else (),
        change_fen=change.fen if change is not None else None,
        change_detail=msg("tender.difference", received=handed.fen, due=due.fen)
        if change is not None and handed is not None
        else None,
        finish=ui.PrimaryAction(msg("tender.finish"), enabled=bool(session.quote.lines)),
    )


def _code_wanted(session: Session, mode: TenderMode) -> ui.TenderState:
    """The buyer is asked for the code; scanning it is all that is left to do."""
    due = session.outstanding
    detail = msg("tender.scan_prompt_detail", amount=due.fen)
    return ui.TenderState(
        remaining_fen=due.fen,
        method=ui.TenderMethod.SCAN_PAY,
        revision=mode.revision,
        entry_hint=msg("tender.scan_prompt"),
        lines=_stored_lines(mode.stored),
        prompt=Notice(Tone.INFO, "scan", msg("tender.scan_prompt"), detail),
        finish=ui.PrimaryAction(msg("pay.finish_scan"), enabled=False),
    )


def _charging(mode: TenderMode, charging: Charging) -> ui.TenderState:
    payment = charging.payment
    by_card = mode.stored.payment.amount if mode.stored is not None else Money(0)
    due = charging.quote.due - by_card
    amount = payment.amount if payment is not None else due
    paid = payment is not None and payment.stage is Stage.PAID
    left = due - amount if paid else due
    line = ui.TenderLine("qrcode", msg(_NAMES[charging.method]), amount.fen, _word(charging), entering=not paid)
    return ui.TenderState(
        remaining_fen=max(0, left.fen),
        method=ui.TenderMethod.SCAN_PAY,
        revision=mode.revision,
        entry_hint=msg("tender.scan_prompt"),
        lines=(*_stored_lines(mode.stored), line),
        prompt=_prompt(charging, amount),
        cancel=ui.PrimaryAction(msg("pay.cancel"), enabled=not _goes_back(charging)),
        finish=ui.PrimaryAction(msg("tender.finish" if paid else "pay.finish_waiting"), enabled=paid),
    )


def _stored_lines(share: StoredShare | None) -> tuple[ui.TenderLine, ...]:
    """What a card pays of the sale; it can be taken back."""
    if share is None:
        return ()
    change = msg("stored.left", after=share.after.fen)
    amount = share.payment.amount.fen
    return (ui.TenderLine("wallet", msg("tender.stored_value_line"), amount, change, tender_id="stored"),)


def _goes_back(charging: Charging) -> bool:
    """Whether it is on its way back already, so that there is nothing left to cancel."""
    stages = (Stage.REVERSING, Stage.MANUAL)
    return charging.is_cancelled or (charging.payment is not None and charging.payment.stage in stages)


def _word(charging: Charging) -> Message:
    """Where the payment stands, in a word beside its amount."""
    match charging.payment.stage if charging.payment is not None else Stage.SENDING:
        case Stage.PAID:
            return msg("pay.word_paid")
        case Stage.REVERSING:
            return msg("pay.word_reversing")
        case Stage.MANUAL:
            return msg("pay.word_manual")
        case _ if charging.is_cancelled:
            return msg("pay.word_reversing")
        case Stage.USER_PAYING:
            return msg("pay.word_confirming")
        case _:
            return msg("pay.word_asking")


def _prompt(charging: Charging, amount: Money) -> Notice:
    """What happens, what still works, and the one thing to press."""
    esc = Action(msg("pay.cancel"), "Esc", EscPressed())
    park = Action(msg("pay.park"), "F6", FunctionKey(6))
    payment = charging.payment
    match payment.stage if payment is not None else Stage.SENDING:
        case Stage.PAID:
            return Notice(Tone.SUCCESS, "circle-check", msg("pay.paid", amount=amount.fen), msg("pay.paid_detail"))
        case Stage.MANUAL if payment is not None:
            # In groups, so that it can be read out, and broken over lines.
            number = " ".join(payment.out_trade_no[at : at + 8] for at in range(0, 32, 8))
            detail = msg("pay.manual_detail", number=number)
            return Notice(Tone.DANGER, "alert-triangle", msg("pay.manual"), detail)
        case Stage.REVERSING:
            return Notice(Tone.WARN, "refresh", msg("pay.reversing"), msg("pay.reversing_detail"), park)
        case _ if charging.is_cancelled:
            return Notice(Tone.WARN, "refresh", msg("pay.cancelling"), msg("pay.cancelling_detail"), park)
        case Stage.USER_PAYING:
            return Notice(Tone.INFO, "device-mobile", msg("pay.confirm"), msg("pay.confirm_detail"), esc)
        case Stage.UNKNOWN:
            return Notice(Tone.WARN, "alert-triangle", msg("pay.unknown"), msg("pay.unknown_detail"), esc)
        case _:
            return Notice(Tone.INFO, "qrcode", msg("pay.sending"), msg("pay.sending_detail"), esc)
