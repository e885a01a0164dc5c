"""What can go wrong with the till's database.

    StorageError                    carries a whole sentence in both languages
    ├── what a person can mend
    │   ├── WrongKey                the file is encrypted with another key, or is damaged
    │   ├── NotADatabase            the file is something else
    │   ├── NewerSchema             written by a newer program
    │   ├── KeyFileExposed          the key file can be read by other users
    │   ├── KeyUnavailable          the key store is locked, or does not hold the key of an existing database
    │   └── BackupRefused           a backup that does not check out, or would replace what it must not
    ├── what the environment broke
    │   ├── DiskFull                nothing was written
    │   ├── DatabaseBusy            another process holds the write lock
    │   ├── DatabaseReadOnly        no permission to write
    │   └── DiskFailed              the disk answered with an error, or the database is damaged
    │       └── NotConfirmed        it did so at the very end: the step may be saved or not
    └── what was refused as a fact
        ├── ForkDetected            another event stands already at this place of a stream
        └── SequenceGap             events of a stream are missing before this one

Each sentence says what happened, what still works, and what to do next.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2


class StorageError(Exception):
    """Base of everything that the till's storage raises on purpose; `zh` and `en` can be shown as they are."""

    zh: ClassVar[str] = "数据库出错"
    en: ClassVar[str] = "The database failed"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.en} ({detail})" if detail else self.en)
        self.detail = detail

    def sentence(self, language: str) -> str:
        """The sentence in a language (``zh_CN`` or ``en``)."""
        return self.zh if language.startswith("zh") else self.en


class WrongKey(StorageError):
    """The file cannot be read with this key; a damaged first page looks the same."""

    zh = "打不开数据库：密钥不对，或文件已损坏。原文件没有改动。从备份恢复，或找回这台收银机原来的密钥"
    en = (
        "The database does not open: the key is another one, or the file is damaged. The file was not changed. "
        "Restore a backup, or bring back the key of this till"
    )


class NotADatabase(StorageError):
    """The file is not an encrypted database."""

    zh = "这个文件不是收银数据库。文件没有改动。选择正确的数据文件，或用空文件夹重新开店"
    en = (
        "This file is not a till's database. It was not changed. "
        "Choose the right file, or start a shop in an empty folder"
    )


class NewerSchema(StorageError):
    """The database was written by a newer program."""

    zh = "数据库由更新版本的程序写入，这个版本不能打开。数据没有改动。安装新版本后再打开"
    en = (
        "The database was written by a newer version of this program and does not open in this one. "
        "Nothing was changed. Install the newer version"
    )


class KeyFileExposed(StorageError):
    """The key file or its folder lets other users read it."""

    zh = "密钥文件可以被其他用户读取，程序没有使用它。数据没有改动。把文件权限改为仅本人可读写（0600）后再打开"
    en = (
        "The key file can be read by other users and was not used. The data were not changed. "
        "Set its permissions to 0600, then open the till again"
    )


class KeyUnavailable(StorageError):
    """The key of this database is not to be had."""

    zh = "系统密钥库没有给出数据库密钥。数据没有改动。解锁系统密钥库，或从备份恢复"
    en = (
        "The key store of the system did not give the key of the database. The data were not changed. "
        "Unlock the key store, or restore a backup"
    )


class BackupRefused(StorageError):
    """A backup that does not check out; an older backup at the same place is untouched."""

    zh = "备份没有通过检查，旧备份保持不变，收银不受影响。换一个位置再备份"
    en = (
        "The backup did not pass its check; the older backup is untouched and selling goes on. Back up to another place"
    )


class DiskFull(StorageError):
    """No room on the disk; the transaction was rolled back as a whole."""

    zh = "磁盘已满，这一步没有写入，之前的记录都完好，仍可查询。清理磁盘空间后重试"
    en = (
        "The disk is full: this step was not written, everything before it is intact and can be read. "
        "Free some space, then try again"
    )


class DatabaseBusy(StorageError):
    """Another process holds the write lock for longer than the till waits."""

    zh = "另一个程序正在写数据库，这一步没有写入，仍可查询。关闭重复打开的收银程序后重试"
    en = (
        "Another program is writing to the database: this step was not written, reading still works. "
        "Close the second till program, then try again"
    )


class DatabaseReadOnly(StorageError):
    """The file or its folder cannot be written."""

    zh = "数据文件夹不能写入，这一步没有保存，仍可查询。检查文件夹权限后重试"
    en = (
        "The data folder cannot be written: this step was not saved, reading still works. "
        "Check the permissions of the folder, then try again"
    )


class DiskFailed(StorageError):
    """The disk answered with an error, or the database is damaged."""

    zh = "磁盘读写出错，这一步没有保存。先用纸笔记账，运行 posapp verify 检查，必要时从备份恢复"
    en = (
        "The disk failed: this step was not saved. Note sales on paper, run `posapp verify`, "
        "and restore a backup where it finds damage"
    )


class NotConfirmed(DiskFailed):
    """The disk failed while a step was brought to it: what it kept is found by the next try, or at the next start."""

    zh = "保存时磁盘出错，这一步可能已存上，也可能没有。请重试，同一单不会记两次。仍不行就先用纸笔记账，重启后核对"
    en = (
        "The disk failed while this step was being saved: it may be saved or not. Try again: "
        "no sale is recorded twice. If that fails too, note sales on paper, start the till again and compare"
    )


class ForkDetected(StorageError):
    """The same place of a stream holds another event: never a duplicate (sync.md, Identity and log)."""

    zh = "同一台收银机的同一序号出现了两条不同的记录，后到的一条没有并入。收银不受影响。请在异常列表中处理"
    en = (
        "Two different records claim the same place of one till; the later one was not merged. Selling goes on. "
        "Settle it in the list of exceptions"
    )


class SequenceGap(StorageError):
    """Events are missing before the first of those offered; they are to be fetched first."""

    zh = "收到的记录前面缺了几条，没有并入。收银不受影响，下次同步会从缺口处重取"
    en = (
        "Records are missing before those received, so they were not merged. Selling goes on; "
        "the next sync fetches them from the gap"
    )


_PRIMARY = 0xFF
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_READONLY, _SQLITE_IOERR = 5, 6, 8, 10
_SQLITE_CORRUPT, _SQLITE_FULL, _SQLITE_CANTOPEN, _SQLITE_NOTADB = 11, 13, 14, 26
_BY_CODE: dict[int, type[StorageError]] = {
    _SQLITE_BUSY: DatabaseBusy,
    _SQLITE_LOCKED: DatabaseBusy,
    _SQLITE_READONLY: DatabaseReadOnly,
    _SQLITE_IOERR: DiskFailed,
    _SQLITE_CORRUPT: DiskFailed,
    _SQLITE_FULL: DiskFull,
    _SQLITE_CANTOPEN: DatabaseReadOnly,
    _SQLITE_NOTADB: WrongKey,
}
# The driver's backup call raises without a code, with SQLite's own words.
_BY_TEXT: dict[str, type[StorageError]] = {
    "database or disk is full": DiskFull,
    "database is locked": DatabaseBusy,
    "disk I/O error": DiskFailed,
    "database disk image is malformed": DiskFailed,
}


def translated(error: BaseException) -> StorageError | None:
    """The typed error behind one of the driver's, or None where it is a bug of ours."""
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, dbapi2.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", None)
    kind = _BY_CODE.get(code & _PRIMARY) if code else _BY_TEXT.get(str(cause))
    return kind(str(cause)) if kind is not None else None
