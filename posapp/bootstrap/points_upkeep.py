"""`posapp points`: what is owed in points, posting what has lapsed, putting up gifts, opening and closing draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posapp.application.draws import check_draws, close_draw, find_draw, open_draw
from posapp.application.gifts import supply_pool
from posapp.application.points_expiry import expire_points
from posapp.application.points_report import points_report
from posapp.application.till import Cashier, Till
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened
from posapp.domain.errors import InvalidField
from posapp.domain.ids import StaffId
from posapp.domain.time import BusinessDay

_OPERATOR = Cashier(StaffId("upkeep"), "upkeep")


@dataclass(frozen=True, slots=True)
class PointsOrder:
    """What is asked for: `what` is the word of the command line, `draw` and `day` where it needs them."""

    what: str
    draw: str = ""
    day: str = ""


def keep_points(folder: TillFolder, order: PointsOrder) -> int:
    """Carry it out and say in a line or two what was done."""
    with opened(folder) as till:
        match order.what:
            case "report":
                _report(till, _day(till, order.day))
            case "expire":
                done = expire_points(till)
                print(
                    f"{done.members} members, {done.points} points lapsed / {done.members} 位会员，{done.points} 分到期"
                )
            case "supply":
                for one in supply_pool(till, _OPERATOR):
                    print(f"{one.draw or 'gift'} {one.item}: {one.pieces:+d}")
            case "open-draw":
                print(open_draw(till, order.draw, _OPERATOR.id).hex())
            case _:
                return _close(till, order.draw)
    return 0


def _close(till: Till, draw_id: str) -> int:
    """Tell the seed, and whether every draw of this store follows from it."""
    seed = close_draw(till, draw_id, _OPERATOR.id)
    wrong = check_draws(till, find_draw(till, draw_id), seed)
    print(f"{seed.hex()}\n{len(wrong)} draws do not follow from it / {len(wrong)} 次抽奖与种子不符")
    return 1 if wrong else 0


def _day(till: Till, text: str) -> BusinessDay:
    try:
        return BusinessDay.of(date.fromisoformat(text)) if text else till.business_day()
    except ValueError as error:
        raise InvalidField("--day", f"{text!r} is not a date such as 2026-11-18", f"{text!r} 不是日期") from error


def _report(till: Till, day: BusinessDay) -> None:
    found = points_report(till, day)
    print(f"{found.day}: {found.outstanding} points outstanding, liability ¥{found.liability}")
    print(f"earned {found.earned}, spent {found.spent} ({found.burn_rate / 100:.2f} %), owed by members {found.debt}")
    print(f"ledger {found.ledger}, of which lapsed and not posted {found.unposted}; never lapsing {found.everlasting}")
    for last_day, points in found.lapsing:
        print(f"{last_day}  {points}")
