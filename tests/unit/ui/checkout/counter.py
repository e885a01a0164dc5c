"""What the presenter's tests ask of the screen, and a scanner."""

from __future__ import annotations

from posapp.application.goods import search
from posapp.application.till import Till
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.sheets import (
    CompleteSheet,
)
from posapp.ui.i18n import Language, Translator
from posapp.ui.messages import Words
from tests.unit.ui.checkout.shells import PlainShell

LIN = "13857166021"


def words(text: Words | None, language: Language = Language.ZH_CN) -> str:
    return Translator(language).text(text)


def barcode(till: Till, name: str) -> str:
    return search(till, name)[0].barcode


def sheet_of(shell: PlainShell) -> object:
    return shell.state.sheet


def member_of(shell: PlainShell) -> object:
    return shell.state.member


def names(shell: PlainShell) -> list[str]:
    return [line.name for line in shell.state.cart.lines]


def completed(shell: PlainShell) -> bool:
    return isinstance(shell.state.sheet, CompleteSheet)


def scan(desk: CheckoutPresenter, *names: str) -> None:
    for name in names:
        desk.handle(do.ScanReceived(barcode(desk.till, name)))
