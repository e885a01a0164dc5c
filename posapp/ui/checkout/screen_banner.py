"""The banner across the window: that the server is out of reach and within what limits, or that the clock is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from posapp.domain.offline import Reach
from posapp.domain.programme import Programme
from posapp.ui.checkout.intents import ShowUnsynced
from posapp.ui.checkout.notice import Action, Notice, Tone
from posapp.ui.checkout.session import SyncStatus
from posapp.ui.checkout.state import SyncKind
from posapp.ui.messages import Message, msg

_MINUTE = timedelta(minutes=1)
_FROM_HOURS = 2


def banner_of(sync: SyncStatus, programme: Programme, now: datetime) -> Notice | None:
    """What stands across the window; None where all is well."""
    if sync.kind is SyncKind.OFFLINE:
        return _offline(sync, programme, now)
    if sync.drift:
        key = "banner.clock_ahead" if sync.drift > timedelta(0) else "banner.clock_behind"
        words = msg(key, minutes=abs(sync.drift) // _MINUTE)
        return Notice(Tone.WARN, "clock", words, msg("banner.clock_detail"))
    return None


def _offline(sync: SyncStatus, programme: Programme, now: datetime) -> Notice:
    policy = programme.offline
    silent = timedelta(0) if sync.offline_since is None else max(timedelta(0), now - sync.offline_since)
    action = Action(msg("banner.unsynced", pending=sync.pending), "Ctrl U", ShowUnsynced()) if sync.pending else None
    if policy.is_cash_only(Reach(silent)):
        title = msg("banner.cash_only", hours=policy.cash_only_after_hours)
        return Notice(Tone.WARN, "cloud-off", title, msg("banner.cash_only_detail"), action)
    detail = msg("banner.offline_detail", stored=policy.stored_most_fen, points=policy.points_most_fen)
    return Notice(Tone.WARN, "cloud-off", _for_how_long(silent), detail, action)


def _for_how_long(silent: timedelta) -> Message:
    minutes = silent // _MINUTE
    if minutes >= _FROM_HOURS * 60:
        return msg("banner.offline_hours", hours=minutes // 60)
    return msg("banner.offline", minutes=minutes) if minutes else msg("banner.offline_now")
