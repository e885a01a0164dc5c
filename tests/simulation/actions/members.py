"""Cards are opened, two of one person become one, and what one of them has becomes another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.member_life import Notice, Transfer, merging, transfer_claim, transferable_claims
from posapp.application.member_life.online import Authority
from posapp.application.members import find_member, open_card
from posapp.domain.events import ClaimTransferred, MembersMerged, MergeUndone
from tests.simulation.actions.desk import who
from tests.simulation.model import Attempt
from tests.simulation.shop import CASHIER, MANAGER, PAPER

if TYPE_CHECKING:
    from posapp.application.till import Till as Application
    from tests.simulation.actions.desk import Desk


def open_a_card(desk: Desk) -> Attempt | None:
    """Somebody opens a card; two tills that do it for one number make one member."""
    phone = desk.phone()

    def run(till: Application) -> None:
        open_card(till, phone, CASHIER.id, name=f"顾客 {phone[-2:]}")

    return Attempt(f"opens a card for {phone}", None, run)


def merge(desk: Desk) -> Attempt | None:
    """Two cards of one person become one, while other tills may still spend from either."""
    stays, goes = desk.member(), desk.member()
    if stays is None or goes is None or stays.id == goes.id:
        return None
    by = Authority(CASHIER.id, MANAGER, online=desk.online)

    def run(till: Application) -> None:
        merging.merge_members(till, stays.id, goes.id, by)

    return Attempt(f"merges {who(goes)} into {who(stays)}", MembersMerged, run, by_request=False)


def undo_merge(desk: Desk) -> Attempt | None:
    """That was a mistake."""
    phone = desk.phone()
    merged = desk.member_id(phone)
    if find_member(desk.till, merged) is not None:
        return None
    by = Authority(CASHIER.id, MANAGER, online=desk.online)

    def run(till: Application) -> None:
        merging.undo_merge(till, merged, by)

    return Attempt(f"takes the merge of {phone} back", MergeUndone, run, by_request=False)


def transfer(desk: Desk) -> Attempt | None:
    """A card or a pass is handed over, while other tills may still spend from it."""
    gives, takes = desk.member(), desk.member()
    if gives is None or takes is None or gives.id == takes.id:
        return None
    claims = transferable_claims(desk.till, gives.id, takes.id)
    if not claims:
        return None
    claim = desk.draw.choice(claims)
    wanted = Transfer(desk.request(), gives.id, takes.id, claim, Notice.TOGETHER, PAPER)
    by = Authority(CASHIER.id, MANAGER, online=desk.online)

    def run(till: Application) -> None:
        transfer_claim(till, wanted, by)

    what = f"{claim.uses} uses" if claim.uses else str(claim.amount)
    return Attempt(f"transfers {what} of {who(gives)} to {who(takes)}", ClaimTransferred, run)
