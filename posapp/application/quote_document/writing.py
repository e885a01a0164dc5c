"""Quotes, refunds and members → JSON, with every explanation as data and in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posapp.application.quote_document.reading import LineTerms, pass_name
from posapp.domain.amounts import Money, format_scaled, half_up
from posapp.domain.pricing import BenefitOutcome, Earning, Explanation, Quote, render, settle_lines
from posapp.domain.pricing.inputs import Method
from posapp.domain.refund import Returned
from posapp.domain.sale import Cart, TenderMethod
from posapp.domain.text import Text

Json = dict[str, Any]


def write_quote(
    cart: Cart,
    terms: Sequence[LineTerms],
    quote: Quote,
    earning: Earning,
    taken: Sequence[tuple[Method, Money]],
    change: Money,
) -> Json:
    """A quote with the tenders that settle it."""
    nets = [line.net.fen for line in quote.lines]
    settled = settle_lines(nets, [amount.fen for _method, amount in taken])
    discounts: dict[str, int] = {}
    for row in quote.ladder:
        discounts[row.rule] = discounts.get(row.rule, 0) + row.amount.fen
    answer: Json = {
        "programme": {"version": quote.programme_version, "hash": quote.programme_hash.hex()},
        "engine_version": quote.engine_version,
        "business_day": str(quote.business_day),
        "tier": quote.tier or None,
        "list_total": str(quote.list_total),
        "due": str(quote.due),
        "saved": str(quote.saved),
        "lines": [_line(cart, quote, index, taken, settled) for index in range(len(quote.lines))],
        "discounts": {rule: str(Money(fen)) for rule, fen in discounts.items()},
        "ladder": [
            {"rule": row.rule, "step": row.step.name.lower(), "amount": str(row.amount), **_why(row.explanation)}
            for row in quote.ladder
        ],
        "benefits": [_benefit(outcome) for outcome in quote.benefits],
        "gifts": {gift.sku: str(gift.quantity) for gift in quote.gifts},
        "coupons": list(quote.coupons),
        "passes": [{"id": pass_name(one.pass_id), "index": one.line, "uses": one.units} for one in quote.passes],
        "points": {
            "spent": quote.points_spent.count,
            "value": str(quote.points_value),
            "cap": quote.points_cap.count,
            "usable": quote.points_usable.count,
        },
        "earning": write_earning(earning),
        "tenders": [{"method": method_name(method), "amount": str(amount)} for method, amount in taken],
        "left_to_pay": str(Money(max(0, quote.due.fen - sum(amount.fen for _method, amount in taken)))),
        "change": str(change),
    }
    if any(term.tax_rate for term in terms):
        answer["tax"] = _tax(nets, terms)
    return answer


def _line(
    cart: Cart, quote: Quote, index: int, taken: Sequence[tuple[Method, Money]], settled: Sequence[Sequence[int]]
) -> Json:
    line, priced = cart.lines[index], quote.lines[index]
    return {
        "sku": line.sku,
        "quantity": str(line.quantity),
        "list": str(priced.list_amount),
        "net": str(priced.net),
        "earns": priced.earns,
        "adjustments": [
            {"rule": a.rule, "step": a.step.name.lower(), "amount": str(a.amount), **_why(a.explanation)}
            for a in priced.adjustments
        ],
        "paid": {
            method_name(method): str(Money(parts[index]))
            for (method, _amount), parts in zip(taken, settled, strict=True)
        },
    }


def _benefit(outcome: BenefitOutcome) -> Json:
    return {
        "rule": outcome.rule,
        "kind": outcome.kind,
        "name": {"zh_CN": outcome.name.zh, "en": outcome.name.en},
        "status": outcome.status.value,
        "amount": str(outcome.amount),
        "code": outcome.code or None,
        "beaten_by": list(outcome.beaten_by),
        "short_by": None if outcome.short_by is None else str(outcome.short_by),
        "last_day": None if outcome.last_day is None else str(outcome.last_day),
        **_why(outcome.explanation),
    }


def write_earning(earning: Earning) -> Json:
    """What is earned."""
    return {
        "points": earning.points.count,
        "base": earning.base.count,
        "bonus": earning.bonus.count,
        "times": format_scaled(earning.times_hundredths, 2),
        "multiplier": earning.multiplier_rule,
        "growth": earning.growth.count,
        "spend": str(earning.spend),
    }


def write_refund(returned: Returned, coupons: Sequence[str]) -> Json:
    """A refund."""
    return {
        "amount": str(returned.amount),
        "tenders": {method_name(method): str(amount) for method, amount in returned.tenders},
        "cash_paid": str(returned.cash_paid),
        **({"fee": str(returned.fee)} if returned.fee else {}),
        "points_back": returned.points_back.count,
        "points_taken": returned.points_taken.count,
        "growth_taken": returned.growth_taken.count,
        "spend_taken": str(returned.spend_taken),
        "coupons_back": list(coupons),
        "complete": returned.complete,
    }


def method_name(method: Method) -> str:
    """The name of a tender in documents."""
    return method.name.lower() if isinstance(method, TenderMethod) else method


def _why(explanation: Explanation) -> Mapping[str, Any]:
    params = {
        name: {"zh_CN": value.zh, "en": value.en} if isinstance(value, Text) else value
        for name, value in explanation.params.items()
    }
    words = {"zh_CN": render(explanation, "zh_CN"), "en": render(explanation, "en")}
    return {"explanation": {"key": explanation.key, "params": params, **words}}


def _tax(nets: Sequence[int], terms: Sequence[LineTerms]) -> Json:
    """The tax that is inside what is paid, reckoned once for each rate on the whole order."""
    by_rate: dict[int, int] = {}
    for fen, term in zip(nets, terms, strict=True):
        by_rate[term.tax_rate] = by_rate.get(term.tax_rate, 0) + fen
    without = sum(half_up(fen * 10_000, 10_000 + rate) for rate, fen in by_rate.items())
    return {"net": str(Money(without)), "tax": str(Money(sum(nets) - without))}
