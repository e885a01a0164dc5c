"""The demo shop's files keep every promise their README makes, and hold the goods of the reference screens."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from posapp.domain.catalogue import TAG_MEMBERS_ONLY, TAG_NO_DISCOUNT, TAG_NO_POINTS

DEMO = Path(__file__).parents[2] / "resources" / "demo"

Row = dict[str, str]

# What importers rely on, in order.
PRODUCT_COLUMNS = [
    *["sku", "barcode", "plu", "name_zh", "name_en", "category", "unit"],
    *["price", "member_price", "tags", "weighed", "quick", "cost"],
]
WEIGHTS = {"kg", "500g", "100g"}
EXCLUDED = {TAG_NO_DISCOUNT, TAG_NO_POINTS}

# name: (price in fen, member price in fen or None, tags it must have), as painted on the reference screens.
SCREEN_GOODS: dict[str, tuple[int, int | None, set[str]]] = {
    "明前龙井 特级 50g 罐装": (12800, None, set()),
    "燕麦拿铁 大杯": (2600, None, {"coffee", "hot"}),
    "手工黄油曲奇 180g": (3200, None, set()),
    "有机全脂牛奶 950ml": (1800, None, set()),
    "海盐苏打饼干 200g": (1200, 990, set()),
    "环保购物袋 中号": (100, None, EXCLUDED),
}
# In the order of the tiles: (name, price in fen, unit).
QUICK_GOODS = [
    ("手冲 耶加", 2600, "each"),
    ("美式 大杯", 1800, "each"),
    ("原味可颂", 1200, "each"),
    ("散称砂糖橘", 990, "500g"),
    ("散称冬枣", 1580, "500g"),
    ("鲜切水果 盒", 1990, "each"),
    ("购物袋 大", 150, "each"),
    ("购物袋 中", 100, "each"),
    ("礼盒包装", 800, "each"),
    ("茶叶蛋", 250, "each"),
]


def rows(name: str) -> list[Row]:
    text = (DEMO / name).read_bytes().decode("utf-8")
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    header, *body = csv.reader(text.splitlines(), strict=True)
    return [dict(zip(header, cells, strict=True)) for cells in body]


PRODUCTS = rows("products.csv")
CATEGORIES = rows("categories.csv")
NAMES: dict[str, Any] = json.loads((DEMO / "names.json").read_text(encoding="utf-8"))


def fen(yuan: str) -> int:
    """Whole fen of an amount written with exactly two decimals; anything else is refused."""
    assert re.fullmatch(r"(0|[1-9]\d*)\.\d\d", yuan), yuan
    return int(yuan.replace(".", ""))


def tags(row: Row) -> list[str]:
    return row["tags"].split(";") if row["tags"] else []


def by_name(name: str) -> Row:
    (found,) = [row for row in PRODUCTS if row["name_zh"] == name]
    return found


def columns_wide(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


def ean13_is_valid(code: str) -> bool:
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code))
    return len(code) == 13 and weighted % 10 == 0


def documented(heading: str, first_column: str) -> list[str]:
    """The first cells of the README's table that has this first column, below the heading."""
    section = (DEMO / "README.md").read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = section.split(f"| {first_column} | meaning |\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)


def test_the_check_digit_rule_of_this_file_knows_good_codes_from_bad_ones() -> None:
    assert ean13_is_valid("4006381333931")  # a published example of the standard
    assert not ean13_is_valid("4006381333930")
    assert not ean13_is_valid("4006383133931")


def test_the_shop_is_about_three_hundred_products_in_the_documented_columns() -> None:
    assert 280 <= len(PRODUCTS) <= 340
    assert list(PRODUCTS[0]) == PRODUCT_COLUMNS == documented("products.csv", "column")


@pytest.mark.parametrize("column", ["sku", "barcode", "plu", "quick", "name_zh", "name_en"])
def test_what_names_a_product_names_only_one(column: str) -> None:
    counts = Counter(row[column] for row in PRODUCTS if row[column])
    assert [value for value, times in counts.items() if times > 1] == []


def test_skus_have_one_shape() -> None:
    assert [row["sku"] for row in PRODUCTS if not re.fullmatch(r"[A-Z]{2}\d{3}", row["sku"])] == []


def test_barcodes_are_ean13_of_our_range() -> None:
    barcodes = [row["barcode"] for row in PRODUCTS if row["barcode"]]
    assert len(barcodes) >= 150
    assert [code for code in barcodes if not re.fullmatch(r"69\d{11}", code) or not ean13_is_valid(code)] == []


def test_a_product_is_reached_by_a_barcode_or_by_a_plu() -> None:
    assert [row["name_zh"] for row in PRODUCTS if bool(row["barcode"]) == bool(row["plu"])] == []
    assert [row["plu"] for row in PRODUCTS if row["plu"] and not re.fullmatch(r"[1-9]\d{0,4}", row["plu"])] == []


def test_weighed_goods_have_a_weight_for_a_unit_and_no_barcode() -> None:
    assert {row["unit"] for row in PRODUCTS} == {"each", *WEIGHTS}
    assert {row["weighed"] for row in PRODUCTS} == {"0", "1"}
    for row in PRODUCTS:
        assert (row["weighed"] == "1") == (row["unit"] in WEIGHTS), row
        assert not (row["weighed"] == "1" and row["barcode"]), row
        assert (row["weighed"] == "1") == row["name_zh"].startswith("散称"), row


def test_prices_are_whole_fen_in_order_and_leave_a_margin_a_shop_could_live_on() -> None:
    for row in PRODUCTS:
        price, cost = fen(row["price"]), fen(row["cost"])
        member_price = fen(row["member_price"]) if row["member_price"] else price
        assert 0 < cost < member_price <= price, row
        assert 15 * price <= 100 * (price - cost) <= 85 * price, row
        # A member price that saves nothing, or half, is a slip of the pen.
        assert not row["member_price"] or 50 * price <= 100 * member_price < 100 * price, row


def test_categories_are_known_used_and_in_order() -> None:
    slugs = [row["slug"] for row in CATEGORIES]
    assert set(slugs) == {row["category"] for row in PRODUCTS}
    assert len(set(slugs)) == len(slugs)
    assert list(CATEGORIES[0]) == ["slug", "name_zh", "name_en", "sort"]
    assert [row["slug"] for row in CATEGORIES if not re.fullmatch(r"[a-z]+(_[a-z]+)*", row["slug"])] == []
    order = [int(row["sort"]) for row in CATEGORIES]
    assert order == sorted(set(order))


def test_names_are_complete_in_both_languages_and_fit_a_receipt() -> None:
    for row in [*PRODUCTS, *CATEGORIES]:
        chinese, english = row["name_zh"], row["name_en"]
        assert re.search(r"[\u4e00-\u9fff]", chinese), row
        assert english.isascii(), row
        assert re.search(r"[A-Za-z]{2}", english), row
        for name in (chinese, english):
            assert name == " ".join(name.split()), row
            assert columns_wide(name) <= 32, row
        chinese.encode("gbk")  # two bytes a character: what a receipt printer's head can draw


def test_every_tag_is_documented_and_every_documented_tag_is_used() -> None:
    used = [tag for row in PRODUCTS for tag in tags(row)]
    assert set(used) == set(documented("products.csv", "tag"))
    assert {TAG_MEMBERS_ONLY, *EXCLUDED} <= set(used)
    assert [row["tags"] for row in PRODUCTS if len(set(tags(row))) != len(tags(row))] == []


@pytest.mark.parametrize("name", SCREEN_GOODS)
def test_the_goods_of_the_reference_screens_are_here_at_their_prices(name: str) -> None:
    price, member_price, needed = SCREEN_GOODS[name]
    row = by_name(name)
    assert fen(row["price"]) == price
    assert (fen(row["member_price"]) if row["member_price"] else None) == member_price
    assert needed <= set(tags(row))
    assert needed == EXCLUDED or not EXCLUDED & set(tags(row))


def test_quick_items_fill_the_ten_keys_in_the_order_of_the_screen() -> None:
    quick = sorted((row for row in PRODUCTS if row["quick"]), key=lambda row: int(row["quick"]))
    assert [row["quick"] for row in quick] == [str(place) for place in range(1, 11)]
    assert [(row["name_zh"], fen(row["price"]), row["unit"]) for row in quick] == QUICK_GOODS
    assert all(row["plu"] for row in quick)


def test_names_make_thousands_of_different_people_and_none_is_famous_by_accident() -> None:
    surnames = {entry["name"]: entry["weight"] for entry in NAMES["surnames"]}
    assert len(surnames) == len(NAMES["surnames"]) == 100
    assert all(isinstance(weight, int) and weight > 0 for weight in surnames.values())
    possible: set[str] = set()
    for gender in ("female", "male"):
        pools, whole = NAMES["given"][gender]["pools"], NAMES["given"][gender]["whole"]
        parts = [part for pool in pools for part in (pool["lead"], pool["tail"])]
        for part in [*parts, whole["names"]]:
            assert len(set(part)) == len(part)
        assert all(len(character) == 1 for part in parts for character in part)
        # A pool whose halves share a character would double it; doubled names stand in `whole`, where they are meant.
        assert all(not set(pool["lead"]) & set(pool["tail"]) for pool in pools)
        assert all(isinstance(choice["weight"], int) and choice["weight"] > 0 for choice in [*pools, whole])
        given = set(whole["names"]) | {lead + tail for pool in pools for lead in pool["lead"] for tail in pool["tail"]}
        assert len(given) >= 500
        possible |= {surname + name for surname in surnames for name in given}
    assert len(possible) >= 100_000
    assert "林晓梅" in possible
    assert set(NAMES["avoid"]) <= possible, "a name that cannot come up needs no avoiding"
    for name in possible:
        assert 2 <= len(name) <= 4
        name.encode("gbk")


def draw_two_thousand(seed: int) -> list[str]:
    """Two thousand members by the recipe of the README."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable draw, nothing secret
    surnames = [entry["name"] for entry in NAMES["surnames"]]
    weights = [entry["weight"] for entry in NAMES["surnames"]]
    people: list[str] = []
    while len(people) < 2000:
        given = NAMES["given"][dice.choice(["female", "male"])]
        choices = [*given["pools"], given["whole"]]
        (pick,) = dice.choices(choices, [choice["weight"] for choice in choices])
        first = dice.choice(pick["names"]) if "names" in pick else dice.choice(pick["lead"]) + dice.choice(pick["tail"])
        full = dice.choices(surnames, weights)[0] + first
        if full not in NAMES["avoid"]:
            people.append(full)
    return people


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_documented_recipe_gives_a_believable_crowd(seed: int) -> None:
    people = draw_two_thousand(seed)
    assert people == draw_two_thousand(seed)
    assert len(set(people)) >= 1900
    assert Counter(people).most_common(1)[0][1] <= 5
    assert len({name[0] for name in people}) >= 80


def test_english_names_are_first_and_last_and_distinct() -> None:
    english = NAMES["english"]
    assert len(set(english)) == len(english) >= 12
    assert [name for name in english if not re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name)] == []
    assert NAMES["format"] == 1


def test_staff_are_three_cashiers_a_manager_and_the_owner() -> None:
    staff = rows("staff.csv")
    assert list(staff[0]) == ["id", "name", "role", "pin"]
    assert Counter(row["role"] for row in staff) == {"cashier": 3, "manager": 1, "owner": 1}
    assert {len({row[column] for row in staff}) for column in ("id", "name", "pin")} == {5}
    told = json.loads((DEMO.parent / "i18n" / "zh_CN.json").read_text("utf-8"))["start.demo_detail"]
    assert all(f"{row['id']} 密码 {row['pin']}" in told for row in (staff[0], staff[3]))
    assert all(re.fullmatch(r"\d{4}", row["id"]) for row in staff)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", row["name"]) for row in staff)
    assert "陈思雨" in {row["name"] for row in staff}
