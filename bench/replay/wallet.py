"""``python -m bench.replay.wallet``: real baskets with the whole wallet switched on, compared to the cent.

One till sells every basket in order through the use cases of the window: tiers, member prices, a member day, points
that pay and lapse, coupons that are given by one sale and redeemed by another.  What each sale and each household must
come to is reckoned in SQL (`wallet_oracle`), which shares no code with the product.  Exit status 0 means: nothing
differs, and the till's own ``verify`` holds.

The data set's year is moved by nine years, because points of this system begin in 2025.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bench.replay.baskets import Basket, load_baskets
from bench.replay.till import CASHIER, BasketClock, cart_line, phone_of, settling
from bench.replay.wallet_oracle import POINTS_EVERY, Expected, WalletOracle
from posapp.application.checkout import CompletedSale, SaleRequest, complete_sale, new_cart, price_cart
from posapp.application.founding import NewShop, found_shop
from posapp.application.members import find_member, open_card
from posapp.application.ports import SystemEntropy
from posapp.application.till import Till
from posapp.application.wallet import load_wallet
from posapp.domain.amounts import Money
from posapp.domain.coupon_code import is_coupon_code
from posapp.domain.ids import MemberId
from posapp.domain.sale import Identification
from posapp.resources import resource_path
from posapp.storage.database import open_database
from posapp.storage.key_store import DATABASE_KEY, FileKeyStore, secret
from posapp.storage.verify import verify

YEARS_LATER = 9
_SHOWN = 10


class Checkout:
    """One till, its clock, and who is who."""

    def __init__(self, folder: Path) -> None:
        self.clock = BasketClock()
        keys = FileKeyStore(folder / "keys")
        entropy = SystemEntropy()
        database = open_database(folder / "till.db", secret(keys, DATABASE_KEY, create=True, entropy=entropy.bytes))
        programme = resource_path("programmes", "wallet.json").read_bytes()
        self.till: Till = found_shop(database, keys, self.clock, entropy, NewShop("Grocer", "Store 1", programme, 1))
        self.people: dict[int, MemberId] = {}
        self.orders: Counter[int] = Counter()

    def sell(self, basket: Basket) -> CompletedSale:
        """Sell a basket to its household, with every benefit that it has."""
        till, household = self.till, basket.household
        self.clock.instant = basket.at
        if household not in self.people:
            self.people[household] = open_card(till, phone_of(household), CASHIER.id).member.id
        self.orders[household] += 1
        who = self.people[household]
        member = find_member(till, who)
        cart = new_cart(till)
        for line in basket.lines:
            cart = cart.add(cart_line(line))
        cart = replace(cart, member=who, identified_by=Identification.DYNAMIC_CODE)
        wallet = load_wallet(till, who)
        quote = price_cart(till, cart, member, (), wallet)
        if self.orders[household] % POINTS_EVERY == 0 and quote.points_usable.count:
            cart = replace(cart, points_wanted=quote.points_usable.count)
            quote = price_cart(till, cart, member, (), wallet)
        tenders = tuple(settling(quote.due, Money(basket.manufacturer_coupon_cents)))
        return complete_sale(till, SaleRequest(cart, quote, till.programme, tenders, CASHIER))

    def standing(self, household: int, last_day: date) -> tuple[int, int, int]:
        """What a household spent, its points and its coupons that are good on a day."""
        member = find_member(self.till, self.people[household])
        if member is None:
            raise LookupError(f"household {household} is gone")
        day = self.till.business_day()
        if day.date != last_day:
            raise ValueError(f"the till is on {day}, not {last_day}")
        coupons = load_wallet(self.till, member.id).coupons
        good = [one for one in coupons if one.last_day is None or one.last_day >= day]
        return member.standing.spend.fen, member.points_on(day).available, len(good)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the result is the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay.wallet", description=__doc__.split("\n")[0])
    parser.add_argument("--first", type=int, default=20_000, metavar="N", help="so many baskets of the year")
    options = parser.parse_args(arguments)
    baskets = [_later(basket) for basket in load_baskets(first=options.first).baskets]
    oracle = WalletOracle(baskets)
    expected = {one.basket: one for one in oracle.sales()}
    with tempfile.TemporaryDirectory(prefix="posapp-wallet-") as folder:
        checkout = Checkout(Path(folder))
        try:
            wrong = list(_compare(checkout, baskets, expected, oracle))
        finally:
            checkout.till.database.close()
    for line in wrong[:_SHOWN]:
        print(line)
    print(f"{len(wrong)} differences")
    return 1 if wrong else 0


def _later(basket: Basket) -> Basket:
    return replace(basket, at=basket.at.replace(year=basket.at.year + YEARS_LATER))


def _compare(
    checkout: Checkout, baskets: list[Basket], expected: dict[int, Expected], oracle: WalletOracle
) -> Iterator[str]:
    started, processor = time.perf_counter(), time.process_time()
    for number, basket in enumerate(baskets, 1):
        found = _as_expected(basket.id, checkout.sell(basket))
        if found != expected[basket.id]:
            yield f"basket {basket.id}: expected {expected[basket.id]}, sold {found}"
        if sys.stderr.isatty() and number % 100 == 0:
            print(f"\r{number} of {len(baskets)} baskets", end="", file=sys.stderr)
    seconds, busy = time.perf_counter() - started, time.process_time() - processor
    print(f"{len(baskets)} baskets sold in {seconds:.0f} s, {len(baskets) / busy:.0f} a second of a processor")
    people = list(oracle.members())
    for one in people:
        standing = checkout.standing(one.household, baskets[-1].day)
        if standing != (one.spent, one.points, one.coupons):
            yield f"household {one.household}: expected {one}, stands at {standing}"
    report = verify(checkout.till.database)
    yield from (f"verify: {difference}" for difference in report.differences)
    print(f"{len(people)} households compared, {report.events} events verified")
    print(_summary(expected.values()))


def _as_expected(basket: int, done: CompletedSale) -> Expected:
    sale = done.sale
    return Expected(
        basket=basket,
        due=sale.due.fen,
        points_spent=sale.points_spent.count,
        points_earned=sale.points_base.count + sale.points_bonus.count,
        tier=sale.tier,
        coupon_used=any(is_coupon_code(code) for code in sale.coupons),
        coupon_given=any(one.code for one in done.given),
    )


def _summary(every: Collection[Expected]) -> str:
    tiers = Counter(one.tier for one in every)
    return (
        f"due {Money(sum(one.due for one in every))}, points {sum(one.points_earned for one in every)} earned and "
        f"{sum(one.points_spent for one in every)} spent, coupons {sum(one.coupon_given for one in every)} given and "
        f"{sum(one.coupon_used for one in every)} redeemed; sales by tier {dict(tiers)}"
    )


if __name__ == "__main__":
    sys.exit(main())
