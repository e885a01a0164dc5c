"""Pictures of what the checkout asks about: a price by hand and another person's word, goods, a member, the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.device_intents import DevicePage, OpenDevices
from posapp.ui.checkout.device_modes import DevicesMode, PeopleMode
from posapp.ui.checkout.item_modes import NewItemMode, WeightMode
from posapp.ui.checkout.presenter import CheckoutPresenter
from posapp.ui.checkout.price_modes import PriceMode
from posapp.ui.checkout.session import KeymapMode
from posapp.ui.checkout.staff_modes import ApprovalMode

_UNKNOWN = "6921168509256"
_SCALE_QUICK_ITEM = 4


class Studio(Protocol):
    """What `real_screens` takes its pictures with."""

    @property
    def presenter(self) -> CheckoutPresenter:
        """Who decides what is shown."""
        ...

    def ask(self, *intents: do.Intent, until: Callable[[], bool]) -> None:
        """Do what a cashier asks and wait for it."""

    def fill(self, **values: str) -> None:
        """Type into the fields of the open dialog."""

    def type_into(self, name: str, text: str) -> None:
        """Type into an input by its name."""

    def take_both(self, name: str, part: str = "") -> None:
        """Save what the window shows, or a part of it by its name, in Chinese and in English."""


def take_questions(studio: Studio) -> None:
    """Each over the basket that is on the counter, which is as before afterwards."""
    presenter = studio.presenter
    back = do.EscPressed()

    def mode(kind: type) -> Callable[[], bool]:
        return lambda: isinstance(presenter.session.mode, kind)

    def closed() -> bool:
        return presenter.session.mode is None and presenter.session.over is None

    studio.ask(do.FunctionKey(7, "60"), until=mode(PriceMode))
    studio.take_both("price")
    asked = do.FormSubmitted((("value", "60"),))
    studio.ask(asked, until=lambda: isinstance(presenter.session.over, ApprovalMode))
    studio.take_both("approval")
    studio.ask(back, back, until=closed)
    studio.ask(do.ScanReceived(_UNKNOWN), until=lambda: presenter.session.toast is not None)
    studio.take_both("unknown_code")
    studio.ask(do.NewItem(code=_UNKNOWN), until=mode(NewItemMode))
    studio.take_both("new_item")
    studio.ask(back, do.QuickItemChosen(_SCALE_QUICK_ITEM), until=mode(WeightMode))
    studio.take_both("weight")
    studio.ask(back, do.FunctionKey(1), until=mode(KeymapMode))
    studio.take_both("keys")
    studio.ask(do.KeysFor(alone=True), do.PresetChosen(1), until=lambda: presenter.session.own_keys)
    studio.take_both("keys_own")
    studio.ask(do.KeysFor(alone=False), until=lambda: not presenter.session.own_keys)
    studio.ask(do.KeyRowChosen("Ctrl L"), do.KeyGiven("F9"), until=lambda: True)
    studio.take_both("keys_taken")
    studio.ask(back, back, until=closed)


def take_around(studio: Studio) -> None:
    """What is around the sale: devices and people."""
    presenter = studio.presenter

    def mode(kind: type) -> Callable[[], bool]:
        return lambda: isinstance(presenter.session.mode, kind)

    def closed() -> bool:
        return presenter.session.mode is None

    back = do.EscPressed()
    studio.ask(OpenDevices(), until=mode(DevicesMode))
    studio.take_both("devices")
    studio.ask(DevicePage(by=1), until=mode(PeopleMode))
    studio.take_both("people")
    studio.ask(back, until=closed)
