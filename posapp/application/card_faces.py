"""The face of the membership card: the shop's, checked when it is chosen, and a member's own (W-08, X-06, X-07)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posapp.application.member_life.consenting import known_record
from posapp.application.till import Till
from posapp.domain.card_face import BY_TIER, TEMPLATES, faces
from posapp.domain.errors import InvalidField
from posapp.domain.ids import MemberId
from posapp.domain.text import Text
from posapp.storage.reference_data import card_face

WIDTH: Final = 750
HEIGHT: Final = 1334
MOST_BYTES: Final = 500 * 1024
"""What a document carries to every till, with room for its envelope."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class CardFace:
    """A checked picture: its size in pixels, and what to say about it."""

    width: int
    height: int
    warning: Text | None


def choose_template(till: Till, template: str) -> None:
    """Let the card wear a built-in face, or its member's tier's.  Raises `InvalidField` for one that there is not."""
    if template not in (BY_TIER, *TEMPLATES):
        raise InvalidField("template", f"{template!r} is no built-in face", f"没有 {template!r} 这个模板")
    _put(till, template.encode())


def choose_picture(till: Till, picture: bytes) -> CardFace:
    """Let the card wear a picture of the shop's own; return what is to be said of its size."""
    checked = check_card_face(picture)
    _put(till, picture)
    return checked


def chosen_face(till: Till) -> str | bytes:
    """What the shop's card wears: the name of a built-in face, or a picture.  By tier where nothing was chosen."""
    with till.database.read() as connection:
        body = card_face(connection)
    if body is None:
        return BY_TIER
    return next((name for name in (BY_TIER, *TEMPLATES) if name.encode() == body), body)


def choose_own(till: Till, member: MemberId, face: str) -> None:
    """Let a member's card wear what they like.  Works offline, as everything of a profile.

    Raises `InvalidField` for a face that there is not, and where this till does not know the member.
    """
    if face not in faces(chosen_face(till)):
        raise InvalidField("face", f"{face!r} is no card face here", f"没有 {face!r} 这个卡面")
    with till.database.write() as connection:
        record = known_record(till, connection, member)
        changed = replace(record, membership=replace(record.membership, face=face))
        till.reference.put_member(connection, member, changed)
    till.committed()


def _put(till: Till, body: bytes) -> None:
    with till.database.write() as connection:
        till.reference.put_card_face(connection, body)
    till.committed()


def check_card_face(picture: bytes) -> CardFace:
    """Read a picture's size, and warn where it is not the size that phones show whole.

    Raises `InvalidField` for what is no PNG or JPEG picture, or too large to carry.
    """
    if len(picture) > MOST_BYTES:
        raise InvalidField("picture", "larger than 500 KB", "图片超过 500 KB")
    width, height = _size(picture)
    if (width, height) == (WIDTH, HEIGHT):
        return CardFace(width, height, None)
    words = Text(
        f"图片为 {width}×{height}，建议 {WIDTH}×{HEIGHT}，否则手机上会被裁切",
        f"the picture is {width}×{height}; phones cut off what is not {WIDTH}×{HEIGHT}",
    )
    return CardFace(width, height, words)


def _size(picture: bytes) -> tuple[int, int]:
    if picture.startswith(_PNG) and picture[12:16] == b"IHDR" and len(picture) >= 24:
        return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    if picture.startswith(_JPEG):
        size = _jpeg_size(picture)
        if size is not None:
            return size
    raise InvalidField("picture", "is no PNG or JPEG picture", "不是 PNG 或 JPEG 图片")


def _jpeg_size(picture: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker until the frame that says the size."""
    place = 2
    while place + 9 <= len(picture) and picture[place] == 0xFF:
        marker, length = picture[place + 1], int.from_bytes(picture[place + 2 : place + 4], "big")
        if marker in _JPEG_FRAMES:
            height, width = picture[place + 5 : place + 7], picture[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + length
    return None
