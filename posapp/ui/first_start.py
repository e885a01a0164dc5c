"""The first start: a demo shop, an empty shop, or joining a server (plain Python, no Qt)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from posapp.application.till import Till
from posapp.ui.checkout import intents as do
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.intents import SetLanguage, SetScale, SetTheme
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.sheets import FirstStartSheet
from posapp.ui.checkout.shell import Shell, ShopStarter
from posapp.ui.checkout.words import reason, said
from posapp.ui.messages import msg


class FirstStartPresenter:
    """Asks how to begin; hands the till to `opened` once there is one."""

    def __init__(self, shell: Shell, starter: ShopStarter, opened: Callable[[Till], None], language: str) -> None:
        self._shell, self._starter, self._opened, self._language = shell, starter, opened, language
        self._sheet = FirstStartSheet()

    def start(self) -> None:
        """Show the choice."""
        self._show()

    def handle(self, intent: do.Intent) -> None:
        """Take a choice; while one is being carried out, others are ignored."""
        match intent:
            case SetLanguage(tag=tag):
                self._language = self._shell.switch_language(tag)
                self._show()
            case SetTheme(name=name):
                self._shell.switch_theme(name)
            case SetScale(percent=percent):
                self._shell.switch_scale(percent)
            case do.StartDemoShop() if not self._sheet.busy:
                self._begin(self._starter.demo, replace(self._sheet, joining=False, naming=False))
            case do.StartEmptyShop(shop=shop) if not self._sheet.busy:
                sheet = replace(self._sheet, shop=shop, naming=True, joining=False)
                self._begin(lambda: self._starter.empty(shop), sheet)
            case do.JoinServer(address=address, code=code) if not self._sheet.busy:
                self._join(address, code)
            case do.ServerTyped(address=address):
                self._sheet = replace(self._sheet, address=address.strip())
            case do.ScanReceived(text=code) if not self._sheet.busy and self._sheet.address:
                self._join(self._sheet.address, code)
            case do.ScanReceived(text=code) if not self._sheet.busy:
                # A code that headquarters sent as a picture; the address is still to be typed.
                self._sheet = replace(self._sheet, code=code, joining=True, naming=False, error=None)
                self._show()
            case _:
                pass

    def _join(self, address: str, code: str) -> None:
        sheet = replace(self._sheet, address=address, code=code, joining=True, naming=False)
        self._begin(lambda: self._starter.join(address, code), sheet)

    def _begin(self, job: Callable[[], Till], sheet: FirstStartSheet) -> None:
        self._sheet = replace(sheet, busy=True, error=None)
        self._show()
        self._shell.submit(job, self._opened, self._failed)

    def show_trouble(self, error: Exception) -> None:
        """Say why there is no till: the file is left as it is."""
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._sheet = replace(self._sheet, busy=False, error=self._trouble(error))
        self._show()

    def _trouble(self, error: Exception) -> Notice:
        why = reason(error, self._language) or str(error)
        return Notice(Tone.DANGER, "alert-triangle", msg("start.failed", reason=said(why)))

    def _show(self) -> None:
        self._shell.show(
            ui.CheckoutState(
                top=ui.TopBar(shop="", store="", sync=ui.SyncPill(ui.SyncKind.STANDALONE), clock=_clock()),
                omnibox=ui.OmniboxState(),
                cart=ui.Cart(),
                money=ui.MoneyPanel(due_fen=0),
                tender=ui.TenderState(remaining_fen=0),
                sheet=self._sheet,
            )
        )


def _clock() -> str:
    """Before there is a shop there is no zone but the machine's."""
    return f"{datetime.now().astimezone():%H:%M}"
