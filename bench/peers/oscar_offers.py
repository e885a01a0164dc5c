"""Prices one basket with django-oscar's offer applicator; runs in an environment of its own.

Standard input: {"items": [{"quantity", "price", "category"}], "offers": [{"percent" | "amount", "category" | null}],
"repeat": n}; output: milliseconds of each run.  The basket and its offers are built once, in an SQLite database in
memory; only applying the offers is timed.

Django's modules can only be imported once its settings are made, so they are looked up by name.
"""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from importlib import import_module
from typing import Any


def configure() -> None:
    """A minimal Oscar project."""
    defaults = import_module("oscar.defaults")
    own = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")}
    import_module("django.conf").settings.configure(
        **own,
        SECRET_KEY="bench",  # noqa: S106 - nothing is secret in a benchmark
        USE_TZ=True,
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        ROOT_URLCONF="oscar.config",
        INSTALLED_APPS=import_module("oscar").INSTALLED_APPS,
    )
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0, run_syncdb=True)


def build(question: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The basket and the offers."""
    catalogue, offer_models = import_module("oscar.apps.catalogue.models"), import_module("oscar.apps.offer.models")
    partners = import_module("oscar.apps.partner.models")
    kind = catalogue.ProductClass.objects.create(name="goods", track_stock=False, requires_shipping=False)
    partner = partners.Partner.objects.create(name="shop")
    every = offer_models.Range.objects.create(name="all", includes_all_products=True)
    ranges: dict[str | None, Any] = {None: every}
    basket = import_module("oscar.apps.basket.models").Basket.objects.create()
    basket.strategy = import_module("oscar.apps.partner.strategy").Default()
    for index, item in enumerate(question["items"]):
        product = catalogue.Product.objects.create(title=f"p{index}", product_class=kind)
        partners.StockRecord.objects.create(
            product=product,
            partner=partner,
            partner_sku=f"s{index}",
            price=Decimal(item["price"]),
            price_currency="CNY",
        )
        named = ranges.get(item["category"])
        if named is None:
            named = ranges[item["category"]] = offer_models.Range.objects.create(name=item["category"])
        named.add_product(product)
        basket.add_product(product, item["quantity"])
    offers = []
    for index, offer in enumerate(question["offers"]):
        where = ranges[offer["category"]]
        kind_name, value = ("Percentage", offer["percent"]) if "percent" in offer else ("Absolute", offer["amount"])
        condition = offer_models.Condition.objects.create(range=where, type="Count", value=1)
        benefit = offer_models.Benefit.objects.create(range=where, type=kind_name, value=Decimal(value))
        offers.append(
            offer_models.ConditionalOffer.objects.create(
                name=f"o{index}", condition=condition, benefit=benefit, exclusive=False, max_basket_applications=1
            )
        )
    for offer in offers:
        offer.combinations.set([other for other in offers if other is not offer])
    return basket, offers


def main() -> None:
    """Read the question, time the runs, print them."""
    question = json.load(sys.stdin)
    configure()
    basket, offers = build(question)
    applicator = import_module("oscar.apps.offer.applicator").Applicator()
    times: list[float] = []
    processor: list[float] = []
    for _round in range(question["repeat"]):
        basket.reset_offer_applications()
        start, used = time.perf_counter(), time.process_time()
        applicator.apply_offers(basket, offers)
        times.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - used) * 1000)
    print(json.dumps({"discount": str(basket.total_discount), "times": times, "processor": processor}))


if __name__ == "__main__":
    main()
