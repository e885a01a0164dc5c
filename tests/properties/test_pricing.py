"""What holds of every price, whatever the programme and the basket."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.application.quote_document.reading import read_state
from posapp.domain.pricing import PlannedTender, Quote, Status, price, render
from posapp.domain.programme import Programme, parse_programme
from posapp.domain.refund import Returned, Sold, refund, sold
from posapp.domain.sale import TenderMethod
from tests.properties import naive_oracle
from tests.properties.pricing_documents import Document, documents, offers
from tests.properties.thorough import examples, is_night, per_shard, sharded, shards, thorough


def priced(document: Document, tenders: tuple[PlannedTender, ...] = ()) -> tuple[Programme, Quote]:
    programme = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, programme)
    assert state.person is not None
    return programme, price(state.cart, programme, state.now, state.person.view, tenders=tenders)


@thorough
@given(documents())
def test_no_line_is_negative_or_above_list_and_all_sums_are_exact(document: Document) -> None:
    document["cart"]["points"] = "max"
    document["programme"]["round_off"] = "jiao"
    _programme, quote = priced(document, (PlannedTender(TenderMethod.CASH),))
    for line in quote.lines:
        assert 0 <= line.net.fen <= line.list_amount.fen
        assert line.net.fen == line.list_amount.fen - sum(a.amount.fen for a in line.adjustments)
        assert all(a.amount.fen > 0 for a in line.adjustments)
    assert quote.due.fen == sum(line.net.fen for line in quote.lines)
    assert sum(row.amount.fen for row in quote.ladder) == quote.saved.fen
    assert quote.points_spent.count <= quote.points_cap.count
    assert quote.due.fen % 10 == 0


@thorough
@given(documents())
def test_every_benefit_is_explained(document: Document) -> None:
    _programme, quote = priced(document)
    ladder = {row.rule: row.amount for row in quote.ladder}
    explained = {outcome.rule for outcome in quote.benefits}
    assert set(ladder) - {"tier.only", "member_price"} <= explained
    for outcome in quote.benefits:
        assert render(outcome.explanation, "zh_CN")
        assert render(outcome.explanation, "en")
        if outcome.status is Status.APPLIED:
            given = any(gift.rule == outcome.rule for gift in quote.gifts)
            assert given or ladder[outcome.rule] == outcome.amount
        else:
            assert outcome.rule not in ladder
        if outcome.status is Status.BEATEN:
            assert set(outcome.beaten_by) <= {*ladder, *(gift.rule for gift in quote.gifts)}
            assert outcome.beaten_by
        if outcome.status is Status.SHORT and outcome.kind == "promotion":
            assert outcome.explanation.params["fen"] or outcome.explanation.params["milli"]
    for line in quote.lines:
        for adjustment in line.adjustments:
            assert render(adjustment.explanation, "zh_CN")
            assert render(adjustment.explanation, "en")


@thorough
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_in_which_benefits_are_attached_changes_nothing(document: Document, random: Any) -> None:
    _programme, one = priced(document)
    random.shuffle(document["cart"]["codes"])
    random.shuffle(document["programme"]["offers"])
    _programme, other = priced(document)
    assert one.lines == other.lines
    assert [line.adjustments for line in one.lines] == [line.adjustments for line in other.lines]
    assert one.ladder == other.ladder
    assert {(b.rule, b.status, b.amount) for b in one.benefits} == {
        (b.rule, b.status, b.amount) for b in other.benefits
    }


@thorough
@given(documents(), offers(1, wide=True))
def test_more_benefits_never_cost_the_member_more(document: Document, more: list[Document]) -> None:
    _programme, before = priced(document)
    for offer in more:
        document["programme"]["offers"].append({**offer, "id": "more"})
        document["cart"]["codes"].append("more")
    _programme, after = priced(document)
    assert after.due <= before.due


@thorough
@given(documents(most_lines=4, most_offers=4, wide=False))
def test_a_naive_oracle_comes_to_the_same_price(document: Document) -> None:
    _programme, quote = priced(document)
    assert quote.due.fen == naive_oracle.due(document)


@thorough
@given(documents(most_lines=4, most_offers=4))
def test_no_other_choice_of_benefits_is_better(document: Document) -> None:
    """Exhaustive: every subset of offers of any kind is insisted on, and the others are declined."""
    programme = parse_programme(document["programme"])
    state = read_state({"member": document["member"], "cart": document["cart"]}, programme)
    assert state.person is not None
    best = price(state.cart, programme, state.now, state.person.view)
    rules = [offer.id for offer in programme.offers]
    for size in range(len(rules) + 1):
        for wanted in combinations(rules, size):
            insisting = replace(state.cart, chosen={rule: rule in wanted for rule in rules})
            assert best.due <= price(insisting, programme, state.now, state.person.view).due, wanted


def test_a_night_tries_ten_thousand_examples_of_each_property() -> None:
    assert per_shard() * shards() >= examples() == (10_000 if is_night() else 500)


def totals(parts: list[Returned]) -> tuple[object, ...]:
    return (
        [sum(part.tenders[i][1].fen for part in parts) for i in range(len(parts[0].tenders))] if parts else [],
        sum(part.cash_paid.fen for part in parts),
        sum(part.points_back.count for part in parts),
        sum(part.points_taken.count for part in parts),
        sum(part.growth_taken.count for part in parts),
        sum(part.spend_taken.fen for part in parts),
    )


def returned_in_turn(sale: Sold, order: list[tuple[int, int]]) -> list[Returned]:
    """Return so many milli-units of a line, one refund after the other."""
    back = [0] * len(sale.lines)
    parts: list[Returned] = []
    for index, milli in order:
        coming = [milli if i == index else 0 for i in range(len(back))]
        parts.append(refund(sale, back, coming))
        back[index] += milli
    return parts


@thorough
@given(documents(), st.randoms(use_true_random=False), st.integers(0, 100))
def test_refunds_in_any_order_end_where_one_full_refund_ends(document: Document, random: Any, card: int) -> None:
    document["cart"]["points"] = "max"
    document["programme"]["round_off"] = "jiao"
    programme, quote = priced(document)
    state = read_state({"member": document["member"], "cart": document["cart"]}, programme)
    on_card = quote.due.fen * card // 100
    amount = type(quote.due)
    tenders = [(TenderMethod.BANK_CARD, amount(on_card)), (TenderMethod.CASH, amount(quote.due.fen - on_card))]
    sale = sold(state.cart, quote, programme, tenders)
    whole = refund(sale, [0] * len(sale.lines), [line.milli for line in sale.lines])
    units = [(i, 1000) for i, line in enumerate(sale.lines) for _unit in range(line.milli // 1000)]
    first = returned_in_turn(sale, random.sample(units, len(units)))
    second = returned_in_turn(sale, random.sample(units, len(units)))
    assert totals(first) == totals(second) == totals([whole])
    assert whole.amount == quote.due
    assert whole.points_back == quote.points_spent
    assert whole.complete
    assert first[-1].complete
    for part in first:
        assert part.cash_paid.fen >= 0
        assert part.points_taken.count >= 0
        assert all(each.fen >= 0 for _method, each in part.tenders)


DIGEST = """
import json, sys, hashlib
from posapp.application.quote_document import quote_document
digest = hashlib.sha256()
for document in json.load(sys.stdin):
    digest.update(json.dumps(quote_document(document), ensure_ascii=False).encode())
print(digest.hexdigest())
"""


@sharded
def test_other_processes_come_to_the_same_answer() -> None:
    many: list[Document] = []

    @settings(max_examples=per_shard(), deadline=None)
    @given(documents())
    def collect(document: Document) -> None:
        many.append(document)

    collect()
    text = json.dumps(many)

    def digest(seed: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", DIGEST],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        return ran.stdout.strip()

    assert len(many) >= per_shard()
    first = digest("0")
    assert len(first) == hashlib.sha256().digest_size * 2
    assert first == digest("1") == digest("4242")
