"""JSON → what a programme offers besides prices: entitlements, workshops, messages."""

from __future__ import annotations

from posapp.domain.errors import InvalidField
from posapp.domain.programme.entitlements import Entitlement, Grant
from posapp.domain.programme.messages import MemberMessage, MessageKind
from posapp.domain.programme.parse_offer import read_audience
from posapp.domain.programme.reader import Fields, Json
from posapp.domain.programme.workshops import Workshop
from posapp.domain.text import Text


def read_entitlement(value: Json, path: str) -> Entitlement:
    """Read one entitlement.  Raises `InvalidField`."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    made = Entitlement(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        tiers=fields.texts("tiers"),
        grant=Grant(fields.choice("grant", [each.value for each in Grant], Grant.WORDS.value)),
        contact=fields.text("contact", ""),
    )
    if not made.tiers:
        raise InvalidField(fields.at("tiers"), "names no tier that has it", "缺少享有它的等级")
    if made.grant is Grant.ADVISER and not made.contact:
        raise InvalidField(fields.at("contact"), "an adviser has a name or a number", "专属顾问要有姓名或电话")
    fields.finish()
    return made


def read_workshop(value: Json, path: str) -> Workshop:
    """Read one workshop.  Raises `InvalidField`."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    day = fields.day("day")
    if day is None:
        raise InvalidField(fields.at("day"), "is missing", "缺少该字段")
    made = Workshop(
        id=code,
        name=fields.local_text("name", Text(code, code)),
        day=day,
        capacity=fields.integer("capacity", low=1, high=100_000),
        audience=read_audience(fields.inner("for")),
    )
    fields.finish()
    return made


def read_message(value: Json, path: str) -> MemberMessage:
    """Read one message to members.  Raises `InvalidField`."""
    fields = Fields(value, path)
    code = fields.identifier("id")
    made = MemberMessage(
        id=code,
        kind=MessageKind(fields.choice("kind", [each.value for each in MessageKind])),
        text=fields.local_text("text"),
        link=fields.text("link", ""),
        tiers=fields.texts("tiers"),
    )
    fields.finish()
    return made
