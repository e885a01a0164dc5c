"""A receipt as lines of fixed width: 32 columns on 58 mm paper, 48 on 80 mm (domain.md §4).

Chinese characters take two columns.  The sign of the yuan is the full-width ￥ (U+FFE5), because GBK printers print
junk for U+00A5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from posapp.application.receipt import Receipt, ReceiptLine, ReceiptMember, RefundReceipt, RefundReceiptMember, Slip
from posapp.domain.amounts import Money

NARROW_COLUMNS = 32
WIDE_COLUMNS = 48
_WIDE = frozenset("WFA")  # ambiguous characters such as × are two columns on a GBK print head

Labels = Mapping[str, str]


def columns_of(text: str) -> int:
    """How many print columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in text)


def render(receipt: Slip, labels: Labels, columns: int = NARROW_COLUMNS) -> list[str]:
    """Lay a receipt out; no line is wider than `columns`.  A copy says so, and which one it is."""
    copy = [_centre(labels["copy"].format(copy=receipt.copy), columns)] if receipt.copy else []
    if isinstance(receipt, RefundReceipt):
        return [*copy, *_refund(receipt, labels, columns)]
    return [*copy, *_sale(receipt, labels, columns)]


def _sale(receipt: Receipt, labels: Labels, columns: int) -> list[str]:
    rule = "-" * columns
    lines = [_centre(receipt.shop, columns), _centre(receipt.store, columns)]
    lines += _pair(labels["till"].format(till=receipt.till), receipt.number, columns)
    lines += _pair(receipt.local_time, receipt.cashier, columns)
    lines.append(rule)
    for line in receipt.lines:
        lines += _goods(line, columns)
    lines.append(rule)
    lines += _pair(labels["list_total"], str(receipt.list_total), columns)
    for words, amount in receipt.ladder:
        lines += _pair(words, str(-amount), columns)
    lines += _pair(labels["due"], f"￥{receipt.due}", columns)
    lines += _payment(receipt, labels, columns)
    if receipt.member is not None:
        lines.append(rule)
        lines += _member(receipt.member, labels, columns)
    lines += [rule, _centre(labels["thanks"], columns)]
    return lines


def _refund(receipt: RefundReceipt, labels: Labels, columns: int) -> list[str]:
    rule = "-" * columns
    lines = [_centre(receipt.shop, columns), _centre(receipt.store, columns)]
    lines.append(_centre(labels["void" if receipt.is_void else "refund"], columns))
    lines += _pair(labels["till"].format(till=receipt.till), receipt.number, columns)
    lines += _pair(labels["original"], receipt.original_number, columns)
    lines += _pair(receipt.local_time, receipt.cashier, columns)
    if receipt.approver:
        lines += _pair(labels["approver"], receipt.approver, columns)
    lines.append(rule)
    for name, quantity, net in receipt.lines:
        lines += _wrap(name, columns)
        lines += _pair(f"  x {quantity}", str(-net), columns)
    lines.append(rule)
    lines += _pair(labels["refund_total"], f"￥{receipt.total}", columns)
    for method, amount, handed in receipt.tenders:
        lines += _pair(labels[f"tender.{method.name}"], str(handed), columns)
        if handed != amount:
            lines += _pair("  " + labels["exact"].format(amount=amount), "", columns)
    for code in receipt.coupons:
        lines += _pair(labels["coupon_back"], code, columns)
    if receipt.member is not None:
        lines.append(rule)
        lines += _refund_member(receipt.member, labels, columns)
    return lines


def _refund_member(member: RefundReceiptMember, labels: Labels, columns: int) -> Iterator[str]:
    yield from _pair(f"{labels['member']} {member.name}".strip(), member.masked_phone, columns)
    if member.points_back:
        yield from _pair(labels["points_back"], f"+{member.points_back.count}", columns)
    if member.points_taken:
        yield from _pair(labels["points_taken"], str(-member.points_taken.count), columns)
    yield from _points(member, labels, columns)


def _points(member: ReceiptMember | RefundReceiptMember, labels: Labels, columns: int) -> list[str]:
    change = labels["points_change"].format(before=member.points_before.count, after=member.points_after.count)
    return _pair(labels["points"] + (labels["pending_sync"] if member.pending_sync else ""), change, columns)


def _payment(receipt: Receipt, labels: Labels, columns: int) -> Iterator[str]:
    for method, amount, handed in receipt.tenders:
        yield from _pair(labels[f"tender.{method.name}"], str(amount), columns)
        if handed != amount:
            yield from _pair("  " + labels["handed"].format(amount=handed), "", columns)
    if receipt.change:
        yield from _pair(labels["change"], str(receipt.change), columns)


def _member(member: ReceiptMember, labels: Labels, columns: int) -> Iterator[str]:
    who = " ".join(part for part in (member.name, member.tier) if part)
    yield from _pair(f"{labels['member']} {who}", member.masked_phone, columns)
    if member.points_spent:
        yield from _pair(labels["points_spent"], str(-member.points_spent.count), columns)
    yield from _pair(labels["points_earned"], f"+{member.points_earned.count}", columns)
    yield from _points(member, labels, columns)


def _goods(line: ReceiptLine, columns: int) -> Iterator[str]:
    yield from _wrap(line.name, columns)
    unit: Money = line.unit_price
    yield from _pair(f"  {line.quantity} x {unit}", str(line.list_amount), columns)
    for words, amount in line.notes:
        yield from _pair(f"  {words}", str(-amount), columns)


def _pair(left: str, right: str, columns: int) -> list[str]:
    """Left and right on one line, or the right-hand text on a line of its own where both do not fit."""
    gap = columns - columns_of(left) - columns_of(right)
    if gap >= 1 or (gap == 0 and not right):
        return [left + " " * gap + right] if right else [left]
    wrapped = _wrap(left, columns)
    room = columns - columns_of(wrapped[-1]) - columns_of(right)
    if not right:
        return wrapped
    if room >= 1:
        return [*wrapped[:-1], wrapped[-1] + " " * room + right]
    return [*wrapped, " " * max(0, columns - columns_of(right)) + right]


def _wrap(text: str, columns: int) -> list[str]:
    lines, current, used = [], "", 0
    for character in text:
        width = columns_of(character)
        if used + width > columns:
            lines.append(current)
            current, used = "", 0
        current += character
        used += width
    return [*lines, current]


def _centre(text: str, columns: int) -> str:
    return " " * max(0, (columns - columns_of(text)) // 2) + text
