"""Random programmes and baskets, as documents of the public format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from posapp.domain.amounts import format_scaled

SKUS = {"a": "food", "b": "food", "c": "drink", "d": "drink", "e": "other"}
"""Each product with its category."""

Document = dict[str, Any]

if TYPE_CHECKING:
    from collections.abc import Callable


def yuan(low: int, high: int) -> st.SearchStrategy[str]:
    """An amount of so many fen, as a text."""
    return st.integers(low, high).map(lambda fen: format_scaled(fen, 2))


def _without_none(value: Document) -> Document:
    return {name: each for name, each in value.items() if each is not None}


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


lines = st.builds(
    lambda sku, price, quantity, member, tags, cost: _without_none(
        {
            "sku": sku,
            "category": SKUS[sku],
            "price": price,
            "quantity": quantity,
            "member_price": member,
            "tags": tags,
            "cost": cost,
        }
    ),
    st.sampled_from(sorted(SKUS)),
    yuan(1, 6000),
    st.integers(1, 5),
    _maybe(yuan(1, 6000)),
    st.sampled_from([[], [], [], ["no_discount"], ["no_points"]]),
    _maybe(yuan(1, 4000)),
)
percents = st.sampled_from(["10", "12.5", "33.33", "50", "100"])
rates = st.sampled_from([5000, 8500, 8888, 9900, 0])
rewards = st.one_of(
    st.fixed_dictionaries({"percent": percents}),
    st.fixed_dictionaries({"rate": rates}),
    st.fixed_dictionaries({"amount": yuan(1, 3000)}),
    st.fixed_dictionaries({"price": yuan(0, 3000)}),
)
fractions = st.one_of(st.fixed_dictionaries({"percent": percents}), st.fixed_dictionaries({"rate": rates}))


def _sum_step(least: int) -> st.SearchStrategy[Document]:
    return fractions.map(lambda reward: {"min_amount": format_scaled(least, 2), **reward})


def _quantity_step(least: int) -> st.SearchStrategy[Document]:
    return rewards.map(lambda reward: {"min_quantity": least, **reward})


def _rising(
    bounds: st.SearchStrategy[int], step: Callable[[int], st.SearchStrategy[Document]]
) -> st.SearchStrategy[list[Document]]:
    """One to three steps in rising order."""
    sets = st.lists(bounds, min_size=1, max_size=3, unique=True)
    return sets.flatmap(lambda found: st.tuples(*(step(least) for least in sorted(found))).map(list))


steps_by_sum = _rising(st.integers(1, 9000), _sum_step)
steps_by_quantity = _rising(st.integers(1, 8), _quantity_step)
plain_gives = st.one_of(
    percents.map(lambda value: {"type": "percent", "percent": value}),
    rates.map(lambda value: {"type": "rate", "rate": value}),
    yuan(1, 4000).map(lambda value: {"type": "amount", "amount": value}),
    yuan(0, 3000).map(lambda value: {"type": "price", "price": value}),
    yuan(1, 1000).map(lambda value: {"type": "amount_each", "amount": value}),
)
unit_gives = st.one_of(
    st.builds(lambda reward, count: {"type": "cheapest", "count": count, **reward}, rewards, st.integers(1, 3)),
    st.builds(
        lambda reward, n, same: {"type": "nth", "n": n, "same_product": same, **reward},
        rewards,
        st.integers(1, 4),
        st.booleans(),
    ),
    st.builds(
        lambda reward, buy, get, same: {"type": "buy_get", "buy": buy, "get": get, "same_product": same, **reward},
        st.one_of(st.just({}), rewards),
        st.integers(1, 3),
        st.integers(1, 2),
        st.booleans(),
    ),
    steps_by_sum.map(lambda steps: {"type": "spend_ladder", "steps": steps}),
    steps_by_quantity.map(lambda steps: {"type": "quantity_tiers", "steps": steps}),
)
places = st.one_of(
    st.just("order"),
    st.lists(st.sampled_from(sorted(SKUS)), min_size=1, max_size=3, unique=True).map(lambda skus: {"skus": skus}),
    st.sampled_from(["food", "drink"]).map(lambda category: {"categories": [category]}),
)


more_gives = st.one_of(
    st.builds(
        lambda reward, buy, get: {"type": "buy_get", "buy": buy, "get": get, **reward},
        rewards,
        st.integers(1, 3),
        st.integers(1, 3),
    ),
    st.builds(
        lambda reward, first, second, count: {
            "type": "bundle",
            "parts": [{"of": first}, {"of": second, "count": count}],
            **reward,
        },
        rewards,
        places.filter(lambda place: place != "order"),
        places.filter(lambda place: place != "order"),
        st.integers(1, 2),
    ),
    st.just({"type": "gift", "sku": "sample"}),
)
more_terms = st.fixed_dictionaries(
    {},
    optional={
        "member_price": st.just("instead"),
        "floor_price": yuan(1, 2000),
        "min_margin": st.integers(0, 9000),
        "limits": st.integers(1, 3).map(lambda n: {"per_order": n}),
        "not_with": st.just(["o0"]),
    },
)
more_conditions: st.SearchStrategy[Document] = st.one_of(
    st.just({}),
    yuan(100, 5000).map(lambda value: {"when": {"every_amount": value}}),
    st.integers(1, 4).map(lambda n: {"when": {"every_quantity": n, "of": {"categories": ["food"]}}}),
)


def offers(most: int, *, wide: bool = False) -> st.SearchStrategy[list[Document]]:
    """Up to so many offers: of every kind that the oracle knows, or, if `wide`, of every kind there is."""
    one = st.builds(
        lambda give, on, by, when, cap, priority, group, exclusive, rounding, closes: _without_none(
            {
                "give": give,
                "on": on,
                "by": by,
                "when": when,
                "cap": cap,
                "priority": priority,
                "group": group,
                "exclusive": exclusive,
                "rounding": rounding,
                "closes_lines": closes,
            }
        ),
        st.one_of(plain_gives, unit_gives, more_gives) if wide else st.one_of(plain_gives, unit_gives),
        places,
        st.sampled_from(["auto", "auto", "code"]),
        _maybe(
            st.one_of(
                yuan(1, 20_000).map(lambda value: {"min_amount": value}),
                st.integers(1, 9).map(lambda n: {"min_quantity": n}),
            )
        ),
        _maybe(yuan(1, 3000)),
        st.integers(-1, 1),
        st.sampled_from([None, None, None, "g", "h"]),
        st.sampled_from([None, None, None, None, True]),
        st.sampled_from([None, None, "line", "sum"]),
        st.sampled_from([None, None, None, True]),
    )
    if wide:
        one = st.builds(
            lambda offer, terms, condition: {**offer, **terms, **condition}, one, more_terms, more_conditions
        )
    return st.lists(one, max_size=most).map(
        lambda every: [
            # An offer cannot name itself among those it does not go with.
            {"id": f"o{index}", **{name: value for name, value in offer.items() if index or name != "not_with"}}
            for index, offer in enumerate(every)
        ]
    )


def documents(most_lines: int = 5, most_offers: int = 4, *, wide: bool = True) -> st.SearchStrategy[Document]:
    """A programme with one tier, perhaps a member day, and a basket that enters every code."""
    return st.builds(
        lambda cart, given, rate, extra: {
            "programme": {
                "version": 1,
                "tiers": [{"code": "only", "rate": rate}],
                "points": {"earn": {}, "redeem": {}},
                "growth_per_yuan": 1,
                "campaigns": extra,
                "offers": given,
            },
            "member": {"points": 5000},
            "cart": {"lines": cart, "codes": [offer["id"] for offer in given if offer["by"] == "code"]},
        },
        st.lists(lines, min_size=1, max_size=most_lines),
        offers(most_offers, wide=wide),
        st.sampled_from([10_000, 8500, 9500]),
        st.sampled_from([[], [{"id": "day", "for": {"members": True}, "rate": 9000, "points_times": 2}]]),
    )
