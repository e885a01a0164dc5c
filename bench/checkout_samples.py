"""One worked sale in every state of the checkout, for screenshots and for the tests of the window.

The sale: six lines, list 311.00, a gold member on member day, due 197.70; all sums add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.sample_sale import (
    BASIC,
    function_keys,
    member_lines,
    member_money,
    member_panel,
    quick_items,
    tender_cash,
    tenders,
    top_bar,
    totals,
    walk_in_lines,
    walk_in_money,
    words,
)
from posapp.ui.checkout import intents
from posapp.ui.checkout.intents import ShowUnsynced
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.sheets import (
    BalanceChange,
    ChoiceRow,
    ChoiceSheet,
    CompleteSheet,
    FirstStartSheet,
    GainRow,
    KeymapSheet,
    LookupRow,
    LookupSheet,
    NewCardSheet,
    TenderSheet,
)
from posapp.ui.checkout.state import (
    Cart,
    CheckoutState,
    JoinOffer,
    LadderRow,
    MoneyPanel,
    OmniboxState,
    SyncKind,
    SyncPill,
    TenderState,
    TopBar,
)
from posapp.ui.faces import Face
from posapp.ui.messages import msg


def member_sale(*, english: bool = False) -> CheckoutState:
    """The sale of the pictures: a gold member with everything applied."""
    lines = member_lines(english=english)
    return CheckoutState(
        top=top_bar(english=english),
        omnibox=OmniboxState(),
        cart=Cart(lines, "2", totals(lines), quick_items(english=english)),
        money=member_money(english=english),
        tender=tender_cash(),
        member=member_panel(english=english),
        function_keys=function_keys(),
    )


def walk_in_sale(*, english: bool = False) -> CheckoutState:
    """The same goods for nobody in particular."""
    lines = walk_in_lines(english=english)
    basic = words(english, "普通卡", "Basic")
    return replace(
        member_sale(english=english),
        cart=Cart(lines, "2", totals(lines), quick_items(english=english)),
        member=None,
        join=JoinOffer(1670, msg("join.detail", tier=basic, rate=BASIC, saved=1170, gift=500), msg("join.hint")),
        money=walk_in_money(english=english),
        tender=TenderState(29290, entry_hint=msg("tender.received"), quick_cash_fen=(29290, 29300, 30000), revision=2),
        function_keys=function_keys(off=(4, 5, 8, 11)),
    )


def tendering(*, english: bool = False) -> CheckoutState:
    """Paying: stored value and cash."""
    money = replace(member_money(english=english), tenders=tenders(stored=False))
    keys = function_keys(hot=10, off=(2, 3, 6, 7, 11))
    sale = member_sale(english=english)
    cart = replace(sale.cart, selected_line_id=None)
    return replace(sale, cart=cart, money=money, sheet=TenderSheet(), function_keys=keys)


def _matches(*, english: bool) -> tuple[LookupRow, ...]:

    def w(zh: str, en: str) -> str:
        return words(english, zh, en)

    here = w("本店", "here")

    def seen(when: str, number: int, store: str, visits: int) -> object:
        return msg("lookup.visits", when=msg(f"ago.{when}", **{when: number}), store=store, visits=visits)

    return tuple(
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


def lookup(*, english: bool = False) -> CheckoutState:
    """Four members share the last four digits."""
    sheet = LookupSheet(
        query="6021",
        rows=_matches(english=english),
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
    basic = words(english, "普通卡", "Basic")
    return NewCardSheet(
        phone="13957166021",
        revision=1,
        phone_status=msg("card.available"),
        phone_tone=Tone.SUCCESS,
        shop=words(english, "青禾生活", "Qinghe Living"),
        tier_name=basic,
        face=Face("basic"),
        face_name=msg("face.shop"),
        card_number="8603 2291 1206",
        card_terms=msg("card.terms", rate=BASIC),
        saves_fen=1670,
        gains=(
            GainRow(msg("card.gain_rate", tier=basic, rate=BASIC), "−11.70"),
            GainRow(msg("card.gain_gift", amount=5), "−5.00"),
            GainRow(msg("card.gain_points_times", times=2), "+552"),
        ),
        kind=msg("card.kind", name=basic),
        kind_terms=msg("card.kind_alone"),
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
        return words(english, zh, en)

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
        msg("banner.offline_detail", stored=10_000, points=2_000),
        Action(msg("banner.unsynced", pending=12), "Ctrl U", ShowUnsynced()),
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
    money = replace(base.money, tenders=tenders(stored=True, static=True))
    top = top_bar(english=english, sync=SyncPill(SyncKind.OFFLINE, pending=12))
    return replace(base, top=top, banner=notice, member=member, money=money)


def empty(*, english: bool = False) -> CheckoutState:
    """Nothing scanned yet."""
    base = walk_in_sale(english=english)
    money = MoneyPanel(0, (LadderRow(msg("ladder.list"), 0),), tenders=tenders(stored=False))
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
    name = words(english, "手工黄油曲奇 180g", "Butter cookies 180 g")
    toast = Notice(
        Tone.SUCCESS,
        "trash",
        msg("toast.removed", name=name, figure="×2"),
        msg("toast.removed_detail", amount=-4800, lines=5),
        Action(msg("toast.undo"), "Ctrl Z", intents.Undo()),
    )
    lines = tuple(line for line in walk_in_lines(english=english) if line.number != 3)
    lines = tuple(replace(line, number=position) for position, line in enumerate(lines, start=1))
    base = walk_in_sale(english=english)
    top = top_bar(english=english, sync=SyncPill(SyncKind.SYNCING, pending=12, done=8))
    cart = Cart(lines, "4", totals(lines), quick_items(english=english))
    return replace(base, top=top, cart=cart, omnibox=OmniboxState(toast=toast))


def _choosing(sheet: ChoiceSheet, *, english: bool) -> CheckoutState:
    return replace(walk_in_sale(english=english), sheet=sheet, function_keys=function_keys(hot=6))


def held(*, english: bool = False) -> CheckoutState:
    """Two parked sales."""
    regular = words(english, "林建国", "Lin Jianguo")
    rows = (
        ChoiceRow("h1", regular, msg("held.detail", lines=3, pieces=5), 8650, "18:31"),
        ChoiceRow("h2", msg("held.walk_in"), msg("held.detail", lines=1, pieces=1), 2600, "18:12"),
    )
    return _choosing(ChoiceSheet(msg("held.title"), msg("held.take"), rows), english=english)


def held_none(*, english: bool = False) -> CheckoutState:
    """No parked sale."""
    nothing, detail = msg("held.none"), msg("held.none_detail")
    sheet = ChoiceSheet(msg("held.title"), msg("held.take"), (), nothing=nothing, nothing_detail=detail)
    return _choosing(sheet, english=english)


def goods(*, english: bool = False) -> CheckoutState:
    """Three products match what was typed."""
    rows = tuple(
        ChoiceRow(code, words(english, zh, en), code, fen)
        for code, zh, en, fen in (
            ("108", "燕麦拿铁 中杯", "Oat latte, medium", 2300),
            ("109", "燕麦拿铁 大杯", "Oat latte, large", 2600),
            ("6995160824778", "即食燕麦片 500g", "Instant oats 500 g", 1880),
        )
    )
    found = msg("goods.found", count=len(rows))
    return _choosing(ChoiceSheet(msg("goods.title"), msg("goods.pick"), rows, 1, found), english=english)


def keymap(*, english: bool = False) -> CheckoutState:
    """F1."""
    return replace(member_sale(english=english), sheet=KeymapSheet(cashier="陈思雨"))


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


def first_start_name(*, english: bool = False) -> CheckoutState:
    """An empty shop whose name was left out."""
    reason = words(english, "店名不能为空", "the shop needs a name")
    error = Notice(Tone.DANGER, "alert-triangle", msg("start.failed", reason=reason))
    return replace(first_start(english=english), sheet=FirstStartSheet(naming=True, error=error))


CHECKOUT_SAMPLES: dict[str, Callable[..., CheckoutState]] = {
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
    "held_none": held_none,
    "goods": goods,
    "keymap": keymap,
    "first_start": first_start,
    "first_start_join": first_start_join,
    "first_start_name": first_start_name,
}
"""Every state by name; each takes ``english=True`` for data in Latin letters."""
