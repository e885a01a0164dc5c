"""What tills that are out of reach could overspend together, at most (domain.md §5.2): max(0, Σ limits − balance).

It is reckoned from the balances as they are here and the limits of the newest programme, as if every till that is not
shut out went silent now and each spent all that it may.  For whoever owns the shop, so that the limits can be set.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from posapp.domain.accounts import Account
from posapp.domain.amounts import Money
from posapp.domain.asset import AssetKind
from posapp.domain.ids import MEMBER_ID_BYTES
from posapp.domain.leasing import COUPON
from posapp.domain.offline import Action, Leases
from posapp.domain.stored_value import exposure
from sync.protocol.messages import ExposureReply
from sync.server import assets, devices, leases, price_books
from sync.server.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from posapp.domain.offline import OfflinePolicy
    from posapp.domain.programme import Programme
    from sync.server.context import Caller, Context

Shares = dict[tuple[bytes, int], int]
"""What of each balance is set aside for tills: (holder, account) → units."""

_NOBODY: Final = bytes(MEMBER_ID_BYTES)
_COUPON: Final = (Account.COUPON_ISSUED, Account.COUPON_REDEEMED, Account.COUPON_VOIDED)


@dataclass(frozen=True, slots=True)
class Exposed:
    """What could be overspent of one kind of thing: how many holders have any, in its own units, and in fen.

    `fen` is None for uses of passes, whose worth is what was promised with each.
    """

    holders: int = 0
    balance: int = 0
    units: int = 0
    fen: int | None = 0


@dataclass(frozen=True, slots=True)
class _Borrower:
    """A till that a coupon is set aside for, and its store."""

    device: bytes
    store: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What all tills of a merchant could overspend together."""

    tills: int
    stored_value: Exposed
    points: Exposed
    passes: Exposed
    coupons: Exposed

    @property
    def total_fen(self) -> int:
        """All of it that has a price."""
        return sum(each.fen or 0 for each in (self.stored_value, self.points, self.coupons))


def of_merchant(connection: Connection, merchant_id: str) -> Exposure:
    """Reckon a merchant's exposure, now.  Reads every balance: for a command, not for every push."""
    stores, shares = _tills(connection, merchant_id), leases.held(connection, merchant_id)
    tills = sum(stores.values())
    programme = price_books.newest_programme(connection, merchant_id)
    if programme is None:
        return Exposure(tills, Exposed(), Exposed(), Exposed(), Exposed())
    policy = programme.offline
    return Exposure(
        tills,
        _stored_value(connection, merchant_id, policy, tills, shares),
        _points(connection, merchant_id, programme, tills, shares),
        _passes(connection, merchant_id, policy, tills, shares),
        _coupons(connection, merchant_id, programme, stores),
    )


def answer(context: Context, caller: Caller) -> ExposureReply:
    """Answer a till that asks.  Raises `RevokedError` or `UnauthenticatedError`."""
    with context.database.read() as connection:
        devices.check_not_revoked(connection, caller)
        found = of_merchant(connection, caller.merchant_id)
    return ExposureReply(
        tills=found.tills,
        stored_value_fen=found.stored_value.units,
        points=found.points.units,
        points_fen=found.points.fen or 0,
        pass_uses=found.passes.units,
        coupons=found.coupons.units,
        coupons_fen=found.coupons.fen or 0,
        total_fen=found.total_fen,
    )


def lines(found: Exposure) -> Iterator[str]:
    """An exposure in words, in both languages."""
    yield f"{found.tills} tills out of reach at once could overspend, at most:"
    yield f"{found.tills} 台收银机同时断网，最多超用："
    for english, chinese, unit, each in (
        ("stored value", "储值", "", found.stored_value),
        ("points", "积分", " points", found.points),
        ("passes", "次卡", " uses", found.passes),
        ("coupons", "优惠券", " uses", found.coupons),
    ):
        worth = "" if each.fen is None else f" = {Money(each.fen)}" if unit else ""
        units = f"{each.units}{unit}" if unit else f"{Money(each.units)}"
        held = f"{each.balance}{unit}" if unit else f"{Money(each.balance)}"
        yield f"{english} / {chinese}: {units}{worth}   ({each.holders} with {held})"
    yield f"total / 合计: {Money(found.total_fen)}"


def _tills(connection: Connection, merchant_id: str) -> Counter[str]:
    """How many tills of each store may still speak."""
    device = schema.device
    query = (
        select(device.c.store_id, func.count())
        .where(device.c.merchant_id == merchant_id, device.c.revoked == 0)
        .group_by(device.c.store_id)
    )
    return Counter({store: int(count) for store, count in connection.execute(query)})


def _balances(connection: Connection, merchant_id: str, *accounts: Account) -> dict[bytes, dict[int, int]]:
    table = schema.balance
    query = select(table.c.holder, table.c.account, table.c.amount).where(
        table.c.merchant_id == merchant_id,
        table.c.account.in_([int(each) for each in accounts]),
        table.c.amount != 0,
    )
    found: dict[bytes, dict[int, int]] = {}
    for holder, account, amount in connection.execute(query):
        found.setdefault(holder, {})[account] = amount
    return found


def _stored_value(
    connection: Connection, merchant_id: str, policy: OfflinePolicy, tills: int, shares: Shares
) -> Exposed:
    """By member, whose limit it is, whatever cards they have; an unnamed card stands for itself."""
    lots = _balances(connection, merchant_id, Account.STORED_PRINCIPAL, Account.STORED_BONUS)
    known = assets.find(connection, merchant_id, lots)
    by_owner: Counter[bytes] = Counter()
    lent: Counter[bytes] = Counter()
    for lot, amounts in lots.items():
        asset = known.get(lot)
        owner = lot if asset is None else asset.owner if asset.owner != _NOBODY else asset.part_of or lot
        by_owner[owner] += sum(amounts.values())
        lent[owner] += sum(shares.get((lot, account), 0) for account in amounts)
    over = 0
    for owner, balance in by_owner.items():
        limit = policy.window_limit(Action.SPEND_STORED, max(0, balance))
        over += _overspent(balance, limit, tills, lent[owner])
    return Exposed(len(by_owner), sum(by_owner.values()), over, over)


def _points(connection: Connection, merchant_id: str, programme: Programme, tills: int, shares: Shares) -> Exposed:
    redeem = programme.redeem
    if redeem is None:
        return Exposed()
    held = {who: sum(each.values()) for who, each in _balances(connection, merchant_id, Account.MEMBER_POINTS).items()}
    limit = redeem.most(programme.offline.window_limit(Action.SPEND_POINTS, 0))
    account = int(Account.MEMBER_POINTS)
    over = sum(_overspent(have, limit, tills, shares.get((who, account), 0)) for who, have in held.items())
    return Exposed(len(held), sum(held.values()), over, redeem.worth(over))


def _passes(connection: Connection, merchant_id: str, policy: OfflinePolicy, tills: int, shares: Shares) -> Exposed:
    """In uses.  A pass for a period has no uses that anybody could take twice."""
    held = _balances(connection, merchant_id, Account.PASS_USES)
    known = assets.find(connection, merchant_id, held)
    counted = {
        who: sum(amounts.values())
        for who, amounts in held.items()
        if who not in known or known[who].kind != AssetKind.TIME_PASS.value
    }
    limit, account = policy.window_limit(Action.USE_PASS, 0), int(Account.PASS_USES)
    over = sum(_overspent(left, limit, tills, shares.get((who, account), 0)) for who, left in counted.items())
    return Exposed(len(counted), sum(counted.values()), over, None)


def _overspent(balance: int, limit: int, tills: int, lent: int) -> int:
    """Shares and what each till may take beyond them; no till spends more of a balance than it heard that there is."""
    there = max(0, balance)
    return exposure(there, [lent] + [min(there, limit)] * tills)


def _coupons(connection: Connection, merchant_id: str, programme: Programme, stores: Mapping[str, int]) -> Exposed:
    """The first use of a coupon is right, every other is overspent; what takes off any amount adds nothing to `fen`."""
    states = _balances(connection, merchant_id, *_COUPON)
    issued, redeemed, voided = map(int, _COUPON)
    free = [who for who, on in states.items() if on.get(issued, 0) > 0 >= on.get(redeemed, 0) + on.get(voided, 0)]
    if programme.offline.leases is Leases.ONLY:
        return Exposed(len(free), len(free))
    worth = {offer.id: offer.most_off_fen for offer in programme.offers}
    most = programme.offline.window_limit(Action.USE_COUPON, 0)
    lent = _borrowers(connection, merchant_id)
    units = fen = 0
    for coupon, asset in assets.find(connection, merchant_id, free).items():
        value = worth.get(asset.template)
        is_small = value is not None and value <= most
        over = max(0, _users(asset, stores, lent.get(coupon), is_small=is_small) - 1)
        units += over
        fen += over * (value or 0)
    return Exposed(len(free), len(free), units, fen)


def _users(asset: assets.OwnedAsset, stores: Mapping[str, int], borrower: _Borrower | None, *, is_small: bool) -> int:
    """How many tills might take a coupon: all of its store if it is small, else its maker; and whom it is lent to."""
    store, maker = str(asset.terms.get("store", "")), str(asset.terms.get("till", ""))
    if is_small:
        return stores.get(store, 0) + int(borrower is not None and borrower.store != store)
    return 1 + int(borrower is not None and borrower.device.hex() != maker)


def _borrowers(connection: Connection, merchant_id: str) -> dict[bytes, _Borrower]:
    """Whom each coupon is set aside for."""
    lease, device = schema.lease, schema.device
    its = (device.c.merchant_id == lease.c.merchant_id) & (device.c.device == lease.c.device)
    query = (
        select(lease.c.holder, device.c.device, device.c.store_id)
        .join(device, its)
        .where(lease.c.merchant_id == merchant_id, lease.c.account == int(COUPON), lease.c.amount > 0)
    )
    return {holder: _Borrower(till, store) for holder, till, store in connection.execute(query)}
