"""Why a till could not sync just now.  None of these stops selling.

SyncError
├── OfflineError      nobody answered, or not in time, or not as it was said: try again later
│   └── UntrustedError   somebody answered who is not the shop's server, or whose certificate has run out
├── RefusedError      the server understood and said no, in both languages
└── NonsenseError     the answer cannot be what a server of ours would say
"""

from __future__ import annotations

from typing import Final

_NOBODY: Final = (
    "No connection to the server. Selling goes on; records are kept here and sent by themselves.",
    "无法连接服务器。可继续收银, 记录保存在本机, 恢复后自动上传。",
)
_EXPIRED: Final = (
    "The server's certificate has expired: renew it there with “python -m sync certificates”. Selling goes on.",
    "服务器证书已过期, 请在服务器上运行 python -m sync certificates 更新。可继续收银。",
)
_STRANGER: Final = (
    "This is not the shop's server: its certificate is another. Check the address and the code. Nothing was sent.",
    "证书不符, 这不是本店的服务器。请检查地址和登记码。未发送任何内容。",
)


class SyncError(Exception):
    """Base of all of them, with a sentence for the cashier in each language."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.english = english
        self.chinese = chinese


class OfflineError(SyncError):
    """Nobody answered, or not in time, or the server is busy, or a body was damaged on its way: try again later."""

    def __init__(self, detail: str = "", words: tuple[str, str] = _NOBODY) -> None:
        super().__init__(*words)
        self.detail = detail


class UntrustedError(OfflineError):
    """Somebody answered who cannot prove to be the shop's server; nothing was sent."""

    def __init__(self, detail: str, *, expired: bool = False) -> None:
        super().__init__(detail, _EXPIRED if expired else _STRANGER)


class RefusedError(SyncError):
    """The server said no.  `code` and `field` are those of its problem document."""

    def __init__(self, status: int, code: str, english: str, chinese: str, field: str = "") -> None:
        super().__init__(english, chinese)
        self.status = status
        self.code = code
        self.field = field


class NonsenseError(SyncError):
    """The answer cannot be what a server of ours would say: a captive portal, another program, a broken one."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "The answer is not from a posapp server: check its address. Selling goes on.",
            "服务器返回内容无法识别, 请检查服务器地址。可继续收银。",
        )
        self.detail = detail
