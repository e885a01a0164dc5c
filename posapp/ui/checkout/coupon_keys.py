"""Intents about coupons: F4 lists them, picking one uses it or leaves it, a code or a word brings one."""

from __future__ import annotations

from dataclasses import replace

from posapp.application import coupons, members
from posapp.application import wallet as wallets
from posapp.application.gifts_given import Given
from posapp.application.triggers import accept_referral
from posapp.domain.coupon_code import is_coupon_code
from posapp.domain.errors import InvalidField
from posapp.domain.pricing import BenefitOutcome, Status
from posapp.domain.wallet import Wallet
from posapp.ui.checkout import basket_edits as edits
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.desk import Desk
from posapp.ui.checkout.list_keys import handle_rows
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.screen_cart import is_unusable
from posapp.ui.checkout.screen_coupons import coupon_outcomes
from posapp.ui.checkout.wallet_modes import CouponsMode
from posapp.ui.checkout.words import given_words, said, warning
from posapp.ui.messages import msg


class CouponKeys:
    """Coupons on this sale."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def handle(self, intent: do.Intent) -> bool:
        """Whether the intent was about coupons; then it is done or under way."""
        owner = self._owner
        if isinstance(intent, do.FunctionKey) and intent.number == 4:
            if not intent.typed:
                self._open()
            elif not self.take(intent.typed):
                self._refer(intent.typed)
            return True
        mode = owner.session.mode
        if not isinstance(mode, CouponsMode):
            return False
        count = len(self._outcomes())
        if not count and intent == do.EnterPressed(""):
            owner.change(mode=None)
            return True
        return handle_rows(owner, mode, count, self._pick, intent)

    def take(self, code: str) -> bool:
        """Take what was typed or scanned as a coupon's code or a word; False where it is neither."""
        owner = self._owner
        programme = owner.till.programme
        of_offer = next((o.code for o in programme.offers if o.code and o.code.upper() == code.upper()), None)
        if of_offer is not None:
            self._enter(of_offer)
        elif is_coupon_code(code):
            self._bring(code)
        elif programme.coupons.claimed_by(code) is not None:
            self._claim(code)
        else:
            return False
        return True

    # -- the list ---------------------------------------------------------------

    def _outcomes(self) -> tuple[BenefitOutcome, ...]:
        return coupon_outcomes(self._owner.session.quote)

    def _open(self) -> None:
        """One coupon is used or left at once; several are listed."""
        owner = self._owner
        owner.leave_complete()
        found = self._outcomes()
        waiting = owner.session.basket.wallet.withheld
        if not found and not waiting:
            owner.toast(warning("toast.no_coupon"))
        elif len(found) == 1 and not waiting and not is_unusable(found[0].status):
            self._toggle(found[0])
        else:
            owner.change(mode=CouponsMode(), toast=None)

    def _pick(self, index: int) -> None:
        owner = self._owner
        one = self._outcomes()[index]
        if is_unusable(one.status):
            owner.toast(Notice(Tone.WARN, "ticket", said(owner.explain(one.explanation))))
            return
        owner.session = replace(owner.session, mode=None)
        self._toggle(one)

    def _toggle(self, one: BenefitOutcome) -> None:
        """Use a coupon, or leave the one that is used; another that was insisted on gives way."""
        owner = self._owner
        basket = owner.session.basket
        wanted = one.status is not Status.APPLIED
        if wanted:
            others = {each.code or each.rule for each in self._outcomes()}
            chosen = {rule: want for rule, want in basket.cart.chosen.items() if rule not in others or not want}
            basket = replace(basket, cart=replace(basket.cart, chosen=chosen))
        owner.edit(edits.choose(basket, one.code or one.rule, wanted))

    # -- codes ---------------------------------------------------------------

    def _enter(self, code: str) -> None:
        """A code of an offer, or a printed coupon nobody claimed: it is on the sale."""
        owner = self._owner
        basket = owner.session.basket
        who = basket.member.id if basket.member is not None else None
        codes = dict.fromkeys((*basket.cart.codes, code))
        online = owner.online

        def read(wallet: Wallet) -> None:
            owner.edit(edits.add_code(owner.session.basket, code, wallet))
            outcome = next((one for one in owner.session.quote.benefits if one.code == code), None)
            if outcome is not None and outcome.status is not Status.APPLIED:
                owner.toast(Notice(Tone.WARN, "ticket", said(owner.explain(outcome.explanation))))

        owner.leave_complete()
        owner.work(lambda: wallets.load_wallet(owner.till, who, tuple(codes), online=online), read)

    def _bring(self, code: str) -> None:
        """A single coupon: the member's own is used, a printed one is claimed, or used by whoever brings it."""
        owner = self._owner
        basket = owner.session.basket
        if any(coupon.code == code for coupon in basket.wallet.coupons):
            owner.edit(edits.choose(basket, code, wanted=True))
        elif basket.member is not None:
            self._claim(code)
        else:
            self._present(code)

    def _present(self, code: str) -> None:
        owner = self._owner
        online = owner.online

        def look() -> None:
            with owner.till.database.read() as connection:
                why = wallets.why_not(owner.till, connection, code, None, online=online)
            if why is not None:
                raise InvalidField("code", why.en, why.zh)

        owner.work(look, lambda _nothing: self._enter(code))

    def _refer(self, typed: str) -> None:
        """A number and F4: the member with that number brought the one on the sale, and both get what is promised."""
        owner = self._owner
        member = owner.session.basket.member
        if member is None:
            owner.toast(warning("coupons.need_member", detail="coupons.need_member_detail"))
            return
        codes, online = owner.session.basket.cart.codes, owner.online

        def refer() -> tuple[tuple[Given, ...], Wallet]:
            found = members.find_members(owner.till, typed).members
            if len(found) != 1:
                raise InvalidField(
                    "inviter",
                    f"{len(found)} members match {typed[:12]}: type the whole number of who brought this customer",
                    f"{typed[:12]} 匹配到 {len(found)} 位会员：输推荐人完整手机号再按 F4",
                )
            _to_inviter, given = accept_referral(owner.till, found[0].id, member.id, owner.cashier.id)
            return given, wallets.load_wallet(owner.till, member.id, codes, online=online)

        def referred(found: tuple[tuple[Given, ...], Wallet]) -> None:
            given, wallet = found
            if not given:
                owner.toast(warning("coupons.referred_before"))
                return
            gifts = given_words(given, owner.language)
            notice = Notice(Tone.SUCCESS, "users", msg("coupons.referred", gifts=gifts))
            owner.edit(replace(owner.session.basket, wallet=wallet), toast=notice)

        owner.work(refer, referred)

    def _claim(self, code: str) -> None:
        owner = self._owner
        member = owner.session.basket.member
        if member is None:
            owner.toast(warning("coupons.need_member", detail="coupons.need_member_detail"))
            return
        codes, online = owner.session.basket.cart.codes, owner.online

        def claim() -> tuple[tuple[Given, ...], Wallet]:
            given = coupons.claim(owner.till, member.id, code, owner.cashier, online=online)
            return given, wallets.load_wallet(owner.till, member.id, codes, online=online)

        def claimed(found: tuple[tuple[Given, ...], Wallet]) -> None:
            given, wallet = found
            if not given:
                owner.toast(warning("coupons.claimed_before"))
                return
            notice = Notice(
                Tone.SUCCESS, "ticket", msg("coupons.claimed", gifts=given_words(given, owner.language))
            )  # fmt: skip
            owner.edit(replace(owner.session.basket, wallet=wallet), toast=notice)

        owner.work(claim, claimed)
