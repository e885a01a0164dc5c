"""A member's own data, whole and machine-readable (PIPL 45; 网数条例25)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posapp.application.member_life.consenting import known_record
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.storage import assets, members, sales

MOST_SALES = 10_000


def write_export(till: Till, member: MemberId, folder: Path) -> Path:
    """Write a member's own data into a folder as JSON, named by card and day; return the file.

    Raises `InvalidField` naming `folder` where nothing can be written there.
    """
    data = export_member(till, member)
    path = folder / f"member-{data['profile']['card']}-{till.business_day()}.json"
    try:
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidField("folder", f"cannot write to {folder}", f"不能写入 {folder}") from error
    return path


def export_member(till: Till, member: MemberId) -> dict[str, Any]:
    """Everything that this till knows of a member, as JSON values: money in yuan as text, days as ISO dates.

    Purchases are those of this store; each store exports its own.  Raises `InvalidField` for somebody unknown.
    """
    with till.database.read() as connection:
        record = known_record(till, connection, member)
        standing = members.standing(connection, member)
        owned = assets.of_owner(connection, member)
        bought = sales.by_member(connection, member, MOST_SALES)
    profile, membership = record.profile, record.membership
    return {
        "format": 1,
        "profile": {
            "phone": profile.phone_e164,
            "name": profile.name,
            "birthday": profile.birthday,
            "card": record.card_number,
            "joined": str(record.joined) if record.joined is not None else None,
            "guardian": membership.guardian,
        },
        "consents": [
            {
                "purpose": one.purpose,
                "granted": one.granted,
                "version": one.version,
                "day": str(one.day),
                "channel": one.channel,
            }
            for one in membership.consents
        ],
        "balances": {
            "points": standing.points.count,
            "growth": standing.growth.count,
            "spend": str(standing.spend),
            "visits": standing.visits,
        },
        "assets": [
            {
                "kind": held.asset.kind.value,
                "template": held.asset.template,
                "code": held.asset.code,
                "from": str(held.asset.first_day),
                "until": str(held.asset.last_day) if held.asset.last_day is not None else None,
                "terms": dict(held.asset.terms),
                "balances": {account.name.lower(): amount for account, amount in held.balances.items() if amount},
            }
            for held in owned
        ],
        "purchases": [
            {"receipt": one.receipt_number, "at": one.at.isoformat(), "day": str(one.business_day), "due": str(one.due)}
            for one in bought
        ],
    }
