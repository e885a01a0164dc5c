"""Which action stands behind which digit of a member's file, and what it needs before its dialog opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from posapp.application import member_life as life
from posapp.application import points
from posapp.application.member_file import FileCoupon
from posapp.application.member_history import HistoryEntry
from posapp.application.passes import returnable_passes
from posapp.application.workshops import Seating
from posapp.domain.errors import InvalidField
from posapp.domain.member import Member
from posapp.domain.staff import Right
from posapp.domain.text import Text
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.file_modes import (
    Doing,
    Done,
    FileForm,
    FileFormMode,
    FileList,
    FileMode,
    FilePickMode,
)
from posapp.ui.checkout.folders import export_folder
from posapp.ui.checkout.member_file.events import EVENT_ACTIONS, take_back
from posapp.ui.checkout.member_file.forms_bonus import Cards, NamedCard
from posapp.ui.checkout.member_file.forms_face import ChooseFace
from posapp.ui.checkout.member_file.forms_passes import Passes
from posapp.ui.checkout.member_file.forms_person import (
    ChangeNumber,
    EditProfile,
    ExportData,
    Guardian,
    Leave,
    ReassignNumber,
    RevealNumber,
)
from posapp.ui.checkout.member_file.forms_points import PointsByHand, RewardReview, TierByHand
from posapp.ui.checkout.member_file.forms_transfer import Claims
from posapp.ui.checkout.member_file.forms_wallet import (
    HandOn,
    Merge,
    Merges,
    ReplaceCard,
    Template,
    Templates,
    VoidCoupon,
)
from posapp.ui.checkout.member_file.lines import Around, card_name, subject_of
from posapp.ui.checkout.member_file.screen import ACTIONS, is_open
from posapp.ui.checkout.screen_coupons import template_name
from posapp.ui.checkout.session import LookupMode, OtherMemberMode
from posapp.ui.checkout.words import tier_style, trouble
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from posapp.ui.checkout.member_file.lines import Subject

_NEEDS_NETWORK: Final = frozenset(
    {"number", "reassign", "merge", "unmerge", "leave", "hand_on", "pass_back", "transfer"}
)  # fmt: skip
"""What two tills must not do at once (domain.md §5.1)."""
_NOTHING: Final[Mapping[str, str]] = {}


class Work(Protocol):
    """What goes on around the actions: the page they were begun on."""

    @property
    def around(self) -> Around:
        """What the lines of a page follow from besides the file."""
        ...

    @property
    def doing(self) -> Doing:
        """Who does what is done, now."""
        ...

    def next_revision(self) -> int:
        """A number that no dialog had."""
        ...

    def attempt(self, mode: FileMode, job: Callable[[Doing], Done]) -> None:
        """Do something that asks for nothing first."""
        ...

    def older(self, mode: FileMode) -> None:
        """The page of history before this one."""
        ...

    def newer(self, mode: FileMode) -> None:
        """The page of history after this one."""
        ...


class Actions:
    """Begins what a digit stands for."""

    def __init__(self, owner: Desk, work: Work) -> None:
        self._owner, self._work = owner, work

    def do(self, mode: FileMode, place: int) -> None:
        """Begin the action at a place of the open page; what is refused offline is said at once, in one sentence."""
        codes = ACTIONS[mode.page]
        subject = subject_of(mode, self._work.around)
        if not (0 <= place < len(codes) and is_open(mode, codes[place], subject)):
            return
        code = codes[place]
        if code in _NEEDS_NETWORK:
            try:
                life.require_network(online=self._owner.online)
            except InvalidField as error:
                self._owner.toast(trouble(error, self._owner.language))
                return
        if not self._about_subject(mode, code, subject):
            self._about_member(mode, code)

    def undo(self, mode: FileMode) -> None:
        """Take back what can be: a check-in that was a mistake."""
        subject = subject_of(mode, self._work.around)
        if isinstance(subject, Seating):
            self._work.attempt(mode, lambda doing: take_back(mode, subject, doing))

    def _about_subject(self, mode: FileMode, code: str, subject: Subject | None) -> bool:
        match code, subject:
            case "void", FileCoupon():
                self._open(mode, VoidCoupon(subject, self._name_of(subject)))
            case "hand_on", FileCoupon():
                self._find(mode, subject)
            case "review", HistoryEntry():
                rule = self._owner.till.programme.rewards.review
                self._open(mode, RewardReview(subject, rule.points if rule is not None else 0))
            case "join" | "quit" | "arrive", Seating():
                act = EVENT_ACTIONS[code]
                self._work.attempt(mode, lambda doing: act(mode, subject, doing))
            case "older", _:
                self._work.older(mode)
            case "newer", _:
                self._work.newer(mode)
            case _:
                return False
        return True

    def _about_member(self, mode: FileMode, code: str) -> None:
        profile, till = mode.file.member.profile, self._owner.till
        match code:
            case "reveal":
                self._open(mode, RevealNumber())
            case "edit":
                self._open(mode, EditProfile(), {"name": profile.name, "birthday": profile.birthday})
            case "number":
                self._open(mode, ChangeNumber())
            case "reassign":
                self._open(mode, ReassignNumber())
            case "marketing":
                self._work.attempt(mode, lambda doing: _toggle_marketing(mode, doing))
            case "guardian":
                self._open(mode, Guardian(), {"guardian": mode.file.membership.guardian})
            case "export":
                self._open(mode, ExportData(), {"folder": export_folder()})
            case "face":
                programme, tier = till.programme, till.programme.tier(mode.file.tier.code)
                form = ChooseFace(self._owner.session.face, tier_style(programme, tier), tier.name)
                self._open(mode, form, choice=mode.file.membership.face)
            case "merge":
                self._find(mode, None)
            case "transfer":
                self._find(mode, None, transfers=True)
            case "unmerge":
                self._list_merges(mode)
            case "pass_back":
                self._list_passes(mode)
            case "bonus":
                self._list_cards(mode)
            case "leave":
                who = mode.file.member.id
                self._owner.work(
                    lambda: life.preview_leaving(till, who), lambda leaving: self._open(mode, Leave(leaving))
                )
            case "give":
                self._list_templates(mode)
            case "card":
                self._open(mode, ReplaceCard())
            case "points":
                available = mode.file.member.points_on(till.business_day()).available
                self._open(mode, PointsByHand(available, till.programme.rewards.manual_most))
            case "tier":
                self._open(mode, TierByHand(till.programme), choice=mode.file.tier.code)
            case "share":
                self._work.attempt(mode, lambda doing: _reward_share(mode, doing))
            case _:
                raise LookupError(f"no action is called {code}")

    def _open(self, mode: FileMode, form: FileForm, values: Mapping[str, str] = _NOTHING, choice: str = "") -> None:
        opened = FileFormMode(mode, form, values, choice, revision=self._work.next_revision())
        self._owner.change(mode=opened, toast=None)

    def _name_of(self, coupon: FileCoupon) -> Text:
        return template_name(self._owner.till.programme, coupon.template)

    # -- lists ---------------------------------------------------------------

    def _list(self, mode: FileMode, listed: FileList, count: int) -> None:
        self._owner.change(mode=FilePickMode(mode, listed, count), toast=None)

    def _list_templates(self, mode: FileMode) -> None:
        programme = self._owner.till.programme
        held = [one.template for one in mode.file.coupons]
        every = tuple(
            Template(offer.id, offer.name, held.count(offer.id), programme.coupons.template(offer.id).per_member)
            for offer in programme.offers
            if offer.by == "coupon"
        )
        self._list(mode, Templates(every), len(every))

    def _list_passes(self, mode: FileMode) -> None:
        till, who = self._owner.till, mode.file.member.id
        self._owner.work(
            lambda: returnable_passes(till, who), lambda found: self._list(mode, Passes(found), len(found))
        )

    def _list_cards(self, mode: FileMode) -> None:
        programme, today = self._owner.till.programme, self._owner.till.business_day()
        cards = tuple(NamedCard(one, card_name(programme, one.kind), today) for one in mode.file.stored)
        listed = Cards(cards, self._owner.cashier.limits.most(Right.BONUS_BY_HAND))
        if len(cards) == 1:
            self._open(mode, listed.form(0, self._work.doing))
        else:
            self._list(mode, listed, len(cards))

    def _list_merges(self, mode: FileMode) -> None:
        till, who = self._owner.till, mode.file.member.id
        self._owner.work(
            lambda: life.undoable_merges(till, who), lambda found: self._list(mode, Merges(found), len(found))
        )

    # -- another member ---------------------------------------------------------------

    def _find(self, mode: FileMode, coupon: FileCoupon | None, *, transfers: bool = False) -> None:
        name = self._name_of(coupon) if coupon is not None else None
        # The same sheet finds members for the sale, which counts its own revisions up from one.
        opened = LookupMode(revision=-self._work.next_revision())
        code = coupon.code if coupon is not None else ""
        self._owner.change(mode=OtherMemberMode(mode, opened, code, name, transfers), toast=None)

    def chose(self, mode: OtherMemberMode, other: Member) -> None:
        """The other member was found: show what it would do."""
        till, who = self._owner.till, mode.back.file.member.id
        if mode.name is not None:
            self._open(mode.back, HandOn(mode.coupon, mode.name, other))
            return
        if mode.transfers:
            self._owner.work(
                lambda: life.transferable_claims(till, who, other.id),
                lambda found: self._list(mode.back, Claims(found, other), len(found)),
            )
            return
        self._owner.work(
            lambda: life.preview_merge(till, who, other.id),
            lambda preview: self._open(mode.back, Merge(other, preview)),
        )


def _toggle_marketing(mode: FileMode, doing: Doing) -> Done:
    """Consent is taken back with the key that gave it (PIPL 15)."""
    granted = not mode.file.membership.agreed_to("marketing")
    life.set_consent(doing.till, mode.file.member.id, "marketing", granted=granted, operator=doing.cashier.id)
    return Done(msg("file.marketing_on" if granted else "file.marketing_off"))


def _reward_share(mode: FileMode, doing: Doing) -> Done:
    given = points.reward_share(doing.till, mode.file.member.id, doing.cashier)
    return Done(msg("file.rewarded", points=given.change.points))
