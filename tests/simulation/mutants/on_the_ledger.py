"""Mistakes in what an event moves: the till and the server make the same one, so only a count apart can see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from posapp.domain import posting
from posapp.domain.amounts import Money, Points
from posapp.domain.posting import sale as sale_posting
from posapp.domain.sale import TenderMethod
from tests.simulation.mutants.planting import Nursery, answer, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

planted: Final = Nursery()


def _posts_another(patch: pytest.MonkeyPatch, name: str, change: Callable[[Any], Any]) -> None:
    wrap(patch, posting, name, lambda there: lambda event: there(change(event)))


@planted
def keeps_earned_points(patch: pytest.MonkeyPatch) -> None:
    """A refund does not take back the points that the sale had earned."""
    _posts_another(patch, "refund_postings", lambda event: replace(event, points_taken=Points(0)))


@planted
def keeps_spent_points(patch: pytest.MonkeyPatch) -> None:
    """A refund does not give back the points that the sale had spent."""
    _posts_another(
        patch, "refund_postings", lambda event: replace(event, points_back=Points(0), points_lapsed=Points(0))
    )


@planted
def keeps_stored_value(patch: pytest.MonkeyPatch) -> None:
    """A refund does not put stored value back on its lots."""
    answer(patch, sale_posting, "restored_postings", ())


@planted
def keeps_coupons_used(patch: pytest.MonkeyPatch) -> None:
    """A refund of everything does not free the coupons of the sale."""
    _posts_another(patch, "refund_postings", lambda event: replace(event, coupons=()))


@planted
def never_redeems(patch: pytest.MonkeyPatch) -> None:
    """A sale does not use its coupons up."""
    _posts_another(patch, "sale_postings", lambda event: replace(event, coupons=()))


@planted
def change_is_takings(patch: pytest.MonkeyPatch) -> None:
    """What a customer handed over is booked as cash, with the change that went back."""

    def tenders(event: Any) -> Any:
        more = sum(one.handed.fen - one.amount.fen for one in event.tenders)
        first = event.lines[0]
        lines = (replace(first, list_amount=first.list_amount + Money(more)), *event.lines[1:])
        paid = tuple(replace(one, amount=one.handed) for one in event.tenders)
        return replace(event, tenders=paid, lines=lines)

    _posts_another(patch, "sale_postings", tenders)


@planted
def free_points(patch: pytest.MonkeyPatch) -> None:
    """A sale does not take the points that it was paid with."""
    _posts_another(patch, "sale_postings", lambda event: replace(event, points_spent=Points(0)))


@planted
def free_gift(patch: pytest.MonkeyPatch) -> None:
    """A gift does not take the points that it costs."""
    _posts_another(patch, "gift_postings", lambda event: replace(event, points=Points(0)))


@planted
def free_draw(patch: pytest.MonkeyPatch) -> None:
    """A draw does not take its points."""
    _posts_another(patch, "draw_postings", lambda event: replace(event, points=Points(0)))


@planted
def free_coupon(patch: pytest.MonkeyPatch) -> None:
    """A coupon that is bought with points does not take them."""
    _posts_another(patch, "issued_postings", lambda event: replace(event, points_spent=Points(0)))


@planted
def endless_pass(patch: pytest.MonkeyPatch) -> None:
    """A use of a pass leaves it as it was."""
    _posts_another(patch, "used_postings", lambda event: replace(event, uses=0))


@planted
def pass_of_one_more(patch: pytest.MonkeyPatch) -> None:
    """A pass that is sold has one use more than it should."""
    _posts_another(
        patch, "sold_postings", lambda event: replace(event, parts=tuple(_one_more(part) for part in event.parts))
    )


def _one_more(part: Any) -> Any:
    return replace(part, uses=part.uses + 1)


@planted
def bonus_twice(patch: pytest.MonkeyPatch) -> None:
    """A top-up puts its bonus on the card twice."""
    _posts_another(patch, "topped_up_postings", lambda event: replace(event, lots=_generous(event.lots)))


def _generous(lots: Any) -> Any:
    return tuple(replace(lot, bonus=lot.bonus + lot.bonus) for lot in lots)


@planted
def card_never_pays(patch: pytest.MonkeyPatch) -> None:
    """What a sale draws from a card stays on it."""

    def nothing_drawn(event: Any) -> Any:
        drawn = sum(part.fen for part in event.draws)
        if not drawn:
            return event
        cash = replace(event.tenders[0], method=TenderMethod.BANK_CARD, amount=Money(drawn))
        rest = tuple(one for one in event.tenders if one.method is not TenderMethod.STORED_VALUE)
        return replace(event, draws=(), tenders=(cash, *rest))

    _posts_another(patch, "sale_postings", nothing_drawn)
