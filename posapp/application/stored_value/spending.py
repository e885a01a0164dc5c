"""Paying a sale with stored value: who may, how much while offline, and out of which lots."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from posapp.application.reach import reach, refuse, share
from posapp.application.stored_value.cards import card_in
from posapp.application.till import Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotPart
from posapp.domain.ids import AssetId
from posapp.domain.offline import Action, Reach
from posapp.domain.pricing import PlannedTender
from posapp.domain.pricing.settlement import BONUS, PRINCIPAL
from posapp.domain.sale import Cart, Identification
from posapp.domain.stored_card import StoredCard
from posapp.domain.time import BusinessDay
from posapp.storage import stored_value as rows

_ON_LOTS = (Account.STORED_PRINCIPAL, Account.STORED_BONUS)
_PROVES = frozenset({Identification.DYNAMIC_CODE, Identification.PIN})


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """So much of a sale is paid by a card.  `code` is what was scanned of an unnamed card."""

    card: AssetId
    amount: Money
    code: str = ""
    online: bool = True


def plan_payment(card: StoredCard, amount: Money, day: BusinessDay) -> list[PlannedTender]:
    """What pricing is told of a payment by a card: the principal, which earns, and the bonus."""
    parts = card.draw(amount.fen, day)
    planned = [PlannedTender(PRINCIPAL, Money(sum(part.principal.fen for part in parts)))]
    bonus = sum(part.bonus.fen for part in parts)
    return [*planned, PlannedTender(BONUS, Money(bonus))] if bonus else planned


def payable(till: Till, card: StoredCard, *, online: bool) -> Money:
    """The most that a card pays now, the limits of being offline included (domain.md §5.1); its PIN is asked later."""
    with till.database.read() as connection:
        most = till.programme.offline.most(Action.SPEND_STORED, _reach(till, connection, card, online=online))
    have = card.spendable(till.business_day())
    return have if most is None else min(have, Money(most))


def is_proven(till: Till, how: Identification, *, online: bool) -> bool:
    """Whether a member has proved enough to spend: without the server it takes their PIN (domain.md §5.1)."""
    needs_pin = not online and till.programme.offline.stored_needs_pin
    return how is Identification.PIN if needs_pin else how in _PROVES


def draws_of(till: Till, connection: Connection, cart: Cart, payment: StoredPayment) -> tuple[LotPart, ...]:
    """The lots that pay, by what stands on them in this transaction.  Raises `InvalidField` with what to do."""
    card = card_in(connection, payment.card)
    today = till.business_day()
    _check_who(card, cart, payment)
    if card.is_expired(today):
        raise InvalidField(
            "card", "this card has run out: renew it, its balance stays", "卡已到期：先换卡再支付，余额不变"
        )
    have = card.spendable(today)
    if payment.amount > have:
        raise InvalidField("stored", f"only {have} is left on the card", f"储值余额只有 {have} 元")
    by_pin = card.owner is None or cart.identified_by is Identification.PIN
    state = replace(_reach(till, connection, card, online=payment.online), by_pin=by_pin)
    refuse("stored", till.programme.offline.may(Action.SPEND_STORED, payment.amount.fen, state))
    # The share first: what it holds nobody else can spend.
    leased = _leased(till, connection, card)
    return (leased if leased.spendable(today) >= payment.amount else card).draw(payment.amount.fen, today)


def _reach(till: Till, connection: Connection, card: StoredCard, *, online: bool) -> Reach:
    """How the server stands to a payment by a card; the limits are those of its member, whichever card it is."""
    cards = rows.cards_of(connection, card.owner) if card.owner is not None else [card]
    lots = [lot for each in cards for lot in each.lots]
    spent = sum(lot.spent_since_fen for lot in lots)
    settled = sum(lot.principal_fen + lot.bonus_fen for lot in lots) + spent
    lease = _leased(till, connection, card).spendable(till.business_day()).fen
    return replace(reach(till, connection, online=online), settled=settled, used=spent, lease=lease)


def _leased(till: Till, connection: Connection, card: StoredCard) -> StoredCard:
    """A card with no more on its lots than this till's shares of them; one that is overdrawn began with nothing."""
    lots = [
        replace(
            lot,
            principal_fen=(principal := min(lot.principal_fen, share(till, connection, lot.id, _ON_LOTS[0]))),
            bonus_fen=(bonus := min(lot.bonus_fen, share(till, connection, lot.id, _ON_LOTS[1]))),
            paid_fen=max(0, principal),
            granted_fen=max(0, bonus),
        )
        for lot in card.lots
    ]
    return replace(card, lots=tuple(lots))


def _check_who(card: StoredCard, cart: Cart, payment: StoredPayment) -> None:
    if card.owner is None:
        if payment.code != card.code:
            raise InvalidField("code", "scan the card itself", "请出示并扫描储值卡")
        return
    if cart.member != card.owner:
        raise InvalidField("member", "this card belongs to another member", "这张储值卡不是该会员的")
    if cart.identified_by not in _PROVES:
        raise InvalidField(
            "identification", "the member's PIN or the code on their phone is needed", "请会员输入密码，或出示动态码"
        )
