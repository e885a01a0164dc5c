"""A named card or a count pass becomes another member's on notice (domain.md §2.9; 法释〔2025〕4号 Art 11).

What stands there moves to lots, or to a pass, of the receiver's own, each with the split, the days and the terms of the
one it comes from.  So the receiver's PIN opens it and the giver's does not, and what comes back of the giver's earlier
sales comes back to the giver's.  Points do not move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, unique

from sqlalchemy import Connection

from posapp.application.member_life.consenting import known_record
from posapp.application.member_life.online import Authority
from posapp.application.passes.terms import left_of, name_of, paid_for, used_on
from posapp.application.stored_value.bonus import lapse_lots
from posapp.application.stored_value.cards import card_in, kind_of, law_on, mark_gone, mark_lots, new_card, terms_of
from posapp.application.stored_value.identity import IdentityPaper, check_paper, keep_paper, paper_of
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.closing import handed_over
from posapp.domain.errors import InvalidField
from posapp.domain.events import ClaimTransferred, LotTransferred
from posapp.domain.ids import AssetId, MemberId, derived_id
from posapp.domain.member import MemberState
from posapp.domain.minor import ADULT_FROM, NO_CAPACITY_BELOW, age_on
from posapp.domain.passes import why_not
from posapp.domain.stored_card import CardLot, StoredCard, named_card_id
from posapp.domain.text import Text
from posapp.storage import assets, member_states, requests
from posapp.storage import stored_value as rows
from posapp.storage.assets import HeldAsset


@unique
class Notice(StrEnum):
    """How the shop was told; the words are stored."""

    TOGETHER = "together"
    """Giver and receiver both stand at the counter."""
    WRITTEN = "written"
    """The giver wrote, and the receiver stands there."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A card or pass that can be transferred, and what the receiver has of it before.

    Of a card `principal` and `bonus` move, of a pass `uses` out of `of`.  `before` is the balance of the receiver's own
    card of this kind.  `needs_paper` asks for the receiver's paper first.  `refusal` is what forbids it, None where
    nothing does.
    """

    source: AssetId
    name: Text
    principal: Money = Money(0)
    bonus: Money = Money(0)
    uses: int = 0
    of: int = 0
    before: Money = Money(0)
    needs_paper: bool = False
    refusal: InvalidField | None = None

    @property
    def amount(self) -> Money:
        """What moves of a card."""
        return self.principal + self.bonus

    @property
    def moves(self) -> tuple[Money, Money, int]:
        """What must not have changed since it was shown."""
        return self.principal, self.bonus, self.uses


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer that is asked for; the same `request` is the same transfer.

    `claim` is what both were shown.  `paper` is the receiver's, where it is asked for.
    """

    request: bytes
    giver: MemberId
    receiver: MemberId
    claim: Claim
    notice: Notice
    paper: IdentityPaper | None = None


def transferable_claims(till: Till, giver: MemberId, receiver: MemberId) -> tuple[Claim, ...]:
    """The named cards and count passes of one member that something is left of, as another would take them over.

    Raises `InvalidField` where the two are one, or one of them is no member any more.
    """
    with till.database.read() as connection:
        _check_people(till, connection, giver, receiver)
        cards = () if till.programme.stored_value is None else rows.cards_of(connection, giver)
        claims = [
            _card_claim(till, connection, card, receiver)
            for card in cards
            if any(lot.holds_anything for lot in card.lots)
        ]
        claims += [
            _pass_claim(till, held)
            for held in assets.of_owner(connection, giver)
            if held.asset.kind is AssetKind.COUNT_PASS and held.on(Account.PASS_USES)
        ]
    return tuple(claims)


def transfer_claim(till: Till, wanted: Transfer, by: Authority) -> ClaimTransferred | None:
    """Transfer a card or a pass, durably; None where this request was carried out before.

    Raises `InvalidField` with what to do; nothing is written then.
    """
    by.check()
    with till.database.write() as connection:
        if requests.answer_of(connection, wanted.request) is not None:
            return None
        _check_people(till, connection, wanted.giver, wanted.receiver)
        held = assets.find(connection, wanted.claim.source)
        if held is None or held.asset.owner != wanted.giver:
            raise InvalidField("claim", "this is not theirs any more", "已不在这位会员名下")
        move = _move_card if held.asset.kind is AssetKind.STORED_VALUE_CARD else _move_pass
        target, lots, entries = move(till, connection, wanted, held)
        event = ClaimTransferred(
            business_day=till.business_day(),
            operator=by.operator,
            approver=by.approver,
            giver=wanted.giver,
            receiver=wanted.receiver,
            source=wanted.claim.source,
            target=target,
            lots=lots,
            uses=wanted.claim.uses,
            entries=entries,
            notice=wanted.notice.value,
        )
        till.log.append(connection, event, till.clock.now())
        requests.note(connection, wanted.request)
    till.committed()
    return event


def _check_people(till: Till, connection: Connection, giver: MemberId, receiver: MemberId) -> None:
    if giver == receiver:
        raise InvalidField("member", "this is the same member", "这是同一个会员")
    for who in (giver, receiver):
        known_record(till, connection, who)
        if member_states.membership(connection, who).state is not MemberState.ACTIVE:
            raise InvalidField("member", "one of them was merged or left already", "其中一位已合并或注销")


def _check(now: Claim, shown: Claim) -> None:
    if now.refusal is not None:
        raise now.refusal
    if now.moves != shown.moves:
        raise InvalidField("claim", "it was used meanwhile; look at it again", "期间有变动，请重新看一下")


def _moved(wanted: Transfer, source: AssetId) -> AssetId:
    return derived_id("transferred", wanted.request, wanted.receiver, source)


# -- stored value ---------------------------------------------------------------


def _card_claim(till: Till, connection: Connection, card: StoredCard, receiver: MemberId) -> Claim:
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
    refusal = _refusal_of_card(card, claim, law.limit(named=True))
    if refusal is None:
        birthday = known_record(till, connection, receiver).profile.birthday
        refusal = _refusal_of_age(till, claim, paper.birthday if paper is not None else birthday)
    return replace(claim, needs_paper=asked and paper is None, refusal=refusal)


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


def _refusal_of_age(till: Till, claim: Claim, birthday: str) -> InvalidField | None:
    """Children get no card by a detour: what they may not pay in, they may not take over."""
    age = age_on(birthday, till.business_day())
    if age is None or age >= ADULT_FROM:
        return None
    if age < NO_CAPACITY_BELOW:
        return InvalidField("age", "no stored value for children under eight", "未满 8 周岁不能办理储值")
    if claim.amount.fen <= terms_of(till).minor_fen:
        return None
    most = Money(terms_of(till).minor_fen)
    return InvalidField(
        "age", f"under 18, no more than {most} is taken over", f"未满 18 周岁，受让不得超过 {most} 元"
    )  # fmt: skip


def _move_card(
    till: Till, connection: Connection, wanted: Transfer, held: HeldAsset
) -> tuple[AssetId, tuple[LotTransferred, ...], int]:
    """Make the receiver's card and lots, and be done with the giver's lots."""
    # Bonus that has lapsed is nobody's to give.
    lapse_lots(till, connection, held.asset.id)
    card = card_in(connection, held.asset.id)
    now = _card_claim(till, connection, card, wanted.receiver)
    _check(now, wanted.claim)
    terms = terms_of(till)
    into = new_card(till, terms, kind_of(terms, card.kind), wanted.receiver, "")
    if now.needs_paper:
        _take_paper(till, connection, wanted, into.id)
    contracts = [lots for lots in card.contracts if any(lot.holds_anything for lot in lots)]
    lots = [lot for each in contracts for lot in each]
    made = [_lot_for(till, connection, wanted, lot, into.id) for lot in lots]
    is_new = assets.find(connection, into.id) is None
    till.reference.put_assets(connection, [*([into] if is_new else []), *made])
    mark_lots(till, connection, [lot.id for lot in card.lots], closed=1)
    for each in contracts:
        mark_gone(till, connection, each[0].contract, handed_over(each))
    parts = tuple(
        LotTransferred(lot.id, _moved(wanted, lot.id), Money(lot.principal_fen), Money(lot.bonus_fen))
        for lot in lots
        if lot.holds_anything
    )
    return into.id, parts, 0


def _take_paper(till: Till, connection: Connection, wanted: Transfer, card: AssetId) -> None:
    if wanted.paper is None:
        raise InvalidField("paper", "take down the receiver's name and identity number", "请登记受让人姓名和证件号")
    paper = check_paper(wanted.paper)
    refusal = _refusal_of_age(till, wanted.claim, paper.birthday)
    if refusal is not None:
        raise refusal
    keep_paper(till, connection, card, paper, till.business_day())


def _lot_for(till: Till, connection: Connection, wanted: Transfer, lot: CardLot, card: AssetId) -> Asset:
    """The receiver's lot: it began with what the giver's began with, so whatever is reckoned from that stays."""
    held = assets.find(connection, lot.id)
    if held is None:
        raise LookupError(f"lot {lot.id.hex()} has no asset")
    kept = {name: value for name, value in held.asset.terms.items() if name != "closed"}
    return replace(
        held.asset,
        id=_moved(wanted, lot.id),
        owner=wanted.receiver,
        part_of=card,
        terms={**kept, "contract": _moved(wanted, lot.contract).hex(), "till": till.identity.device.hex()},
    )


# -- count passes ---------------------------------------------------------------


def _pass_claim(till: Till, held: HeldAsset) -> Claim:
    asset, today = held.asset, till.business_day()
    left, paid = left_of(held, today), paid_for(asset)
    why = why_not(left, asset.last_day, asset.first_day, today, 1)
    refusal = InvalidField("claim", why.en, why.zh) if why is not None else None
    if not paid.fen:
        refusal = InvalidField("claim", "it was a gift, and a gift stays with its member", "赠送的卡不能转让")
    return Claim(asset.id, name_of(asset), uses=left, of=paid.uses, refusal=refusal)


def _move_pass(
    till: Till, connection: Connection, wanted: Transfer, held: HeldAsset
) -> tuple[AssetId, tuple[LotTransferred, ...], int]:
    """Make the receiver's pass, and count the uses of today with it."""
    _check(_pass_claim(till, held), wanted.claim)
    target = _moved(wanted, held.asset.id)
    terms = {**held.asset.terms, "till": till.identity.device.hex()}
    till.reference.put_assets(connection, [replace(held.asset, id=target, owner=wanted.receiver, terms=terms)])
    return target, (), used_on(connection, held.asset.id, till.business_day())
