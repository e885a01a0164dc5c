"""A slip as rows of fixed width: 32 columns on 58 mm paper, 48 or 42 on 80 mm (domain.md §4).

Chinese characters take two columns.  The sign of the yuan is the full-width ￥ (U+FFE5), because GBK printers print
junk for U+00A5.
"""

from __future__ import annotations

from collections.abc import Mapping

from posapp.application.receipt import (
    CardSlip,
    Receipt,
    ReceiptLine,
    ReceiptMember,
    RefundReceipt,
    RefundReceiptMember,
    ReportSlip,
    Slip,
    counted,
)
from posapp.application.slip_rows import Row, Rows, Style
from posapp.domain.weight import weight_text
from posapp.hardware.columns import centre, clean, columns_of, pair, wrap

NARROW_COLUMNS = 32
WIDE_COLUMNS = 48

Labels = Mapping[str, str]


def lay_out(slip: Slip, labels: Labels, columns: int = NARROW_COLUMNS, join: str = "") -> Rows:
    """Lay a slip out; no row is wider than `columns`.  A copy says so, and which one it is.

    `join` is what the code says by which a customer without a card gets one; empty prints none.
    """
    page = _Page(labels, columns)
    if slip.copy:
        page.centred(labels["copy"].format(copy=slip.copy), Style.STRONG)
    match slip:
        case RefundReceipt():
            _refund(page, slip)
        case ReportSlip():
            _report(page, slip)
        case CardSlip():
            _card(page, slip)
        case Receipt(is_gift=True):
            _gift(page, slip)
        case Receipt():
            _sale(page, slip, join)
    return page.rows


def lay_out_trial(labels: Labels, columns: int, till: str) -> Rows:
    """What a test prints: every kind of row, the full width, and characters that the head does not have."""
    page = _Page(labels, columns)
    page.centred(labels["test_title"], Style.TALL)
    page.pair(labels["till"].format(till=till), "￥128.00", Style.STRONG)
    page.text("".join(str(place % 10) for place in range(1, columns + 1)))
    page.text(labels["test_line"])
    page.text(labels["test_rare"])
    page.code("https://example.com/")
    return page.rows


class _Page:
    """The rows so far."""

    def __init__(self, labels: Labels, columns: int) -> None:
        self.labels, self.columns = labels, columns
        self._rows: list[Row] = []

    @property
    def rows(self) -> Rows:
        return tuple(self._rows)

    def pair(self, left: str, right: str = "", style: Style = Style.PLAIN) -> None:
        self._rows += (Row(line, style) for line in pair(clean(left), clean(right), self.columns))

    def text(self, text: str) -> None:
        self._rows += (Row(line) for line in wrap(clean(text), self.columns))

    def centred(self, text: str, style: Style = Style.PLAIN) -> None:
        if columns_of(text) > self.columns:
            self._rows += (Row(line, style) for line in wrap(clean(text), self.columns))
        else:
            self._rows.append(Row(centre(clean(text), self.columns), style))

    def rule(self) -> None:
        self._rows.append(Row("-" * self.columns))

    def code(self, content: str) -> None:
        self._rows.append(Row(content, Style.QR))


def _head(page: _Page, slip: Slip) -> None:
    page.centred(slip.shop, Style.TALL)
    page.centred(slip.store)


def _sale(page: _Page, receipt: Receipt, join: str) -> None:
    labels = page.labels
    _head(page, receipt)
    page.pair(labels["till"].format(till=receipt.till), receipt.number)
    page.pair(receipt.local_time, receipt.cashier)
    if receipt.approvers:
        page.pair(labels["approver"], ", ".join(receipt.approvers))
    page.rule()
    for line in receipt.lines:
        _goods(page, line)
    page.rule()
    page.pair(labels["list_total"], str(receipt.list_total))
    for words, amount in receipt.ladder:
        page.pair(words, str(-amount))
    page.pair(labels["due"], f"￥{receipt.due}", Style.TALL)
    _payment(page, receipt)
    if receipt.member is not None:
        page.rule()
        _member(page, receipt.member)
    page.rule()
    page.centred(labels["thanks"])
    if join and receipt.member is None:
        page.centred(labels["join"])
        page.code(join)


def _gift(page: _Page, receipt: Receipt) -> None:
    """What goes into the parcel: enough to bring it back by, and no price."""
    labels = page.labels
    _head(page, receipt)
    page.centred(labels["gift"], Style.STRONG)
    page.pair(labels["till"].format(till=receipt.till), receipt.number)
    page.pair(receipt.local_time)
    page.rule()
    for line in receipt.lines:
        page.pair(line.name, counted(line.quantity, line.unit))
    page.rule()
    page.text(labels["gift_note"])


def _refund(page: _Page, receipt: RefundReceipt) -> None:
    labels = page.labels
    _head(page, receipt)
    page.centred(labels["void" if receipt.is_void else "refund"], Style.STRONG)
    page.pair(labels["till"].format(till=receipt.till), receipt.number)
    page.pair(labels["original"], receipt.original_number)
    page.pair(receipt.local_time, receipt.cashier)
    if receipt.approver:
        page.pair(labels["approver"], receipt.approver)
    page.rule()
    for name, how_much, net in receipt.lines:
        page.text(name)
        page.pair(f"  {how_much}", str(-net))
    page.rule()
    if receipt.fee:
        page.pair(labels["return_fee"], str(-receipt.fee))
    page.pair(labels["refund_total"], f"￥{receipt.total}", Style.TALL)
    for method, amount, handed in receipt.tenders:
        page.pair(labels[f"tender.{method.name}"], str(handed))
        if handed != amount:
            page.pair("  " + labels["exact"].format(amount=amount))
    for code in receipt.coupons:
        page.pair(labels["coupon_back"], code)
    for name in receipt.gifts_gone:
        page.pair(labels["gift_gone"], name)
    for name, units in receipt.passes:
        page.pair(name, labels["pass_back"].format(units=units))
    if receipt.member is not None:
        page.rule()
        _refund_member(page, receipt.member)


def _report(page: _Page, report: ReportSlip) -> None:
    """Figures with their names, in sections: a shift's X or Z, a pass given back; below, who signs."""
    _head(page, report)
    page.centred(report.title, Style.STRONG)
    page.pair(page.labels["till"].format(till=report.till), report.number)
    page.pair(report.local_time, report.cashier)
    for section in report.sections:
        page.rule()
        for words, figure in section:
            page.pair(words, figure)
    page.rule()
    for who in report.signs:
        page.text("")
        page.pair(who, "_" * (page.columns // 2))


def _card(page: _Page, card: CardSlip) -> None:
    """A card to keep until there is one of plastic, or a phone."""
    _head(page, card)
    page.centred(page.labels["card_title"], Style.STRONG)
    page.pair(card.name, card.number)
    page.code(card.code)
    page.text(page.labels["card_use"])


def _refund_member(page: _Page, member: RefundReceiptMember) -> None:
    labels = page.labels
    page.pair(f"{labels['member']} {member.name}".strip(), member.masked_phone)
    if member.points_back:
        page.pair(labels["points_back"], f"+{member.points_back.count}")
    if member.points_taken:
        page.pair(labels["points_taken"], str(-member.points_taken.count))
    _points(page, member)


def _points(page: _Page, member: ReceiptMember | RefundReceiptMember) -> None:
    labels = page.labels
    change = labels["points_change"].format(before=member.points_before.count, after=member.points_after.count)
    with_frozen = isinstance(member, RefundReceiptMember) and member.with_frozen
    name = labels["points_with_frozen" if with_frozen else "points"]
    page.pair(name + (labels["pending_sync"] if member.pending_sync else ""), change)


def _payment(page: _Page, receipt: Receipt) -> None:
    labels = page.labels
    for method, amount, handed in receipt.tenders:
        page.pair(labels[f"tender.{method.name}"], str(amount))
        if handed != amount:
            page.pair("  " + labels["handed"].format(amount=handed))
    if receipt.change:
        page.pair(labels["change"], str(receipt.change))


def _member(page: _Page, member: ReceiptMember) -> None:
    labels = page.labels
    who = " ".join(part for part in (member.name, member.tier) if part)
    page.pair(f"{labels['member']} {who}", member.masked_phone)
    if member.points_spent:
        page.pair(labels["points_spent"], str(-member.points_spent.count))
    page.pair(labels["points_earned"], f"+{member.points_earned.count}")
    _points(page, member)
    if member.points_frozen:
        page.pair(labels["points_frozen"], str(member.points_frozen.count))


def _goods(page: _Page, line: ReceiptLine) -> None:
    page.text(line.name)
    weight = weight_text(line.quantity, line.unit)
    times = f"{weight} x {line.unit_price}/{line.unit}" if weight else f"{line.quantity} x {line.unit_price}"
    page.pair(f"  {times}", str(line.list_amount))
    for words, amount in line.notes:
        page.pair(f"  {words}", str(-amount))
