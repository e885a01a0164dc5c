"""A second, deliberately naive way to price a small basket.

It shares no code with the product: fractions in the place of integer tricks, one list entry for every single unit, and
every subset of the offers tried.  It knows only what the documents of `pricing_documents` hold.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Offer = dict[str, Any]


def fen(yuan: str) -> int:
    return int(Fraction(yuan) * 100)


def nearest(value: Fraction) -> int:
    """The nearest whole fen, halves up; nothing here is negative."""
    return int(value + Fraction(1, 2))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder, the slow way: give one fen at a time to whoever lacks most."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [int(each) for each in exact]
    while sum(parts) < total:
        lacking = [
            (each - part, weight, -i) for i, (each, part, weight) in enumerate(zip(exact, parts, weights, strict=True))
        ]
        parts[-max(lacking)[2]] += 1
    return parts


def due(document: dict[str, Any]) -> int:
    """The least that the member can pay for the basket of a document."""
    programme, cart = document["programme"], document["cart"]
    settled = zip(cart["lines"], _by_pass(document), strict=True)
    left = [{**line, "quantity": line["quantity"] - units} for line, units in settled]
    lines = [_line(line, programme["tiers"][0]["rate"]) for line in left if line["quantity"]]
    offers = [offer for offer in programme["offers"] if offer.get("by") != "code" or offer["id"] in cart["codes"]]
    return min(_run(lines, chosen, programme) for chosen in _subsets(offers))


def _by_pass(document: dict[str, Any]) -> list[int]:
    """How many units of each line passes settle: a pass does all that it is asked for, or nothing."""
    lines = document["cart"]["lines"]
    settled = [0] * len(lines)
    known = {each["id"]: each for each in document["programme"]["passes"]}
    held = {each["id"]: each for each in document["member"]["passes"]}
    order = dict.fromkeys(asked["id"] for line in lines for asked in line.get("passes", ()))
    for name in order:
        own, rule = held[name], known[held[name]["pass"]]
        wanted = [
            (i, min(asked.get("uses", 1), line["quantity"] - settled[i]))
            for i, line in enumerate(lines)
            for asked in line.get("passes", ())
            if asked["id"] == name and _meant({"on": rule["on"], "give": {"type": ""}}, {**line, "tags": []})
        ]
        count = sum(units for _place, units in wanted)
        most = rule["per_day"] - own["used_today"] if rule["kind"] == "time" else own["left"]
        if count <= most:
            for place, units in wanted:
                settled[place] += units
    return settled


def _line(line: dict[str, Any], rate: int) -> dict[str, Any]:
    listed = fen(line["price"]) * line["quantity"]
    prices = [listed]
    if "member_price" in line:
        prices.append(fen(line["member_price"]) * line["quantity"])
    if "no_discount" not in line["tags"]:
        prices.append(nearest(Fraction(listed * rate, 10_000)))
    return {**line, "list": listed, "net": min(prices), "closed": False}


def _subsets(offers: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    every: Iterable[tuple[Offer, ...]] = chain.from_iterable(combinations(offers, n) for n in range(len(offers) + 1))
    for subset in every:
        groups = [offer["group"] for offer in subset if offer.get("group")]
        alone = len(subset) == 1 or not any(offer.get("exclusive") for offer in subset)
        coupons = sum(offer.get("by") == "code" for offer in subset)
        if alone and len(groups) == len(set(groups)) and coupons <= 1:
            yield subset


def _run(lines: Sequence[dict[str, Any]], chosen: Sequence[Offer], programme: dict[str, Any]) -> int:
    state = [dict(line) for line in lines]
    ordered = sorted(chosen, key=lambda o: (-o.get("priority", 0), _is_order_amount(o), o["id"]))
    before = [line["net"] for line in state]
    for offer in ordered:
        if offer.get("by") != "code" and not _is_order_wide(offer):
            _apply(offer, state, before)
    for campaign in programme["campaigns"]:
        for line in state:
            if "no_discount" not in line["tags"] and not line["closed"]:
                line["net"] = nearest(Fraction(line["net"] * campaign["rate"], 10_000))
    before = [line["net"] for line in state]
    for by_code, wide in ((False, True), (True, False)):
        for offer in ordered:
            if (offer.get("by") == "code") == by_code and (by_code or _is_order_wide(offer) == wide):
                _apply(offer, state, before)
    return sum(line["net"] for line in state)


def _is_order_wide(offer: Offer) -> bool:
    return offer.get("on", "order") == "order" and offer["give"]["type"] in (
        "percent",
        "rate",
        "amount",
        "spend_ladder",
    )


def _is_order_amount(offer: Offer) -> bool:
    return _is_order_wide(offer) and offer["give"]["type"] == "amount"


def _meant(offer: Offer, line: dict[str, Any]) -> bool:
    if "no_discount" in line["tags"] and not _is_order_amount(offer):
        return False
    on = offer.get("on", "order")
    return on == "order" or line["sku"] in on.get("skus", ()) or line["category"] in on.get("categories", ())


def _asked(offer: Offer, line: dict[str, Any]) -> bool:
    on = offer.get("on", "order")
    return on == "order" or line["sku"] in on.get("skus", ()) or line["category"] in on.get("categories", ())


def _apply(offer: Offer, state: list[dict[str, Any]], before: Sequence[int]) -> None:
    when, give = offer.get("when", {}), offer["give"]
    asked = [i for i, line in enumerate(state) if _asked(offer, line)]
    total, count = sum(before[i] for i in asked), sum(state[i]["quantity"] for i in asked)
    if total < fen(when.get("min_amount", "0")) or count < when.get("min_quantity", 0):
        return
    lines = [line for line in state if _meant(offer, line) and not line["closed"]]
    nets = [line["net"] for line in lines]
    if give["type"] == "spend_ladder":
        steps = [step for step in give["steps"] if total >= fen(step["min_amount"])]
        if not steps:
            return
        give = {"type": next(kind for kind in ("percent", "rate", "amount") if kind in steps[-1]), **steps[-1]}
    if give["type"] in ("percent", "rate", "amount"):
        parts = _whole(give, nets, by_line=offer.get("rounding", "sum" if _is_order_wide(offer) else "line") == "line")
    else:
        parts = _units(give, lines)
    if "cap" in offer and sum(parts) > fen(offer["cap"]):
        parts = share_out(fen(offer["cap"]), parts)
    for line, part in zip(lines, parts, strict=True):
        line["net"] -= part
        line["closed"] = line["closed"] or (part > 0 and offer.get("closes_lines", False))


def _whole(give: dict[str, Any], nets: Sequence[int], *, by_line: bool) -> list[int]:
    if give["type"] == "amount":
        return share_out(min(fen(give["amount"]), sum(nets)), nets)
    if by_line:
        return [_off(give, net, 1) for net in nets]
    return share_out(_off(give, sum(nets), 1), nets)


def _off(reward: dict[str, Any], value: int, count: int) -> int:
    if "percent" in reward:
        return nearest(value * Fraction(reward["percent"]) / 100)
    if "rate" in reward:
        return value - nearest(Fraction(value * reward["rate"], 10_000))
    if "amount" in reward:
        return min(value, fen(reward["amount"]) * count)
    if "price" in reward:
        return max(0, value - fen(reward["price"]) * count)
    return value


def _units(give: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[int]:
    """How many single units of each line are rewarded, and what that takes off."""
    rewarded = [0] * len(lines)
    if give["type"] in ("price", "amount_each"):
        rewarded = [line["quantity"] for line in lines]
    elif give["type"] == "quantity_tiers":
        parts = []
        for line in lines:
            held = sum(other["quantity"] for other in lines if other["sku"] == line["sku"])
            steps = [step for step in give["steps"] if held >= step["min_quantity"]]
            parts.append(_off(steps[-1], line["net"], line["quantity"]) if steps else 0)
        return parts
    else:
        lots = {line["sku"] for line in lines} if give.get("same_product") else {""}
        for lot in lots:
            units = [
                (Fraction(line["net"], line["quantity"]), -i)
                for i, line in enumerate(lines)
                for _unit in range(line["quantity"])
                if lot in ("", line["sku"])
            ]
            units.sort(reverse=True)
            for place in _rewarded_places(give, len(units)):
                rewarded[-units[place][1]] += 1
    return [
        _off(give, nearest(Fraction(line["net"] * count, line["quantity"])), count)
        for line, count in zip(lines, rewarded, strict=True)
    ]


def _rewarded_places(give: dict[str, Any], count: int) -> list[int]:
    if give["type"] == "cheapest":
        return list(range(max(0, count - give.get("count", 1)), count))
    size, last = (give["n"], 1) if give["type"] == "nth" else (give["buy"] + give["get"], give["get"])
    return [place for place in range(count // size * size) if place % size >= size - last]
