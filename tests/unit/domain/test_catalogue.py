"""A product always has a name to show."""

from __future__ import annotations

from posapp.domain.amounts import Money
from posapp.domain.catalogue import Product
from posapp.domain.ids import Sku


def test_a_missing_name_falls_back_to_the_other_language_and_is_never_blank() -> None:
    both = Product(Sku("1"), 1, "龙井", "Longjing", "tea", Money(1))
    assert (both.name("zh_CN"), both.name("en")) == ("龙井", "Longjing")
    assert Product(Sku("1"), 1, "龙井", "", "tea", Money(1)).name("en") == "龙井"
    assert Product(Sku("1"), 1, "", "", "tea", Money(1)).name("en") == "1"
