"""Using a pass, and taking a use back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.passes.terms import USABLE, earned_by, left_of, taken_of, usable
from posapp.application.till import Cashier, Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import PassUsed, PassUseReversed
from posapp.domain.ids import AssetId, Sku
from posapp.domain.sale import PROVEN, Identification
from posapp.domain.time import BusinessDay
from posapp.storage import assets, requests
from posapp.storage.assets import HeldAsset

NO_SKU = Sku("")


@dataclass(frozen=True, slots=True)
class PassUse:
    """A use that is asked for.  `online` says that this till needs no server, or has just heard of it."""

    request: bytes
    asset: AssetId
    uses: int
    cashier: Cashier
    identified_by: Identification
    online: bool
    sku: Sku = NO_SKU


@dataclass(frozen=True, slots=True)
class UsedPass:
    """A use, and what it left: uses before and after, or days where the pass is for a period."""

    request: bytes
    event: PassUsed
    before: int
    after: int


def use_pass(till: Till, use: PassUse) -> UsedPass:
    """Take uses off a pass; of a pass for a period, one visit.  Raises `InvalidField`: nothing is written then."""
    if use.identified_by not in PROVEN:
        raise InvalidField(
            "member", "the member shows the code on their phone, or enters the PIN", "请会员出示动态码，或输入密码"
        )
    if use.uses <= 0:
        raise InvalidField("uses", "must be more than nothing", "次数应大于零")
    today = till.business_day()
    with till.database.write() as connection:
        held = assets.find(connection, use.asset)
        if held is None:
            raise InvalidField("pass", "this till does not know this pass", "本机没有这张卡的记录")
        before = left_of(held, today)
        done = requests.answer_of(connection, use.request)
        if done is not None:
            (before,) = done
            event = _event(held, use, today, before)
            return UsedPass(use.request, event, before, before - event.uses)
        _check(till, connection, held, use, today)
        event = _event(held, use, today, before)
        till.log.append(connection, event, till.clock.now())
        requests.note(connection, use.request, before)
    till.committed()
    return UsedPass(use.request, event, before, before - event.uses)


def take_back_use(till: Till, used: UsedPass, cashier: Cashier) -> None:
    """Undo a use that this till took; undoing it twice is undoing it once."""
    event = used.event
    undo = b"undo" + used.request
    with till.database.write() as connection:
        if requests.answer_of(connection, undo) is not None:
            return
        if requests.answer_of(connection, used.request) is None:
            raise InvalidField("pass", "this use was not taken at this till", "这次核销不是在本机做的")
        reversal = PassUseReversed(
            event.business_day, cashier.id, event.member, event.asset, event.uses, event.entries, event.revenue
        )
        till.log.append(connection, reversal, till.clock.now())
        requests.note(connection, undo)
    till.committed()


def _check(till: Till, connection: Connection, held: HeldAsset, use: PassUse, today: BusinessDay) -> None:
    if held.asset.kind not in USABLE:
        raise InvalidField("pass", "this card is not used by count", "这张卡不按次核销")
    refusal = usable(till, connection, held, today, online=use.online).why_not(use.uses, today)
    if refusal is not None:
        raise InvalidField("pass", refusal.en, refusal.zh)


def _event(held: HeldAsset, use: PassUse, today: BusinessDay, left: int) -> PassUsed:
    taken = taken_of(held.asset, use.uses)
    return PassUsed(
        business_day=today,
        cashier=use.cashier.id,
        member=held.asset.owner,
        asset=held.asset.id,
        uses=taken,
        entries=use.uses,
        revenue=earned_by(held.asset, left, taken),
        identified_by=use.identified_by,
        sku=use.sku,
    )
