"""Using a pass, and taking a use back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.passes.terms import USED_BY_COUNT, left_of, number, paid_for
from posapp.application.till import Cashier, Till
from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.errors import InvalidField
from posapp.domain.events import PassUsed, PassUseReversed
from posapp.domain.ids import AssetId, Sku
from posapp.domain.passes import most_today, why_not
from posapp.domain.posting.passes import pass_day
from posapp.domain.sale import Identification
from posapp.domain.time import BusinessDay
from posapp.storage import assets, requests
from posapp.storage.assets import HeldAsset

OFFLINE_USES_A_DAY = 1
"""How often a till without its server lets a pass be used on one day (domain.md §5.1)."""
NO_SKU = Sku("")
PROVEN = frozenset({Identification.DYNAMIC_CODE, Identification.PIN})
"""Who may spend a pass: whoever showed the code on their phone or entered their PIN (ux.md, Identity levels)."""


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
        _check(connection, held, use, today, before)
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


def used_on(connection: Connection, asset: AssetId, day: BusinessDay) -> int:
    """How often a pass was used on a business day, at any till that has been heard of."""
    return assets.balances(connection, pass_day(asset, day)).get(Account.OCCURRENCE, 0)


def _check(connection: Connection, held: HeldAsset, use: PassUse, today: BusinessDay, left: int) -> None:
    asset = held.asset
    if asset.kind not in USED_BY_COUNT and asset.kind is not AssetKind.TIME_PASS:
        raise InvalidField("pass", "this card is not used by count", "这张卡不按次核销")
    refusal = why_not(left, asset.last_day, asset.first_day, today, _taken(held, use))
    if refusal is not None:
        raise InvalidField("pass", refusal.en, refusal.zh)
    promised = number(asset, "per_day") or None
    limits = (promised, None if use.online else OFFLINE_USES_A_DAY)
    allowed = most_today(limits, used_on(connection, asset.id, today))
    if allowed is None or use.uses <= allowed:
        return
    if promised is not None and (use.online or promised <= OFFLINE_USES_A_DAY):
        raise InvalidField("uses", f"good {promised} times a day", f"每天限用 {promised} 次")
    raise InvalidField(
        "uses",
        f"offline a pass is good {OFFLINE_USES_A_DAY} time a day; more when the network is back",
        f"断网时每天只能核销 {OFFLINE_USES_A_DAY} 次，联网后可继续",
    )


def _taken(held: HeldAsset, use: PassUse) -> int:
    """Uses that leave the pass: none of a pass for a period, whose days pass by themselves."""
    return 0 if held.asset.kind is AssetKind.TIME_PASS else use.uses


def _event(held: HeldAsset, use: PassUse, today: BusinessDay, left: int) -> PassUsed:
    paid, taken = paid_for(held.asset), _taken(held, use)
    used = paid.uses - left
    return PassUsed(
        business_day=today,
        cashier=use.cashier.id,
        member=held.asset.owner,
        asset=held.asset.id,
        uses=taken,
        entries=use.uses,
        revenue=Money(paid.revenue_fen(used, used + taken)) if taken else Money(0),
        identified_by=use.identified_by,
        sku=use.sku,
    )
