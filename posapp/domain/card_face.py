"""What the membership card looks like: by tier, a built-in face, or the shop's own picture (W-08, X-06, X-07)."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final = ("basic", "silver", "gold", "diamond")
"""The faces that every till draws by itself, so that they need no network (ux.md §3, Card art)."""
BY_TIER: Final = "tier"
"""The card wears the face of its member's tier."""
PICTURE: Final = "picture"
"""The card wears the shop's own picture, where it has one."""


def faces(shop: str | bytes) -> tuple[str, ...]:
    """What a member may choose in a shop whose card wears `shop`, a name or a picture."""
    return (BY_TIER, *TEMPLATES, *((PICTURE,) if isinstance(shop, bytes) else ()))
