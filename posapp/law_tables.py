"""The bundled tables of law, the same at till and server: prepaid cards by province and day, interest, holidays.

Not legal advice.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from posapp.domain.prepaid_law import LawBook, read_law
from posapp.domain.workdays import WorkCalendar, read_calendar
from posapp.resources import resource_path


@cache
def law_book() -> LawBook:
    """The rules for prepaid cards and the rates of interest; read once a process."""
    return read_law(_load("prepaid.json"))


@cache
def work_calendar() -> WorkCalendar:
    """The working days of the years that are known; read once a process."""
    return read_calendar(_load("holidays.json"))


def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(resource_path("law", name).read_text("utf-8"))
    return loaded
