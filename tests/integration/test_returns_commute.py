"""Any sale given back in any parts and order ends where it began, and so where one full return ends."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posapp.application import goods
from posapp.application.checkout import SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.members import find_members
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.refunds import RefundRequest, complete_refund, preview_return
from posapp.application.returnable import find_receipt, open_return
from posapp.application.wallet import load_wallet
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money, Quantity
from posapp.domain.events import Tender
from posapp.domain.ids import Sku, StaffId
from posapp.domain.pricing import PlannedTender, ask_passes
from posapp.domain.programme import parse_programme
from posapp.domain.sale import Identification, TenderMethod
from posapp.storage.verify import verify
from tests.integration.stocked_tills import FOR_MEMBERS, PRODUCTS
from tests.integration.tills import CASHIER, SteppingClock, demo_till

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.application.checkout import CompletedSale
    from posapp.application.till import Till
    from posapp.domain.member import Member

FOR_ANYBODY = [one.sku for one in PRODUCTS.products if one.sku not in FOR_MEMBERS]
HAPPENED = {int(Account.OCCURRENCE), int(Account.OCCURRENCES_RECORDED)}
CARD, CASH, WECHAT = TenderMethod.BANK_CARD, TenderMethod.CASH, TenderMethod.WECHAT_PAY


@pytest.fixture(scope="module", params=["none", "jiao"])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Till, SteppingClock]]:
    """A till whose cash is exact, and one without fen coins."""
    clock = SteppingClock()
    till = demo_till(tmp_path_factory.mktemp("demo"), clock)
    # What a visit brings (a coupon after a long absence) is a fact of its own, and stays when the goods come back.
    passes = [{"id": "many", "kind": "count", "price": "777.77", "uses": 7777, "on": {"categories": ["biscuit"]}}]
    changes = {"round_off": request.param, "version": 7, "triggers": [], "passes": passes}
    body = json.dumps(till.programme.to_json() | changes).encode()
    with till.database.write() as connection:
        till.reference.put_programme(connection, 7, body)
    till.programme = parse_programme(body)
    price = Money(77_777)
    for one in find_members(till, "6021").members:
        sell_pass(till, PassOrder(one.id, one.id, "many", (Tender(CASH, price, price),), CASHIER))
    yield till, clock
    report = verify(till.database)
    till.database.close()
    assert report.ok, report.differences


def standing_of(till: Till) -> dict[str, list[tuple[object, ...]]]:
    """Every balance, day and attendance that is not nothing, but for what only says that something happened."""
    queries = {
        "accounts": "SELECT account, amount FROM account_balance WHERE amount <> 0 ORDER BY 1",
        "held": "SELECT holder, account, pending FROM held_balance WHERE pending <> 0 ORDER BY 1, 2",
        "days": "SELECT member, day, net, orders FROM member_day WHERE net <> 0 OR orders <> 0 ORDER BY 1, 2",
        "visits": "SELECT holder, visits, orders FROM holder WHERE visits <> 0 OR orders <> 0 ORDER BY 1",
    }
    with till.database.read() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(query).fetchall() if not HAPPENED & {*row[:2]}]
            for name, query in queries.items()
        }


def sell_mixed(
    till: Till,
    pieces: list[tuple[str, int]],
    member: Member | None,
    points: int,
    codes: tuple[str, ...],
    parts: list[tuple[TenderMethod, int]],
    by_pass: int,
) -> CompletedSale:
    """A sale that is paid in hundredths of what is due by card and by phone, the rest in cash or by card.

    So many units are settled by the member's pass, where it is for any.
    """
    cart = new_cart(till)
    for sku, count in pieces:
        product = goods.by_sku(till, Sku(sku))
        assert product is not None
        cart = cart.add(goods.line_of(product, "zh_CN", Quantity.pieces(count)))
    cart = replace(
        cart,
        member=member.id if member else None,
        identified_by=Identification.DYNAMIC_CODE if member else Identification.NONE,
        codes=codes,
        points_wanted=points,
    )
    wallet = load_wallet(till, cart.member)
    cart = ask_passes(cart, till.programme, wallet.passes, by_pass, None)
    due = price_cart(till, cart, member, (), wallet).due.fen
    planned = [PlannedTender(method, Money(due * share // 300)) for method, share in parts]
    quote = price_cart(till, cart, member, (*planned, PlannedTender(CASH)), wallet)
    amounts = [(plan.method, plan.amount) for plan in planned if plan.amount]
    rest = quote.due - Money(sum(amount.fen for _method, amount in amounts))
    tenders = [Tender(method, amount, amount) for method, amount in (*amounts, (CASH, rest)) if amount.fen > 0]  # type: ignore[arg-type]
    return complete_sale(till, SaleRequest(cart, quote, till.programme, tuple(tenders), CASHIER))


goods_wanted = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(["BI001", "BI002", "BI003"]), st.sampled_from(FOR_ANYBODY)),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=5,
)
payments = st.lists(st.tuples(st.sampled_from([CARD, WECHAT]), st.integers(1, 99)), max_size=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    goods_wanted,
    st.integers(-1, 3),
    st.sampled_from([0, 0, 100, 800]),
    st.sampled_from([(), (), ("QH20",)]),
    payments,
    st.integers(0, 2**16),
    st.integers(0, 2),
    st.integers(0, 3),
)
def test_parts_in_any_order_end_where_everything_ends(
    demo: tuple[Till, SteppingClock],
    pieces: list[tuple[str, int]],
    who: int,
    points: int,
    codes: tuple[str, ...],
    parts: list[tuple[TenderMethod, int]],
    seed: int,
    days: int,
    by_pass: int,
) -> None:
    till, clock = demo
    choose = random.Random(seed).randint  # noqa: S311 - the same in each run
    members = find_members(till, "6021").members
    start = standing_of(till)
    sold = sell_mixed(till, pieces, members[who] if who >= 0 else None, points, codes, parts, by_pass)
    clock.step(days=days)
    (found,) = find_receipt(till, sold.sale.receipt_number)
    position = found.summary.position
    handed = 0
    while not (original := open_return(till, position)).is_empty:
        left = [line.left.milli // 1000 for line in original.lines]
        coming = tuple(1000 * choose(0, count) for count in left)
        if not any(coming):
            continue
        preview = preview_return(till, original, coming)
        assert all(amount.fen >= 0 for _method, amount in preview.returned.tenders)
        assert min(preview.cash.fen, preview.returned.points_back.count, preview.returned.spend_taken.fen) >= 0
        done = complete_refund(
            till, RefundRequest(os.urandom(16), position, original.before, coming, CASHIER, StaffId("2001"))
        ).refund
        assert done.amount == preview.returned.amount
        assert all(each.amount.fen > 0 for line in done.lines for each in line.adjustments)
        handed += sum(tender.handed.fen for tender in done.tenders)
        coins = 10 if till.programme.round_off_fen else 1
        assert preview.cash.fen % coins == 0
    assert handed == sold.sale.due.fen
    assert standing_of(till) == start
