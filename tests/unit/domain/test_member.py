"""Phone numbers are shown masked, 3-4-4."""

from __future__ import annotations

import pytest

from posapp.domain.member import Profile, mask_phone


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+8613800006021", "138 **** 6021"), ("13957166021", "139 **** 6021"), ("+852", "****"), ("", "****")],
)
def test_masking(number: str, shown: str) -> None:
    assert mask_phone(number) == shown


def test_a_profile_shows_only_its_mask() -> None:
    assert Profile("+8613800006021", "林晓梅").masked_phone == "138 **** 6021"
