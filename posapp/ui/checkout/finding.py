"""Intents that bring goods or a member to the sale: scans, codes, numbers, names, new cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from posapp.application import members
from posapp.application import wallet as wallets
from posapp.application.member_life.cards import card_notice
from posapp.application.member_life.recognising import needs_second_factor
from posapp.application.phone import normalise_phone
from posapp.domain.card_face import faces
from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.domain.sale import Identification
from posapp.domain.scan_code import CodeKind, ScanCode, classify
from posapp.domain.time import BusinessDay
from posapp.domain.wallet import Wallet
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.card_kinds import kinds_of
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.goods_finding import PLU_DIGITS, GoodsFinding
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.recognising import Recognising
from posapp.ui.checkout.session import GoodsMode, LookupMode, NewCardMode, TenderMode
from posapp.ui.checkout.step_back import paying_under
from posapp.ui.checkout.words import given_words, offer_undo, warning
from posapp.ui.messages import msg

_PHONE_DIGITS = 11
_LAST_FOUR = 4


class Finding:
    """Whatever is looked up: goods and members.  `go_on` does what a new card was opened for."""

    def __init__(self, owner: Desk, goods: GoodsFinding, go_on: Callable[[do.Intent], None]) -> None:
        self._owner, self._goods, self._go_on = owner, goods, go_on
        self._revision = 0
        self._recognising = Recognising(owner, self._attach_known)

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about finding something; then it is under way."""
        owner = self._owner
        if self._recognising.handle(intent):
            return True
        match intent:
            case do.ScanReceived(text=text):
                self._scanned(text)
            case do.EnterPressed(typed=typed) if typed and not isinstance(owner.session.mode, TenderMode):
                self._typed(typed)
            case do.QuickItemChosen(slot=slot, typed=typed):
                self._goods.quick(slot, typed)
            case do.DetachMember() | do.FunctionKey(number=2, shift=True):
                self._take_off()
            case do.MemberKey(typed=typed) | do.FunctionKey(number=2, typed=typed):
                self._look_up(typed, open_on_one=False)
            case do.LookupEdited(text=text):
                self._look_up(text, open_on_one=True)
            case do.FunctionKey(number=3) if isinstance(owner.session.mode, NewCardMode):
                self._turn_face(owner.session.mode)
            case do.RowMoved(by=by) if isinstance(owner.session.mode, NewCardMode):
                self._turn_kind(owner.session.mode, by)
            case do.FunctionKey(number=3, typed=typed):
                self._open_new_card(typed)
            case do.NewCardEdited():
                self._new_card_edited(intent)
            case do.NewCardSubmitted():
                self._open_card(intent)
            case _:
                return self._rows(intent)
        return True

    def _rows(self, intent: do.Intent) -> bool:
        """Keys inside an open list of members or goods."""
        mode = self._owner.session.mode
        if not isinstance(mode, (LookupMode, GoodsMode)):
            return False
        count = len(mode.members) if isinstance(mode, LookupMode) else len(mode.products)
        match intent:
            case do.RowMoved(by=by) | do.LineMoved(by=by):
                self._owner.change(mode=replace(mode, selected=max(0, min(count - 1, mode.selected + by))))
            case do.PickRow(index=index) if 0 <= index < count:
                self._pick(mode, index)
            case do.EnterPressed(typed="") if count:
                self._pick(mode, mode.selected)
            case do.EnterPressed(typed=""):
                pass
            case _:
                return False
        return True

    def _pick(self, mode: LookupMode | GoodsMode, index: int) -> None:
        if isinstance(mode, GoodsMode):
            self._goods.add(mode.products[index])
        else:
            self._attach_listed(mode.members[index], _how(mode.query))

    # -- goods ---------------------------------------------------------------

    def _scanned(self, text: str) -> None:
        owner = self._owner
        owner.leave_complete()
        tendering = isinstance(owner.session.mode, TenderMode)
        code = classify(text, tendering=tendering, scale=owner.till.scale)
        match code.kind:
            case CodeKind.MEMBER_DYNAMIC | CodeKind.MEMBER_STATIC:
                self._identify(code)
            case CodeKind.PHONE:
                self._by_phone(code.text)
            case CodeKind.WECHAT_PAY | CodeKind.ALIPAY | CodeKind.UNION_PAY:
                owner.pay_by_code(code)
            case CodeKind.SCALE_LABEL:
                self._goods.label(code.text)
            case CodeKind.COUPON:
                owner.take_code(code.text)
            case CodeKind.UNKNOWN if tendering:
                self._goods.while_paying(code.text)
            case CodeKind.GTIN | CodeKind.UNKNOWN:
                self._goods.by_code(code.text)

    def _typed(self, typed: str) -> None:
        """Enter after something was typed: a PLU, a whole code or number, or the beginning of a name."""
        owner = self._owner
        owner.leave_complete()
        if typed.isascii() and typed.isdigit():
            if len(typed) <= PLU_DIGITS:
                self._goods.by_plu(typed)
            else:
                self._scanned(typed)
            return
        if not owner.take_code(typed):
            self._goods.by_name(typed)

    # -- members ---------------------------------------------------------------

    def _identify(self, code: ScanCode) -> None:
        owner = self._owner
        owner.work(lambda: members.identify(owner.till, code.text), lambda found: self._attach(*found))

    def _by_phone(self, digits: str) -> None:
        owner = self._owner

        def found(result: members.Found) -> None:
            if result.members:
                self._attach(result.members[0], Identification.PHONE)
            else:
                self._open_new_card(digits[-_PHONE_DIGITS:])

        owner.work(lambda: members.find_members(owner.till, digits[-_PHONE_DIGITS:]), found)

    def _look_up(self, query: str, *, open_on_one: bool) -> None:
        """After n `/`: one match is attached at once, several are listed and never chosen by themselves (ux.md §11)."""
        owner = self._owner
        owner.leave_complete()
        self._forget_entry(query)
        under = paying_under(owner.session.mode)
        if not query:
            owner.change(mode=LookupMode(revision=self._next_revision(), under=under), toast=None)
            return

        def found(result: members.Found) -> None:
            if len(result.members) == 1 and not open_on_one:
                self._attach(result.members[0], _how(query))
                return
            revision = owner.lookup.revision if owner.lookup is not None and open_on_one else self._next_revision()
            count, took = result.total, result.microseconds
            mode = LookupMode(query, result.members, 0, count, took, revision, result.stored, under)
            owner.change(mode=mode, toast=None)

        owner.work(lambda: members.find_members(owner.till, query), found)

    def _forget_entry(self, query: str) -> None:
        """What was keyed in while paying was a member's number and no amount."""
        mode = self._owner.session.mode
        if query and isinstance(mode, TenderMode):
            empty = replace(mode, entry="", revision=-self._next_revision())
            self._owner.session = replace(self._owner.session, mode=empty)

    def _attach(
        self, member: Member, how: Identification, toast: Notice | None = None, then: do.Intent | None = None
    ) -> None:
        """Put a card on the sale; whoever was away for long shows something besides the number first."""
        if needs_second_factor(member, self._owner.till.business_day(), how):
            self._recognising.ask(member, how)
        else:
            self._attach_known(member, how, toast, then)

    def _attach_known(
        self, member: Member, how: Identification, toast: Notice | None = None, then: do.Intent | None = None
    ) -> None:
        """The card is on the sale once its wallet is read: coupons, cards, and what this day brings."""
        owner = self._owner
        if member.id == owner.cashier.member:
            owner.change(mode=None, toast=warning("staff.own_card", detail="staff.own_card_next"))
            return
        codes, online = owner.session.basket.cart.codes, owner.online

        def read(wallet: Wallet) -> None:
            owner.session = replace(owner.session, mode=paying_under(owner.session.mode))
            said = toast or _card_ends(member, owner.till.business_day())
            owner.edit(edits.attach(owner.session.basket, member, how, wallet), toast=said)
            if then is not None:
                self._go_on(then)

        owner.work(lambda: wallets.open_wallet(owner.till, member.id, codes, online=online), read)

    def _attach_listed(self, member: Member, how: Identification) -> None:
        """A list shows names and balances; what a price needs besides is fetched for the one that was picked."""
        owner = self._owner
        owner.work(lambda: members.find_member(owner.till, member.id), lambda found: self._attach(found or member, how))

    def _take_off(self) -> None:
        """The sale goes on without the member; one key brings them back."""
        owner = self._owner
        member = owner.session.basket.member
        if member is None:
            owner.toast(warning("member.none_here"))
            return
        title = msg("member.taken_off", name=member.profile.name or member.profile.masked_phone)
        gone = Notice(Tone.INFO, "user-off", title, msg("member.taken_off_detail"), offer_undo(do.Undo()))
        owner.edit(edits.detach(owner.session.basket), toast=gone)

    # -- new card ---------------------------------------------------------------

    def _open_new_card(self, typed: str) -> None:
        lookup = self._owner.lookup
        phone = typed or (lookup.query if lookup is not None and len(lookup.query) > _LAST_FOUR else "")
        phone = phone if phone.isdigit() else ""
        self._owner.leave_complete()
        under = paying_under(self._owner.session.mode)
        self._owner.change(mode=NewCardMode(phone, revision=self._next_revision(), under=under), toast=None)
        self._look_whose(phone)

    def _turn_face(self, mode: NewCardMode) -> None:
        """F3 once more: the card wears the next face."""
        every = ("", *faces(self._owner.session.face))
        self._owner.change(mode=replace(mode, face=every[(every.index(mode.face) + 1) % len(every)]))

    def _turn_kind(self, mode: NewCardMode, by: int) -> None:
        """An arrow: the card comes with the next of what there is."""
        kinds = kinds_of(mode, self._owner.till.programme)
        self._owner.change(mode=replace(mode, kind=(mode.kind + by) % len(kinds)))

    def _new_card_edited(self, intent: do.NewCardEdited) -> None:
        owner = self._owner
        mode = owner.session.mode
        if not isinstance(mode, NewCardMode):
            return
        owner.change(mode=replace(mode, phone=intent.phone, name=intent.name, birthday=intent.birthday, known=None))
        self._look_whose(intent.phone)

    def _look_whose(self, phone: str) -> None:
        """Whether a whole number on the new card is somebody's already."""
        owner = self._owner
        digits = "".join(character for character in phone if character.isdigit())
        if len(digits) != _PHONE_DIGITS:
            return

        def found(result: members.Found) -> None:
            now = owner.session.mode
            if isinstance(now, NewCardMode) and now.phone == phone and result.members:
                owner.change(mode=replace(now, known=result.members[0]))

        owner.work(lambda: members.find_members(owner.till, digits), found)

    def _open_card(self, intent: do.NewCardSubmitted) -> None:
        owner = self._owner
        mode = owner.session.mode
        chosen = mode if isinstance(mode, NewCardMode) else NewCardMode()
        kind = kinds_of(chosen, owner.till.programme)[chosen.kind]
        try:
            normalise_phone(intent.phone)
        except InvalidField as error:
            owner.report(error)
            return

        def opened(card: members.OpenedCard) -> None:
            how = Identification.NEW_CARD if card.created else Identification.PHONE
            self._attach(card.member, how, _welcome(card, owner.language) if card.created else None, kind.then)

        owner.work(
            lambda: members.open_card(
                owner.till,
                intent.phone,
                owner.cashier.id,
                name=intent.name,
                birthday=intent.birthday,
                marketing=intent.marketing,
                face=chosen.face,
            ),
            opened,
        )

    def _next_revision(self) -> int:
        self._revision += 1
        return self._revision


def _card_ends(member: Member, today: BusinessDay) -> Notice | None:
    """That the card ends soon, or has: another one is given in the member's file, and nothing is lost (W-15)."""
    notice = card_notice(member.card_until, today)
    if notice is None:
        return None
    day = str(notice.last_day)
    ends = msg("card.ended", day=day) if notice.has_ended else msg("card.ends", day=day, days=notice.days_left)
    return Notice(Tone.WARN, "alert-triangle", ends, msg("card.ends_detail"))


def _how(query: str) -> Identification:
    if query.isdigit() and len(query) == _PHONE_DIGITS:
        return Identification.PHONE
    return Identification.LAST_FOUR


def _welcome(card: members.OpenedCard, language: str) -> Notice:
    """The new card's number, or what it brought."""
    number = msg("card.number_print", number=card.member.card_number)
    if card.given:
        number = msg("coupons.given", gifts=given_words(card.given, language))
    return Notice(
        Tone.SUCCESS, "user-check", msg("toast.joined"), number, Action(msg("toast.undo"), "Ctrl Z", do.Undo())
    )
