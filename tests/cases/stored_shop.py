"""A shop with stored value on a real encrypted database, and one member to serve."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.founding import NewShop, found_shop
from posapp.application.import_members import OpeningMember
from posapp.application.members import find_members, import_opening_members
from posapp.application.stored_value.cards import stored_cards
from posapp.application.stored_value.identity import IdentityPaper
from posapp.application.stored_value.spending import StoredPayment, plan_payment
from posapp.application.stored_value.top_up import TopUp, TopUpDone, top_up
from posapp.application.till import Till
from posapp.domain.amounts import Growth, Money, Points, Quantity
from posapp.domain.events import Tender
from posapp.domain.ids import MemberId, Sku
from posapp.domain.member import Member, Profile
from posapp.domain.pricing import PlannedTender
from posapp.domain.sale import CartLine, Identification, TenderMethod
from posapp.domain.stored_card import StoredCard
from posapp.storage.database import open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret
from tests.integration.tills import CASHIER, SeededEntropy, SteppingClock

PAPER = IdentityPaper("林晓梅", "11010519491231002X")
PLANS: list[dict[str, Any]] = [
    {"code": "p1000", "pay": "1000.00", "get": "200.00"},
    {"code": "p500", "pay": "500.00", "get": "60.00", "parts": 6},
    {"code": "p300", "pay": "300.00", "get": "30.00", "bonus_days": 90},
]
STORED_VALUE: dict[str, Any] = {
    "merchant": {"entity": "enterprise", "province": "shanghai", "class": "scale", "revenue": "10000.00"},
    "cards": [
        {"code": "main", "name": {"zh_CN": "储值卡", "en": "Balance"}},
        {"code": "vip", "name": {"zh_CN": "至尊储值卡", "en": "Supreme"}, "sold_rate": 9000},
        {"code": "gift", "name": {"zh_CN": "礼品卡", "en": "Gift card"}, "named": False, "years": 3},
    ],
    "plans": PLANS,
}
PROGRAMME: dict[str, Any] = {
    "version": 1,
    "tiers": [
        {"code": "normal"},
        {"code": "silver", "rate": 9000, "any_of": {"spend": "500.00"}},
        {"code": "gold", "rate": 8500, "any_of": {"spend": "2000.00"}},
    ],
    "points": {"earn": {}, "redeem": {}},
    "round_off": "jiao",
    "growth_per_yuan": 1,
    "campaigns": [
        {
            "id": "day18",
            "during": {"month_days": [18]},
            "for": {"members": True},
            "rate": 9000,
            "points_times": 2,
        }
    ],
    "offers": [
        {"id": "five", "by": "code", "code": "FIVE", "give": {"type": "amount", "amount": "5.00"}},
    ],
    "stored_value": STORED_VALUE,
}


@dataclass
class Shop:
    """A till with its clock; `serial` draws the ids of top-ups."""

    till: Till
    clock: SteppingClock
    serial: int = 0
    sold: list[CompletedSale] = field(default_factory=list)

    def member(self, digits: str = "6021") -> Member:
        (found,) = find_members(self.till, digits).members
        return found

    @property
    def who(self) -> MemberId:
        return self.member().id

    def request(self, amount: str, **changes: Any) -> TopUp:
        self.serial += 1
        kind = changes.pop("kind", "main")
        made = TopUp(
            id=f"top-up {self.serial}".encode(),
            kind=kind,
            member=None if kind == "gift" else self.who,
            cashier=CASHIER,
            amount=Money.parse(amount),
            method=TenderMethod.CASH,
            paper=PAPER,
        )
        return replace(made, **changes)

    def top_up(self, amount: str, **changes: Any) -> TopUpDone:
        return top_up(self.till, self.request(amount, **changes))

    def card(self, kind: str = "main") -> StoredCard:
        return next(card for card in stored_cards(self.till, self.who) if card.kind == kind)

    def buy(
        self,
        *lines: CartLine,
        wallet: str = "",
        kind: str = "main",
        card: StoredCard | None = None,
        code: str = "",
        codes: tuple[str, ...] = (),
        points: int = 0,
        known_by: Identification = Identification.PIN,
        online: bool = True,
        anonymous: bool = False,
        buyer: str = "6021",
    ) -> CompletedSale:
        """Sell lines: so much by stored value, the rest in cash.  `buyer` are the last digits of who buys."""
        till, member = self.till, None if anonymous else self.member(buyer)
        cart = new_cart(till)
        for line in lines:
            cart = cart.add(line)
        cart = replace(cart, member=member.id if member else None, identified_by=known_by, codes=codes)
        cart = replace(cart, points_wanted=points)
        planned: list[PlannedTender] = []
        payment = None
        if wallet:
            card = card or self.card(kind)
            payment = StoredPayment(card.id, Money.parse(wallet), code, online)
            planned = plan_payment(card, payment.amount, till.business_day())
        quote = price_cart(till, cart, member, [*planned, PlannedTender(TenderMethod.CASH)])
        tenders: list[Tender] = []
        if payment is not None:
            tenders.append(Tender(TenderMethod.STORED_VALUE, payment.amount, payment.amount))
        rest = quote.due - (payment.amount if payment is not None else Money(0))
        if rest:
            tenders.append(Tender(TenderMethod.CASH, rest, rest))
        request = SaleRequest(cart, quote, till.programme, tuple(tenders), CASHIER, online=online, stored=payment)
        done = complete_sale(till, request)
        self.sold.append(done)
        return done


def line(sku: str, price: str, count: int = 1, *tags: str) -> CartLine:
    """One line of goods."""
    return CartLine(Sku(sku), sku, Quantity.pieces(count), Money.parse(price), tags=tags)


def found(folder: Path, clock: SteppingClock, changes: dict[str, Any] | None = None, spend: int = 0) -> Shop:
    """Found the shop; `changes` go over its stored value, `spend` is what its member spent before, in fen."""
    keys = FileKeyStore(folder / "keys")
    entropy = SeededEntropy()
    database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=True, entropy=entropy.bytes))
    programme = PROGRAMME | {"stored_value": STORED_VALUE | (changes or {})}
    till = found_shop(database, keys, clock, entropy, NewShop("青禾生活", "文三路店", msgspec.json.encode(programme)))
    regular = OpeningMember(
        Profile("+8613800006021", "林晓梅", "19900503"), Points(9000), Growth(spend // 100), Money(spend), 0
    )
    import_opening_members(till, [regular], CASHIER.id, "test")
    return Shop(till, clock)
