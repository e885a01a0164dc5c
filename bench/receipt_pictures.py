"""Pictures of every kind of receipt, as the print head sets it, side by side for the documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from posapp.application.printing.setup import Paper
from posapp.application.receipt import (
    Receipt,
    ReceiptLine,
    ReceiptMember,
    RefundReceipt,
    RefundReceiptMember,
    ReportSlip,
    Slip,
)
from posapp.domain.amounts import Money, Points, Quantity
from posapp.domain.sale import TenderMethod
from posapp.hardware.receipt_layout import lay_out
from posapp.hardware.receipt_picture import picture
from posapp.resources import resource_path
from posapp.ui.fonts import font

JOIN = "https://qinghe.example/join?store=wensan"
_GAP = 24


_Words = Callable[[str, str], str]


def slips(*, english: bool) -> dict[str, Slip]:
    """One slip of each kind, about the same sale of 172.80 for 200.00 in cash."""

    def w(zh: str, en: str) -> str:
        return en if english else zh

    sale = _sale(w)
    walk_in = replace(
        sale,
        number="261118-02-0119",
        member=None,
        lines=(replace(sale.lines[2], notes=()),),
        ladder=(),
        list_total=Money(5400),
        due=Money(5400),
        tenders=((TenderMethod.WECHAT_PAY, Money(5400), Money(5400)),),
        change=Money(0),
    )
    return {
        "sale": walk_in,
        "member": sale,
        "copy": replace(walk_in, copy=1),
        "gift": replace(sale, is_gift=True),
        "refund": _refund(w, sale),
        "report": _report(w, sale),
        "pass_back": _pass_back(w, sale),
    }


def _sale(w: _Words) -> Receipt:
    gold, second = w("金卡 8.5 折", "Gold 15% off"), w("第 2 件半价", "2nd half price")
    coupon, points = w("满 100 减 30", "30 off 100"), w("积分抵现", "Points")
    name, tier = w("林**", "Lin"), w("金卡", "Gold")
    return Receipt(
        shop=w("青禾生活", "Qinghe Living"),
        store=w("文三路店", "Wensan Road"),
        till="2",
        number="261118-02-0118",
        local_time="2026-11-18 18:42",
        cashier=w("陈思雨", "Chen"),
        lines=(
            _line(w("明前龙井 特级 50g", "Longjing tea 50 g"), 1, 12800, ((gold, 1920), (coupon, 1880))),
            _line(w("手工黄油曲奇 180g", "Butter cookies 180 g"), 2, 3200, ((second, 1600), (coupon, 1120))),
            _line(w("有机全脂牛奶 950ml", "Organic milk 950 ml"), 3, 1800, ((points, 800),)),
        ),
        list_total=Money(24600),
        ladder=((gold, Money(1920)), (second, Money(1600)), (coupon, Money(3000)), (points, Money(800))),
        due=Money(17280),
        tenders=((TenderMethod.CASH, Money(17280), Money(20000)),),
        change=Money(2720),
        member=ReceiptMember(
            name, "138 **** 6021", tier, Points(3482), Points(3076), Points(394), Points(800), pending_sync=True
        ),
    )


def _line(name: str, pieces: int, unit_fen: int, notes: tuple[tuple[str, int], ...]) -> ReceiptLine:
    listed = pieces * unit_fen
    taken = tuple((words, Money(fen)) for words, fen in notes)
    net = Money(listed - sum(fen for _words, fen in notes))
    return ReceiptLine(name, Quantity.pieces(pieces), Money(unit_fen), Money(listed), net, taken)


def _refund(w: _Words, sale: Receipt) -> RefundReceipt:
    back = Money(1840)
    return RefundReceipt(
        shop=sale.shop,
        store=sale.store,
        till=sale.till,
        number="261119-02-R0001",
        original_number=sale.number,
        is_void=False,
        local_time="2026-11-19 10:02",
        cashier=sale.cashier,
        approver=w("周岚", "Zhou"),
        lines=((w("手工黄油曲奇 180g", "Butter cookies 180 g"), "x 1", back),),
        total=back,
        tenders=((TenderMethod.CASH, back, back),),
        coupons=(),
        member=RefundReceiptMember(
            w("林**", "Lin"), "138 **** 6021", Points(3076), Points(3039), Points(0), Points(37), pending_sync=True
        ),
    )


def _report(w: _Words, sale: Receipt) -> ReportSlip:
    sales = ((w("销售 118 笔", "118 sales"), "12,846.30"), (w("退货 2 笔", "2 refunds"), "-58.40"))
    money = (
        (w("现金", "Cash"), "3,204.00"),
        (w("微信支付", "WeChat Pay"), "6,120.90"),
        (w("储值", "Stored balance"), "3,463.00"),
    )
    drawer = (
        (w("应有现金", "Cash expected"), "640.00"),
        (w("实点", "Counted"), "638.50"),
        (w("差额", "Over or short"), "-1.50"),
    )
    return ReportSlip(
        shop=sale.shop,
        store=sale.store,
        till=sale.till,
        number="Z0042",
        title=w("日结单 Z", "Z REPORT"),
        local_time="2026-11-18 22:06",
        cashier=sale.cashier,
        sections=(sales, money, drawer),
    )


def _pass_back(w: _Words, sale: Receipt) -> ReportSlip:
    """Ten coffees, of which three were had, given back at the member's wish."""
    what = (
        (w("咖啡 10 次卡", "Ten coffees"), ""),
        (w("会员", "Member"), w("林** 138 **** 6021", "Lin 138 **** 6021")),
        (w("付过", "Paid"), "199.00"),
        (w("剩余", "Left"), "7 / 10"),
        (w("依据", "Ground"), w("会员要退（第 19 条）", "Member's wish, Art. 19")),
    )
    money = (
        (w("退款合计", "Given back"), "￥121.00"),
        (w("现金", "Cash"), "121.00"),
        (w("核准人", "Agreed by"), "2001"),
    )
    return ReportSlip(
        shop=sale.shop,
        store=sale.store,
        till=sale.till,
        number="261119-02-P0001",
        title=w("退卡单", "PASS GIVEN BACK"),
        local_time="2026-11-19 10:20",
        cashier=sale.cashier,
        sections=(what, money),
        signs=(w("会员签名", "Signed"),),
    )


def sheet(*, english: bool, paper: Paper = Paper.MM58) -> QImage:
    """All kinds side by side."""
    name = "en" if english else "zh_CN"
    labels: dict[str, str] = json.loads(resource_path("receipts", f"{name}.json").read_text("utf-8"))
    all_slips = slips(english=english).values()
    parts = [picture(lay_out(slip, labels, paper.columns, JOIN), paper, font) for slip in all_slips]
    width = sum(part.width() + _GAP for part in parts) + _GAP
    image = QImage(width, max(part.height() for part in parts) + 2 * _GAP, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.lightGray)
    painter = QPainter(image)
    left = _GAP
    for part in parts:
        painter.drawImage(left, _GAP, part)
        left += part.width() + _GAP
    painter.end()
    return image


def take_receipts(folder: Path) -> None:
    """Write both languages' receipts."""
    for english in (False, True):
        path = folder / ("receipts_en.png" if english else "receipts.png")
        sheet(english=english).save(str(path))
        print(path)
