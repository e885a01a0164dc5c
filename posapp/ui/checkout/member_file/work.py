"""What the keys of an open member's file do: pages, rows, dialogs, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from posapp.application import wallet
from posapp.application.member_file import MemberFile, open_file
from posapp.application.member_history import HistoryPage, member_history
from posapp.application.members import Found, find_member, find_members, identify
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.member import Member
from posapp.domain.scan_code import CodeKind, classify
from posapp.domain.wallet import Wallet
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.file_modes import (
    Doing,
    Done,
    FileFormMode,
    FileMode,
    FilePickMode,
    NeedsAgreement,
    Page,
)
from posapp.ui.checkout.folders import BROWSE
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.member_file.actions import Actions
from posapp.ui.checkout.member_file.lines import Around, lines_of
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.session import LookupMode, OtherMemberMode, OverFile
from posapp.ui.checkout.words import offer_undo

_READ: Final = (CodeKind.MEMBER_DYNAMIC, CodeKind.MEMBER_STATIC)


class FileWork:
    """Everything that happens while a member's file is open."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._actions = Actions(owner, self)
        self._revision = 0

    def handle(self, mode: OverFile, intent: do.Intent) -> bool:
        """Whether the intent was about the file; then it is done or under way."""
        if isinstance(intent, do.EscPressed):
            self._back(mode)
            return True
        match mode:
            case FileMode():
                return self._on_page(mode, intent)
            case FileFormMode():
                return self._on_form(mode, intent)
            case FilePickMode():
                return handle_rows(
                    self._owner, mode, mode.count, lambda place: self._picked(mode, place), intent
                )  # fmt: skip
            case OtherMemberMode():
                return self._on_others(mode, intent)

    def open(self, member: MemberId) -> None:
        """Open a member's file at its first page."""
        owner = self._owner
        owner.work(lambda: open_file(owner.till, member), lambda file: owner.change(mode=FileMode(file), toast=None))

    def _back(self, mode: OverFile) -> None:
        if isinstance(mode, FileMode):
            self._owner.change(mode=None, toast=None)

        else:
            self._owner.change(mode=mode.back, toast=None)

    # -- the pages ---------------------------------------------------------------

    def _on_page(self, mode: FileMode, intent: do.Intent) -> bool:
        match intent:
            case do.OpenMemberFile():
                self._turn(mode, 1)
            case FilePage(by=by, page=page):
                self._turn(mode, by if page < 0 else page - mode.page)
            case do.RowMoved(by=by):
                self._move(mode, by)
            case do.PickRow(index=index):
                self._owner.change(mode=replace(mode, selected=index))
            case FileAct(place=place):
                self._actions.do(mode, place)
            case do.Undo():
                self._actions.undo(mode)
            case do.EnterPressed(typed=""):
                pass  # nothing on a page is done without its digit
            case _:
                return False
        return True

    @property
    def around(self) -> Around:
        """What the lines of a page follow from besides the file."""
        till = self._owner.till
        return Around(till.programme, till.clock.now(), self._owner.language)

    def _turn(self, mode: FileMode, by: int) -> None:
        page = Page((mode.page + by) % len(Page))
        if page is Page.HISTORY and mode.history is None:
            self.read_history(replace(mode, page=page, selected=0), (None,))
        else:
            turned = replace(mode, page=page, selected=0)
            self._owner.change(mode=replace(turned, selected=self._next(turned, -1, 1)), toast=None)

    def _move(self, mode: FileMode, by: int) -> None:
        """Move among the lines; where nothing can be picked the keys scroll, and past a page of history it turns."""
        last = len(lines_of(mode, self.around)) - 1
        if mode.page is Page.HISTORY and not 0 <= mode.selected + by <= last:
            self.older(mode) if by > 0 else self.newer(mode)
        else:
            self._owner.change(mode=replace(mode, selected=self._next(mode, mode.selected, by)))

    def _next(self, mode: FileMode, place: int, by: int) -> int:
        """The next line in a direction that something can be done with; without one the first or last, to be seen."""
        lines = lines_of(mode, self.around)
        step = 1 if by > 0 else -1
        rest = range(place + step, len(lines) if step > 0 else -1, step)
        picked = [at for at in rest if lines[at].subject is not None][: abs(by)]
        if picked:
            return picked[-1]
        return 0 if by < 0 or place < 0 else max(0, len(lines) - 1)

    def older(self, mode: FileMode) -> None:
        """The page of history before this one, where there is one."""
        if mode.history is not None and mode.history.more:
            self.read_history(mode, (*mode.newer, mode.history.entries[-1].position))

    def newer(self, mode: FileMode) -> None:
        """The page of history after this one, where there is one."""
        if len(mode.newer) > 1:
            self.read_history(mode, mode.newer[:-1])

    def read_history(self, mode: FileMode, begins: tuple[int | None, ...]) -> None:
        """Show the page of history that begins before the last of these positions."""
        owner, who = self._owner, mode.file.member.id
        owner.work(
            lambda: member_history(owner.till, who, begins[-1]),
            lambda page: owner.change(mode=replace(mode, selected=0, history=page, newer=begins), toast=None),
        )

    # -- dialogs ---------------------------------------------------------------

    def next_revision(self) -> int:
        """A number that no dialog had: its fields take over the texts that come with it."""
        self._revision += 1
        return self._revision

    def _picked(self, mode: FilePickMode, place: int) -> None:
        form = mode.list.form(place, self.doing)
        self._owner.change(mode=FileFormMode(mode.back, form, revision=self.next_revision()), toast=None)

    @property
    def doing(self) -> Doing:
        """Who does what is done, now."""
        owner = self._owner
        return Doing(owner.till, owner.cashier, owner.online, owner.language, owner.shell.receipt_labels())

    def _on_form(self, mode: FileFormMode, intent: do.Intent) -> bool:
        match intent:
            case do.FormEdited(values=values, ticked=ticked):
                self._owner.change(mode=replace(mode, values=dict(values), ticked=ticked, error=None))
            case do.FormPicked(code=code) if code == BROWSE:
                self._owner.shell.choose_folder(mode.text("folder"), self._folder_chosen)
            case do.FormPicked(code=code, place=place):
                found = mode.form.sheet(mode, self._owner.language).ways
                choice = code or (found[place].code if 0 <= place < len(found) else mode.choice)
                self._owner.change(mode=replace(mode, choice=choice, error=None))
            case do.FormSubmitted(values=values, ticked=ticked):
                self._submit(replace(mode, values=dict(values), ticked=ticked, error=None))
            case do.OpenMemberFile():
                pass
            case _:
                return False
        return True

    def _folder_chosen(self, folder: str) -> None:
        mode = self._owner.session.mode
        if isinstance(mode, FileFormMode):
            values = {**mode.values, "folder": folder}
            self._owner.change(mode=replace(mode, values=values, error=None, revision=self.next_revision()))

    def _submit(self, mode: FileFormMode) -> None:
        """Do what the dialog says, once another person agrees where that is needed."""
        owner, form = self._owner, mode.form
        sheet = form.sheet(mode, owner.language)
        if not sheet.can_submit:
            return
        if not isinstance(form, NeedsAgreement):
            self._act(mode)
            return
        try:
            ask = form.ask(mode)
        except InvalidField as error:
            owner.change(mode=replace(mode, error=error))
            return
        if ask is None:
            self._act(mode)
            return
        owner.change(mode=mode)
        owner.ask_approval(
            ask, lambda language: form.sheet(mode, language).facts, lambda who: self._act(replace(mode, approver=who))
        )

    def _act(self, mode: FileFormMode) -> None:
        """Do it; what is refused is said in the dialog, and what was typed stays."""
        doing = self.doing

        def act() -> Done | InvalidField:
            try:
                return mode.form.act(mode, doing)
            except InvalidField as error:
                return error

        def done(result: Done | InvalidField) -> None:
            if isinstance(result, InvalidField):
                self._owner.change(mode=replace(mode, error=result))
            else:
                self.finish(mode.back, result)

        self._owner.work(act, done)

    def finish(self, mode: FileMode, done: Done) -> None:
        """Read the file again, and the sale's member with it, and say what was done."""
        owner = self._owner
        if done.opens_drawer:
            owner.shell.open_drawer()
        if done.slip is not None:
            owner.shell.print_receipt(done.slip)
            owner.session = replace(owner.session, last_receipt=done.slip)
        undo = offer_undo(do.Undo()) if done.can_undo else None
        notice = Notice(Tone.SUCCESS, "circle-check", done.said, done.detail, undo)
        if done.closed:
            self._close(mode.file.member.id, notice)
            return
        codes, who, online = owner.session.basket.cart.codes, mode.file.member.id, owner.online

        def read() -> tuple[MemberFile, HistoryPage | None, Wallet]:
            history = member_history(owner.till, who) if mode.page is Page.HISTORY else None
            return open_file(owner.till, who), history, wallet.load_wallet(owner.till, who, codes, online=online)

        def shown(found: tuple[MemberFile, HistoryPage | None, Wallet]) -> None:
            file, history, held = found
            basket = owner.session.basket
            opened = replace(mode, file=file, history=history, newer=(None,), revealed=done.revealed or mode.revealed)
            lines = lines_of(opened, self.around)
            opened = replace(opened, selected=min(opened.selected, max(0, len(lines) - 1)))
            owner.change(mode=opened, toast=notice)
            if basket.member is not None and basket.member.id == who:
                owner.reprice(replace(basket, member=file.member, wallet=held))
                owner.read_cards()

        owner.work(read, shown)

    def _close(self, gone: MemberId, notice: Notice) -> None:
        """Nobody is there any more: the sale on the counter goes on without them."""
        owner = self._owner
        basket = owner.session.basket
        owner.change(mode=None, undo=(), toast=notice)
        if basket.member is not None and basket.member.id == gone:
            owner.reprice(edits.detach(basket))

    # -- another member ---------------------------------------------------------------

    def _on_others(self, mode: OtherMemberMode, intent: do.Intent) -> bool:
        found = mode.found
        match intent:
            case do.LookupEdited(text=text):
                self._look_up(mode, text)
            case do.ScanReceived(text=text) if classify(text, tendering=False).kind in _READ:
                till = self._owner.till
                self._owner.work(lambda: identify(till, text), lambda one: self._actions.chose(mode, one[0]))
            case do.RowMoved(by=by) | do.LineMoved(by=by):
                selected = max(0, min(len(found.members) - 1, found.selected + by))
                self._owner.change(mode=replace(mode, found=replace(found, selected=selected)))
            case do.PickRow(index=index) if 0 <= index < len(found.members):
                self._choose(mode, found.members[index])
            case do.EnterPressed() if found.members:
                self._choose(mode, found.members[found.selected])
            case do.FunctionKey() | do.EnterPressed() | do.OpenMemberFile():
                pass  # no card is opened and no sale goes on while somebody is looked for
            case _:
                return False
        return True

    def _look_up(self, mode: OtherMemberMode, query: str) -> None:
        till = self._owner.till
        if not query:
            self._owner.change(mode=replace(mode, found=LookupMode(revision=mode.found.revision)), toast=None)
            return

        def found(result: Found) -> None:
            looked = LookupMode(
                query, result.members, 0, result.total, result.microseconds, mode.found.revision, result.stored
            )  # fmt: skip
            self._owner.change(mode=replace(mode, found=looked), toast=None)

        self._owner.work(lambda: find_members(till, query), found)

    def _choose(self, mode: OtherMemberMode, member: Member) -> None:
        till = self._owner.till
        self._owner.work(lambda: find_member(till, member.id), lambda found: self._actions.chose(mode, found or member))

    def attempt(self, mode: FileMode, job: Callable[[Doing], Done]) -> None:
        """Do something that asks for nothing first; what is refused is said over the page."""
        doing = self.doing
        self._owner.work(lambda: job(doing), lambda done: self.finish(mode, done))
