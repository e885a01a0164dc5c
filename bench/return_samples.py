"""Returns in every state, for screenshots and for the tests of the window: the sale of the other samples comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.checkout_samples import complete, empty, member_sale, offline
from bench.sample_sale import function_keys, words
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.sheets import (
    BalanceChange,
    ChoiceRow,
    CompleteSheet,
    ReturnFact,
    ReturnFindSheet,
    ReturnLineRow,
    ReturnSheet,
)
from posapp.ui.checkout.state import CheckoutState, FunctionKeyState
from posapp.ui.figures import TIMES
from posapp.ui.messages import Message, msg

_NUMBER = "261118-02-0118"
_WHY, _HINT = msg("return.reason_faulty"), msg("return.quantity_hint")


def _warn(icon: str, title: Message, detail: Message | None = None) -> Notice:
    return Notice(Tone.WARN, icon, title, detail)


def _over(base: CheckoutState, sheet: ReturnFindSheet | ReturnSheet | CompleteSheet) -> CheckoutState:
    return replace(base, sheet=sheet, function_keys=function_keys(off=tuple(range(4, 13))))


def return_find(*, english: bool = False) -> CheckoutState:
    """Today's sales: untouched, in part and wholly returned, and another till's."""
    walk_in = msg("held.walk_in")
    member = words(english, "林晓梅", "Lin Xiaomei")
    rows = (
        ChoiceRow("1", _NUMBER, msg("return.row", who=member), 19770, "18:42"),
        ChoiceRow("2", "261118-02-0117", msg("return.row_part_back", who=walk_in, amount=3200), 9600, "18:30"),
        ChoiceRow("3", "261118-03-0091", msg("return.row_other", who=walk_in), 2600, "18:12"),
        ChoiceRow("4", "261118-02-0116", msg("return.row_all_back", who=member), 123450, "17:58"),
    )
    return _over(empty(english=english), ReturnFindSheet(rows, msg("return.of_day", date="2026-11-18")))


def return_none(*, english: bool = False) -> CheckoutState:
    """A day without a sale, and a receipt that is not here."""
    title = msg("return.not_a_receipt", code="6901234567892")
    sheet = ReturnFindSheet(
        (),
        msg("return.of_members", name=words(english, "林晓梅", "Lin Xiaomei"), count=3),
        notice=_warn("alert-triangle", title, msg("return.not_a_receipt_next")),
    )
    return _over(empty(english=english), sheet)


def return_offline(*, english: bool = False) -> CheckoutState:
    """Without a network: what still works."""
    notice = _warn("cloud-off", msg("return.offline", limit=20000))
    found = return_find(english=english).sheet
    if not isinstance(found, ReturnFindSheet):
        raise TypeError("not the list of sales")
    return _over(offline(english=english), replace(found, notice=notice))


def _lines(*, english: bool, chosen: tuple[int, ...]) -> tuple[ReturnLineRow, ...]:
    goods = (
        ("明前龙井 特级 50g 罐装", "Longjing green tea, premium, 50 g tin", 1, 0, 10880),
        ("燕麦拿铁 大杯", "Oat latte, large", 2, 1, 2210),
        ("手工黄油曲奇 180g", "Handmade butter cookies 180 g", 2, 0, 2400),
        ("有机全脂牛奶 950ml", "Organic whole milk 950 ml", 3, 3, 1530),
        ("散称冬枣", "Winter jujubes, loose", 1, 0, 2370),
    )
    rows = []
    for place, ((zh, en, sold, back, fen), count) in enumerate(zip(goods, chosen, strict=True)):
        weight = "0.75 kg" if place == len(goods) - 1 else ""
        figures = {"sold": weight or str(sold), "left": weight or str(sold - back)}
        detail = msg("return.line_part", back=str(back), **figures) if back else msg("return.line", **figures)
        coming = (weight or f"{TIMES}{count}") if count else ""
        rows.append(ReturnLineRow(str(place), words(english, zh, en), detail, coming, fen * count, sold > back))
    return tuple(rows)


def return_lines(*, english: bool = False) -> CheckoutState:
    """Nothing chosen yet."""
    rows = _lines(english=english, chosen=(0, 0, 0, 0, 0))
    member = words(english, "林晓梅", "Lin Xiaomei")
    return _over(
        member_sale(english=english), ReturnSheet(_NUMBER, rows, msg("return.do"), _WHY, _HINT, member_name=member)
    )


def return_part(*, english: bool = False) -> CheckoutState:
    """Some of it, with every consequence there can be."""
    facts = (
        ReturnFact("cash", msg("return.cash"), "1,176.90", msg("return.rounded_up", amount=4)),
        ReturnFact("credit-card", msg("return.bank_card"), "1,025.00"),
        ReturnFact("ticket", msg("return.manufacturer_coupon"), "5.00"),
        ReturnFact("coins", msg("balance.points"), "1,482 → −1,158", msg("return.points_both", back=1386, taken=4026)),
        ReturnFact("trending-up", msg("return.growth_taken"), "−3,013"),
        ReturnFact("wallet", msg("return.spend_taken"), "−13,015.08"),
    )
    sheet = ReturnSheet(
        _NUMBER,
        _lines(english=english, chosen=(1, 1, 2, 0, 1)),
        msg("return.do"),
        _WHY,
        _HINT,
        2,
        member_name=words(english, "林晓梅", "Lin Xiaomei"),
        fee_fen=131200,
        total_fen=220690,
        facts=facts,
        sentences=(msg("return.debt", points=1158), msg("return.coupon_lost")),
        notice=_warn("shield-lock", msg("return.needs_approver", amount=220690)),
    )
    return _over(member_sale(english=english), sheet)


def return_refused(*, english: bool = False) -> CheckoutState:
    """More than is left."""
    part = return_part(english=english).sheet
    if not isinstance(part, ReturnSheet):
        raise TypeError("not a return")
    name = words(english, "手工黄油曲奇 180g", "Handmade butter cookies 180 g")
    notice = _warn("alert-triangle", msg("return.only_left", name=name, left="2"))
    return _over(member_sale(english=english), replace(part, notice=notice))


def returned(*, english: bool = False) -> CheckoutState:
    """Given back: what to hand out, before and after."""
    base = complete(english=english)
    sheet = CompleteSheet(
        paid_fen=220190,
        receipt_number="261118-02-R0003",
        change_fen=117690,
        change_detail=msg("return.also", method=msg("return.bank_card"), amount=102500),
        member_name=words(english, "林晓梅", "Lin Xiaomei"),
        member_note=msg("return.of_receipt", number=_NUMBER),
        balances=(
            BalanceChange("coins", msg("balance.points"), "1,482", "−1,158", "−2,640"),
            BalanceChange("trending-up", msg("balance.growth"), "3,837", "824", "−3,013"),
        ),
        can_undo=None,
        title=msg("return.done", amount=220190),
        change_label=msg("return.hand_out", method=msg("return.cash")),
    )
    return replace(base, sheet=sheet)


def ready(*, english: bool = False) -> CheckoutState:
    """Nothing on the counter: F9 is for returns."""
    keys = tuple(
        FunctionKeyState(9, msg("fkey.returns")) if key.number == 9 else replace(key, hot=False)
        for key in function_keys(off=(4, 5, 6, 10))
    )
    return replace(empty(english=english), function_keys=keys)


RETURN_SAMPLES: dict[str, Callable[..., CheckoutState]] = {
    "return_find": return_find,
    "return_none": return_none,
    "return_offline": return_offline,
    "return_lines": return_lines,
    "return_part": return_part,
    "return_refused": return_refused,
    "returned": returned,
    "ready": ready,
}
"""Every state by name; each takes ``english=True`` for data in Latin letters."""
