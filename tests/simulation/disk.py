"""A disk that fails as disks do, under the real SQLite and the real SQLCipher.

Each library gets a VFS of ours in front of its own: files are opened by the library itself, then their table of methods
is exchanged for one that asks here before anything is written or synced.  So a fault falls between any two writes of
any statement, also inside a checkpoint, and what was written since the last sync is known exactly: a power cut may
take away any part of it.

Files belong to a node by the folder they lie in.  Nothing outside of the watched folder is touched.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

_OK, _IOERR, _FULL = 0, 10, 13
_IOERR_FSYNC: Final = _IOERR | 4 << 8
_SECTOR: Final = 512
_LARGEST: Final = 65_536
_NAME: Final = b"failing"

# Names are passed on as the pointers that came: the library keeps them, and reads on behind their end.
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", _WRITE),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("others", ctypes.c_void_p * 13),
    )


class _Vfs(ctypes.Structure):
    """The beginning of sqlite3_vfs, and room for the rest."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", _OPEN),
        ("delete", _DELETE),
        ("others", ctypes.c_void_p * 14),
    )


@dataclass(slots=True)
class Drive:
    """The disk of one node.

    `countdown` is how many more writes and syncs succeed before the machine stops: None for any number; `loses_power`
    says that it is the power which fails then, and not the process alone.  `full` refuses
    every write, `fsyncs_fail` so many syncs.  `unsynced` is what each file was given since its last sync, with what
    stood there before: it outlives the process that wrote it, and no power cut.
    """

    countdown: int | None = None
    loses_power: bool = False
    is_dead: bool = False
    full: bool = False
    fsyncs_fail: int = 0
    fsync_failed: bool = False
    operations: int = 0
    unsynced: dict[str, list[tuple[int, bytes, bytes]]] = field(default_factory=dict)

    @property
    def is_faulty(self) -> bool:
        """Whether the program may rightly say that the disk failed."""
        return self.full or self.fsync_failed

    @property
    def is_in_trouble(self) -> bool:
        """Whether it stopped or is faulty."""
        return self.is_dead or self.is_faulty

    def stops(self) -> bool:
        """Count one operation; tell whether the machine has stopped before it."""
        self.operations += 1
        if self.is_dead:
            return True
        if self.countdown is not None:
            self.countdown -= 1
            self.is_dead = self.countdown < 0
        return self.is_dead

    def revive(self) -> None:
        """A machine that was switched on again, with a disk that works."""
        self.countdown, self.loses_power, self.is_dead = None, False, False
        self.full, self.fsyncs_fail, self.fsync_failed = False, 0, False

    def lose_power(self, draw: random.Random) -> int:
        """Take away any part of what was written since each file's last sync; returns how many writes were lost.

        Each write reaches the disk or not, whatever came before or after it, and one of them may be torn at a sector.
        Call it when no connection is open.
        """
        lost = 0
        keep_rate = draw.choice((0.0, 0.0, 0.3, 0.7, 0.95))
        for path, writes in self.unsynced.items():
            if not os.path.exists(path):  # noqa: PTH110 - names as SQLite gave them
                continue
            with open(path, "r+b") as file:  # noqa: PTH123 - the same
                for offset, old, new in reversed(writes):
                    file.seek(offset)
                    file.write(old)
                    if len(old) < len(new):
                        file.truncate(offset + len(old))
                for offset, _old, new in writes:
                    if draw.random() < keep_rate:
                        torn = draw.random() < 0.05
                        file.seek(offset)
                        file.write(new[: draw.randrange(0, len(new), _SECTOR)] if torn else new)
                    else:
                        lost += 1
        self.unsynced.clear()
        return lost


class Disks:
    """The drives of all nodes, by the name of their folder under a root."""

    def __init__(self) -> None:
        self.root = ""
        self._drives: dict[str, Drive] = {}

    def drive(self, name: str) -> Drive:
        """The drive of a node."""
        return self._drives.setdefault(name, Drive())

    def watch(self, root: Path) -> None:
        """Forget every node, and look at another folder: another world begins."""
        self.root = f"{root}/"
        self._drives.clear()

    def owner(self, name: int | None) -> tuple[str, Drive] | None:
        """Whose the file of a name is, and that name; None for files that are nobody's of ours."""
        if name is None or not self.root:
            return None
        text = ctypes.string_at(name).decode()
        if not text.startswith(self.root):
            return None
        return text, self.drive(text[len(self.root) :].partition("/")[0])


class _Calls(NamedTuple):
    """What the library itself does with a file; taken out of its table once, for that takes longer than a call."""

    read: Any
    write: Any
    truncate: Any


class _File(NamedTuple):
    """An open file: its name, its disk, and how the library treats it."""

    path: str
    drive: Drive
    real: _Calls


class _Shim:
    """Our VFS in front of one library's own."""

    def __init__(self, library: str, disks: Disks) -> None:
        self._library = ctypes.CDLL(library)
        self._library.sqlite3_vfs_find.restype = ctypes.c_void_p
        self._disks = disks
        self._files: dict[int, _File] = {}
        self._tables: dict[int, tuple[_Calls, _Methods]] = {}
        # What stands at a place before it is written over; nothing is written in larger pieces than a page.
        self._held = ctypes.create_string_buffer(_LARGEST)
        self._held_address = ctypes.addressof(self._held)
        self._real_address: int = self._library.sqlite3_vfs_find(None)
        self._real = _Vfs.from_address(self._real_address)
        self._ours = _Vfs()
        ctypes.memmove(ctypes.byref(self._ours), self._real_address, ctypes.sizeof(_Vfs))
        self._ours.name, self._ours.next = _NAME, None
        # Kept here, or they would be collected while the library still calls them.
        self._open, self._delete = _OPEN(self._on_open), _DELETE(self._on_delete)
        self._write, self._sync = _WRITE(self._on_write), _SYNC(self._on_sync)
        self._truncate = _TRUNCATE(self._on_truncate)
        self._ours.open, self._ours.delete = self._open, self._delete

    def install(self) -> None:
        """Let every file be opened through it."""
        self._library.sqlite3_vfs_register(ctypes.byref(self._ours), 1)

    def remove(self) -> None:
        """Give the library its own back."""
        self._library.sqlite3_vfs_register(ctypes.c_void_p(self._real_address), 1)
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._ours))

    def _on_open(self, _vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        code: int = self._real.open(self._real_address, name, file, flags, out)
        owned = self._disks.owner(name)
        if code == _OK and owned is not None:
            slot = ctypes.c_void_p.from_address(file)
            address = slot.value or 0
            if address not in self._tables:
                self._tables[address] = self._exchanged(address)
            real, ours = self._tables[address]
            slot.value = ctypes.addressof(ours)
            self._files[file] = _File(*owned, real)
        return code

    def _exchanged(self, address: int) -> tuple[_Calls, _Methods]:
        real, ours = _Methods.from_address(address), _Methods()
        ctypes.memmove(ctypes.byref(ours), address, ctypes.sizeof(_Methods))
        ours.write, ours.truncate, ours.sync = self._write, self._truncate, self._sync
        return _Calls(real.read, real.write, real.truncate), ours

    def _on_delete(self, _vfs: int, name: int, sync: int) -> int:
        owned = self._disks.owner(name)
        if owned is not None:
            path, drive = owned
            if drive.is_dead:
                return _IOERR
            drive.unsynced.pop(path, None)
        code: int = self._real.delete(self._real_address, name, sync)
        return code

    def _on_write(self, file: int, data: int, size: int, offset: int) -> int:
        path, drive, real = self._files[file]
        if drive.stops():
            return _IOERR
        if drive.full:
            return _FULL
        place = self._held_address
        old = b"" if real.read(file, place, size, offset) else ctypes.string_at(place, size)
        drive.unsynced.setdefault(path, []).append((offset, old, ctypes.string_at(data, size)))
        code: int = real.write(file, data, size, offset)
        return code

    def _on_truncate(self, file: int, size: int) -> int:
        _path, drive, real = self._files[file]
        if drive.stops():
            return _IOERR
        code: int = real.truncate(file, size)
        return code

    def _on_sync(self, file: int, _flags: int) -> int:
        path, drive, _real = self._files[file]
        if drive.stops():
            return _IOERR
        if drive.fsyncs_fail:
            drive.fsyncs_fail -= 1
            drive.fsync_failed = True
            return _IOERR_FSYNC
        drive.unsynced.pop(path, None)
        return _OK


@contextmanager
def failing_disks() -> Iterator[Disks]:
    """Watch what both libraries write below a folder (`Disks.watch`)."""
    import _sqlite3  # noqa: PLC0415 - only to ask where it lies

    from sqlcipher3 import _sqlite3 as cipher  # noqa: PLC0415 - the same

    disks = Disks()
    libraries: list[Any] = [_sqlite3, cipher]
    shims = [_Shim(library.__file__, disks) for library in libraries]
    for shim in shims:
        shim.install()
    try:
        yield disks
    finally:
        for shim in shims:
            shim.remove()
