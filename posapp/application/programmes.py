"""Looking at a programme before it is published, and publishing it (domain.md W-07 … W-49; ADR 0007)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posapp.application.founding import refresh
from posapp.application.goods import line_of
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.programme.sentences import (
    campaign_sentence,
    earning_sentences,
    offer_sentence,
    pass_sentence,
    return_fee_sentence,
    tier_sentence,
)
from posapp.domain.programme_lint import Finding, lint
from posapp.domain.text import Text
from posapp.storage import catalogue


@dataclass(frozen=True, slots=True)
class Review:
    """A programme, the sentences that customers will read, and what a careful person would ask about it."""

    programme: Programme
    sentences: tuple[Text, ...]
    findings: Sequence[Finding]

    @property
    def is_blocked(self) -> bool:
        """Whether a finding forbids publishing it."""
        return any(finding.blocks for finding in self.findings)


def review(till: Till, body: bytes | None = None, *, margin_rate: int | None = None) -> Review:
    """Look at a programme of JSON, or at the one in force, with this shop's goods and their costs.

    `margin_rate` is the shop's usual margin in basis points of the price.  Raises `InvalidField` for a document that is
    no programme.
    """
    programme = till.programme if body is None else parse_programme(body)
    with till.database.read() as connection:
        goods = [line_of(one, "zh_CN") for one in catalogue.every(connection) if one.active]
    found = lint(programme, till.business_day(), margin_rate=margin_rate, goods=goods)
    return Review(programme, tuple(_sentences(programme)), found)


def publish(till: Till, body: bytes) -> Review:
    """Put a newer version in force here, and at every other till as it hears of it.

    Sales that are done keep the version that priced them.  Raises `InvalidField`, and writes nothing, for a document
    that is no programme, for a version that is not newer, and where a finding blocks (W-21, W-49, X-16).
    """
    looked = review(till, body)
    version, current = looked.programme.version, till.programme.version
    if version <= current:
        raise InvalidField("version", f"must be above {current}, which is in force", f"应大于现行版本 {current}")
    for finding in looked.findings:
        if finding.blocks:
            raise InvalidField(finding.field, finding.words.en, finding.words.zh)
    with till.database.write() as connection:
        till.reference.put_programme(connection, version, looked.programme.canonical)
    refresh(till)
    till.committed()
    return looked


def _sentences(programme: Programme) -> list[Text]:
    tiers = programme.tiers
    return [
        *map(tier_sentence, tiers),
        *earning_sentences(programme),
        *(campaign_sentence(campaign, tiers) for campaign in programme.campaigns),
        *(offer_sentence(offer, tiers) for offer in programme.offers),
        *map(pass_sentence, programme.passes),
        *map(return_fee_sentence, programme.return_fees),
    ]
