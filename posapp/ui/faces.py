"""How a membership card is painted, as frozen data: by its member's choice, else the shop's (`domain.card_face`)."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.domain.card_face import PICTURE, TEMPLATES


@dataclass(frozen=True, slots=True)
class Face:
    """A built-in face and, in its place, a PNG or JPEG picture where there is one."""

    style: str
    picture: bytes = b""


def worn(own: str, shop: str | bytes, tier_style: str) -> Face:
    """What a member's card wears: their own choice, else the shop's; a picture that is gone leaves the tier's face."""
    chosen = own or (PICTURE if isinstance(shop, bytes) else shop)
    if chosen == PICTURE and isinstance(shop, bytes):
        return Face(tier_style, shop)
    return Face(chosen if chosen in TEMPLATES else tier_style)
