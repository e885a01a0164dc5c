"""The sheet of devices and people, from what the till is in the middle of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from posapp.application.devices import Device, Gear, Health
from posapp.domain.scan_code import CodeKind, classify
from posapp.ui.checkout.device_modes import DeviceModes, PeopleMode, SetupMode
from posapp.ui.checkout.device_sheet import DeviceRow, DeviceSheet
from posapp.ui.checkout.file_sheet import FileButton
from posapp.ui.checkout.form import FormSheet
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.words import said
from posapp.ui.messages import Message, Words, msg

if TYPE_CHECKING:
    from posapp.application.staff.managing import Person
    from posapp.ui.checkout.session import Session

_ICONS: Final = {
    Gear.PRINTER: "printer",
    Gear.DRAWER: "cash-register",
    Gear.CAMERA: "qrcode",
    Gear.SCANNER: "scan",
    Gear.POLE: "cash",
    Gear.DISPLAY: "device-tablet",
    Gear.SERVER: "server",
}
_LOOKS: Final = {
    Health.ABSENT: ("minus", Tone.INFO),
    Health.CHOSEN: ("plug-connected", Tone.INFO),
    Health.TRYING: ("refresh", Tone.INFO),
    Health.WORKS: ("circle-check", Tone.SUCCESS),
    Health.FAULT: ("alert-triangle", Tone.DANGER),
}
_SERVER: Final = {
    SyncKind.OFFLINE: Health.FAULT,
    SyncKind.SYNCED: Health.WORKS,
    SyncKind.SYNCING: Health.WORKS,
    SyncKind.CONFLICT: Health.WORKS,
}
_PAGES: Final = ("devices", "people")
_ON_A_DEVICE: Final = ("test", "set_up")
_ON_A_PERSON: Final = ("add", "pin", "role", "leave")
_CODE_SHOWN, _PLACE_SHOWN = 20, 24
LOST: Final[Mapping[Gear, str]] = {
    Gear.CAMERA: "toast.scanner_lost",
    Gear.SCANNER: "toast.scanner_lost",
    Gear.POLE: "toast.pole_lost",
}
"""Devices whose loss is said while somebody sells: it is the first that is heard of them."""


def device_sheet(session: Session, mode: DeviceModes, language: str) -> DeviceSheet | FormSheet:
    """The open page, or the dialog over it."""
    if isinstance(mode, SetupMode):
        return mode.form.sheet(mode, language)
    pages = tuple(msg(f"device.page_{page}") for page in _PAGES)
    if isinstance(mode, PeopleMode):
        return DeviceSheet(
            pages=pages,
            page=1,
            rows=tuple(_person(one) for one in mode.people),
            buttons=tuple(
                FileButton(msg(f"people.do_{code}"), enabled=code == "add" or bool(mode.people))
                for code in _ON_A_PERSON
            ),
            selected=mode.selected,
            notice=session.toast or Notice(Tone.INFO, "key", msg("people.about")),
        )
    now = [state_of(device, session) for device in mode.devices]
    return DeviceSheet(
        pages=pages,
        page=0,
        rows=tuple(_row(device) for device in now),
        buttons=tuple(FileButton(msg(f"device.do_{code}")) for code in _ON_A_DEVICE),
        selected=mode.selected,
        notice=session.toast or _notice(now[mode.selected], language),
        picture=mode.picture,
        read=_read(mode.scanned) if mode.scanned else "",
    )


def state_of(device: Device, session: Session) -> Device:
    """How a device is by what was heard last: of itself, of the printing, of the carrier of the log."""
    if device.health is Health.ABSENT:
        return device
    failure = session.printer.failure if device.gear is Gear.PRINTER else None
    if failure is not None:
        return Device(device.gear, Health.FAULT, device.place, failure.en, failure.zh)
    heard = session.heard.get(device.gear)
    if heard is not None:
        return Device(device.gear, heard.health, device.place, heard.en, heard.zh)
    if device.gear is Gear.SERVER:
        return Device(device.gear, _SERVER.get(session.sync.kind, device.health), device.place)
    return device


def _row(device: Device) -> DeviceRow:
    icon, tone = _LOOKS[device.health]
    where: Words = _short(device.place) or msg(
        f"device.{'none' if device.health is Health.ABSENT else 'is'}_{device.gear.value}"
    )
    return DeviceRow(
        icon=_ICONS[device.gear],
        title=msg(f"device.{device.gear.value}"),
        detail=msg("device.camera_at", place=where) if device.gear is Gear.CAMERA and device.place else where,
        state=msg(f"device.is_{device.health.value}"),
        state_icon=icon,
        tone=tone,
    )


def _short(place: str) -> str:
    """The end of a long path tells devices apart."""
    return place if len(place) <= _PLACE_SHOWN else f"…{place[-_PLACE_SHOWN:]}"


def _notice(device: Device, language: str) -> Notice | None:
    """What is wrong with the selected device and what to do, or what can be tried."""
    words = sentence_of(device, language)
    icon, tone = _LOOKS[device.health]
    match device.health:
        case Health.FAULT:
            return Notice(
                tone, icon, said(words) if words else msg("device.silent"), msg(f"device.next_{device.gear.value}")
            )
        case Health.WORKS if words:
            return Notice(tone, icon, said(words))
        case Health.TRYING:
            return None
        case _:
            return Notice(Tone.INFO, _ICONS[device.gear], msg(f"device.hint_{device.gear.value}"))


def lost_device(heard: Mapping[Gear, Device]) -> Message | None:
    """What the top bar says of a device that was lost; the printer and the server have words of their own there."""
    for gear in LOST:
        if gear in heard and heard[gear].health is Health.FAULT:
            return msg(f"top.lost_{gear.value}")
    return None


def sentence_of(device: Device, language: str) -> str:
    """What a device says of itself, in a language."""
    return device.zh if language.startswith("zh") else device.en


def _read(code: str) -> Words:
    """A code of goods as it is; of what may be a person's or money, only the kind."""
    found = classify(code, tendering=True)
    if found.kind in (CodeKind.GTIN, CodeKind.SCALE_LABEL, CodeKind.UNKNOWN):
        short = found.text if len(found.text) <= _CODE_SHOWN else f"{found.text[:_CODE_SHOWN]}…"
        return msg("device.read", code=short)
    return msg("device.read_kind", kind=msg(f"device.kind_{found.kind.value}"), digits=len(found.text))


def _person(one: Person) -> DeviceRow:
    return DeviceRow(
        icon="user",
        title=one.staff.name,
        detail=msg("people.who", number=one.staff.id, role=msg(f"people.role_{one.staff.role.value}")),
        state=msg("people.has_pin" if one.has_pin else "people.no_pin"),
        state_icon="key" if one.has_pin else "alert-circle",
        tone=Tone.SUCCESS if one.has_pin else Tone.WARN,
    )
