"""The goods column and the money column, from the basket and its quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posapp.domain.catalogue import Product
from posapp.domain.events import Step
from posapp.domain.pricing import LadderStep, Quote, QuoteLine, Status
from posapp.domain.pricing.quote import Ruling
from posapp.domain.sale import CartLine
from posapp.domain.text import Text
from posapp.ui.checkout import state as ui
from posapp.ui.checkout.session import Session, TenderMode
from posapp.ui.checkout.words import explained, said
from posapp.ui.figures import money_text
from posapp.ui.messages import Message, msg

_STEP_ICONS = {
    Step.PASS: "coffee",
    Step.MEMBER_PRICE: "tag",
    Step.TIER_RATE: "percentage",
    Step.PROMOTION: "rosette-discount",
    Step.FLASH_PRICE: "rosette-discount",
    Step.EXTRA_PERCENT: "confetti",
    Step.LINE_MANUAL: "pencil",
}
_LINE_STEPS = frozenset(_STEP_ICONS)
_LADDER_KEYS = {
    Step.PASS: "ladder.count_card",
    Step.MEMBER_PRICE: "ladder.member",
    Step.TIER_RATE: "ladder.member",
    Step.FLASH_PRICE: "ladder.promotions",
    Step.PROMOTION: "ladder.promotions",
    Step.EXTRA_PERCENT: "ladder.promotions",
    Step.LINE_MANUAL: "ladder.manual",
    Step.COUPON: "ladder.coupon",
    Step.ORDER_MANUAL: "ladder.manual",
    Step.POINTS: "ladder.points",
    Step.ROUND_OFF: "ladder.round_off",
}
_QUICK_SLOTS = 10
_ADJUSTMENTS = 6
"""So many of a line's adjustments have room in the widest row."""


def cart_of(session: Session, language: str) -> ui.Cart:
    """The goods column."""
    basket = session.basket
    lines = _LINES.of(session, language)
    return ui.Cart(
        lines=lines,
        selected_line_id=str(basket.selected) if basket.selected is not None else None,
        totals=_totals(session, lines) if lines else None,
        quick_items=quick_items(session.quick, language),
    )


def quick_items(products: Iterable[Product], language: str) -> tuple[ui.QuickItem, ...]:
    """The goods of Alt+1 … Alt+0."""
    return tuple(
        ui.QuickItem(product.quick, product.name(language), _unit_price(product))
        for product in products
        if 1 <= product.quick <= _QUICK_SLOTS
    )


def _unit_price(product: Product) -> str:
    price = money_text(product.price.fen)
    return f"{price}/{product.unit}" if product.weighed else price


class _LastLines:
    """The lines that were made last, in each language: most of what happens at a till changes none of them."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[tuple[object, ...], tuple[ui.CartLine, ...]]] = {}

    def of(self, session: Session, language: str) -> tuple[ui.CartLine, ...]:
        """The lines of a session; those of the same quote of the same basket are not made again."""
        basket, quote = session.basket, session.quote
        key = (basket.cart, basket.line_ids, quote, session.products)
        before = self._made.get(language)
        if before is not None and all(old is new for old, new in zip(before[0], key, strict=True)):
            return before[1]
        reasons = _Reasons(language)
        lines = tuple(_line(session, place, priced, reasons) for place, priced in enumerate(quote.lines))
        self._made[language] = (key, lines)
        return lines


class _Reasons:
    """Why lines cost less, in a language.

    A long basket under many offers has thousands of shares of a few dozen rulings: each ruling is put into words once.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[int, Message] = {}

    def why(self, ruling: Ruling) -> Message:
        """The words of a ruling, the same on each of its lines."""
        found = self._words.get(id(ruling))
        if found is None:
            found = self._words[id(ruling)] = _why(ruling, self.language)
        return found


_LINES = _LastLines()


def _line(session: Session, place: int, priced: QuoteLine, reasons: _Reasons) -> ui.CartLine:
    line = session.basket.cart.lines[place]
    product = session.products.get(line.sku)
    # Of a long basket under many offers only what has room is put into words, and nothing else is made of the rest.
    shown = [(ruling, fen) for ruling, fen in priced.rulings.parts_of(place) if fen and ruling.step in _LINE_STEPS]
    net_fen = priced.list_amount.fen - sum([fen for _ruling, fen in shown])
    excluded = not shown and not priced.earns and not priced.points_pay
    return ui.CartLine(
        line_id=str(session.basket.line_ids[place]),
        number=place + 1,
        name=product.name(reasons.language) if product is not None else line.name,
        quantity=str(line.quantity),
        unit_price_fen=line.unit_price.fen,
        list_fen=priced.list_amount.fen,
        net_fen=net_fen,
        adjustments=tuple(
            ui.Adjustment(_STEP_ICONS[ruling.step], reasons.why(ruling), -fen) for ruling, fen in shown[:_ADJUSTMENTS]
        ),
        more=max(0, len(shown) - _ADJUSTMENTS),
        note=msg("line.excluded") if excluded else None,
        weight=product.weight(line.quantity) if product is not None else "",
    )


def _why(ruling: Ruling, language: str) -> Message:
    """Why a line costs less; which pass settles units of it is said beside the list price."""
    if ruling.step is Step.PASS:
        return msg("line.count_use", uses=int(str(ruling.explanation.params["units"])))
    return explained(ruling.explanation, language)


def pieces_in(lines: Iterable[CartLine]) -> int:
    """How many things a customer carries away: what is weighed is one each."""
    return sum(line.quantity.milli if line.quantity.is_whole else 1000 for line in lines) // 1000


def _totals(session: Session, lines: Sequence[ui.CartLine]) -> ui.CartTotals:
    quote = session.quote
    savings = sum(line.list_fen - line.net_fen for line in lines)
    return ui.CartTotals(
        lines=len(quote.lines),
        pieces=pieces_in(session.basket.cart.lines),
        list_fen=quote.list_total.fen,
        line_savings_fen=savings,
        subtotal_fen=quote.list_total.fen - savings,
    )


def money_of(session: Session, language: str) -> ui.MoneyPanel:
    """The money column: the ladder from list to due, and the ways to pay."""
    quote = session.quote
    charging = isinstance(session.mode, TenderMode) and session.mode.charging is not None
    ready = bool(quote.lines) and not charging
    return ui.MoneyPanel(
        due_fen=quote.due.fen,
        ladder=ladder_of(quote, language) if quote.lines else (),
        saved_fen=quote.saved.fen,
        earn=_earning(quote, language) if quote.lines else None,
        tenders=(
            ui.TenderButton(ui.TenderMethod.CASH, enabled=ready),
            ui.TenderButton(ui.TenderMethod.SCAN_PAY, enabled=session.scan_pay and (ready or charging)),
            ui.TenderButton(ui.TenderMethod.STORED_VALUE, enabled=ready and session.has_balance),
            ui.TenderButton(ui.TenderMethod.BANK_CARD, enabled=ready),
        ),
        primary=ui.PrimaryAction(msg("money.pay"), msg("money.plan_cash") if ready else None, enabled=ready),
    )


def ladder_of(quote: Quote, language: str) -> tuple[ui.LadderRow, ...]:
    """Every step from list to due; rows of one kind are joined, and the amounts sum exactly."""
    rows = [ui.LadderRow(msg("ladder.list"), quote.list_total.fen)]
    groups: dict[str, list[LadderStep]] = {}
    for step in quote.ladder:
        groups.setdefault(_LADDER_KEYS[step.step], []).append(step)
    for key, steps in groups.items():
        total = sum(step.amount.fen for step in steps)
        words = dict.fromkeys(_ladder_words(step, language) for step in steps)
        rows.append(ui.LadderRow(msg(key), -total, _joined(list(words), language)))
    return tuple(rows)


def _ladder_words(step: LadderStep, language: str) -> str:
    if step.step is Step.POINTS:
        points = step.explanation.params.get("points", 0)
        return f"{points} 分" if language.startswith("zh") else f"{points} points"
    reason = step.explanation.params.get("reason")
    if step.step is Step.LINE_MANUAL and isinstance(reason, Text) and reason.zh:
        return reason.in_language(language)  # the row itself says that it was by hand
    return str(dict(explained(step.explanation, language).params)["text"])


def _joined(words: list[str], language: str) -> Message:
    return said(("、" if language.startswith("zh") else ", ").join(words))


def _earning(quote: Quote, language: str) -> Message:
    earning = quote.earning
    if not quote.has_member:
        return msg("money.no_points")
    if earning.times_hundredths == 100 or earning.multiplier_name is None:
        return msg("money.earn", points=earning.points.count)
    name = earning.multiplier_name.in_language(language)
    times = f"{earning.times_hundredths / 100:g}"
    return msg("money.earn_more", points=earning.points.count, name=name, times=times)


def is_unusable(status: Status) -> bool:
    """Whether a benefit cannot be had on this sale whatever the cashier chooses."""
    return status not in {Status.APPLIED, Status.DECLINED, Status.BEATEN, Status.NOT_COMBINABLE}
