"""Intents about points that no sale moves: Ctrl+G lists what they bring; picking a row checks in, gives, or draws."""

from __future__ import annotations

from dataclasses import replace

from posapp.application import draws, gifts, members, points
from posapp.application.draws import Drawn, DrawOffer
from posapp.application.gifts import Buyer, GiftHandedOver, GiftOffer
from posapp.application.points import CheckInOffer, PointsGiven
from posapp.domain.member import Member
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.state import SyncKind
from posapp.ui.checkout.wallet_modes import GiftsMode
from posapp.ui.checkout.words import named, offer_undo, warning
from posapp.ui.messages import msg


class GiftKeys:
    """The list of gifts, and the last one handed over, which can be taken back while its notice stands."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._last: tuple[Notice, bytes] | None = None

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about gifts; then it is done or under way."""
        match intent:
            case do.OpenGifts():
                self._open()
            case do.Undo() if self._last is not None and self._owner.session.toast is self._last[0]:
                self._take_back(self._last[1])
            case _:
                return self._rows(intent)
        return True

    def _rows(self, intent: do.Intent) -> bool:
        mode = self._owner.session.mode
        if not isinstance(mode, GiftsMode):
            return False
        return handle_rows(self._owner, mode, mode.count, lambda index: self._pick(mode.rows[index]), intent)

    def _open(self) -> None:
        owner = self._owner
        owner.leave_complete()
        member = owner.session.basket.member
        if member is None:
            owner.toast(warning("gifts.need_member", detail="passes.need_member_detail"))
            return
        till = owner.till

        def look() -> GiftsMode:
            pool = gifts.gift_pool(till, member.id)
            open_now = draws.open_draws(till, member.id, pool.available)
            return GiftsMode(pool, open_now, points.check_in_offer(till, member.id))

        owner.work(look, lambda mode: owner.change(mode=mode, toast=None))

    def _pick(self, row: CheckInOffer | GiftOffer | DrawOffer) -> None:
        member = self._owner.session.basket.member
        if member is None:
            return
        match row:
            case GiftOffer():
                self._redeem(member, row)
            case DrawOffer():
                self._draw(member, row)
            case CheckInOffer():
                self._check_in(member)

    def _buyer(self, member: Member) -> Buyer:
        return Buyer(member.id, self._owner.session.basket.cart.identified_by)

    @property
    def _online(self) -> bool:
        return self._owner.session.sync.kind is not SyncKind.OFFLINE

    def _redeem(self, member: Member, offer: GiftOffer) -> None:
        owner, request = self._owner, self._owner.till.entropy.bytes(16)
        buyer, online = self._buyer(member), self._online

        def job() -> tuple[GiftHandedOver, Member | None]:
            done = gifts.redeem_gift(owner.till, buyer, offer.gift.id, owner.cashier, request, online=online)
            return done, members.find_member(owner.till, member.id)

        def handed_over(result: tuple[GiftHandedOver, Member | None]) -> None:
            done, known = result
            before, after = done.before.points.count, done.after.points.count
            title = msg("gifts.redeemed", name=named(done.gift.name, owner.language), before=before, after=after)
            notice = Notice(Tone.SUCCESS, "gift", title, None, offer_undo(do.Undo()))
            self._last = (notice, request)
            self._finish(notice, known)

        owner.work(job, handed_over)

    def _draw(self, member: Member, offer: DrawOffer) -> None:
        owner, request = self._owner, self._owner.till.entropy.bytes(16)
        buyer, online = self._buyer(member), self._online

        def job() -> tuple[Drawn, Member | None]:
            done = draws.draw_once(owner.till, buyer, offer.draw.id, owner.cashier, request, online=online)
            return done, members.find_member(owner.till, member.id)

        def drawn(result: tuple[Drawn, Member | None]) -> None:
            done, known = result
            before, after = done.before.points.count, done.after.points.count
            if done.prize is None:
                title = msg("gifts.won_nothing", before=before, after=after)
                notice = Notice(Tone.INFO, "confetti", title)
            else:
                name = named(done.prize.name, owner.language)
                notice = Notice(Tone.SUCCESS, "confetti", msg("gifts.won", name=name, before=before, after=after))
            self._finish(notice, known)

        owner.work(job, drawn)

    def _check_in(self, member: Member) -> None:
        owner = self._owner

        def job() -> tuple[PointsGiven, Member | None]:
            given = points.check_in(owner.till, member.id, owner.cashier)
            return given, members.find_member(owner.till, member.id)

        def checked_in(result: tuple[PointsGiven, Member | None]) -> None:
            given, known = result
            title = msg("gifts.checked_in", points=given.change.points, streak=given.streak)
            self._finish(Notice(Tone.SUCCESS, "calendar-event", title), known)

        owner.work(job, checked_in)

    def _take_back(self, request: bytes) -> None:
        owner, member = self._owner, self._owner.session.basket.member
        self._last = None

        def job() -> Member | None:
            gifts.return_gift(owner.till, request, owner.cashier)
            return members.find_member(owner.till, member.id) if member is not None else None

        owner.work(job, lambda known: self._finish(Notice(Tone.INFO, "arrow-back-up", msg("gifts.taken_back")), known))

    def _finish(self, notice: Notice, known: Member | None) -> None:
        """The list closes, the sale goes on with the member's new balances."""
        owner = self._owner
        basket = owner.session.basket
        if known is not None and basket.member is not None and basket.member.id == known.id:
            owner.reprice(replace(basket, member=known))
        owner.change(mode=None, toast=notice)
