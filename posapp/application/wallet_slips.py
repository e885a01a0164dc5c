"""What a member takes along when something of theirs was given back or handed over: a slip with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.receipt import ReportSlip
from posapp.application.receipts import discreet, local_time
from posapp.domain.events import PassRefunded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.application.member_life import Claim
    from posapp.application.passes import ReturnablePass
    from posapp.application.stored_value.settlement import CloseDone
    from posapp.application.till import Till
    from posapp.domain.amounts import Money
    from posapp.domain.events import ClaimTransferred, Recorded
    from posapp.domain.ids import StaffId
    from posapp.domain.member import Member

Section = tuple[tuple[str, str], ...]


def pass_back_slip(
    till: Till, recorded: Recorded, whole: ReturnablePass, member: Member, labels: Mapping[str, str], language: str
) -> ReportSlip:
    """A pass that was given back: by which article, what is paid out and how."""
    back = recorded.event
    if not isinstance(back, PassRefunded):
        raise TypeError("a pass that was given back is a PassRefunded")
    what: Section = (
        (whole.name.in_language(language), ""),
        (labels["member"], _who(member)),
        (labels["wallet.paid"], str(whole.paid)),
        (labels["wallet.left"], f"{whole.left} / {whole.of}"),
        (labels["wallet.ground"], labels[f"wallet.{back.basis}"]),
    )
    money: Section = (
        (labels["refund_total"], f"￥{back.refund}"),
        *((labels[f"tender.{one.method.name}"], str(one.handed)) for one in back.tenders),
        *_approved(back.approver, labels),
    )
    head = (back.receipt_number, local_time(recorded, till.programme.zone), back.cashier)
    return _slip(till, head, labels["wallet.pass_back"], (what, money), (labels["wallet.sign"],))


def closed_card_slip(
    till: Till, done: CloseDone, name: str, member: Member | None, labels: Mapping[str, str]
) -> ReportSlip:
    """A stored-value card that was closed: what stood on it, by which articles, what is paid out and where to."""
    closed = done.event
    what: Section = (
        (name, ""),
        *(((labels["member"], _who(member)),) if member is not None else ()),
        (labels["wallet.balance"], str(done.before)),
        (labels["wallet.ground"], labels[f"wallet.{closed.ground.name.lower()}"]),
        (labels["wallet.by_article"], ", ".join(map(str, sorted({one.article for one in done.closing.contracts})))),
    )
    money: Section = (
        (labels["refund_total"], f"￥{closed.refund + closed.interest}"),
        *(((labels["wallet.interest"], str(closed.interest)),) if closed.interest else ()),
        (labels[f"tender.{closed.method.name}"], closed.reference),
        *_approved(closed.approver, labels),
    )
    head = (closed.number, local_time(done.recorded, till.programme.zone), closed.cashier)
    return _slip(till, head, labels["wallet.closed"], (what, money), (labels["wallet.sign"],))


def transfer_slip(
    till: Till,
    moved: ClaimTransferred,
    claim: Claim,
    people: tuple[Member, Member],
    labels: Mapping[str, str],
    language: str,
) -> ReportSlip:
    """A card or a pass that became another member's: both keep one.  Its number says which card or pass it is now."""
    giver, receiver = people
    what: Section = ((claim.name.in_language(language), ""), *_moves(claim, labels))
    who: Section = (
        (labels["wallet.giver"], _who(giver)),
        (labels["wallet.taker"], _who(receiver)),
        (labels["wallet.notice"], labels[f"wallet.{moved.notice}"]),
        *_approved(moved.approver, labels),
    )
    now = till.clock.now().astimezone(till.programme.zone)
    number = f"{moved.business_day.date:%y%m%d}-{till.identity.number:02d}-T{moved.target.hex()[:6].upper()}"
    signs = labels["wallet.sign_giver"], labels["wallet.sign_taker"]
    head = (number, f"{now:%Y-%m-%d %H:%M}", moved.operator)
    return _slip(till, head, labels["wallet.transfer"], (what, who), signs)


def _slip(
    till: Till, head: tuple[str, str, StaffId], title: str, sections: tuple[Section, ...], signs: tuple[str, ...]
) -> ReportSlip:
    number, at, cashier = head
    identity = till.identity
    return ReportSlip(
        shop=identity.shop_name,
        store=identity.store_name,
        till=str(identity.number),
        number=number,
        title=title,
        local_time=at,
        cashier=cashier,
        sections=sections,
        signs=signs,
    )


def _who(member: Member) -> str:
    return f"{discreet(member.profile.name)} {member.profile.masked_phone}".strip()


def _approved(approver: StaffId, labels: Mapping[str, str]) -> Section:
    return ((labels["approver"], approver),) if approver else ()


def _moves(claim: Claim, labels: Mapping[str, str]) -> Section:
    amounts: tuple[tuple[str, Money], ...] = (("wallet.principal", claim.principal), ("wallet.bonus", claim.bonus))
    if claim.amount:
        return tuple((labels[label], str(amount)) for label, amount in amounts)
    return ((labels["wallet.left"], f"{claim.uses} / {claim.of}"),)
