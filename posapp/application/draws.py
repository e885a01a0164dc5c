"""Draws at the till: opening one with its commitment, drawing, closing it with its seed, and checking it (W-29)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from posapp.application.gifts import Buyer, check_proof, reward_coupon, stock_left
from posapp.application.points import points_on
from posapp.application.reach import check_points, require_server
from posapp.application.till import Cashier, Till
from posapp.domain import drawing
from posapp.domain.amounts import Points
from posapp.domain.errors import InvalidField
from posapp.domain.events import DrawAnnounced, DrawMade, Recorded
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Standing
from posapp.domain.occurrence import occurrence_id
from posapp.domain.offline import Action
from posapp.domain.programme.gift_pool import Draw, Prize, pool_holder
from posapp.domain.text import Text
from posapp.domain.time import BusinessDay
from posapp.storage import event_log, occurrences, requests, streams
from posapp.storage import members as member_rows


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw on disk, and the prize; `again` says that it had been recorded before."""

    recorded: Recorded
    made: DrawMade
    prize: Prize | None
    before: Standing
    after: Standing
    again: bool = False


@dataclass(frozen=True, slots=True)
class DrawOffer:
    """A draw that is open, as a member sees it: how many points they lack for it, or why they cannot draw now."""

    draw: Draw
    missing: int
    why_not: Text | None

    @property
    def can_draw(self) -> bool:
        """Whether the member can draw now."""
        return self.why_not is None and self.missing == 0


def open_draws(till: Till, member: MemberId, available: int) -> tuple[DrawOffer, ...]:
    """The draws that are open now, for a member who may spend so many points."""
    today = till.programme.natural_day(till.clock.now())
    with till.database.read() as connection:
        shown = [draw for draw in till.programme.draws if _why_shut(till, connection, draw) is None]
        return tuple(
            DrawOffer(draw, max(0, draw.points - available), _why_not(connection, draw, member, today))
            for draw in shown
        )


def open_draw(till: Till, draw_id: str, operator: StaffId) -> bytes:
    """Record the commitment of a draw, once for its terms; only then members can draw.  Returns the commitment.

    Raises `InvalidField` for a draw that the programme does not have.
    """
    draw = find_draw(till, draw_id)
    seed, bound = _bound(till, draw)
    with till.database.write() as connection:
        if not occurrences.count(connection, drawing.announced(draw, bound)):
            _announce(till, connection, draw, operator, bound)
    till.committed()
    return drawing.commitment(draw, seed)


def close_draw(till: Till, draw_id: str, operator: StaffId) -> bytes:
    """Record the seed of a draw: from now on it is closed, and every result can be worked out.  Returns the seed.

    Raises `InvalidField` where it was never opened.
    """
    draw = find_draw(till, draw_id)
    seed, bound = _bound(till, draw)
    with till.database.write() as connection:
        if not occurrences.count(connection, drawing.announced(draw, bound)):
            raise InvalidField("draw", "this draw was never opened", "该抽奖未开启")
        if not occurrences.count(connection, drawing.closed(draw, bound)):
            _announce(till, connection, draw, operator, bound, seed)
    till.committed()
    return seed


def is_open(till: Till, draw: Draw) -> bool:
    """Whether members can draw now."""
    with till.database.read() as connection:
        return _why_shut(till, connection, draw) is None


def draw_once(
    till: Till, buyer: Buyer, draw_id: str, cashier: Cashier, request: bytes, *, online: bool = True
) -> Drawn:
    """Draw for points, exactly once a `request`: a crash and a second try take the points once and give the same.

    Raises `InvalidField` naming `draw`, `points` or `member`: where there is a server it must be in reach (domain.md
    §5.1).
    """
    draw, member = find_draw(till, draw_id), buyer.member
    check_proof(till, buyer)
    with till.database.write() as connection:
        before = member_rows.standing(connection, member)
        first = requests.event_of(connection, request, till.identity.device)
        if first is not None and isinstance(first.event, DrawMade):
            return Drawn(first, first.event, draw.prize(first.event.prize), before, before, again=True)
        require_server(Action.DRAW, "draw", online=online)
        _check(till, connection, draw, member, before)
        check_points(till, connection, member, draw.points, "points", online=online)
        event, prize = _draw(till, connection, draw, member, cashier, request)
        recorded = till.log.append(connection, event, till.clock.now())
        requests.note_event(connection, request, recorded)
        after = member_rows.standing(connection, member)
    till.committed()
    return Drawn(recorded, event, prize, before, after)


def check_draws(till: Till, draw: Draw, seed: bytes) -> list[Recorded]:
    """The recorded draws of this store that are not what the seed and the terms make of them: none, if all is well."""
    with till.database.read() as connection:
        return [
            one
            for identity in streams.every(connection)
            for one in event_log.recorded_events(connection, identity.id)
            if isinstance(one.event, DrawMade)
            and one.event.draw == draw.id
            and not drawing.is_right(one.event, draw, seed)
        ]


def find_draw(till: Till, draw_id: str) -> Draw:
    """A draw of the programme.  Raises `InvalidField`."""
    found = next((one for one in till.programme.draws if one.id == draw_id), None)
    if found is None:
        raise InvalidField("draw", f"{draw_id!r} is no draw of this shop", f"没有抽奖 {draw_id!r}")
    return found


def _bound(till: Till, draw: Draw) -> tuple[bytes, bytes]:
    seed = drawing.seed_of(till.keys.member_key, draw)
    return seed, drawing.commitment(draw, seed)


def _announce(
    till: Till, connection: Connection, draw: Draw, operator: StaffId, bound: bytes, seed: bytes = b""
) -> None:
    event = DrawAnnounced(draw.id, till.business_day(), operator, till.programme.version, bound, seed)
    till.log.append(connection, event, till.clock.now())


def _why_shut(till: Till, connection: Connection, draw: Draw) -> tuple[str, str] | None:
    _seed, bound = _bound(till, draw)
    if not occurrences.count(connection, drawing.announced(draw, bound)):
        return "this draw is not open yet", "抽奖尚未开启"
    if occurrences.count(connection, drawing.closed(draw, bound)):
        return "this draw is over", "抽奖已结束"
    if not draw.during.is_open(till.business_day(), till.programme.minute_of_day(till.clock.now())):
        return "not at this time", "不在活动时间内"
    return None


def _check(till: Till, connection: Connection, draw: Draw, member: MemberId, before: Standing) -> None:
    why = _why_shut(till, connection, draw)
    if why is not None:
        raise InvalidField("draw", *why)
    enough = _why_not(connection, draw, member, till.programme.natural_day(till.clock.now()))
    if enough is not None:
        raise InvalidField("draw", enough.en, enough.zh)
    missing = draw.points - points_on(till, connection, member, before, till.business_day()).available
    if missing > 0:
        raise InvalidField("points", f"{missing} points are missing", f"还差 {missing} 分")


def _why_not(connection: Connection, draw: Draw, member: MemberId, today: BusinessDay) -> Text | None:
    if draw.per_day is None:
        return None
    times = occurrences.uses(connection, occurrence_id("draw", member, draw.id, today.ordinal))
    return Text("今天的抽奖次数已用完", "Has drawn often enough today") if times >= draw.per_day else None


def _draw(
    till: Till, connection: Connection, draw: Draw, member: MemberId, cashier: Cashier, request: bytes
) -> tuple[DrawMade, Prize | None]:
    seed, _bound_to = _bound(till, draw)
    nth = occurrences.uses(connection, occurrence_id("draw", member, draw.id)) + 1
    number = drawing.roll(seed, member, nth)
    hit = drawing.drawn(draw, number)
    prize = drawing.given(draw, hit, lambda one: stock_left(connection, one.stock, pool_holder(draw.id, one.id)))
    day, life = till.business_day(), till.programme.points_life
    coupon = ""
    if prize is not None and prize.coupon:
        coupon = reward_coupon(till, connection, member, prize.coupon, request, cashier)
    event = DrawMade(
        member=member,
        business_day=day,
        operator=cashier.id,
        draw=draw.id,
        nth=nth,
        on=till.programme.natural_day(till.clock.now()),
        points=Points(draw.points),
        lapsing=life is not None,
        roll=number,
        drawn=hit.id if hit is not None else "",
        prize=prize.id if prize is not None else "",
        won=Points(prize.points if prize is not None else 0),
        last_day=life.last_day(day) if life is not None else None,
        counted=prize is not None and prize.stock is not None,
        programme_version=till.programme.version,
        coupon=coupon,
    )
    return event, prize


def odds_words(draw: Draw) -> Iterable[tuple[Prize, str]]:
    """Each prize with its odds as they are published: 「0.5%」."""
    for prize in draw.prizes:
        whole, part = divmod(prize.odds, 100)
        yield prize, f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"
