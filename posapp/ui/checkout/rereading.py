"""What is read again when something changed under the basket: the wallet, the member's cards, the shop itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from posapp.application import founding, goods, members
from posapp.application import wallet as wallets
from posapp.application.card_faces import chosen_face
from posapp.application.stored_value.cards import stored_cards

if TYPE_CHECKING:
    from posapp.domain.catalogue import Product
    from posapp.domain.member import Member
    from posapp.domain.stored_card import StoredCard
    from posapp.domain.wallet import Wallet
    from posapp.ui.checkout.desk import Desk
    from posapp.ui.checkout.session import Basket


class Rereading:
    """Reads where the disk may be waited for, and puts what it found under the basket that is there by then."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner

    def read_wallet(self) -> None:
        """What may be used changed under the basket on the counter."""
        owner = self._owner
        basket = owner.session.basket
        if basket.member is None and not basket.cart.codes:
            return

        def read(wallet: Wallet) -> None:
            now = owner.session.basket
            if now.member is basket.member:
                owner.reprice(replace(now, wallet=wallet))

        def load() -> Wallet:
            if basket.member is not None and owner.online:
                owner.till.hold(basket.member.id)
            return self._wallet_of(basket)

        owner.work(load, read)

    def read_cards(self) -> None:
        """Read the stored-value cards of the member of this sale."""
        owner = self._owner
        member = owner.session.basket.cart.member
        if member is None or owner.till.programme.stored_value is None:
            owner.session = replace(owner.session, cards=(), cards_of=member)
            return

        def read(cards: list[StoredCard]) -> None:
            if owner.session.basket.cart.member == member:
                owner.change(cards=tuple(cards))

        # Asked for once: what is read meanwhile is of this member too.
        owner.session = replace(owner.session, cards=(), cards_of=member)
        owner.work(lambda: stored_cards(owner.till, member), read)

    def reload_shop(self) -> None:
        """Catalogue, programme or members changed by the server: read what is on the screen again."""
        owner = self._owner

        def load() -> tuple[list[Product], Member | None, Wallet, str | bytes]:
            founding.refresh(owner.till)
            basket = owner.session.basket
            known = members.find_member(owner.till, basket.member.id) if basket.member is not None else None
            return goods.quick_items(owner.till), known, self._wallet_of(basket), chosen_face(owner.till)

        def loaded(found: tuple[list[Product], Member | None, Wallet, str | bytes]) -> None:
            basket, (quick, member, wallet, face) = owner.session.basket, found
            owner.session = replace(owner.session, quick=tuple(quick), face=face)
            same = member is not None and basket.member is not None and basket.member.id == member.id
            owner.reprice(replace(basket, member=member, wallet=wallet) if same else basket)

        owner.work(load, loaded)

    def _wallet_of(self, basket: Basket) -> Wallet:
        owner = self._owner
        who = basket.member.id if basket.member is not None else None
        return wallets.load_wallet(owner.till, who, basket.cart.codes, online=owner.online)
