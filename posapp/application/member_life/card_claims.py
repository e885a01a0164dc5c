"""Stored value that becomes another member's: what it would come to, and the move (domain.md §2.9, §3.1)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from posapp.application.member_life.claims import Claim, Moved, Transfer
from posapp.application.member_life.consenting import known_record
from posapp.application.stored_value.bonus import lapse_lots
from posapp.application.stored_value.cards import (
    card_in,
    kind_of,
    law_on,
    mark_gone,
    mark_lots,
    new_card,
    terms_of,
)
from posapp.application.stored_value.identity import check_paper, keep_paper, paper_of
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset
from posapp.domain.closing import handed_over
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotTransferred
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.minor import ADULT_FROM, NO_CAPACITY_BELOW, age_on
from posapp.domain.stored_card import CardLot, StoredCard, named_card_id
from posapp.domain.text import Text
from posapp.storage import assets
from posapp.storage import stored_value as rows
from posapp.storage.assets import HeldAsset


def card_claim(till: Till, connection: Connection, card: StoredCard, receiver: MemberId) -> Claim:
    """A card as another member would take it over.  Raises `InvalidField` where the shop sells no stored value."""
    terms, today = terms_of(till), till.business_day()
    kind, law = terms.card(card.kind), law_on(terms, today)
    into = rows.find_card(connection, named_card_id(receiver, card.kind))
    claim = Claim(
        source=card.id,
        name=kind.name if kind is not None else Text(card.kind, card.kind),
        principal=card.principal,
        bonus=Money(sum(lot.bonus_fen - lot.lapsing_fen(today) for lot in card.lots)),
        before=into.balance if into is not None else Money(0),
    )
    paper = paper_of(till, connection, named_card_id(receiver, card.kind))
    asked = law.identity_named is not None and claim.amount.fen >= law.identity_named
    told = known_record(till, connection, receiver).profile.birthday
    # A paper stands above what somebody said.
    birthday = paper.birthday if paper is not None else told
    return replace(
        claim,
        needs_paper=asked and paper is None,
        needs_guardian=_needs_guardian(till, claim, birthday),
        refusal=_refusal_of_card(card, claim, law.limit(named=True)) or _refusal_of_age(till, birthday),
    )


def _refusal_of_card(card: StoredCard, claim: Claim, limit: int | None) -> InvalidField | None:
    if any(lot.principal_fen < 0 or lot.bonus_fen < 0 for lot in card.lots):
        return InvalidField("claim", "it is overdrawn: settle that first", "余额有透支，先处理异常")
    if limit is not None and claim.before.fen + claim.amount.fen > limit:
        return InvalidField(
            "claim",
            f"at most {Money(limit)} may stand on the receiver's card, bonus included; {claim.before} stands there",
            f"受让人这种卡余额（含赠送）不得超过 {Money(limit)} 元，现有 {claim.before} 元",
        )
    return None


def _refusal_of_age(till: Till, birthday: str) -> InvalidField | None:
    """Children get no card by a detour."""
    age = age_on(birthday, till.business_day())
    if age is not None and age < NO_CAPACITY_BELOW:
        return InvalidField("age", "no stored value for children under eight", "未满 8 周岁不能办理储值")
    return None


def _needs_guardian(till: Till, claim: Claim, birthday: str) -> bool:
    """What a child may not pay in alone, they may not take over alone."""
    age = age_on(birthday, till.business_day())
    return age is not None and age < ADULT_FROM and claim.amount.fen > terms_of(till).minor_fen


def move_card(till: Till, connection: Connection, wanted: Transfer, held: HeldAsset) -> Moved:
    """Make the receiver's card and lots, and be done with the giver's lots.  Raises `InvalidField`."""
    # Bonus that has lapsed is nobody's to give.
    lapse_lots(till, connection, held.asset.id)
    card = card_in(connection, held.asset.id)
    now = card_claim(till, connection, card, wanted.receiver)
    now.check(wanted.claim)
    terms = terms_of(till)
    into = new_card(till, terms, kind_of(terms, card.kind), wanted.receiver, "")
    if now.needs_paper:
        now = _take_paper(till, connection, wanted, into.id)
    if now.needs_guardian and not wanted.guardian:
        most = Money(terms.minor_fen)
        raise InvalidField(
            "guardian",
            f"under 18, more than {most} needs a guardian who agrees",
            f"未满 18 周岁，超过 {most} 元须监护人在场同意",
        )
    contracts = [lots for lots in card.contracts if any(lot.holds_anything for lot in lots)]
    lots = [lot for each in contracts for lot in each]
    made = [_lot_for(till, connection, wanted, lot, into.id) for lot in lots]
    is_new = assets.find(connection, into.id) is None
    till.reference.put_assets(connection, [*([into] if is_new else []), *made])
    mark_lots(till, connection, [lot.id for lot in card.lots], closed=1)
    for each in contracts:
        mark_gone(till, connection, each[0].contract, handed_over(each))
    moved = tuple(
        LotTransferred(lot.id, wanted.moved(lot.id), Money(lot.principal_fen), Money(lot.bonus_fen))
        for lot in lots
        if lot.holds_anything
    )
    return Moved(into.id, lots=moved, guardian=now.needs_guardian)


def _take_paper(till: Till, connection: Connection, wanted: Transfer, card: AssetId) -> Claim:
    """Keep the receiver's paper; the claim by the birthday that it says."""
    if wanted.paper is None:
        raise InvalidField("paper", "take down the receiver's name and identity number", "请登记受让人姓名和证件号")
    paper = check_paper(wanted.paper)
    refusal = _refusal_of_age(till, paper.birthday)
    if refusal is not None:
        raise refusal
    keep_paper(till, connection, card, paper, till.business_day())
    return replace(wanted.claim, needs_guardian=_needs_guardian(till, wanted.claim, paper.birthday))


def _lot_for(till: Till, connection: Connection, wanted: Transfer, lot: CardLot, card: AssetId) -> Asset:
    """The receiver's lot: it began with what the giver's began with, so whatever is reckoned from that stays."""
    held = assets.find(connection, lot.id)
    if held is None:
        raise LookupError(f"lot {lot.id.hex()} has no asset")
    kept = {name: value for name, value in held.asset.terms.items() if name != "closed"}
    # What lapsed before is counted on the giver's lot.
    kept["lapsed"] = lot.lapsed_fen
    return replace(
        held.asset,
        id=wanted.moved(lot.id),
        owner=wanted.receiver,
        part_of=card,
        terms={**kept, "contract": wanted.moved(lot.contract).hex(), "till": till.identity.device.hex()},
    )
