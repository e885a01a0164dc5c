"""A receipt never runs over the paper, and its figures are the receipt's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.receipt_pictures import JOIN, slips
from posapp.application.printing.setup import Paper
from posapp.application.receipt import Receipt, ReceiptLine, ReceiptMember, RefundReceipt, RefundReceiptMember
from posapp.application.slip_rows import Row, Style
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.sale import TenderMethod
from posapp.hardware.columns import columns_of
from posapp.hardware.receipt_layout import NARROW_COLUMNS, WIDE_COLUMNS, lay_out, lay_out_trial
from posapp.hardware.receipt_text import render

FOLDER = Path(__file__).parents[3] / "resources" / "receipts"
LABELS = {name: json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("zh_CN", "en")}

MEMBER = ReceiptMember("林晓梅", "138 **** 6021", "金卡", Points(3482), Points(2827), Points(145), Points(800), True)
RECEIPT = Receipt(
    shop="青禾生活",
    store="文三路店",
    till="2",
    number="02-261118-0007",
    local_time="2026-11-18 18:42",
    cashier="陈思雨",
    lines=(
        ReceiptLine("明前龙井 特级 50g 罐装", Quantity.pieces(1), Money(12800), Money(12800), Money(10311),
                    (("金卡 8.5 折", Money(1920)), ("积分抵现 800 分", Money(569)))),
    ),
    list_total=Money(12800),
    ladder=(("会员折扣 金卡 8.5 折", Money(1920)), ("积分抵现 800 分", Money(569))),
    due=Money(10311),
    tenders=((TenderMethod.CASH, Money(10311), Money(20000)),),
    change=Money(9689),
    member=MEMBER,
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("columns", [NARROW_COLUMNS, WIDE_COLUMNS])
def test_every_line_fits_and_amounts_stand_at_the_right_edge(language: str, columns: int) -> None:
    lines = render(RECEIPT, LABELS[language], columns)
    assert all(columns_of(line) <= columns for line in lines)
    due = next(line for line in lines if "￥" in line)
    assert due.endswith("￥103.11")
    assert columns_of(due) == columns


def test_both_languages_have_the_same_labels() -> None:
    assert LABELS["zh_CN"].keys() == LABELS["en"].keys()
    assert {f"tender.{method.name}" for method in TenderMethod} <= LABELS["en"].keys()


def test_the_printed_words() -> None:
    text = "\n".join(render(RECEIPT, LABELS["zh_CN"]))
    for words in ("金卡 8.5 折", "-19.20", "找零", "96.89", "3482 → 2827", "（待同步）", "138 **** 6021"):
        assert words in text
    assert "\u00a5" not in text, "GBK heads print junk for the narrow yen sign (trap 14)"


def test_an_anonymous_receipt_has_no_member_part() -> None:
    assert "积分" not in "\n".join(render(replace(RECEIPT, member=None, ladder=(), lines=()), LABELS["zh_CN"]))


@given(st.text(min_size=1, max_size=80).filter(str.isprintable))
def test_no_product_name_can_break_the_layout(name: str) -> None:
    line = replace(RECEIPT.lines[0], name=name, notes=((name, Money(1)),))
    lines = render(replace(RECEIPT, lines=(line,)), LABELS["zh_CN"])
    assert all(columns_of(text) <= NARROW_COLUMNS for text in lines)


REFUND = RefundReceipt(
    shop="青禾生活",
    store="文三路店",
    till="2",
    number="261119-02-R0001",
    original_number="261118-02-0007",
    is_void=False,
    local_time="2026-11-19 10:02",
    cashier="1001",
    approver="2001",
    lines=(("明前龙井 特级 50g 罐装", "x 1", Money(10311)),),
    total=Money(10316),
    tenders=((TenderMethod.BANK_CARD, Money(5000), Money(5000)), (TenderMethod.CASH, Money(5311), Money(5320))),
    coupons=("QH20",),
    member=RefundReceiptMember("林**", "138 **** 6021", Points(120), Points(-25), Points(800), Points(945), True),
)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("columns", [NARROW_COLUMNS, WIDE_COLUMNS])
def test_a_refund_says_what_went_back_by_each_tender_and_the_points_before_and_after(
    language: str, columns: int
) -> None:
    lines = render(REFUND, LABELS[language], columns)
    assert all(columns_of(line) <= columns for line in lines)
    text = "\n".join(lines)
    labels = LABELS[language]
    for words in (
        labels["refund"], "261118-02-0007", "261119-02-R0001", "2001", "￥103.16", "-103.11", "50.00", "53.20",
        labels["exact"].format(amount="53.11"), "QH20", "+800", "-945", "120 → -25",
    ):  # fmt: skip
        assert words in text, words
    assert labels["void"] in "\n".join(render(replace(REFUND, is_void=True), labels, columns))


@pytest.mark.parametrize("slip", [RECEIPT, REFUND])
def test_a_copy_says_so_and_which_one_it_is(slip: Receipt | RefundReceipt) -> None:
    first = render(slip, LABELS["zh_CN"])
    second = render(replace(slip, copy=2), LABELS["zh_CN"])
    assert second[0].strip() == "*** 补打 第 2 次 ***"
    assert second[1:] == first
    assert render(replace(slip, copy=2), LABELS["en"])[0].strip() == "*** REPRINT 2 ***"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("paper", list(Paper))
def test_every_kind_of_slip_fits_every_paper_in_both_languages(language: str, paper: Paper) -> None:
    for kind, slip in slips(english=language == "en").items():
        rows = lay_out(slip, LABELS[language], paper.columns, JOIN)
        assert all(columns_of(row.text) <= paper.columns for row in rows if row.style is not Style.QR), kind
        assert (rows[-1] == Row(JOIN, Style.QR)) == (kind in {"sale", "copy"}), "a member needs no card"
    trial = lay_out_trial(LABELS[language], paper.columns, "2")
    assert max(columns_of(row.text) for row in trial if row.style is not Style.QR) == paper.columns


def test_a_gift_receipt_names_the_goods_and_no_price() -> None:
    rows = lay_out(replace(RECEIPT, is_gift=True), LABELS["zh_CN"])
    text = "\n".join(row.text for row in rows)
    assert "礼品小票" in text
    assert "明前龙井" in text
    assert RECEIPT.number in text
    for kept_back in ("￥", "128.00", "103.11", "8.5 折", "积分", "138"):
        assert kept_back not in text


def test_a_report_has_each_figure_at_the_right_edge() -> None:
    slip = slips(english=False)["report"]
    text = [row.text for row in lay_out(slip, LABELS["zh_CN"])]
    assert any(line.strip() == "日结单 Z" for line in text)
    assert "差额" + " " * (32 - 4 - 5) + "-1.50" in text


def test_a_name_with_a_command_in_it_is_only_a_name() -> None:
    line = replace(RECEIPT.lines[0], name="tea\x1b@\x10\x14\x01\r\n")
    for row in lay_out(replace(RECEIPT, lines=(line,)), LABELS["zh_CN"]):
        assert row.text.isprintable()


def test_goods_that_were_weighed_are_printed_in_kilograms_at_the_price_of_their_unit() -> None:
    line = ReceiptLine("散称冬枣", Quantity(2500), Money(1580), Money(3950), Money(3950), (), unit="500g")
    printed = render(replace(RECEIPT, lines=(line,)), LABELS["zh_CN"], NARROW_COLUMNS)
    assert next(row for row in printed if "kg" in row).split() == ["1.25", "kg", "x", "15.80/500g", "39.50"]
    gift = render(replace(RECEIPT, lines=(line,), is_gift=True), LABELS["zh_CN"], NARROW_COLUMNS)
    assert next(row for row in gift if "冬枣" in row).split() == ["散称冬枣", "1.25", "kg"]
