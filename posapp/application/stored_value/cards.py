"""Finding stored-value cards, making them, and renewing those that ran out (W-15, X-06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.asset import Asset, AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import LotPart
from posapp.domain.gone_otherwise import GoneOtherwise
from posapp.domain.ids import AssetId, MemberId
from posapp.domain.prepaid_law import PrepaidLaw
from posapp.domain.programme.stored_value import CardKind, StoredValueTerms
from posapp.domain.stored_card import StoredCard, named_card_id, unnamed_card_id
from posapp.domain.time import BusinessDay, plus_months
from posapp.law_tables import law_book
from posapp.storage import assets
from posapp.storage import stored_value as rows
from posapp.storage.receipts import next_document_number
from posapp.storage.stored_value import NO_OWNER

LEAST_YEARS = 3
"""An unnamed card is good for at least so long where the law says nothing else (domain.md §3.1, Validity)."""


def stored_cards(till: Till, member: MemberId) -> list[StoredCard]:
    """A member's stored-value cards with their lots."""
    with till.database.read() as connection:
        return rows.cards_of(connection, member)


def find_card(till: Till, identity: AssetId) -> StoredCard:
    """A card by id.  Raises `InvalidField` where this till does not know it."""
    with till.database.read() as connection:
        return card_in(connection, identity)


def card_by_code(till: Till, code: str) -> StoredCard:
    """An unnamed card by its printed number.  Raises `InvalidField` where this till does not know it."""
    with till.database.read() as connection:
        found = rows.card_by_code(connection, code)
    if found is None:
        raise unknown_card()
    return found


def card_in(connection: Connection, identity: AssetId) -> StoredCard:
    """A card inside a transaction.  Raises `InvalidField`."""
    found = rows.find_card(connection, identity)
    if found is None:
        raise unknown_card()
    return found


def unknown_card() -> InvalidField:
    """The sentence for a card that is not known here."""
    return InvalidField(
        "card",
        "this till does not know this card yet; other tenders work, and it will come with the next synchronisation",
        "本机还没有这张储值卡；可用其他方式收款，联网同步后就能用",
    )


def terms_of(till: Till) -> StoredValueTerms:
    """The programme's stored value.  Raises `InvalidField` where the shop sells none."""
    if till.programme.stored_value is None:
        raise InvalidField("stored_value", "this shop has no stored value", "本店没有开通储值")
    return till.programme.stored_value


def kind_of(terms: StoredValueTerms, code: str) -> CardKind:
    """A kind of card.  Raises `InvalidField`."""
    kind = terms.card(code)
    if kind is None:
        raise InvalidField("kind", f"there is no card {code!r}", f"没有储值卡种类 {code}")
    return kind


def law_on(terms: StoredValueTerms, day: BusinessDay) -> PrepaidLaw:
    """What the law asks of this merchant on a day."""
    return law_book().law(terms.merchant.province, terms.merchant.entity, day)


def check_room(limit: int | None, before: Money, more: Money, field: str) -> None:
    """Whether so much more may stand on a card, bonus included; `limit` is in fen.  Raises `InvalidField`."""
    if limit is not None and before.fen + more.fen > limit:
        room = Money(max(0, limit - before.fen))
        raise InvalidField(
            field,
            f"at most {Money(limit)} may stand on this card, bonus included; {room} is left to fill",
            f"这种卡余额（含赠送）不得超过 {Money(limit)} 元，还可充 {room} 元",
        )


def new_card(till: Till, terms: StoredValueTerms, kind: CardKind, member: MemberId | None, code: str) -> Asset:
    """What a card is that is made today.  Raises `InvalidField` where nothing says whose it is."""
    today = till.business_day()
    if kind.named:
        if member is None:
            raise InvalidField("member", "a named card needs its member", "记名卡要先登录会员")
        return Asset(named_card_id(member, kind.code), AssetKind.STORED_VALUE_CARD, member, kind.code, today)
    if not code:
        raise InvalidField("code", "scan the card that is to be charged", "先扫要充值的卡")
    return Asset(
        id=unnamed_card_id(code),
        kind=AssetKind.STORED_VALUE_CARD,
        owner=NO_OWNER,
        template=kind.code,
        first_day=today,
        last_day=_good_until(terms, kind, today),
        code=code,
    )


def renew_card(till: Till, identity: AssetId, code: str = "") -> StoredCard:
    """Give a card that ran out another term, with a new printed number where one is given; what stands on it stays.

    Raises `InvalidField` for a card that is not known, and for a number that another card has.
    """
    terms = terms_of(till)
    with till.database.write() as connection:
        held = assets.find(connection, identity)
        card = card_in(connection, identity)
        if held is None:
            raise unknown_card()
        other = rows.card_by_code(connection, code) if code else None
        if other is not None and other.id != identity:
            raise InvalidField("code", "another card has this number", "这个卡号已被另一张卡使用")
        until = None if card.owner is not None else _good_until(terms, kind_of(terms, card.kind), till.business_day())
        renewed = replace(held.asset, last_day=until, code=code or held.asset.code)
        till.reference.put_assets(connection, [renewed])
        card = card_in(connection, identity)
    till.committed()
    return card


def mark_lots(till: Till, connection: Connection, lots: Iterable[AssetId], **terms: int | str) -> None:
    """Add to what is known of lots."""
    held = [assets.find(connection, lot) for lot in lots]
    changed = [replace(one.asset, terms={**one.asset.terms, **terms}) for one in held if one is not None]
    till.reference.put_assets(connection, changed)


def mark_gone(till: Till, connection: Connection, contract: AssetId, gone: GoneOtherwise) -> None:
    """Keep with a contract what left it otherwise than by use."""
    mark_lots(till, connection, [contract], **gone.terms)


def paper_number(till: Till, connection: Connection) -> str:
    """The next number for a contract or a settlement: ``261119-03-V0002``."""
    return next_document_number(connection, "V", till.business_day(), till.identity.number)


def without_nothing(parts: Sequence[LotPart]) -> tuple[LotPart, ...]:
    """The parts that move anything."""
    return tuple(part for part in parts if part.principal or part.bonus)


def _good_until(terms: StoredValueTerms, kind: CardKind, today: BusinessDay) -> BusinessDay:
    least = law_on(terms, today).unnamed_years or LEAST_YEARS
    return plus_months(today, 12 * max(least, kind.years or least))
