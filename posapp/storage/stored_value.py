"""Stored-value cards as this till knows them: the card, its lots, and what the ledger holds on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, or_, select

from posapp.domain.accounts import Account
from posapp.domain.asset import AssetKind
from posapp.domain.gone_otherwise import gone_of
from posapp.domain.ids import MEMBER_ID_BYTES, AssetId, MemberId
from posapp.domain.stored_card import CardLot, StoredCard, in_order
from posapp.domain.stored_value import Consumption
from posapp.domain.time import BusinessDay
from posapp.storage import assets
from posapp.storage.database import driver
from posapp.storage.prepared import Prepared
from posapp.storage.schema import held_balance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from posapp.storage.assets import HeldAsset

NO_OWNER = MemberId(bytes(MEMBER_ID_BYTES))
"""Whose an unnamed card is: whoever holds it."""

_UNSETTLED = Prepared(
    select(func.coalesce(func.sum(held_balance.c.pending), 0)).where(
        held_balance.c.holder == bindparam("holder"),
        or_(*(held_balance.c.account == int(account) for account in (Account.STORED_PRINCIPAL, Account.STORED_BONUS))),
    ),
    "holder",
)


def cards_of(connection: Connection, owner: MemberId) -> list[StoredCard]:
    """Every stored-value card of a member, in the order of their kinds' codes."""
    held = [one for one in assets.of_owner(connection, owner) if one.asset.kind is AssetKind.STORED_VALUE_CARD]
    return sorted((_card(connection, one) for one in held), key=lambda card: (card.kind, card.id))


def find_card(connection: Connection, identity: AssetId) -> StoredCard | None:
    """A card by its id."""
    held = assets.find(connection, identity)
    is_card = held is not None and held.asset.kind is AssetKind.STORED_VALUE_CARD
    return _card(connection, held) if held is not None and is_card else None


def card_by_code(connection: Connection, code: str) -> StoredCard | None:
    """A card by what is printed on it."""
    held = assets.by_code(connection, code)
    is_card = held is not None and held.asset.kind is AssetKind.STORED_VALUE_CARD
    return _card(connection, held) if held is not None and is_card else None


def _card(connection: Connection, held: HeldAsset) -> StoredCard:
    card = held.asset
    found = [one for one in assets.parts_of(connection, card.id) if one.asset.kind is AssetKind.STORED_VALUE_LOT]
    # What comes back on one lot is reckoned by its whole contract.
    contracts = {_contract(one) for one in found if _is_open(one)}
    lots = [_lot(connection, one) for one in found if _contract(one) in contracts]
    owner = card.owner if card.owner != NO_OWNER else None
    return StoredCard(card.id, card.template, owner, card.code, card.last_day, in_order(lots))


def _contract(held: HeldAsset) -> AssetId:
    return AssetId(bytes.fromhex(str(held.asset.terms.get("contract", held.asset.id.hex()))))


def _is_open(held: HeldAsset) -> bool:
    """A lot of a closed contract is done with, unless a refund put something back on it."""
    holds = held.on(Account.STORED_PRINCIPAL) or held.on(Account.STORED_BONUS)
    return bool(holds) or not held.asset.terms.get("closed")


def _lot(connection: Connection, held: HeldAsset) -> CardLot:
    lot, terms = held.asset, held.asset.terms
    (unsettled,) = _UNSETTLED.run(driver(connection), (lot.id,)).fetchone()
    until = _number(terms, "bonus_until")
    return CardLot(
        id=lot.id,
        contract=_contract(held),
        first_day=lot.first_day,
        paid_fen=_number(terms, "paid"),
        granted_fen=_number(terms, "granted"),
        principal_fen=held.on(Account.STORED_PRINCIPAL),
        bonus_fen=held.on(Account.STORED_BONUS),
        lapsed_fen=held.on(Account.BONUS_LAPSED_FROM_LOT) + _number(terms, "lapsed"),
        bonus_until=BusinessDay(until) if until else None,
        consumption=Consumption(str(terms.get("consumption", Consumption.PROPORTIONAL))),
        sold_rate=_number(terms, "sold_rate") or 10_000,
        buyer_basis=_number(terms, "buyer_basis") or 19,
        unsettled_fen=unsettled,
        place=_number(terms, "place"),
        plan=str(terms.get("plan", "")),
        gone=gone_of(terms),
    )


def _number(terms: Mapping[str, int | str], name: str) -> int:
    value = terms.get(name, 0)
    return value if isinstance(value, int) else 0
