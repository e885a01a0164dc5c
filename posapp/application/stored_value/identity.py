"""Whose a card is by their papers: taken down before money is taken, sealed, and compared when it is paid back.

The law asks for it (domain.md §3.1, Identity) and for keeping it five years; the server carries it and cannot read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection

from posapp.application.till import Till
from posapp.domain.errors import InvalidField
from posapp.domain.ids import AssetId
from posapp.domain.time import BusinessDay
from posapp.storage.documents import IDENTITY

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdentityPaper:
    """A person's paper.  `kind` is ``id_card`` (18 characters, checked), ``passport`` or ``other``."""

    name: str
    number: str
    kind: str = "id_card"

    @property
    def birthday(self) -> str:
        """The birthday that an identity card says, ``YYYYMMDD``; empty for other papers."""
        return self.number[6:14] if self.kind == "id_card" else ""


class _Body(msgspec.Struct, frozen=True):
    name: str
    number: str
    kind: str
    taken: int


def check_paper(paper: IdentityPaper) -> IdentityPaper:
    """The paper with its fields tidied.  Raises `InvalidField` naming `name` or `number`."""
    name, number = " ".join(paper.name.split()), paper.number.replace(" ", "").upper()
    if not name:
        raise InvalidField("name", "the name on the paper is missing", "请填证件上的姓名")
    tidy = IdentityPaper(name, number, paper.kind)
    if paper.kind == "id_card" and not _is_id_card(number):
        raise InvalidField("number", "this is no identity card number: check each digit", "身份证号不对，请逐位核对")
    if not number:
        raise InvalidField("number", "the number of the paper is missing", "请填证件号码")
    return tidy


def _is_id_card(number: str) -> bool:
    if len(number) != 18 or not number[:17].isdecimal() or not number.isascii():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[17]


def keep_paper(till: Till, connection: Connection, card: AssetId, paper: IdentityPaper, day: BusinessDay) -> None:
    """Seal a paper for a card."""
    body = msgspec.msgpack.encode(_Body(paper.name, paper.number, paper.kind, day.ordinal))
    till.reference.put_sealed(connection, IDENTITY, card.hex(), body)


def paper_of(till: Till, connection: Connection, card: AssetId) -> IdentityPaper | None:
    """The paper that was taken down for a card."""
    sealed = till.reference.sealed(connection, IDENTITY, card.hex())
    if sealed is None:
        return None
    body = msgspec.msgpack.decode(sealed, type=_Body)
    return IdentityPaper(body.name, body.number, body.kind)
