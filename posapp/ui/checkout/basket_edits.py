"""What the cashier does to the basket, as pure functions from one basket to the next."""

from __future__ import annotations

from dataclasses import replace

from posapp.domain import pricing
from posapp.domain.amounts import Quantity
from posapp.domain.by_hand import ByHand
from posapp.domain.member import Member
from posapp.domain.programme import Programme
from posapp.domain.sale import Cart, CartLine, Identification
from posapp.domain.wallet import EMPTY_WALLET, Wallet
from posapp.ui.checkout.session import Basket

MAX_MILLI = 9_999_000


def empty(cart: Cart) -> Basket:
    """A new sale."""
    return Basket(cart)


def of_cart(cart: Cart, member: Member | None, wallet: Wallet = EMPTY_WALLET) -> Basket:
    """A basket for a cart that was parked."""
    ids = tuple(range(1, len(cart.lines) + 1))
    return Basket(cart, ids, ids[-1] if ids else None, member, len(ids) + 1, wallet)


def add_line(basket: Basket, line: CartLine) -> Basket:
    """Add goods, or one more of what is there, and select that line."""
    cart = basket.cart.add(line)
    if len(cart.lines) > len(basket.cart.lines):
        ids = (*basket.line_ids, basket.next_id)
        return replace(basket, cart=cart, line_ids=ids, selected=basket.next_id, next_id=basket.next_id + 1)
    pairs = zip(basket.cart.lines, cart.lines, strict=True)
    grown = next((place for place, (old, new) in enumerate(pairs) if old is not new), None)
    return replace(basket, cart=cart, selected=basket.selected if grown is None else basket.line_ids[grown])


def set_quantity(basket: Basket, index: int, quantity: Quantity) -> Basket:
    """Set a line's quantity; nothing or less takes the line out, and no line counts more than 9,999."""
    if quantity.milli <= 0:
        return remove_line(basket, index)
    line = basket.cart.lines[index]
    if line.amount is not None:
        return basket  # a printed label is what was weighed
    bounded = Quantity(min(quantity.milli, MAX_MILLI))
    return replace(basket, cart=basket.cart.with_line(index, line.with_quantity(bounded)))


def step(basket: Basket, index: int, by: int) -> Basket:
    """One more or one less."""
    return set_quantity(basket, index, Quantity(basket.cart.lines[index].quantity.milli + 1000 * by))


def remove_line(basket: Basket, index: int) -> Basket:
    """Take a line out; the next one, or the last, is selected."""
    ids = (*basket.line_ids[:index], *basket.line_ids[index + 1 :])
    selected = ids[min(index, len(ids) - 1)] if ids else None
    return replace(basket, cart=basket.cart.without_line(index), line_ids=ids, selected=selected)


def move_selection(basket: Basket, by: int) -> Basket:
    """Select another line, without running over the ends."""
    if not basket.line_ids:
        return basket
    here = basket.selected_index
    place = 0 if here is None else max(0, min(len(basket.line_ids) - 1, here + by))
    return replace(basket, selected=basket.line_ids[place])


def select(basket: Basket, line_id: int) -> Basket:
    """Select a line by its id."""
    return replace(basket, selected=line_id) if line_id in basket.line_ids else basket


def attach(basket: Basket, member: Member, how: Identification, wallet: Wallet = EMPTY_WALLET) -> Basket:
    """The sale is this member's; what was chosen of another member's benefits is forgotten."""
    same = basket.member is not None and basket.member.id == member.id
    cart = replace(basket.cart, member=member.id, identified_by=_stronger(basket.cart, how) if same else how)
    if not same:
        cart = replace(cart.without_passes(), chosen={}, points_wanted=None)
    return replace(basket, cart=cart, member=member, wallet=wallet)


def _stronger(cart: Cart, how: Identification) -> Identification:
    """Looking a member up again by phone does not undo that their code was verified."""
    proofs = (Identification.DYNAMIC_CODE, Identification.PIN)
    return cart.identified_by if cart.identified_by in proofs and how not in proofs else how


def detach(basket: Basket) -> Basket:
    """The sale goes on without the member."""
    cart = basket.cart.without_passes()
    cart = replace(cart, member=None, identified_by=Identification.NONE, chosen={}, points_wanted=None)
    # What was read with the card goes with it; a printed coupon on the counter is nobody's and stays.
    return replace(basket, cart=cart, member=None, wallet=Wallet(presented=basket.wallet.presented))


def choose(basket: Basket, rule: str, wanted: bool) -> Basket:
    """Insist on a benefit, or decline it."""
    return replace(basket, cart=replace(basket.cart, chosen={**basket.cart.chosen, rule: wanted}))


def add_code(basket: Basket, code: str, wallet: Wallet) -> Basket:
    """Take a coupon's code, and what was read with it; entering it again takes back that it was declined."""
    cart = basket.cart
    codes = cart.codes if code in cart.codes else (*cart.codes, code)
    chosen = {rule: wanted for rule, wanted in cart.chosen.items() if rule != code}
    return replace(basket, cart=replace(cart, codes=codes, chosen=chosen), wallet=wallet)


def ask_passes(basket: Basket, programme: Programme, uses: int) -> Basket:
    """Let the member's passes settle so many units: those of the selected line before the others; 0 takes all off."""
    cart = pricing.ask_passes(basket.cart, programme, basket.wallet.passes, uses, basket.selected_index)
    return replace(basket, cart=cart)


def want_points(basket: Basket, points: int | None) -> Basket:
    """Spend so many points; None spends none."""
    chosen = {rule: wanted for rule, wanted in basket.cart.chosen.items() if rule != "points"}
    if points is None:
        chosen["points"] = False
    return replace(basket, cart=replace(basket.cart, chosen=chosen, points_wanted=points))


def set_by_hand(basket: Basket, line_id: int | None, by_hand: ByHand | None) -> Basket:
    """Set the price of a line by hand, or, for None, what is taken off the whole order; no value takes it back."""
    cart = basket.cart
    if line_id is None:
        return replace(basket, cart=replace(cart, by_hand=by_hand))
    place = basket.line_ids.index(line_id)
    return replace(basket, cart=cart.with_line(place, replace(cart.lines[place], by_hand=by_hand)))
