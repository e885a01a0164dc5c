"""Who stands there with a number that was silent for long: asked before any balance is shown (domain.md §2.9).

A carrier gives an unused number to somebody else (二次放号), so after `DORMANT_DAYS` the number alone is not enough.
The member's printed card, or the code on their phone, always is; where there is neither, something else that they know.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from posapp.application.import_members import normalise_birthday
from posapp.application.stored_value.pin import check_pin, has_pin
from posapp.domain.errors import InvalidField
from posapp.domain.sale import Identification
from posapp.storage.spelling import folded, has_hanzi, spellings

if TYPE_CHECKING:
    from posapp.application.till import Till
    from posapp.domain.member import Member
    from posapp.domain.time import BusinessDay

DORMANT_DAYS: Final = 180
"""After so many days without a visit a number alone shows no balances: it may be somebody else's (domain.md §2.9)."""
_BY_NUMBER: Final = frozenset({Identification.PHONE, Identification.LAST_FOUR})
_MONTH_AND_DAY: Final = 4


@unique
class Factor(StrEnum):
    """What somebody shows besides their number; `PERSON` is another person of the shop who knows them."""

    NAME = "name"
    BIRTHDAY = "birthday"
    PIN = "pin"
    PERSON = "person"


def needs_second_factor(member: Member, today: BusinessDay, how: Identification) -> bool:
    """Whether balances stay hidden until something besides the number is shown.

    Who never came counts from the day their card was opened.
    """
    last = member.standing.last_day or member.joined
    return how in _BY_NUMBER and last is not None and today.ordinal - last.ordinal > DORMANT_DAYS


def factors_of(till: Till, member: Member) -> tuple[Factor, ...]:
    """What can be asked of this member, the quickest first; another person's word is the last resort."""
    profile = member.profile
    known = (
        (Factor.NAME, bool(profile.name)),
        (Factor.BIRTHDAY, bool(profile.birthday)),
        (Factor.PIN, has_pin(till, member.id)),
    )
    return (*(factor for factor, there in known if there), Factor.PERSON)


def recognise(till: Till, member: Member, how: Identification, factor: Factor, answer: str) -> Identification:
    """Check an answer, and return how the member is identified from now on: by PIN more can be spent (ux.md §6).

    Raises `InvalidField` where the answer is wrong; the sentence does not say what would be right.
    """
    if factor is Factor.PIN:
        check_pin(till, member.id, answer)
        return Identification.PIN
    is_right = (factor is Factor.NAME and _is_name(member.profile.name, answer)) or (
        factor is Factor.BIRTHDAY and _is_birthday(member.profile.birthday, answer)
    )
    if not is_right:
        raise InvalidField(
            "answer",
            "that is not what the card says; ask for something else, or sell without the member",
            "与登记的不符；换一项核对，或不带会员收款",
        )
    return how


def _is_name(name: str, answer: str) -> bool:
    """The surname is enough, as where the last four digits collide (ux.md §6); of a Latin name, any word of it.

    A Chinese name may be typed in pinyin too, so that no input method is needed.
    """
    known, said = folded(name).split(), folded(answer).split()
    if not said or not has_hanzi(name):
        return bool(said) and set(said) <= set(known)
    typed = "".join(said)
    return typed in spellings(name) if typed.isascii() else "".join(known).startswith(typed)


def _is_birthday(birthday: str, answer: str) -> bool:
    """Month and day; the year too where it is known and was said."""
    said = normalise_birthday(answer, "answer")
    if len(said) == len(birthday):
        return said == birthday
    return bool(said) and said[-_MONTH_AND_DAY:] == birthday[-_MONTH_AND_DAY:]
