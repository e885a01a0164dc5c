"""Whether the refunds of a sale, all tills together, give back more than there was (domain.md §5.4, Fake refund).

Two tills without a network can each give back the same goods in good faith.  Both refunds stand; a person looks at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posapp.domain.amounts import ZERO_MONEY, Money, Quantity
from posapp.domain.events import SaleCompleted, SaleRefunded
from posapp.domain.ids import AssetId
from posapp.domain.programme.returns import NEVER_CHARGED
from posapp.domain.refund import Sold
from posapp.domain.refund_record import returned_so_far
from posapp.domain.return_fee import FeeTerms, line_fees
from posapp.domain.text import Text


@dataclass(frozen=True, slots=True)
class RefundExcess:
    """One thing of which more came back than the sale has; `field` is a path such as ``lines[2].quantity``.

    `fen` is by how much, where it is money that was given out.
    """

    field: str
    sold: str
    returned: str
    fen: int = 0

    def sentence(self, language: str) -> str:
        """It in words; `language` is ``zh_CN`` or ``en``."""
        clause = _SENTENCES[self.field.rsplit(".", 1)[-1].split("[", 1)[0]].in_language(language)
        return f"{self.field}: {clause.format(sold=self.sold, returned=self.returned)}"


_SENTENCES = {
    "quantity": Text("售出 {sold}, 已退 {returned}", "sold {sold}, returned {returned}"),
    "amount": Text("实收 {sold}, 已退 {returned}", "paid {sold}, given back {returned}"),
    "line": Text("原单没有这一行 ({returned})", "the sale has no such line ({returned})"),
    "tenders": Text("原单收款 {sold}, 已退 {returned}", "took {sold}, gave back {returned}"),
    "lot": Text("储值卡付 {sold}, 已退回 {returned}", "the lot paid {sold}, got back {returned}"),
    "pass": Text("次卡用 {sold} 次, 已退 {returned}", "the pass settled {sold}, got back {returned}"),
    "fee": Text("按规则最多收退货费 {sold}, 已收 {returned}", "may cost {sold}, was charged {returned}"),
    "free_of_charge": Text("不应收退货费, 已收 {returned}", "is free of charge, was charged {returned}"),
    "points_back": Text("原单用积分 {sold}, 已退 {returned}", "spent {sold}, returned {returned}"),
    "points_taken": Text("原单得积分 {sold}, 已扣 {returned}", "earned {sold}, taken back {returned}"),
    "member": Text("退货会员与原单不同", "is not the member of the sale"),
}


def refund_excess(sale: SaleCompleted, refunds: Sequence[SaleRefunded], view: Sold | None = None) -> list[RefundExcess]:
    """Where these refunds, together all that name the sale, go beyond it; empty for honest ones.

    `view` is the sale as refunds look at it.  Without it nobody knows what a return may cost, and only a fee of what
    is never charged is found.
    """
    money = [*_money(sale, refunds), *_lots(sale, refunds), *_passes(sale, refunds)]
    return [*_lines(sale, refunds), *money, *_fees(sale, refunds, view), *_points(sale, refunds)]


def _lines(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> Iterator[RefundExcess]:
    nets = [0] * len(sale.lines)
    for refund in refunds:
        for part in refund.lines:
            if 0 <= part.line < len(nets):
                nets[part.line] += part.net.fen
            else:
                yield RefundExcess("line", "", str(part.line + 1))
    for place, (line, back) in enumerate(zip(sale.lines, returned_so_far(sale, refunds), strict=True)):
        if back > line.quantity.milli:
            yield RefundExcess(f"lines[{place}].quantity", str(line.quantity), str(Quantity(back)))
        if nets[place] > line.net.fen:
            yield RefundExcess(f"lines[{place}].amount", str(line.net), str(Money(nets[place])))


def _money(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> Iterator[RefundExcess]:
    for method in sorted({tender.method for refund in refunds for tender in refund.tenders}):
        paid = sum(tender.amount.fen for tender in sale.tenders if tender.method is method)
        given = sum(each.handed.fen for refund in refunds for each in refund.tenders if each.method is method)
        if given > paid:
            yield RefundExcess(f"tenders[{method.name}]", str(Money(paid)), str(Money(given)), given - paid)


def _fees(sale: SaleCompleted, refunds: Sequence[SaleRefunded], view: Sold | None) -> Iterator[RefundExcess]:
    """No more is withheld than the rules of the sale allow for all that came back of it, by the day of any return."""
    charged = [refund for refund in refunds if refund.fees]
    wrongly = [refund.fee for refund in charged if refund.is_void or refund.reason in NEVER_CHARGED]
    if wrongly:
        yield RefundExcess("free_of_charge", "", str(sum(wrongly, ZERO_MONEY)))
    if view is None or not charged:
        return
    days = {refund.business_day.ordinal - sale.business_day.ordinal for refund in charged}
    terms = [FeeTerms(view.programme.return_fees, each) for each in days]
    most = sum(
        max(sum(line_fees(view, line, min(back, line.milli), each)) for each in terms)
        for line, back in zip(view.lines, returned_so_far(sale, refunds), strict=True)
    )
    withheld = sum(refund.fee.fen for refund in charged)
    if withheld > most:
        yield RefundExcess("fee", str(Money(most)), str(Money(withheld)))


def _lots(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> Iterator[RefundExcess]:
    """Stored value goes back to the lots that paid, and no more of each than it gave: bonus is not made principal."""
    drawn = {part.lot: part for part in sale.draws}
    back: dict[AssetId, list[int]] = {}
    for part in (part for refund in refunds for part in refund.restores):
        sums = back.setdefault(part.lot, [0, 0])
        sums[0] += part.principal.fen
        sums[1] += part.bonus.fen
    for lot, (principal, bonus) in back.items():
        gave = drawn.get(lot)
        most = (gave.principal.fen, gave.bonus.fen) if gave is not None else (0, 0)
        if principal > most[0] or bonus > most[1]:
            sold, returned = Money(sum(most)), Money(principal + bonus)
            yield RefundExcess(f"restores[{lot.hex()[:8]}].lot", str(sold), str(returned))


def _passes(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> Iterator[RefundExcess]:
    """No more uses go back to a pass than the sale took of it."""
    used, back = Counter[AssetId](), Counter[AssetId]()
    for each in sale.passes:
        used[each.asset] += each.units
    for each in (part for refund in refunds for part in refund.passes):
        back[each.asset] += each.units
    for asset, units in back.items():
        if units > used[asset]:
            yield RefundExcess(f"passes[{asset.hex()[:8]}].pass", str(used[asset]), str(units))


def _points(sale: SaleCompleted, refunds: Sequence[SaleRefunded]) -> Iterator[RefundExcess]:
    back = sum(refund.points_back.count for refund in refunds)
    taken = sum(refund.points_taken.count for refund in refunds)
    earned = sale.points_base.count + sale.points_bonus.count
    if back > sale.points_spent.count:
        yield RefundExcess("points_back", str(sale.points_spent.count), str(back))
    if taken > earned:
        yield RefundExcess("points_taken", str(earned), str(taken))
    if any(refund.visitor != sale.member for refund in refunds):
        yield RefundExcess("member", "", "")
