"""The code on a member's phone: what it shows now, and whose it is, without a network (scanner.md, Member code)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from posapp.application.till import Till
from posapp.domain.card import check_unused, dynamic_code, oldest_step, read_dynamic_code
from posapp.domain.card_keys import NoWeekKey
from posapp.storage import card_steps

_SILENT: Final = timedelta(hours=1)
"""A server that has been silent for so long is why there is no key."""


def shown_now(till: Till, card: int) -> str:
    """The digits that the phone of a card's member shows at this moment.  Raises `NoWeekKey`."""
    now = _now(till)
    return dynamic_code(till.card_keys.at(now), card, now)


def use_up(till: Till, digits: str) -> int:
    """The number of the card whose code this is; the code is good once on this till, also after a restart.

    Raises `InvalidField` for a code that is not ours, was used or has run out; `NoWeekKey` where this till cannot tell.
    """
    now = _now(till)
    try:
        shown = read_dynamic_code(till.card_keys.at(now), digits, now)
    except NoWeekKey as error:
        raise _why(till, error) from error
    with till.database.write() as connection:
        check_unused(shown, card_steps.last(connection, shown.number), now)
        card_steps.keep(connection, shown.number, shown.step, forget_before=oldest_step(now))
    return shown.number


def _why(till: Till, error: NoWeekKey) -> NoWeekKey:
    """The same with what the cashier can do about it."""
    if not till.has_server:
        return error
    with till.database.read() as connection:
        silence = till.contact.silence(connection)
    if silence < _SILENT:
        return error
    since = f"{(till.clock.now() - silence).astimezone(till.programme.zone):%Y-%m-%d %H:%M}"
    return NoWeekKey(
        f"no word from the server since {since}, so this till cannot check phone codes; find the member by phone "
        "number, last four digits or printed card, and connect the till",
        f"本机自 {since} 起没连上服务器，不能验会员码；按手机号、后四位或实体卡找会员，联网后恢复",
    )


def _now(till: Till) -> int:
    return int(till.clock.now().timestamp())
