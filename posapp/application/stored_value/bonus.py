"""Bonus that is given afterwards, and bonus that lapses by its contract."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from posapp.application.reach import require_server
from posapp.application.stored_value.cards import card_in, check_room, law_on, terms_of
from posapp.application.till import Cashier, Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import BonusGranted, BonusLapsed, LotPart
from posapp.domain.ids import AssetId, StaffId, derived_id
from posapp.domain.offline import Action
from posapp.domain.staff import Right
from posapp.domain.stored_card import StoredCard
from posapp.domain.time import to_micros
from posapp.storage import assets
from posapp.storage.stored_value import NO_OWNER

NOBODY = StaffId("")


def grant_bonus(
    till: Till, request: bytes, card: AssetId, bonus: Money, reason: str, cashier: Cashier, approver: StaffId
) -> StoredCard:
    """Put bonus on a card that nobody pays for: a promise that was forgotten, a gesture.  Works offline.

    `request` is drawn once: the same one is the same grant.  Beyond the cashier's own limit `approver` is somebody
    else.  Raises `InvalidField` where nobody else agreed to that, a reason is missing, or the card would hold more than
    it may.
    """
    if bonus <= Money(0):
        raise InvalidField("bonus", "how much?", "请输入赠送金额")
    if not reason.strip():
        raise InvalidField("note", "a reason is needed", "请填写原因")
    if not cashier.limits.cover(Right.BONUS_BY_HAND, bonus.fen) and approver in (NOBODY, cashier.id):
        raise InvalidField("approver", "another person agrees with their number", "须另一人输工号同意")
    terms = terms_of(till)
    lot = derived_id("stored_value_grant", request)
    with till.database.write() as connection:
        known = card_in(connection, card)
        if assets.find(connection, lot) is not None:
            return known
        today = till.business_day()
        limit = law_on(terms, today).limit(named=known.owner is not None)
        check_room(limit, known.balance, bonus, "bonus")
        made = Asset(
            id=lot,
            kind=AssetKind.STORED_VALUE_LOT,
            owner=known.owner if known.owner is not None else NO_OWNER,
            template=known.kind,
            first_day=today,
            part_of=card,
            terms={
                "contract": lot.hex(),
                "paid": 0,
                "granted": bonus.fen,
                "place": to_micros(till.clock.now()),
                "consumption": terms.consumption.value,
            },
        )
        till.reference.put_assets(connection, [made])
        parts = (LotPart(lot, Money(0), bonus),)
        event = BonusGranted(today, cashier.id, approver, known.owner, card, parts, reason.strip())
        till.log.append(connection, event, till.clock.now())
        known = card_in(connection, card)
    till.committed()
    return known


def lapse_bonuses(till: Till, card: AssetId, *, online: bool = True) -> Money:
    """Take off a card what bonus has lapsed; how much that was.

    What may be spent follows from the business day alone, so a late call changes nothing for the member.  Two tills
    that do it at once leave a lot below zero, and the next call puts that right.  Raises `InvalidField` offline.
    """
    require_server(Action.LAPSE_BONUS, "online", online=online)
    with till.database.write() as connection:
        lapsed = lapse_lots(till, connection, card)
    if lapsed:
        till.committed()
    return lapsed


def lapse_lots(till: Till, connection: Connection, identity: AssetId, only: Collection[AssetId] = ()) -> Money:
    """The same in a transaction of the caller, of some lots alone where they are named."""
    today, card = till.business_day(), card_in(connection, identity)
    parts = tuple(
        LotPart(lot.id, Money(0), Money(lot.lapsing_fen(today)))
        for lot in card.lots
        if lot.lapsing_fen(today) and (not only or lot.id in only)
    )
    if parts:
        event = BonusLapsed(today, card.owner, card.id, parts, by_lot=True)
        till.log.append(connection, event, till.clock.now())
    return Money(sum(part.bonus.fen for part in parts))
