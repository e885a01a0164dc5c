"""JSON → what a till may do while its server is out of reach."""

from __future__ import annotations

from typing import Final

from posapp.domain.offline import DEFAULT_POLICY, Leases, OfflinePolicy
from posapp.domain.programme.reader import Fields

_MOST_HOURS: Final = 24 * 365
_MOST_USES: Final = 1_000


def read_offline(programme: Fields) -> OfflinePolicy:
    """Read the key ``offline``; what it leaves out has the limits of domain.md §5.1.  Raises `InvalidField`.

    Programmes of before have some of it inside ``stored_value`` and ``coupons``; that counts where ``offline`` is
    silent.
    """
    fields = programme.inner("offline") or Fields({}, programme.at("offline"))
    points = _part(fields, "points")
    stored, stored_before = _part(fields, "stored_value"), _before(programme, "stored_value")
    coupons, coupons_before = _part(fields, "coupons"), _before(programme, "coupons")
    refunds = _part(fields, "refunds")
    normal = DEFAULT_POLICY
    policy = OfflinePolicy(
        cash_only_after_hours=fields.integer("cash_only_after_hours", normal.cash_only_after_hours, 1, _MOST_HOURS),
        points_most_fen=points.fen("most", normal.points_most_fen),
        points_snapshot_hours=points.integer("hours", normal.points_snapshot_hours, 0, _MOST_HOURS),
        stored_most_fen=stored.fen("most", stored_before.fen("most", normal.stored_most_fen)),
        stored_share=stored.rate("share", stored_before.rate("share", normal.stored_share)),
        stored_needs_pin=stored.flag("pin", normal.stored_needs_pin),
        coupon_most_fen=coupons.fen("most", coupons_before.fen("most", normal.coupon_most_fen)),
        printed_coupons=coupons.flag("printed", coupons_before.flag("printed", normal.printed_coupons)),
        pass_uses_a_day=fields.integer("pass_uses_a_day", normal.pass_uses_a_day, 0, _MOST_USES),
        refund_cash_most_fen=refunds.fen("cash", normal.refund_cash_most_fen),
        refund_stored_most_fen=refunds.fen("stored_value", normal.refund_stored_most_fen),
        write_off_most_fen=fields.fen("write_off_most", normal.write_off_most_fen),
        leases=Leases(fields.choice("leases", [each.value for each in Leases], normal.leases.value)),
    )
    for part in (points, stored, stored_before, coupons, coupons_before, refunds, fields):
        part.finish()
    return policy


def _part(fields: Fields, name: str) -> Fields:
    return fields.inner(name) or Fields({}, fields.at(name))


def _before(programme: Fields, section: str) -> Fields:
    """Where programmes of before have it."""
    whole = programme.inner(section)
    return _part(whole, "offline") if whole is not None else Fields({}, section)
