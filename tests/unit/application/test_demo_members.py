"""The demo's members are many, distinct, believable and the same every time."""

from __future__ import annotations

from pathlib import Path

from posapp.application.demo_members import REGULARS, demo_members

NAMES = (Path(__file__).parents[3] / "resources" / "demo" / "names.json").read_bytes()


def test_two_thousand_distinct_members_from_a_seed() -> None:
    members = demo_members(NAMES, 2000)
    assert len({member.profile.phone_e164 for member in members}) == 2000
    assert members == demo_members(NAMES, 2000)
    assert members != demo_members(NAMES, 2000, seed=8)
    assert members[:4] == list(REGULARS)
    assert len({member.profile.name for member in members}) > 1700


def test_balances_belong_together() -> None:
    for member in demo_members(NAMES, 500):
        assert 0 <= member.points.count <= member.growth.count
        assert member.growth.count == member.spend.fen // 100
        assert member.visits >= 1


def test_four_numbers_end_alike() -> None:
    assert {member.profile.phone_e164[-4:] for member in REGULARS} == {"6021"}
