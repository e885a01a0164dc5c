"""Where a cashier stands: one till, and what is drawn of who comes and what they want."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posapp.application import goods
from posapp.application.checkout import new_cart
from posapp.application.members import find_member
from posapp.domain.amounts import Quantity
from posapp.domain.ids import MemberId, Sku, member_id
from posapp.domain.sale import Identification
from tests.simulation.shop import PHONES
from tests.simulation.till import SKUS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from posapp.application.till import Till as Application
    from posapp.domain.member import Member
    from posapp.domain.sale import Cart
    from tests.simulation.world import World

_TRIES = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """A till at work.  `online` is what its cashier sees; `crowd` is how many different people come."""

    world: World
    name: str
    online: bool
    crowd: int

    @property
    def till(self) -> Application:
        """The program."""
        return self.world.tills[self.name].application

    @property
    def draw(self) -> random.Random:
        """This step's randomness."""
        return self.world.draw

    def request(self) -> bytes:
        """The id of a request."""
        return self.world.dice.bytes(16)

    def phone(self) -> str:
        """Somebody's number."""
        return PHONES[self.draw.randrange(self.crowd)]

    def member_id(self, phone: str) -> MemberId:
        """Who a number is by itself."""
        return member_id(self.till.keys.member_key, f"+86{phone}")

    def members(self) -> Iterator[Member]:
        """People whom this till knows, as they happen to come; nobody where hardly any of the crowd has a card."""
        for phone in self.draw.sample(PHONES[: self.crowd], min(_TRIES, self.crowd)):
            found = find_member(self.till, self.member_id(phone))
            if found is not None:
                yield found

    def member(self) -> Member | None:
        """Somebody whom this till knows."""
        return next(self.members(), None)

    def hold(self, member: Member) -> Member:
        """More often than not the till asks the server for shares while the member is at the counter."""
        if self.draw.random() < 0.7:
            self.till.hold(member.id)
        return member

    def proof(self) -> Identification:
        """How a member shows who they are; without the server most remember that it takes their PIN."""
        by_pin = not self.online and self.draw.random() < 0.9
        return Identification.PIN if by_pin else Identification.DYNAMIC_CODE

    def basket(self, member: Member | None, *, most_lines: int = 2) -> Cart:
        """What somebody puts on the counter."""
        cart = new_cart(self.till)
        for sku in self.draw.sample(SKUS, self.draw.randint(1, most_lines)):
            product = goods.by_sku(self.till, Sku(sku))
            if product is not None:
                pieces = Quantity.pieces(self.draw.choice((1, 1, 2, 3, 5)))
                cart = cart.add(goods.line_of(product, "zh_CN", pieces))
        if member is None:
            return cart
        return replace(cart, member=member.id, identified_by=self.proof())


def who(member: Member) -> str:
    """A member in a story."""
    return member.profile.phone_e164.removeprefix("+86") or member.id.hex()[:8]
