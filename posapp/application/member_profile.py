"""What a member says of themselves, changed at the counter: their name and their birthday (domain.md §2.9, §3.3)."""

from __future__ import annotations

from dataclasses import replace

from posapp.application.import_members import normalise_birthday
from posapp.application.member_life.consenting import known_record
from posapp.application.members import checked_name
from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.member import Membership, Profile
from posapp.domain.minor import needs_guardian
from posapp.domain.time import BusinessDay

BIRTHDAY_EDIT_DAYS = 365
"""After a birthday was changed it stays for so many days: a gift a year is worth pretending for."""


def edit_profile(till: Till, member: MemberId, name: str, birthday: str) -> Profile:
    """Change a member's name and birthday; what is empty is taken out.  Works offline.

    A profile is a document and no fact, so nothing is recorded but when the birthday changed.  Raises `InvalidField`
    naming `name` or `birthday`: where it was changed within 365 days, or makes a child of somebody without a guardian's
    consent.
    """
    name, birthday = checked_name(name), normalise_birthday(birthday)
    today = till.business_day()
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        before, membership = record.profile, record.membership
        if (before.name, before.birthday) == (name, birthday):
            return before
        if birthday and birthday != before.birthday:
            _check_birthday(birthday, membership, today)
            membership = replace(membership, birthday_day=today)
        profile = replace(before, name=name, birthday=birthday)
        till.reference.put_member(connection, member, replace(record, profile=profile, membership=membership))
    till.committed()
    return profile


def birthday_open_on(membership: Membership) -> BusinessDay | None:
    """From which day on the birthday may be changed again; None where it may be at once."""
    changed = membership.birthday_day
    return changed.plus(BIRTHDAY_EDIT_DAYS) if changed is not None else None


def _check_birthday(birthday: str, membership: Membership, today: BusinessDay) -> None:
    opens = birthday_open_on(membership)
    if opens is not None and today < opens:
        raise InvalidField(
            "birthday",
            f"the birthday was changed within a year; it can be again from {opens}",
            f"生日一年只能改一次，{opens} 起可再改",
        )
    if needs_guardian(birthday, today) and not membership.guardian:
        raise InvalidField(
            "birthday", "under fourteen a guardian agrees first", "未满 14 周岁，先办理监护人同意"
        )  # fmt: skip
