"""A named card, a pass or a bundle becomes another member's on notice (domain.md §2.9; 法释〔2025〕4号 Art 11).

What stands there moves to lots, or to a pass, of the receiver's own, each with the split, the days and the terms of the
one it comes from.  So the receiver's PIN opens it and the giver's does not, and what comes back of the giver's earlier
sales comes back to the giver's.  Points do not move.
"""

from __future__ import annotations

from sqlalchemy import Connection

from posapp.application.member_life.card_claims import card_claim, move_card
from posapp.application.member_life.claims import Claim, Transfer
from posapp.application.member_life.consenting import known_record
from posapp.application.member_life.online import Authority
from posapp.application.member_life.pass_claims import TRANSFERABLE, move_pass, pass_claims
from posapp.application.till import Till
from posapp.domain.asset import AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import ClaimTransferred
from posapp.domain.ids import MemberId
from posapp.domain.member import MemberState
from posapp.storage import assets, member_states, requests
from posapp.storage import stored_value as rows


def transferable_claims(till: Till, giver: MemberId, receiver: MemberId) -> tuple[Claim, ...]:
    """The named cards, passes and bundles of one member that something is left of, as another would take them over.

    Raises `InvalidField` where the two are one, or one of them is no member any more.
    """
    with till.database.read() as connection:
        _check_people(till, connection, giver, receiver)
        cards = () if till.programme.stored_value is None else rows.cards_of(connection, giver)
        held = [card for card in cards if any(lot.holds_anything for lot in card.lots)]
        claims = [card_claim(till, connection, card, receiver) for card in held]
        return (*claims, *pass_claims(till, connection, assets.of_owner(connection, giver)))


def transfer_claim(till: Till, wanted: Transfer, by: Authority) -> ClaimTransferred | None:
    """Transfer a card, a pass or a bundle, durably; None where this request was carried out before.

    Raises `InvalidField` with what to do; nothing is written then.
    """
    by.check()
    with till.database.write() as connection:
        if requests.answer_of(connection, wanted.request) is not None:
            return None
        _check_people(till, connection, wanted.giver, wanted.receiver)
        event = _transferred(till, connection, wanted, by)
        till.log.append(connection, event, till.clock.now())
        requests.note(connection, wanted.request)
    till.committed()
    return event


def _transferred(till: Till, connection: Connection, wanted: Transfer, by: Authority) -> ClaimTransferred:
    held = assets.find(connection, wanted.claim.source)
    if held is None or held.asset.owner != wanted.giver:
        raise InvalidField("claim", "this is not theirs any more", "已不在这位会员名下")
    kind = held.asset.kind
    if kind is not AssetKind.STORED_VALUE_CARD and kind not in TRANSFERABLE:
        raise InvalidField("claim", "this stays with its member", "这张卡不能转让")
    move = move_card if kind is AssetKind.STORED_VALUE_CARD else move_pass
    moved = move(till, connection, wanted, held)
    is_bundle = kind is AssetKind.BUNDLE_VOUCHER
    alone = moved.passes[0] if moved.passes and not is_bundle else None
    return ClaimTransferred(
        business_day=till.business_day(),
        operator=by.operator,
        approver=by.approver,
        giver=wanted.giver,
        receiver=wanted.receiver,
        source=wanted.claim.source,
        target=moved.target,
        lots=moved.lots,
        uses=alone.uses if alone is not None else 0,
        entries=alone.entries if alone is not None else 0,
        notice=wanted.notice.value,
        parts=moved.passes if is_bundle else (),
        guardian=moved.guardian,
    )


def _check_people(till: Till, connection: Connection, giver: MemberId, receiver: MemberId) -> None:
    if giver == receiver:
        raise InvalidField("member", "this is the same member", "这是同一个会员")
    for who in (giver, receiver):
        known_record(till, connection, who)
        if member_states.membership(connection, who).state is not MemberState.ACTIVE:
            raise InvalidField("member", "one of them was merged or left already", "其中一位已合并或注销")
