"""Bringing stored value along from an earlier system: opening entries that conserve totals (W-33)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posapp.application.stored_value.cards import kind_of, new_card, terms_of, without_nothing
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotPart, StoredValueOpened
from posapp.domain.ids import MemberId, StaffId, derived_id
from posapp.domain.time import to_micros
from posapp.storage import assets


@dataclass(frozen=True, slots=True)
class OpeningValue:
    """What a member had in the earlier system.  `reference` is that system's own name for the card."""

    member: MemberId
    principal: Money
    bonus: Money
    reference: str = ""


def opening_kind(till: Till) -> str:
    """The card that members' values are brought in on: the programme's first named one.  Raises `InvalidField`."""
    named = next((kind for kind in terms_of(till).cards if kind.named), None)
    if named is None:
        raise InvalidField("stored_value", "this shop has no named card", "本店没有记名储值卡")
    return named.code


def import_opening_value(till: Till, values: Iterable[OpeningValue], kind: str, operator: StaffId, source: str) -> int:
    """Bring balances in, in one transaction; the same reference of the same source is brought in once.

    A balance above today's limit is taken as it is: it is owed.  Returns how many were brought in.  Raises
    `InvalidField` where the programme has no such card.
    """
    terms = terms_of(till)
    card_kind = kind_of(terms, kind)
    done = 0
    with till.database.write() as connection:
        for value in values:
            lot = derived_id("stored_value_opening", source, value.reference, value.member, kind)
            if assets.find(connection, lot) is not None:
                continue
            card = new_card(till, terms, card_kind, value.member, value.reference)
            opened = Asset(
                id=lot,
                kind=AssetKind.STORED_VALUE_LOT,
                owner=card.owner,
                template=kind,
                first_day=till.business_day(),
                part_of=card.id,
                terms={
                    "contract": lot.hex(),
                    "paid": value.principal.fen,
                    "granted": value.bonus.fen,
                    "place": to_micros(till.clock.now()),
                    "consumption": terms.consumption.value,
                    "sold_rate": card_kind.sold_rate,
                    "buyer_basis": terms.buyer_basis,
                },
            )
            parts = without_nothing([LotPart(lot, value.principal, value.bonus)])
            if not parts:
                continue
            known = assets.find(connection, card.id) is not None
            till.reference.put_assets(connection, [opened] if known else [card, opened])
            event = StoredValueOpened(till.business_day(), operator, value.member, card.id, parts, source)
            till.log.append(connection, event, till.clock.now())
            done += 1
    till.committed()
    return done
