"""Phone numbers that change hands: a member's new number, and one that a carrier gave to somebody else (§2.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from posapp.application.member_life.consenting import known_record
from posapp.application.member_life.online import Authority
from posapp.application.phone import normalise_phone
from posapp.application.till import Cashier, Till
from posapp.domain.errors import InvalidField
from posapp.domain.events import NumberClaimed, NumberRevealed
from posapp.domain.ids import MemberId, member_id
from posapp.domain.member import MemberState
from posapp.domain.staff import REVEAL_NUMBER
from posapp.storage import member_search, member_states
from posapp.storage.member_states import Claim

PROOFS: Final = frozenset({"otp", "id"})


def owner_of(till: Till, connection: Connection, phone_e164: str) -> MemberId:
    """Whose a number is: whoever it was first, unless it changed hands or they were merged into somebody.

    Where it is nobody's, the id that a newcomer with this number will have.
    """
    base = member_id(till.keys.member_key, phone_e164)
    claim = member_states.claim_of(connection, base)
    if claim is None:
        return member_states.survivor_of(connection, base)
    if claim.member is not None:
        return member_states.survivor_of(connection, claim.member)
    return member_id(till.keys.member_key, f"{phone_e164}#{claim.generation}")


def change_number(till: Till, member: MemberId, new_phone: str, proof: str, by: Authority) -> None:
    """Give a member another number.  Their old number is nobody's from now on.

    Raises `InvalidField` where the new number is somebody's already: then the two may be one person, to be merged.
    """
    by.check()
    if proof not in PROOFS:
        raise InvalidField(
            "proof", "a code sent to the old number, or papers that a manager saw", "需旧号验证码，或证件加店长"
        )
    phone = normalise_phone(new_phone)
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        if record.profile.phone_e164 == phone:
            return
        other = owner_of(till, connection, phone)
        if other != member and member_search.find(connection, other) is not None and _is_active(connection, other):
            raise InvalidField("phone", "this number has a card; merge the two instead", "该号码已有会员卡，请改用合并")
        old_key = _release(till, connection, record.profile.phone_e164)
        new_key = member_id(till.keys.member_key, phone)
        before = member_states.claim_of(connection, new_key)
        till.reference.put_claim(connection, new_key, Claim(member, before.generation if before is not None else 0))
        event = NumberClaimed(member, till.business_day(), by.operator, by.approver, old_key, new_key, proof)
        till.log.append(connection, event, till.clock.now())
        profile = replace(record.profile, phone_e164=phone)
        till.reference.put_member(connection, member, replace(record, profile=profile))
    till.committed()


def reassign_number(till: Till, phone: str, by: Authority) -> MemberId:
    """A number came to a new person (二次放号): its old owner keeps their card without it; return the newcomer's id.

    The newcomer has no card yet: opening one with the number makes them a member of their own.
    """
    by.check()
    number = normalise_phone(phone)
    with till.database.write() as connection:
        old = owner_of(till, connection, number)
        record = known_record(till, connection, old)
        key = _release(till, connection, number)
        newcomer = owner_of(till, connection, number)
        event = NumberClaimed(newcomer, till.business_day(), by.operator, by.approver, key, key, "id")
        till.log.append(connection, event, till.clock.now())
        till.reference.put_member(connection, old, replace(record, profile=replace(record.profile, phone_e164="")))
    till.committed()
    return newcomer


def reveal_number(till: Till, member: MemberId, cashier: Cashier, reason: str) -> str:
    """A member's whole number, for who may see it; that they did is recorded (domain.md §3.3)."""
    if REVEAL_NUMBER not in cashier.permissions:
        raise InvalidField("cashier", "only who has the permission sees whole numbers", "没有查看完整手机号的权限")
    if not reason.strip():
        raise InvalidField("reason", "say why the whole number is needed", "请填写查看原因")
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        event = NumberRevealed(member, till.business_day(), cashier.id, reason.strip()[:200])
        till.log.append(connection, event, till.clock.now())
    till.committed()
    return record.profile.phone_e164


def _release(till: Till, connection: Connection, phone_e164: str) -> bytes:
    """A number is nobody's from now on; return its key, empty where there was no number."""
    if not phone_e164:
        return b""
    key = member_id(till.keys.member_key, phone_e164)
    before = member_states.claim_of(connection, key)
    generation = 1 if before is None else before.generation + 1
    till.reference.put_claim(connection, key, Claim(None, generation))
    return key


def _is_active(connection: Connection, who: MemberId) -> bool:
    return member_states.membership(connection, who).state is MemberState.ACTIVE
