"""What the real `complete_sale` records prices again to the same, whatever was sold to whom and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posapp.application import till as tills
from posapp.application.members import find_members
from posapp.domain.ids import Sku
from posapp.domain.pricing.audit import reprice
from posapp.domain.sale import TenderMethod
from posapp.storage import catalogue
from tests.integration.stocked_tills import FOR_MEMBERS, PRODUCTS, Wish, sell
from tests.integration.tills import SteppingClock, demo_till

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posapp.domain.catalogue import Product


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[tills.Till, SteppingClock]]:
    clock = SteppingClock()
    till = demo_till(tmp_path_factory.mktemp("demo"), clock)
    yield till, clock
    till.database.close()


wishes = st.builds(
    Wish,
    st.lists(
        st.tuples(
            st.one_of(
                st.sampled_from(["BI001", "BI002", "BI003"]), st.sampled_from([each.sku for each in PRODUCTS.products])
            ),
            st.integers(1, 4),
        ),
        min_size=1,
        max_size=8,
    ).map(tuple),
    st.sampled_from([(), (), ("QH20",), ("QH88",), ("QH20", "QH88"), ("NONE",)]),
    st.sampled_from([0, 0, 100, 800]),
    st.lists(st.tuples(st.sampled_from(["second_half", "flyer20", "weekly_special"]), st.booleans())).map(tuple),
    st.sampled_from(sorted(set(TenderMethod) - {TenderMethod.STORED_VALUE})),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes, st.integers(-1, 3), st.sampled_from([0, 1, 18, 31]))
def test_every_sale_that_a_till_completes_audits_clean(
    demo: tuple[tills.Till, SteppingClock], wish: Wish, who: int, hours: int
) -> None:
    till, clock = demo
    clock.step(hours=hours)
    if any(sku in FOR_MEMBERS for sku, _count in wish.pieces):
        who = max(0, who)  # the till sells some goods to members alone
    members = find_members(till, "6021").members
    sold = sell(till, wish, members[who] if who >= 0 else None)

    def product_of(sku: Sku, revision: int) -> Product | None:
        with till.database.read() as connection:
            return catalogue.revision(connection, sku, revision)

    audited = reprice(sold.sale, sold.recorded.at, till.programme, product_of, till.identity.store)
    assert audited.differences == ()
