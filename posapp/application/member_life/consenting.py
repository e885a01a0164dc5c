"""Consent: recorded with the words that were shown, and taken back as easily as given (PIPL 13-17; domain.md §3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import msgspec
from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import ConsentRecorded
from posapp.domain.ids import MemberId, StaffId
from posapp.domain.member import Consent, Membership
from posapp.domain.minor import needs_guardian
from posapp.resources import resource_path
from posapp.storage.members import MemberRecord

CONSENT_VERSION = "2026-11"
"""The version of the words that people agree to now."""
MEMBERSHIP, MARKETING, GUARDIAN = "membership", "marketing", "guardian"
MAX_GUARDIAN_CHARACTERS = 40


def consent_text(purpose: str, language: str, version: str = CONSENT_VERSION) -> str:
    """The words of a purpose, as they are shown.  Raises `InvalidField` for a purpose that there is not."""
    words = _words(version).get(purpose)
    if words is None:
        raise InvalidField("purpose", f"{purpose!r} is nothing to agree to", f"没有 {purpose!r} 这项授权")
    return words["zh_CN" if language.startswith("zh") else "en"]


def text_hash(purpose: str, version: str = CONSENT_VERSION) -> bytes:
    """SHA-256 over both languages of a purpose's words: what was agreed to can be proved later."""
    words = _words(version)[purpose]
    return hashlib.sha256(f"{words['zh_CN']}\n{words['en']}".encode()).digest()


def set_consent(
    till: Till, member: MemberId, purpose: str, *, granted: bool, operator: StaffId, channel: str = "counter"
) -> Membership:
    """Record that somebody agrees to a purpose, or no longer does; saying the same twice records it once."""
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        if record.membership.agreed_to(purpose) == granted:
            return record.membership
        changed = record_consent(till, connection, member, record, purpose, granted, operator, channel)
        till.reference.put_member(connection, member, changed)
    till.committed()
    return changed.membership


def set_guardian(till: Till, member: MemberId, guardian: str, operator: StaffId) -> Membership:
    """Note who agrees for a child, or with an empty name that nobody does any more; recorded as a consent (PIPL 31).

    Raises `InvalidField` where a guardian is taken from a child under fourteen: then the card is closed instead.
    """
    name = " ".join(guardian.split())[:MAX_GUARDIAN_CHARACTERS]
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        if record.membership.guardian == name:
            return record.membership
        if not name and needs_guardian(record.profile.birthday, till.business_day()):
            raise InvalidField(
                "guardian",
                "a child under fourteen needs a guardian; close the card instead",
                "未满 14 周岁须有监护人；不同意则办理注销",
            )
        if record.membership.agreed_to(GUARDIAN) != bool(name):
            record = record_consent(till, connection, member, record, GUARDIAN, bool(name), operator, "counter")
        changed = replace(record, membership=replace(record.membership, guardian=name))
        till.reference.put_member(connection, member, changed)
    till.committed()
    return changed.membership


def record_consent(
    till: Till,
    connection: Connection,
    member: MemberId,
    record: MemberRecord,
    purpose: str,
    granted: bool,
    operator: StaffId,
    channel: str,
) -> MemberRecord:
    """Append the event of a consent, and return the record that says so; the caller writes it."""
    if purpose not in _words(CONSENT_VERSION):
        raise InvalidField("purpose", f"{purpose!r} is nothing to agree to", f"没有 {purpose!r} 这项授权")
    today = till.business_day()
    event = ConsentRecorded(member, today, purpose, granted, CONSENT_VERSION, text_hash(purpose), channel, operator)
    till.log.append(connection, event, till.clock.now())
    kept = tuple(one for one in record.membership.consents if one.purpose != purpose)
    said = Consent(purpose, granted, CONSENT_VERSION, today, channel)
    membership = replace(record.membership, consents=(*kept, said))
    profile = replace(record.profile, marketing=granted) if purpose == MARKETING else record.profile
    return replace(record, profile=profile, membership=membership)


def known_record(till: Till, connection: Connection, member: MemberId) -> MemberRecord:
    """A member's record.  Raises `InvalidField` where this till has none."""
    record = till.reference.member_record(connection, member)
    if record is None:
        raise InvalidField("member", "this till does not know this member", "本机没有这位会员的资料")
    return record


@cache
def _words(version: str) -> Mapping[str, Mapping[str, str]]:
    body = resource_path("consents", f"{version}.json").read_bytes()
    return msgspec.json.decode(body, type=dict[str, dict[str, str]])
