"""The rules for prepaid cards as data: by province, kind of merchant and effective date (domain.md §3.1).

Nothing here is legal advice: the table says where each figure was read.  Where two rules give the same figure, the one
of the province stands above the national one, then the one for the merchant's kind, then the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from posapp.domain.errors import InvalidField
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay

EVERY: Final = "*"


@dataclass(frozen=True, slots=True)
class PrepaidLaw:
    """What holds for one merchant on one day: fen, days, months, years, basis points; None where nothing is.

    `named_limit` and `unnamed_limit` bound what stands on one card.  From `identity_…` an identity document is taken
    down, from `transfer_…` cash is refused.  `close_cash_most` is the most that a closed card returns in cash.
    """

    named_limit: int | None = None
    unnamed_limit: int | None = None
    unnamed_years: int | None = None
    identity_named: int | None = None
    identity_unnamed: int | None = None
    transfer_organisation: int | None = None
    transfer_individual: int | None = None
    close_cash_most: int | None = None
    cooling_off_days: int | None = None
    cooling_off_gifts_back: bool = False
    cooling_off_deducts_cost: bool = False
    refund_within_days: int | None = None
    small_balance_refundable: bool = False
    licence_months: int | None = None
    filing_days: int | None = None
    filing_balance: int | None = None
    custody_scale: int | None = None
    custody_group: int | None = None
    custody_brand: int | None = None
    balance_of_revenue: int | None = None
    balance_of_revenue_services: int | None = None
    scale_revenue: int | None = None
    scale_capital: int | None = None

    def custody_rate(self, filing_class: str) -> int | None:
        """The part of the balance that an issuer of a class keeps in custody, in basis points."""
        rates = {"scale": self.custody_scale, "group": self.custody_group, "brand": self.custody_brand}
        return rates.get(filing_class)

    def limit(self, *, named: bool) -> int | None:
        """What may stand on one card."""
        return self.named_limit if named else self.unnamed_limit


_MONEY: Final = frozenset(
    {
        "named_limit",
        "unnamed_limit",
        "identity_named",
        "identity_unnamed",
        "transfer_organisation",
        "transfer_individual",
        "close_cash_most",
        "filing_balance",
        "scale_revenue",
        "scale_capital",
    }
)
_FLAGS: Final = frozenset({"cooling_off_gifts_back", "cooling_off_deducts_cost", "small_balance_refundable"})
_NAMES: Final = tuple(field.name for field in fields(PrepaidLaw))


@dataclass(frozen=True, slots=True)
class LawRule:
    """One text: for whom it holds and from when, the figures that it lays down, and where it was read."""

    id: str
    name: Text
    source: str
    province: str
    entity: str
    since: BusinessDay
    values: Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class LawBook:
    """Every text of the table, and the rates of interest from their days on, in basis points."""

    rules: tuple[LawRule, ...]
    lpr_one_year: tuple[tuple[BusinessDay, int], ...]
    deposit_one_year: tuple[tuple[BusinessDay, int], ...]
    notice: Text

    def law(self, province: str, entity: str, day: BusinessDay) -> PrepaidLaw:
        """What holds for a merchant of this kind in this province on this day."""
        found: dict[str, Any] = {}
        for rule in self.applying(province, entity, day):
            found |= rule.values
        return PrepaidLaw(**found)

    def applying(self, province: str, entity: str, day: BusinessDay) -> list[LawRule]:
        """The texts that hold, the weakest first."""
        return sorted(
            (
                rule
                for rule in self.rules
                if rule.since <= day and rule.province in (EVERY, province) and rule.entity in (EVERY, entity)
            ),
            key=lambda rule: (rule.province != EVERY, rule.entity != EVERY, rule.since.ordinal),
        )


def rate_on(rates: tuple[tuple[BusinessDay, int], ...], day: BusinessDay) -> int:
    """The rate in force on a day, in basis points; the first known one before any."""
    before = [rate for since, rate in rates if since <= day]
    return before[-1] if before else rates[0][1]


def read_law(document: Mapping[str, Any]) -> LawBook:
    """Read the table.  Raises `InvalidField` with the path of what cannot be used."""
    whole = Fields(document)
    interest = whole.inner("interest") or Fields({}, "interest")
    return LawBook(
        rules=whole.items("rules", _rule),
        lpr_one_year=_rates(interest, "lpr_one_year"),
        deposit_one_year=_rates(interest, "deposit_one_year"),
        notice=whole.local_text("notice"),
    )


def _rule(value: Json, path: str) -> LawRule:
    own = Fields(value, path)
    since = own.day("from")
    if since is None:
        raise InvalidField(own.at("from"), "is missing", "缺少该字段")
    values = own.inner("values") or Fields({}, own.at("values"))
    raw = own.raw("values")
    unknown = sorted(set(raw) - set(_NAMES))
    if unknown:
        raise InvalidField(values.at(unknown[0]), "is not a figure that is known", "不是已知的项目")
    return LawRule(
        id=own.text("id"),
        name=own.local_text("name"),
        source=own.text("source"),
        province=own.text("province"),
        entity=own.text("entity"),
        since=since,
        values={name: _reader(values, name)(name) for name in raw},
    )


def _reader(values: Fields, name: str) -> Callable[[str], int | bool]:
    if name in _MONEY:
        return values.fen
    return values.flag if name in _FLAGS else values.integer


def _rates(interest: Fields, name: str) -> tuple[tuple[BusinessDay, int], ...]:
    table = interest.inner(name)
    if table is None:
        raise InvalidField(interest.at(name), "is missing", "缺少该字段")

    def rate(value: Json, path: str) -> tuple[BusinessDay, int]:
        one = Fields(value, path)
        since = one.day("from")
        if since is None:
            raise InvalidField(one.at("from"), "is missing", "缺少该字段")
        return since, one.rate("rate")

    return tuple(sorted(table.items("rates", rate)))
