"""The sheet of devices and people, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.application.ports import CameraPicture
from posapp.ui.checkout.file_sheet import FileButton
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device, or one person: what it is, where it is, and its state as icon, word and colour."""

    icon: str
    title: Words
    detail: Words
    state: Message
    state_icon: str
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True)
class DeviceSheet:
    """The pages, and the rows and actions of the open one.

    `picture` is what the camera sees, where one is chosen and looked through; `read` what was scanned last.
    """

    pages: tuple[Message, ...]
    page: int
    rows: tuple[DeviceRow, ...]
    buttons: tuple[FileButton, ...]
    selected: int = 0
    notice: Notice | None = None
    picture: CameraPicture | None = None
    read: Words = ""
