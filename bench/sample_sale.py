"""The parts of the worked sale: goods, person, money; `bench.checkout_samples` puts them together into states.

Six lines, list 311.00, a gold member on member day, due 197.70; all sums add up.
"""

from __future__ import annotations

from dataclasses import replace

from posapp.ui.checkout.state import (
    Adjustment,
    BalanceTile,
    BenefitRow,
    CartLine,
    CartTotals,
    FunctionKeyState,
    LadderRow,
    MemberPanel,
    MoneyPanel,
    PastPurchase,
    PrimaryAction,
    QuickItem,
    SyncKind,
    SyncPill,
    TenderButton,
    TenderLine,
    TenderMethod,
    TenderState,
    TierProgress,
    TopBar,
)
from posapp.ui.faces import Face
from posapp.ui.messages import msg

_FKEYS = (
    "help",
    "member",
    "new_card",
    "coupons",
    "points",
    "park",
    "price",
    "count_card",
    "pay",
    "cash",
    "stored_value",
    "scan",
)
GOLD, BASIC = 8500, 9500


def function_keys(*, hot: int = 9, off: tuple[int, ...] = ()) -> tuple[FunctionKeyState, ...]:
    """The bar with one key marked and some disabled."""
    return tuple(
        FunctionKeyState(number, msg(f"fkey.{key}"), enabled=number not in off, hot=number == hot)
        for number, key in enumerate(_FKEYS, start=1)
    )


def words(english: bool, zh: str, en: str) -> str:
    """Data in Chinese or in Latin letters."""
    return en if english else zh


def top_bar(*, english: bool = False, sync: SyncPill | None = None) -> TopBar:
    """Shop, till, member day, two parked sales."""
    return TopBar(
        shop=words(english, "青禾生活", "Qinghe Living"),
        store=msg("top.till", store=words(english, "文三路店", "Wensan Rd"), till=2),
        sync=sync or SyncPill(SyncKind.SYNCED),
        cashier=words(english, "陈思雨", "Chen Siyu"),
        shift_since="09:00",
        clock="18:42",
        parked=2,
        occasion=msg("occasion.member_day_points", times=2),
    )


def _line(number: int, name: str, quantity: str, unit: int, listed: int, *rules: Adjustment) -> CartLine:
    net = listed + sum(rule.amount_fen for rule in rules)
    return CartLine(str(number), number, name, quantity, unit, listed, net, rules)


def member_lines(*, english: bool = False) -> tuple[CartLine, ...]:
    """The six lines with the member's prices."""
    gold = msg("line.tier_rate", tier=words(english, "金卡", "Gold"), rate=GOLD)

    def w(zh: str, en: str) -> str:
        return words(english, zh, en)

    bag = _line(6, w("环保购物袋 中号", "Shopping bag, medium"), "1", 100, 100)
    return (
        _line(
            1,
            w("明前龙井 特级 50g 罐装", "Longjing green tea 50 g"),
            "1",
            12800,
            12800,
            Adjustment("percentage", gold, -1920),
        ),
        _line(
            2,
            w("燕麦拿铁 大杯", "Oat latte, large"),
            "2",
            2600,
            5200,
            Adjustment("coffee", msg("line.count_use", uses=1), -2600),
            Adjustment("percentage", msg("line.rate", rate=GOLD) if english else gold, -390),
        ),
        _line(
            3,
            w("手工黄油曲奇 180g", "Butter cookies 180 g"),
            "2",
            3200,
            6400,
            Adjustment("rosette-discount", msg("line.second_half_beats", rate=GOLD), -1600),
        ),
        _line(
            4,
            w("有机全脂牛奶 950ml", "Organic whole milk 950 ml"),
            "3",
            1800,
            5400,
            Adjustment("percentage", gold, -810),
        ),
        _line(
            5,
            w("海盐苏打饼干 200g", "Sea-salt crackers 200 g"),
            "1",
            1200,
            1200,
            Adjustment("rosette-discount", msg("line.weekly_no_stack"), -210),
        ),
        replace(bag, note=msg("line.excluded")),
    )


def walk_in_lines(*, english: bool = False) -> tuple[CartLine, ...]:
    """The same six lines for nobody in particular."""
    plain = [replace(line, adjustments=(), net_fen=line.list_fen) for line in member_lines(english=english)]
    half = Adjustment("rosette-discount", msg("line.second_half"), -1600)
    weekly = Adjustment("rosette-discount", msg("line.weekly"), -210)
    plain[2] = replace(plain[2], adjustments=(half,), net_fen=4800)
    plain[4] = replace(plain[4], adjustments=(weekly,), net_fen=990)
    return tuple(plain)


def totals(lines: tuple[CartLine, ...]) -> CartTotals:
    """The foot of these lines."""
    listed, net = sum(line.list_fen for line in lines), sum(line.net_fen for line in lines)
    pieces = sum(int(line.quantity) for line in lines)
    return CartTotals(len(lines), pieces, listed, listed - net, net)


def quick_items(*, english: bool = False) -> tuple[QuickItem, ...]:
    """Ten products without a barcode."""
    names = (
        ("手冲 耶加", "Pour-over", "26.00"),
        ("美式 大杯", "Americano", "18.00"),
        ("原味可颂", "Croissant", "12.00"),
        ("散称砂糖橘", "Oranges", "9.90/斤"),
        ("散称冬枣", "Jujubes", "15.80/斤"),
        ("鲜切水果 盒", "Cut fruit", "19.90"),
        ("购物袋 大", "Large bag", "1.50"),
        ("购物袋 中", "Bag", "1.00"),
        ("礼盒包装", "Gift box", "8.00"),
        ("自由金额", "Any sum", ""),
    )
    return tuple(QuickItem(slot, words(english, zh, en), price) for slot, (zh, en, price) in enumerate(names, start=1))


def member_panel(*, english: bool = False) -> MemberPanel:
    """林晓梅, gold, verified by her code."""

    def w(zh: str, en: str) -> str:
        return words(english, zh, en)

    benefits = (
        BenefitRow("birthday", w("生日礼券 满 200 减 30", "Birthday ¥30 off ¥200"), True, -3000, "F4"),
        BenefitRow("coffee", w("咖啡 10 次卡 用 1 次", "10-coffee card, 1 use"), True, -2600, "F8"),
        BenefitRow("points", msg("benefit.points", points=800), True, -800, "F5"),
        BenefitRow(
            "threshold",
            msg("benefit.threshold", threshold=300, off=50),
            False,
            usable=False,
            reason=msg("benefit.short", gap=6430),
        ),
    )
    return MemberPanel(
        member_id="m1",
        name=w("林晓梅", "Lin Xiaomei"),
        phone_masked="138 **** 6021",
        tier_name=w("金卡", "Gold"),
        face=Face("gold"),
        tier_benefit=msg("line.rate", rate=GOLD),
        verification_icon="shield-check",
        verification=msg("member.verified_code"),
        visits=msg("member.visits", when=msg("when.days", days=6), visits=42),
        balances=(
            BalanceTile("coins", msg("balance.points"), "3,482", msg("balance.using_points", points=800), True),
            BalanceTile(
                "wallet",
                msg("balance.stored_value"),
                msg("balance.yuan", amount=12650),
                msg("balance.bonus_part", bonus=2650),
            ),
            BalanceTile(
                "ticket",
                msg("balance.coupons"),
                msg("balance.coupon_count", coupons=3),
                msg("balance.coupons_usable", usable=2),
                True,
            ),
            BalanceTile(
                "coffee",
                msg("balance.count_card"),
                msg("balance.uses", uses=6),
                msg("balance.coffee_card"),
                True,
            ),
        ),
        progress=TierProgress(msg("progress.growth", gap=1360, tier=w("钻石卡", "Diamond"), rate=8000), 3640, 5000),
        benefits=benefits,
        best_combination=True,
        remark=msg("member.birthday_note", date="2026-11-26", note=w("少糖", "less sugar")),
        recent=(
            PastPurchase(w("11-12 燕麦拿铁 大杯 ×2，原味可颂 ×1", "12 Nov Oat latte ×2, croissant ×1"), 6400),
            PastPurchase(w("11-05 有机全脂牛奶 ×2，鸡蛋 30 枚", "5 Nov Whole milk ×2, eggs 30"), 8840),
        ),
    )


def tenders(*, stored: bool, static: bool = False) -> tuple[TenderButton, ...]:
    """The four ways to pay."""
    return (
        TenderButton(TenderMethod.CASH),
        TenderButton(TenderMethod.STORED_VALUE, enabled=stored),
        TenderButton(TenderMethod.SCAN_PAY, label=msg("tender.static_scan") if static else None),
        TenderButton(TenderMethod.BANK_CARD),
    )


def member_money(*, english: bool = False) -> MoneyPanel:
    """From 311.00 to 197.70."""

    def w(zh: str, en: str) -> str:
        return words(english, zh, en)

    plan = msg(
        "money.plan_two",
        first=msg("tender.stored_value"),
        first_fen=12650,
        second=msg("tender.scan_pay"),
        second_fen=7120,
    )
    return MoneyPanel(
        due_fen=19770,
        ladder=(
            LadderRow(msg("ladder.list"), 31100),
            LadderRow(msg("ladder.member"), -3120, msg("line.tier_rate", tier=w("金卡", "Gold"), rate=GOLD)),
            LadderRow(msg("ladder.promotions"), -1810, w("第 2 件半价、本周特价", "2nd half price, deal")),
            LadderRow(msg("ladder.count_card"), -2600, w("咖啡 1 次", "1 coffee")),
            LadderRow(msg("ladder.coupon"), -3000, w("生日礼券", "Birthday")),
            LadderRow(msg("ladder.points"), -800, msg("ladder.points_used", points=800)),
        ),
        saved_fen=11330,
        earn=msg("money.earn_times", points=394, times=2),
        tenders=tenders(stored=True),
        primary=PrimaryAction(msg("money.pay"), plan),
    )


def walk_in_money(*, english: bool = False) -> MoneyPanel:
    """From 311.00 to 292.90."""
    return MoneyPanel(
        due_fen=29290,
        ladder=(
            LadderRow(msg("ladder.list"), 31100),
            LadderRow(msg("ladder.promotions"), -1810, words(english, "第 2 件半价、本周特价", "2nd half price, deal")),
        ),
        saved_fen=1810,
        earn=msg("money.no_points"),
        tenders=tenders(stored=False),
        primary=PrimaryAction(msg("money.pay"), msg("money.plan_scan")),
    )


def tender_cash() -> TenderState:
    """Stored value taken, 100.00 in cash for the rest."""
    return TenderState(
        remaining_fen=7120,
        method=TenderMethod.CASH,
        entry="100.00",
        revision=1,
        entry_hint=msg("tender.received"),
        quick_cash_fen=(7120, 7500, 8000, 10000),
        lines=(
            TenderLine(
                "wallet",
                msg("tender.stored_value_line"),
                12650,
                msg("tender.balance_change", before=12650, after=0),
                tender_id="t1",
            ),
            TenderLine("cash", msg("tender.cash"), 7120, msg("tender.entering"), entering=True),
        ),
        change_fen=2880,
        change_detail=msg("tender.difference", received=10000, due=7120),
        authorisation=msg("tender.authorised_code"),
    )
