"""The contract of a top-up in words, to print and to keep: refund and breach terms, from what holds on that day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from posapp.domain.amounts import Money
from posapp.domain.prepaid_law import PrepaidLaw
from posapp.domain.programme.stored_value import CardKind, StoredValueTerms
from posapp.domain.time import BusinessDay
from posapp.resources import resource_path

CASH_MOST_FEN = 10_000
"""A closed card returns so much in cash where the law says nothing else (domain.md §3.1, Goods refund)."""
_LEAST_YEARS = 3


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What a contract is about.  `parts` are the bonus by the day from which each part may be spent."""

    number: str
    shop: str
    day: BusinessDay
    kind: CardKind
    terms: StoredValueTerms
    law: PrepaidLaw
    amount: Money
    bonus: Money
    parts: tuple[tuple[BusinessDay, Money], ...]
    bonus_until: BusinessDay | None = None


def contract_lines(facts: ContractFacts, language: str) -> list[str]:
    """The lines of the contract in ``zh_CN`` or ``en``."""
    return list(_lines(facts, _words(language), language))


def _lines(facts: ContractFacts, words: dict[str, str], language: str) -> Iterator[str]:
    law, terms, kind = facts.law, facts.terms, facts.kind
    yield words["title"]
    yield words["number"].format(number=facts.number, day=facts.day)
    yield words["shop"].format(shop=facts.shop, kind=kind.name.in_language(language))
    yield words["paid"].format(amount=facts.amount, bonus=facts.bonus, total=facts.amount + facts.bonus)
    if len(facts.parts) > 1:
        for day, fen in facts.parts:
            yield words["part"].format(amount=fen, day=day)
    if facts.bonus_until is not None:
        yield words["bonus_until"].format(day=facts.bonus_until)
    years = max(law.unnamed_years or _LEAST_YEARS, kind.years or 0)
    yield words["named"] if kind.named else words["unnamed"].format(years=years)
    yield words[terms.consumption.value]
    days = law.cooling_off_days
    yield words["no_cooling_off"] if days is None else words["cooling_off"].format(days=days)
    yield words["merchant_fault"]
    yield words[f"buyer_{terms.buyer_basis}"]
    within = words["within"].format(days=law.refund_within_days) if law.refund_within_days else ""
    yield words["payment"].format(most=Money(law.close_cash_most or CASH_MOST_FEN), within=within).rstrip()
    yield words["breach"]
    yield words["privacy"]
    yield words["sign"]


@cache
def _words(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(resource_path("contracts", f"{language}.json").read_text("utf-8"))
    return loaded
