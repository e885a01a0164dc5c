"""Two thousand believable members for the demo shop: invented, drawn from a seed, the same on every till.

Most spend little and come rarely, a few are regulars; numbers are made up in the 190–199 ranges.  Four members whose
numbers end alike are always there, so that looking somebody up by the last four digits shows what it must show.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from posapp.application.import_members import OpeningMember
from posapp.domain.amounts import Growth, Money, Points
from posapp.domain.member import Profile

REGULARS = (
    OpeningMember(Profile("+8613857166021", "林晓梅", "1126"), Points(3482), Growth(3640), Money(364_000), 42),
    OpeningMember(Profile("+8615988216021", "林建国", "0315"), Points(210), Growth(236), Money(23_600), 5),
    OpeningMember(Profile("+8618657316021", "吴嘉明", "0704"), Points(1056), Growth(1280), Money(128_000), 18),
    OpeningMember(Profile("+8613705716021", "Olivia Chen", "0921"), Points(35), Growth(35), Money(3_500), 1),
)
_VISIT_SHARES = ((1, 24), (2, 18), (3, 12), (6, 18), (12, 14), (24, 9), (48, 4), (96, 1))
_ENGLISH_ONE_IN = 60
_BIRTHDAY_ONE_IN = 3


def demo_members(names: bytes, count: int, seed: int = 7) -> list[OpeningMember]:
    """`count` members; `names` is the shop's ``names.json``."""
    parts = json.loads(names)
    # Not for secrets: a demo must look the same everywhere.
    draw = Random(seed)  # noqa: S311
    members = list(REGULARS[:count])
    taken = {member.profile.phone_e164 for member in members}
    while len(members) < count:
        phone = f"+8619{draw.randrange(10)}{draw.randrange(10**8):08d}"
        if phone not in taken:
            taken.add(phone)
            members.append(_member(draw, parts, phone))
    return members


def _member(draw: Random, parts: Mapping[str, Any], phone: str) -> OpeningMember:
    english = draw.randrange(_ENGLISH_ONE_IN) == 0
    name = draw.choice(parts["english"]) if english else _chinese_name(draw, parts)
    birthday = f"{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}" if draw.randrange(_BIRTHDAY_ONE_IN) == 0 else ""
    upper, _share = _weighted(draw, _VISIT_SHARES, [share for _visits, share in _VISIT_SHARES])
    visits = draw.randint(max(1, upper // 2), upper)
    spend_fen = sum(draw.randint(800, 12_000) for _visit in range(visits))
    earned = spend_fen // 100
    spent = earned * draw.randint(0, 6) // 1000 * 100
    profile = Profile(phone, name, birthday, marketing=draw.randrange(4) == 0)
    return OpeningMember(profile, Points(earned - spent), Growth(earned), Money(spend_fen), visits)


def _chinese_name(draw: Random, parts: Mapping[str, Any]) -> str:
    while True:
        surname = _weighted(draw, parts["surnames"], [entry["weight"] for entry in parts["surnames"]])["name"]
        given = parts["given"][draw.choice(("female", "male"))]
        pool = _weighted(
            draw,
            [*given["pools"], given["whole"]],
            [entry["weight"] for entry in (*given["pools"], given["whole"])],
        )
        first = draw.choice(pool["names"]) if "names" in pool else draw.choice(pool["lead"]) + draw.choice(pool["tail"])
        if surname + first not in parts["avoid"]:
            return str(surname + first)


def _weighted(draw: Random, choices: Sequence[Any], weights: Sequence[int]) -> Any:
    return draw.choices(choices, weights)[0]
