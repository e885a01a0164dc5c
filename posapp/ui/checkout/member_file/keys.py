"""Ctrl+M, and the card of the member: their file.  What happens in it is in `work`, loaded when one is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from posapp.domain.ids import MemberId
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.file_modes import FileFormMode, FileMode, FilePickMode
from posapp.ui.checkout.session import CompleteMode, Listing, OtherMemberMode
from posapp.ui.checkout.words import warning

if TYPE_CHECKING:
    from posapp.ui.checkout.member_file.work import FileWork

_OPEN = (FileMode, FileFormMode, FilePickMode, OtherMemberMode)
_GIVES_WAY = (*get_args(Listing), CompleteMode)
"""What may be closed without losing anything; where something is typed or counted, that is finished first."""


class FileKeys:
    """Opens the file of the member of this sale, or of the sale that was just finished."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._work: FileWork | None = None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about a member's file; then it is done or under way."""
        mode = self._owner.session.mode
        if isinstance(mode, _OPEN):
            return self._working.handle(mode, intent)
        if not isinstance(intent, do.OpenMemberFile):
            return False
        member = mode.member if isinstance(mode, CompleteMode) else self._owner.session.basket.member
        if mode is not None and not isinstance(mode, _GIVES_WAY):
            self._owner.toast(warning("file.later"))
        elif member is None:
            self._owner.toast(warning("file.need_member", detail="file.need_member_detail"))
        else:
            self._open(member.id)
        return True

    @property
    def _working(self) -> FileWork:
        if self._work is None:
            from posapp.ui.checkout.member_file.work import FileWork  # noqa: PLC0415 - start-up cost

            self._work = FileWork(self._owner)
        return self._work

    def _open(self, member: MemberId) -> None:
        self._owner.leave_complete()
        self._working.open(member)
