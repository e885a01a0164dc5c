"""A cashier's day in the demo shop, from the first start to the Z report: each screen and state once, by name.

States are frozen data, so that one walk gives the pictures of every look.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.screens.still_shell import StillShell
from posapp.application.goods import search
from posapp.application.phone_code import shown_now
from posapp.application.ports import SystemEntropy
from posapp.application.staff.signing_in import who_is_there
from posapp.application.till import Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.session import LookupMode
from posapp.ui.checkout.state import CheckoutState
from posapp.ui.customer_display.state import DisplayState
from posapp.ui.customer_mirror import mirrored

JOIN = "https://example.com/join"
MEMBER_PHONE = "13857166021"
GOODS = ("明前龙井", "燕麦拿铁 大杯", "手工黄油曲奇", "有机全脂牛奶", "海盐苏打饼干")
_MEMBER_DAY = datetime(2026, 11, 18, 10, 42, tzinfo=UTC)


@dataclass(slots=True)
class PictureClock:
    """An evening on the shop's member day; it moves on when the walk says so."""

    instant: datetime = _MEMBER_DAY

    def now(self) -> datetime:
        """Then."""
        return self.instant

    def step(self, **by: float) -> None:
        """Later."""
        self.instant += timedelta(**by)


@dataclass(slots=True)
class Walk:
    """One cashier.  `screens` are what they saw, by name, `displays` what the customer saw meanwhile."""

    presenter: CheckoutPresenter
    shell: StillShell
    clock: PictureClock
    screens: dict[str, CheckoutState] = field(default_factory=dict)
    displays: dict[str, DisplayState] = field(default_factory=dict)

    @property
    def till(self) -> Till:
        """The till."""
        return self.presenter.till

    def send(self, *intents: do.Intent) -> None:
        """What the cashier wants, one after the other."""
        for intent in intents:
            self.presenter.handle(intent)

    def look(self, name: str, *, display: bool = False) -> None:
        """Keep what is on the screen, and on the customer's where that is asked for.

        Raises `ValueError` where it looks as another one did: the walk did not get where it meant to.
        """
        self.presenter.show()
        self.keep(name)
        if display:
            self.displays[name] = mirrored(self.presenter.session, self.presenter.surroundings(), JOIN)

    def keep(self, name: str) -> None:
        """Keep what was shown last.  Raises as `look` does."""
        state = self.shell.state
        if state is None or name in self.screens:
            raise ValueError(f"{name}: nothing, or not new")
        twin = next((other for other, seen in self.screens.items() if seen == state), None)
        if twin is not None:
            raise ValueError(f"{name} looks as {twin} does")
        self.screens[name] = state

    def steps(self, name: str, *intents: do.Intent, display: bool = False) -> None:
        """Do something, then look."""
        self.send(*intents)
        self.look(name, display=display)

    def back(self) -> None:
        """Leave whatever is open, down to the goods."""
        for _ in range(4):
            if self.presenter.session.mode is None and self.presenter.session.over is None:
                break
            self.send(do.EscPressed())
        self.presenter.toast(None)

    def scan(self, *names: str) -> None:
        """Goods by name."""
        for name in names:
            product = search(self.till, name)[0]
            self.send(do.ScanReceived(product.barcode) if product.barcode else do.EnterPressed(product.plu))

    def typed(self, values: dict[str, str], *, ticked: bool = False) -> do.FormEdited:
        """Values typed over what stands in the fields of the open dialog.  Raises `TypeError` without one."""
        sheet = self.shell.state.sheet if self.shell.state is not None else None
        if not isinstance(sheet, FormSheet):
            raise TypeError("no dialog is open")
        return do.FormEdited(tuple((one.name, values.get(one.name, one.text)) for one in sheet.fields), ticked)

    def sent(self, values: dict[str, str], *, ticked: bool = False) -> do.FormSubmitted:
        """The same, and Enter."""
        return do.FormSubmitted(self.typed(values).values, ticked)

    def member_code(self) -> do.ScanReceived:
        """林晓梅 shows the code on her phone; each is good once."""
        self.clock.step(seconds=61)
        with self.till.database.read() as connection:
            row = connection.exec_driver_sql("SELECT card_number FROM member WHERE phone = ?", (MEMBER_PHONE,))
            number = int(row.scalar_one())
        return do.ScanReceived(shown_now(self.till, number))

    def pick_member(self, name: str) -> None:
        """Pick somebody from the open list."""
        mode = self.presenter.session.mode
        if not isinstance(mode, LookupMode):
            raise TypeError("no list of members is open")
        self.send(do.PickRow(next(at for at, one in enumerate(mode.members) if one.profile.name == name)))


@contextmanager
def demo_walk(language: str) -> Iterator[Walk]:
    """A cashier at the till of a fresh demo shop, in a language."""
    with tempfile.TemporaryDirectory(prefix="posapp-screens-") as folder:
        clock = PictureClock()
        shops = Shops(TillFolder(Path(folder)), clock, SystemEntropy(), 60)
        try:
            till = shops.demo()
            shell = StillShell(language)
            presenter = CheckoutPresenter(till, who_is_there(till), shell, language)
            presenter.start()
            yield Walk(presenter, shell, clock)
        finally:
            shops.close()
