"""One worked sale in every state of the checkout, for screenshots and for the tests of the window.

The sale: six lines, list 311.00, a gold member on member day, due 197.70; all sums add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from posapp.ui.checkout import intents
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.sheets import (
    BalanceChange,
    CompleteSheet,
    FirstStartSheet,
    GainRow,
    HeldRow,
    HeldSheet,
    KeymapSheet,
    LookupRow,
    LookupSheet,
    NewCardSheet,
    TenderSheet,
)
from posapp.ui.checkout.state import (
    Adjustment,
    BalanceTile,
    BenefitRow,
    Cart,
    CartLine,
    CartTotals,
    CheckoutState,
    FunctionKeyState,
    JoinOffer,
    LadderRow,
    MemberPanel,
    MoneyPanel,
    OmniboxState,
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
_GOLD, _BASIC = 8500, 9500


def function_keys(*, hot: int = 9, off: tuple[int, ...] = ()) -> tuple[FunctionKeyState, ...]:
    """The bar with one key marked and some disabled."""
    return tuple(
        FunctionKeyState(number, msg(f"fkey.{key}"), enabled=number not in off, hot=number == hot)
        for number, key in enumerate(_FKEYS, start=1)
    )


def _words(english: bool, zh: str, en: str) -> str:
    return en if english else zh


def top_bar(*, english: bool = False, sync: SyncPill | None = None) -> TopBar:
    """Shop, till, member day, two parked sales."""
    return TopBar(
        shop=_words(english, "青禾生活", "Qinghe Living"),
        store=msg("top.till", store=_words(english, "文三路店", "Wensan Rd"), till=2),
        sync=sync or SyncPill(SyncKind.SYNCED),
        cashier=_words(english, "陈思雨", "Chen Siyu"),
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
    gold = msg("line.tier_rate", tier=_words(english, "金卡", "Gold"), rate=_GOLD)

    def w(zh: str, en: str) -> str:
        return _words(english, zh, en)

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
            Adjustment("percentage", msg("line.rate", rate=_GOLD) if english else gold, -390),
        ),
        _line(
            3,
            w("手工黄油曲奇 180g", "Butter cookies 180 g"),
            "2",
            3200,
            6400,
            Adjustment("rosette-discount", msg("line.second_half_beats", rate=_GOLD), -1600),
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


def _totals(lines: tuple[CartLine, ...]) -> CartTotals:
    listed, net = sum(line.list_fen for line in lines), sum(line.net_fen for line in lines)
    pieces = sum(int(line.quantity) for line in lines)
    return CartTotals(len(lines), str(pieces), listed, listed - net, net)


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
    return tuple(QuickItem(slot, _words(english, zh, en), price) for slot, (zh, en, price) in enumerate(names, start=1))


def member_panel(*, english: bool = False) -> MemberPanel:
    """林晓梅, gold, verified by her code."""

    def w(zh: str, en: str) -> str:
        return _words(english, zh, en)

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
        tier_style="gold",
        tier_benefit=msg("line.rate", rate=_GOLD),
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


def _tenders(*, stored: bool, static: bool = False) -> tuple[TenderButton, ...]:
    return (
        TenderButton(TenderMethod.CASH),
        TenderButton(TenderMethod.STORED_VALUE, enabled=stored),
        TenderButton(TenderMethod.SCAN_PAY, label=msg("tender.static_scan") if static else None),
        TenderButton(TenderMethod.BANK_CARD),
    )


def member_money(*, english: bool = False) -> MoneyPanel:
    """From 311.00 to 197.70."""

    def w(zh: str, en: str) -> str:
        return _words(english, zh, en)

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
            LadderRow(msg("ladder.member"), -3120, msg("line.tier_rate", tier=w("金卡", "Gold"), rate=_GOLD)),
            LadderRow(msg("ladder.promotions"), -1810, w("第 2 件半价、本周特价", "2nd half price, deal")),
            LadderRow(msg("ladder.count_card"), -2600, w("咖啡 1 次", "1 coffee")),
            LadderRow(msg("ladder.coupon"), -3000, w("生日礼券", "Birthday")),
            LadderRow(msg("ladder.points"), -800, msg("ladder.points_used", points=800)),
        ),
        saved_fen=11330,
        earn=msg("money.earn_times", points=394, times=2),
        tenders=_tenders(stored=True),
        primary=PrimaryAction(msg("money.pay"), plan),
    )


def walk_in_money(*, english: bool = False) -> MoneyPanel:
    """From 311.00 to 292.90."""
    return MoneyPanel(
        due_fen=29290,
        ladder=(
            LadderRow(msg("ladder.list"), 31100),
            LadderRow(
                msg("ladder.promotions"), -1810, _words(english, "第 2 件半价、本周特价", "2nd half price, deal")
            ),
        ),
        saved_fen=1810,
        earn=msg("money.no_points"),
        tenders=_tenders(stored=False),
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


def member_sale(*, english: bool = False) -> CheckoutState:
    """The sale of the pictures: a gold member with everything applied."""
    lines = member_lines(english=english)
    return CheckoutState(
        top=top_bar(english=english),
        omnibox=OmniboxState(),
        cart=Cart(lines, "2", _totals(lines), quick_items(english=english)),
        money=member_money(english=english),
        tender=tender_cash(),
        member=member_panel(english=english),
        function_keys=function_keys(),
    )


def walk_in_sale(*, english: bool = False) -> CheckoutState:
    """The same goods for nobody in particular."""
    lines = walk_in_lines(english=english)
    basic = _words(english, "普通卡", "Basic")
    return replace(
        member_sale(english=english),
        cart=Cart(lines, "2", _totals(lines), quick_items(english=english)),
        member=None,
        join=JoinOffer(1670, msg("join.detail", tier=basic, rate=_BASIC, saved=1170, gift=500), msg("join.hint")),
        money=walk_in_money(english=english),
        tender=TenderState(29290, entry_hint=msg("tender.received"), quick_cash_fen=(29290, 29300, 30000), revision=2),
        function_keys=function_keys(off=(4, 5, 8, 11)),
    )


def tendering(*, english: bool = False) -> CheckoutState:
    """Paying: stored value and cash."""
    money = replace(member_money(english=english), tenders=_tenders(stored=False))
    keys = function_keys(hot=10, off=(2, 3, 6, 7, 11))
    sale = member_sale(english=english)
    cart = replace(sale.cart, selected_line_id=None)
    return replace(sale, cart=cart, money=money, sheet=TenderSheet(), function_keys=keys)


def lookup(*, english: bool = False) -> CheckoutState:
    """Four members share the last four digits."""

    def w(zh: str, en: str) -> str:
        return _words(english, zh, en)

    here = w("本店", "here")

    def seen(when: str, number: int, store: str, visits: int) -> object:
        return msg("lookup.visits", when=msg(f"ago.{when}", **{when: number}), store=store, visits=visits)

    rows = tuple(
        LookupRow(f"m{position}", name, phone, "6021", tier, style, tag, visits, points, fen)  # type: ignore[arg-type]
        for position, (name, phone, tier, style, tag, visits, points, fen) in enumerate(
            (
                (
                    w("林晓梅", "Lin Xiaomei"),
                    "138 **** 6021",
                    w("金卡", "Gold"),
                    "gold",
                    msg("lookup.recent"),
                    seen("days", 6, here, 42),
                    3482,
                    12650,
                ),
                (
                    w("林建国", "Lin Jianguo"),
                    "159 **** 6021",
                    w("普通卡", "Basic"),
                    "basic",
                    None,
                    seen("months", 3, w("西湖店", "West Lake"), 5),
                    210,
                    0,
                ),
                (
                    w("吴嘉明", "Wu Jiaming"),
                    "186 **** 6021",
                    w("银卡", "Silver"),
                    "silver",
                    None,
                    seen("days", 1, w("滨江店", "Binjiang"), 18),
                    1056,
                    30000,
                ),
                ("Olivia Chen", "137 **** 6021", w("普通卡", "Basic"), "basic", None, seen("years", 1, here, 1), 35, 0),
            )
        )
    )
    sheet = LookupSheet(
        query="6021",
        rows=rows,
        revision=1,
        kind=msg("lookup.kind_last4"),
        found=msg("lookup.found", count=4),
        searched=msg("lookup.searched", total=12846, ms=3),
        notice=Notice(Tone.WARN, "shield-lock", msg("lookup.verify")),
    )
    base = walk_in_sale(english=english)
    keys = function_keys(hot=2, off=(4, 5, 6, 7, 8, 9, 10, 11, 12))
    return replace(base, cart=replace(base.cart, selected_line_id=None), sheet=sheet, function_keys=keys)


def lookup_none(*, english: bool = False) -> CheckoutState:
    """Nobody matches."""
    sheet = LookupSheet("7788", (), 2, kind=msg("lookup.kind_last4"), found=msg("lookup.found", count=0))
    return replace(lookup(english=english), sheet=sheet)


def _free_number(*, english: bool) -> NewCardSheet:
    basic = _words(english, "普通卡", "Basic")
    return NewCardSheet(
        phone="13957166021",
        revision=1,
        phone_status=msg("card.available"),
        phone_tone=Tone.SUCCESS,
        shop=_words(english, "青禾生活", "Qinghe Living"),
        tier_name=basic,
        tier_style="basic",
        card_number="8603 2291 1206",
        card_terms=msg("card.terms", rate=_BASIC),
        saves_fen=1670,
        gains=(
            GainRow(msg("card.gain_rate", tier=basic, rate=_BASIC), "−11.70"),
            GainRow(msg("card.gain_gift", amount=5), "−5.00"),
            GainRow(msg("card.gain_points_times", times=2), "+552"),
        ),
        can_submit=True,
    )


def new_card(*, english: bool = False) -> CheckoutState:
    """Opening a card with a number that is free."""
    return replace(walk_in_sale(english=english), sheet=_free_number(english=english))


def new_card_wrong(*, english: bool = False) -> CheckoutState:
    """The number is too short and the birthday is no day."""
    sheet = replace(
        _free_number(english=english),
        phone="1395716",
        revision=2,
        phone_status=msg("card.digits_missing", digits=4),
        phone_tone=Tone.DANGER,
        can_submit=False,
        birthday_error=msg("card.birthday_wrong"),
        card_number="",
    )
    return replace(walk_in_sale(english=english), sheet=sheet)


def complete(*, english: bool = False) -> CheckoutState:
    """Paid with change; the cart waits for the next sale."""

    def w(zh: str, en: str) -> str:
        return _words(english, zh, en)

    sheet = CompleteSheet(
        paid_fen=19770,
        receipt_number="240302-0118",
        change_fen=2880,
        change_detail=msg("done.change_detail", method=msg("tender.cash"), received=10000, due=7120),
        member_name=w("林晓梅", "Lin Xiaomei"),
        member_note=msg("done.e_receipt"),
        balances=(
            BalanceChange("coins", msg("balance.points"), "3,482", "3,076", "−406"),
            BalanceChange("wallet", msg("balance.stored_value"), "126.50", "0.00", "−126.50"),
            BalanceChange(
                "coffee", msg("balance.coffee_card"), msg("unit.uses", uses=6), msg("unit.uses", uses=5), "−1"
            ),
            BalanceChange("trending-up", msg("balance.growth"), "3,640", "3,837", "+197", gained=True),
        ),
        offer=Notice(
            Tone.SUCCESS,
            "wallet",
            msg("done.top_up_offer", pay=300, gift=40),
            msg("done.top_up_detail"),
            Action(msg("member.top_up"), "F11", intents.TopUp()),
        ),
    )
    base = member_sale(english=english)
    keys = function_keys(hot=0, off=(4, 5, 6, 7, 8, 9, 10, 12))
    cart = Cart(quick_items=quick_items(english=english))
    idle = TenderState(0, revision=3)
    return replace(base, cart=cart, member=None, tender=idle, sheet=sheet, function_keys=keys)


def offline(*, english: bool = False) -> CheckoutState:
    """The network is gone; the sale is not."""
    notice = Notice(
        Tone.WARN,
        "cloud-off",
        msg("banner.offline", minutes=37),
        msg("banner.offline_detail", limit=20000),
        Action(msg("banner.unsynced", pending=12), "Ctrl U", intents.ShowUnsynced()),
    )
    base = member_sale(english=english)
    person = member_panel(english=english)
    member = replace(
        person,
        verification=msg("member.verified_offline"),
        visits=msg("member.as_of", time="18:05"),
        balances=(
            person.balances[0],
            replace(person.balances[1], note=msg("balance.as_of", time="18:05")),
            *person.balances[2:],
        ),
    )
    money = replace(base.money, tenders=_tenders(stored=True, static=True))
    top = top_bar(english=english, sync=SyncPill(SyncKind.OFFLINE, pending=12))
    return replace(base, top=top, banner=notice, member=member, money=money)


def empty(*, english: bool = False) -> CheckoutState:
    """Nothing scanned yet."""
    base = walk_in_sale(english=english)
    money = MoneyPanel(0, (LadderRow(msg("ladder.list"), 0),), tenders=_tenders(stored=False))
    keys = function_keys(hot=0, off=(4, 5, 7, 8, 9, 10, 11, 12))
    cart = Cart(quick_items=quick_items(english=english))
    join = JoinOffer(hint=msg("join.hint"))
    top = top_bar(english=english, sync=SyncPill(SyncKind.STANDALONE))
    return replace(base, top=top, cart=cart, join=join, money=money, tender=TenderState(0), function_keys=keys)


def unknown_code(*, english: bool = False) -> CheckoutState:
    """A code that no product has."""
    toast = Notice(
        Tone.DANGER,
        "barcode",
        msg("toast.unknown_code", code="6921168509256"),
        msg("toast.unknown_code_detail"),
        Action(msg("toast.new_item"), "Ctrl N", intents.NewItem()),
    )
    top = top_bar(english=english, sync=SyncPill(SyncKind.CONFLICT, conflicts=2))
    return replace(walk_in_sale(english=english), top=top, omnibox=OmniboxState(toast=toast))


def removed(*, english: bool = False) -> CheckoutState:
    """A line was removed and can come back."""
    name = _words(english, "手工黄油曲奇 180g", "Butter cookies 180 g")
    toast = Notice(
        Tone.SUCCESS,
        "trash",
        msg("toast.removed", name=name, times=" ×", quantity="2"),
        msg("toast.removed_detail", amount=-4800, lines=5),
        Action(msg("toast.undo"), "Ctrl Z", intents.Undo()),
    )
    lines = tuple(line for line in walk_in_lines(english=english) if line.number != 3)
    lines = tuple(replace(line, number=position) for position, line in enumerate(lines, start=1))
    base = walk_in_sale(english=english)
    top = top_bar(english=english, sync=SyncPill(SyncKind.SYNCING, pending=12, done=8))
    cart = Cart(lines, "4", _totals(lines), quick_items(english=english))
    return replace(base, top=top, cart=cart, omnibox=OmniboxState(toast=toast))


def held(*, english: bool = False) -> CheckoutState:
    """Two parked sales."""
    rows = (
        HeldRow("h1", _words(english, "林建国", "Lin Jianguo"), msg("held.detail", lines=3, pieces="5"), "18:31", 8650),
        HeldRow("h2", msg("held.walk_in"), msg("held.detail", lines=1, pieces="1"), "18:12", 2600),
    )
    return replace(walk_in_sale(english=english), sheet=HeldSheet(rows), function_keys=function_keys(hot=6))


def keymap(*, english: bool = False) -> CheckoutState:
    """F1."""
    return replace(member_sale(english=english), sheet=KeymapSheet())


def first_start(*, english: bool = False) -> CheckoutState:
    """The very first start."""
    top = TopBar(shop="POS", store="", sync=SyncPill(SyncKind.STANDALONE), clock="18:42")
    base = empty(english=english)
    cart, join = Cart(), JoinOffer()
    return replace(base, top=top, cart=cart, join=join, sheet=FirstStartSheet())


def first_start_join(*, english: bool = False) -> CheckoutState:
    """Joining a server, refused."""
    error = Notice(Tone.DANGER, "alert-circle", msg("start.refused"), msg("start.refused_detail"))
    sheet = FirstStartSheet("https://till.example", "QH7K-2M9P", joining=True, error=error)
    return replace(first_start(english=english), sheet=sheet)


SAMPLES: dict[str, Callable[..., CheckoutState]] = {
    "member_sale": member_sale,
    "tender": tendering,
    "lookup": lookup,
    "lookup_none": lookup_none,
    "new_card": new_card,
    "new_card_wrong": new_card_wrong,
    "walk_in": walk_in_sale,
    "complete": complete,
    "offline": offline,
    "empty": empty,
    "unknown_code": unknown_code,
    "removed": removed,
    "held": held,
    "keymap": keymap,
    "first_start": first_start,
    "first_start_join": first_start_join,
}
"""Every state by name; each takes ``english=True`` for data in Latin letters."""
