"""What the engine remembers from one pricing to the next saves time and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from posapp.application.quote_document.reading import read_state
from posapp.domain.pricing import Quote, price
from posapp.domain.pricing.compiled import compile_programme
from posapp.domain.programme import parse_programme
from tests.properties.pricing_documents import Document, documents
from tests.properties.thorough import thorough

if TYPE_CHECKING:
    from posapp.domain.pricing import Adjustment, MemberView
    from posapp.domain.sale import Cart, CartLine

Edit = tuple[str, int]
edits = st.tuples(st.sampled_from(["add", "remove", "more", "swap", "card", "decline", "same"]), st.integers(0, 20))


def edited(cart: Cart, pool: tuple[CartLine, ...], offers: list[Document], edit: Edit) -> Cart:
    """The basket after one change of those that a cashier makes."""
    kind, number = edit
    place = number % len(cart.lines) if cart.lines else 0
    match kind:
        case "add":
            return cart.add(pool[number % len(pool)])
        case "remove" if cart.lines:
            return cart.without_line(place)
        case "more" if cart.lines:
            old = cart.lines[place]
            return cart.with_line(place, replace(old, quantity=old.quantity + old.quantity))
        case "swap":
            return replace(cart, lines=cart.lines[::-1])
        case "decline" if offers:
            rule = offers[number % len(offers)]["id"]
            return replace(cart, chosen={**cart.chosen, rule: not cart.chosen.get(rule, True)})
        case _:
            return cart


def everything(quote: Quote) -> tuple[Quote, list[tuple[Adjustment, ...]]]:
    """A quote with the adjustments of its lines, which are not compared with it otherwise."""
    return quote, [line.adjustments for line in quote.lines]


@thorough
@given(documents(most_lines=7, most_offers=5), st.lists(edits, min_size=1, max_size=8))
def test_a_warm_engine_gives_the_quotes_of_a_cold_one(document: Document, changes: list[Edit]) -> None:
    programme = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, programme)
    assert state.person is not None
    cart, member = state.cart, state.person.view
    asked: list[tuple[Cart, MemberView | None]] = [(cart, member)]
    for change in changes:
        cart = edited(cart, state.cart.lines, document["programme"].get("offers", []), change)
        asked.append((cart, None if change[0] == "card" else member))

    compile_programme.cache_clear()
    warm = [everything(price(one, programme, state.now, who)) for one, who in asked]
    for (one, who), quote in zip(asked, warm, strict=True):
        compile_programme.cache_clear()
        assert everything(price(one, programme, state.now, who)) == quote


def test_what_is_remembered_of_lines_is_bounded() -> None:
    programme = parse_programme({"version": 1, "tiers": [{"code": "only"}], "points": {"earn": {}}})
    document = {"cart": {"lines": [{"sku": f"s{number}", "price": "1.00"} for number in range(5_000)]}}
    state = read_state(document, programme)
    assert price(state.cart, programme, state.now, None).due.fen == 500_000
    assert len(compile_programme(programme).readings) <= 4_096
