"""The columnar body gives back what went in, to the byte, and refuses whatever it cannot."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import columnar
from sync.protocol.columnar import Budget
from sync.protocol.columnar.nodes import FORMAT, Form
from sync.protocol.errors import MalformedBodyError

encode = msgspec.msgpack.encode

SCALARS = (
    st.none()
    | st.integers(-(2**63), 2**64 - 1)
    | st.integers(-200, 200)
    | st.text(max_size=6)
    | st.binary(max_size=6)
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.sampled_from(["R-0001", "R-0002", "R-10", "٣", "007", "", "a1"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
MAPS = st.dictionaries(st.text(max_size=2), SCALARS, max_size=2)


def there_and_back(rows: list[Any]) -> None:
    decoded = columnar.decode(columnar.encode(rows), len(rows))
    assert [encode(row) for row in decoded] == [encode(row) for row in rows]


@given(st.lists(VALUES | MAPS, max_size=30))
def test_any_values_come_back_to_the_byte(rows: list[Any]) -> None:
    there_and_back(rows)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2]),
            st.just(1),
            st.integers(0, 2**50),
            st.lists(st.tuples(st.integers(-5, 5), st.sampled_from(["a", "b"]), st.integers(0, 10**6))),
            st.lists(st.sampled_from([b"x" * 16, b"y" * 16]), max_size=2),
            st.lists(st.integers(-1000, 1000), max_size=9),
        ),
        min_size=25,
        max_size=80,
    )
)
def test_records_come_back_to_the_byte(rows: list[Any]) -> None:
    there_and_back(rows)


@pytest.mark.parametrize(
    "column",
    [
        list(range(100)),
        [5] * 100,
        [2**64 - 1, 0] * 50,
        [-(2**63), 2**63 - 1] * 50,
        [-(2**63), 2**64 - 1] * 50,
        [(10, 70_000, 900_000)[n * n % 7 % 3] for n in range(100)],
        [True, 1, 0, False] * 25,
        [f"R{number:04d}" for number in range(100)],
        [f"R{number}" for number in range(100)],
        ["9" * 40 + str(number) for number in range(100)],
        [None, 3, None, b"3", "3"] * 20,
        [[], [1], [1, 2]] * 40,
        [[[]], [[], [[]]]] * 20,
    ],
)
def test_each_form_of_column(column: list[Any]) -> None:
    there_and_back(column)
    there_and_back([[value, value] for value in column])


def test_columns_that_follow_from_others() -> None:
    draw = random.Random(3)  # noqa: S311 - a seed makes the test repeatable
    prices = [draw.randrange(100, 9_000) for _ in range(40)]
    rows = []
    for _ in range(500):
        sku, pieces = draw.randrange(40), draw.choice([1000, 1000, 2000])
        amount = prices[sku] * pieces // 1000
        rows.append([3, 1, sku, prices[sku], pieces, amount, amount - 7, -amount, 9_000 - amount])
    there_and_back(rows)
    body = msgspec.msgpack.decode(columnar.encode(rows))
    forms = {Form(node[0]) for node in body[-1][2][0]}
    assert {Form.LIKE, Form.PRODUCT, Form.SUM, Form.NEGATED} <= forms
    assert len(columnar.encode(rows)) < len(encode(rows)) / 8


def test_deep_nesting_comes_back() -> None:
    value: Any = 1
    for _ in range(60):
        value = [value]
    there_and_back([value, 2])


def body_of(root: Any, texts: list[Any] | None = None) -> bytes:
    return encode([FORMAT, texts or [], 0, [Form.CONSTANT, 0], b"", root])


@pytest.mark.parametrize(
    ("root", "count"),
    [
        ([Form.CONSTANT, 1], 10**12),
        ([Form.NESTED, [Form.CONSTANT, 10**9], [Form.CONSTANT, 1]], 10),
        ([Form.NESTED, [Form.CONSTANT, -1], [Form.CONSTANT, 1]], 10),
        ([Form.CONSTANT, "x" * 5_000_000], 10),
        ([Form.CONSTANT, [1]], 10),
        ([Form.TEXTS, [Form.CONSTANT, 0]], 10),
        ([Form.TEXTS, [Form.CONSTANT, -1]], 10),
        ([Form.SAME, 0], 10),
        ([Form.PACKED, 0, b"123"], 10),
        ([Form.PACKED, 99, b"123"], 3),
        ([Form.COMPRESSED, 0, b"not zstd"], 3),
        ([Form.STEPS, "x", [Form.CONSTANT, 1]], 3),
        ([Form.MIXED, [Form.CONSTANT, 7], [[Form.CONSTANT, 1]]], 3),
        ([Form.NUMBERED, [Form.CONSTANT, "a"], [Form.CONSTANT, 99], [Form.CONSTANT, 1]], 3),
        ([Form.RECORDS, [Form.CONSTANT, 2], [[[Form.CONSTANT, 1]]]], 3),
        ([99, 1], 3),
        ([], 3),
        ("text", 3),
        (7, 3),
        ([Form.PLAIN, [1, 2]], 3),
    ],
)
def test_hostile_bodies_are_refused(root: Any, count: int) -> None:
    with pytest.raises(MalformedBodyError):
        columnar.decode(body_of(root), count)


def test_products_do_not_grow_without_end() -> None:
    big = [Form.STEPS, 2**63 - 3, [Form.CONSTANT, 1]]
    tower = [[Form.PRODUCT, place, place, [Form.CONSTANT, 1]] for place in range(40)]
    root = [Form.RECORDS, [Form.CONSTANT, 41], [[big, *tower]]]
    with pytest.raises(MalformedBodyError):
        columnar.decode(body_of(root), 3)


@given(st.binary(max_size=80))
def test_noise_is_refused_or_read_but_never_crashes(noise: bytes) -> None:
    with suppress(MalformedBodyError):
        columnar.decode(noise, 3)


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_a_flipped_byte_never_crashes(place: int, byte: int) -> None:
    rows = [
        [3, 1, 1_000 + number, ["S1", number % 3, [[1, 2], [3, 4]]], [b"m" * 16], [101, 0, 5]] for number in range(40)
    ]
    body = bytearray(columnar.encode(rows))
    body[place % len(body)] = byte
    with suppress(MalformedBodyError):
        columnar.decode(bytes(body), 40)


def test_a_frame_that_claims_a_great_size_is_refused_before_memory_is_taken() -> None:
    claims = b"\x28\xb5\x2f\xfd" + b"\xe0" + (1 << 60).to_bytes(8, "little") + b"\x01\x00\x00"
    assert zstandard.frame_content_size(claims) == 1 << 60
    body = encode([FORMAT, [], 0, [Form.CONSTANT, 0], b"", [Form.COMPRESSED, 0, claims]])
    with pytest.raises(MalformedBodyError, match="another length"):
        columnar.decode(body, 40)


def test_the_budget_counts_across_columns() -> None:
    rows = [[1, 1, number] for number in range(100)]
    body = columnar.encode(rows)
    columnar.decode(body, 100, Budget(values=500))
    with pytest.raises(MalformedBodyError, match="too many values"):
        columnar.decode(body, 100, Budget(values=250))


def test_threads_do_not_disturb_each_other() -> None:
    """The server encodes members' rows for several tills at once."""
    rows = [[1, 1, place * 7919 % 100_003, [place % 13] * 3] for place in range(3_000)]
    alone = columnar.encode(rows)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _turn: columnar.encode(rows), range(64)))
    assert all(one == alone for one in together)
