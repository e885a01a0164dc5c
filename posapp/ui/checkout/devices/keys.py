"""Ctrl+I, and the button in the top bar: the devices of this till, and who works here; loaded when it is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from posapp.ui.checkout import intents as do
from posapp.ui.checkout.device_intents import OpenDevices
from posapp.ui.checkout.device_modes import DevicesMode, PeopleMode, SetupMode
from posapp.ui.checkout.session import CompleteMode, Listing
from posapp.ui.checkout.words import warning

if TYPE_CHECKING:
    from posapp.application.devices import Device
    from posapp.application.ports import CameraPicture
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.devices.work import DeviceWork

_OPEN = (DevicesMode, PeopleMode, SetupMode)
_GIVES_WAY = (*get_args(Listing), CompleteMode)
"""What may be closed without losing anything; where something is typed or counted, that is finished first."""


class DeviceKeys:
    """Opens the sheet, and keeps what was heard of devices."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._work: DeviceWork | None = None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about devices and people; then it is done or under way."""
        owner, mode = self._owner, self._owner.session.mode
        if isinstance(mode, _OPEN) and not isinstance(intent, do.SetLanguage | do.SetTheme | do.SetScale):
            return self._working.handle(mode, intent)
        if not isinstance(intent, OpenDevices):
            return False
        if mode is not None and not isinstance(mode, _GIVES_WAY):
            owner.toast(warning("device.later"))
        else:
            owner.leave_complete()
            self._working.open()
        return True

    def heard(self, device: Device) -> None:
        """A device said how it is."""
        self._owner.change(heard={**self._owner.session.heard, device.gear: device})

    def seen(self, picture: CameraPicture) -> None:
        """The camera sees something, and the list is open."""
        mode = self._owner.session.mode
        if isinstance(mode, DevicesMode):
            scanned = picture.texts[0] if picture.texts else mode.scanned
            self._owner.change(mode=replace(mode, picture=picture, scanned=scanned))

    @property
    def _working(self) -> DeviceWork:
        if self._work is None:
            from posapp.ui.checkout.devices.work import DeviceWork  # noqa: PLC0415 - start-up cost

            self._work = DeviceWork(self._owner)
        return self._work
