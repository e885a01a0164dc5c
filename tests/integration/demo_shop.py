"""The demo shop with other rules, and the member who is there in every test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from posapp.application.founding import refresh
from posapp.application.members import find_members
from posapp.resources import resource_path

if TYPE_CHECKING:
    from posapp.application.till import Till
    from posapp.domain.member import Member


def publish(till: Till, **changes: object) -> None:
    """The next version of the demo shop's programme, with these changes, in force at once."""
    body = resource_path("demo", "programme.json").read_bytes()
    programme = json.loads(body) | {"version": till.programme.version + 1} | changes
    with till.database.write() as connection:
        till.reference.put_programme(connection, programme["version"], json.dumps(programme).encode())
    refresh(till)


def lin(till: Till) -> Member:
    """林晓梅, one of several whose number ends in 6021."""
    return next(member for member in find_members(till, "6021").members if member.profile.name == "林晓梅")
