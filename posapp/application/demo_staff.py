"""The people of the demo shop, with PINs that everybody may know."""

from __future__ import annotations

import csv
import io

from posapp.application.staff import people, signing_in
from posapp.application.till import Cashier, Till
from posapp.domain.staff import staff_member
from posapp.resources import resource_path
from posapp.storage import settings


def demo_staff(till: Till) -> Cashier:
    """Write them down, and sign the first one in; returns who that is.  Their PINs stand on the sheet that asks."""
    rows = list(csv.DictReader(io.StringIO(resource_path("demo", "staff.csv").read_text("utf-8"))))
    everybody = [staff_member(row["id"], row["name"], row["role"]) for row in rows]
    people.put(till, everybody)
    for row, one in zip(rows, everybody, strict=True):
        people.set_pin(till, one.id, row["pin"])
    with till.database.write() as connection:
        settings.put(connection, signing_in.PIN_HINT, " · ".join(f"{row['id']} {row['pin']}" for row in rows))
    signing_in.put_cashier(till, everybody[0])
    return signing_in.cashier_of(everybody[0])
