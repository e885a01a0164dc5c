"""Workshops in a member's file: signing up, cancelling, checking in; each is one key, and said in one sentence.

Signing up is taken back by cancelling, and checking in by Ctrl+Z on its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posapp.application.members import find_member
from posapp.application.workshops import Seat, Seating, check_in, join_workshop, leave_workshop, undo_check_in
from posapp.domain.errors import InvalidField
from posapp.ui.checkout.file_modes import Done
from posapp.ui.checkout.member_file.frame import called
from posapp.ui.checkout.words import named
from posapp.ui.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from posapp.ui.checkout.file_modes import Doing, FileMode


def join(mode: FileMode, one: Seating, doing: Doing) -> Done:
    """Sign up, or wait where the places are taken.  Raises `InvalidField`."""
    if one.seat is not Seat.NONE:
        raise InvalidField("member", "signed up already", "这位会员已报名")
    place = join_workshop(doing.till, mode.file.member.id, one.workshop.id, doing.cashier, online=doing.online)
    name = named(one.workshop.name, doing.language)
    if place.waiting:
        return Done(msg("events.queued", name=name, place=place.number), msg("events.queued_detail"))
    day = msg("events.day", day=str(one.workshop.day))
    return Done(msg("events.joined", name=name, place=place.number, of=one.workshop.capacity), day)


def leave(mode: FileMode, one: Seating, doing: Doing) -> Done:
    """Cancel; who waited longest has the place then, and is named, so that somebody tells them.

    Raises `InvalidField`.
    """
    heir = leave_workshop(doing.till, mode.file.member.id, one.workshop.id, doing.cashier, online=doing.online)
    left = msg("events.left", name=named(one.workshop.name, doing.language))
    who = find_member(doing.till, heir) if heir is not None else None
    return Done(left, msg("events.passed_on", who=called(who), phone=who.profile.masked_phone) if who else None)


def arrive(mode: FileMode, one: Seating, doing: Doing) -> Done:
    """Check in.  Raises `InvalidField`."""
    if one.seat is Seat.CAME:
        raise InvalidField("member", "checked in already; Ctrl Z takes it back", "这位会员已签到，Ctrl Z 撤销")
    check_in(doing.till, mode.file.member.id, one.workshop.id, doing.cashier)
    return Done(msg("events.arrived", name=named(one.workshop.name, doing.language)), can_undo=True)


def take_back(mode: FileMode, one: Seating, doing: Doing) -> Done:
    """They were checked in by mistake.  Raises `InvalidField`."""
    undo_check_in(doing.till, mode.file.member.id, one.workshop.id, doing.cashier)
    return Done(msg("events.undone", name=named(one.workshop.name, doing.language)))


EVENT_ACTIONS: dict[str, Callable[[FileMode, Seating, Doing], Done]] = {"join": join, "quit": leave, "arrive": arrive}
"""What may be done about a workshop, by the code of its button."""
