"""A bit that became another one on the way is nobody's word: nothing is believed, refused for good or set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from sync.client.errors import OfflineError
from sync.client.pull import pull
from sync.client.push import push
from sync.server import verify
from tests.integration.bad_road import behind_a_bad_road
from tests.integration.sync_world import MERCHANT

if TYPE_CHECKING:
    from tests.integration.sync_world import Till, World

PLACES: Final = range(0, 1_000, 29)


def agree(place: World, *tills: Till) -> None:
    for till in (*tills, *tills):
        till.sync()
    for till in tills:
        assert till.balances() == place.server_balances()
        assert (till.unpushed(), till.store.forks(), till.store.kept_segments(1)) == (0, 0, [])
    report = verify.verify(place.context, MERCHANT)
    assert report.ok, report.differences


@pytest.fixture
def two(place: World) -> tuple[Till, Till]:
    """Both know two lives of the first one."""
    a, b = place.join("a"), place.join("b")
    a.sell(1, 1_000)
    a.restart()
    a.sell(2, 2_000)
    agree(place, a, b)
    return a, b


def test_what_is_kept_of_another_till_is_offered_again_whichever_bit_was_flipped(
    place: World, two: tuple[Till, Till]
) -> None:
    _a, b = two
    # As after a restore: the server is believed to have nothing, and is told documents first.
    b.store.start_again([])
    while b.store.pending().documents:
        push(b.session, b.store)
    assert len(b.store.kept_segments(10)) == 2
    before = place.contents()
    road = behind_a_bad_road(b)
    for at in PLACES:
        road.damage("/v1/push", at)
        with pytest.raises(OfflineError, match="connection") as error:
            push(b.session, b.store)
        assert error.value.detail == "damaged"
    assert b.store.forks() == 0
    assert len(b.store.kept_segments(10)) == 2
    assert place.contents() == before
    agree(place, *two)


def test_a_document_arrives_as_it_was_written_or_not_at_all(place: World, two: tuple[Till, Till]) -> None:
    a, b = two
    a.open_card(3, "王")
    before = place.contents()
    road = behind_a_bad_road(a)
    for at in PLACES:
        road.damage("/v1/push", at)
        with pytest.raises(OfflineError):
            push(a.session, a.store)
    assert place.contents() == before
    agree(place, a, b)


@pytest.mark.parametrize("path", ["/v1/challenge", "/v1/session", "/v1/pull"])
@pytest.mark.parametrize("way_back", [False, True])
def test_no_bit_of_a_pull_is_believed_that_was_flipped(
    place: World, two: tuple[Till, Till], path: str, *, way_back: bool
) -> None:
    a, b = two
    a.open_card(3, "王")
    a.sell(1, 3_000)
    a.sync()
    road = behind_a_bad_road(b)
    cursor, streams = b.store.progress().cursor, b.streams()
    for at in PLACES:
        if path != "/v1/pull":
            b.session._token = ""
        road.damage(path, at, way_back=way_back)
        with pytest.raises(OfflineError):
            pull(b.session, b.store)
        assert (b.store.progress().cursor, b.streams(), b.store.forks()) == (cursor, streams, 0)
    agree(place, a, b)


def test_what_the_server_is_said_to_have_is_only_believed_whole(place: World, two: tuple[Till, Till]) -> None:
    a, b = two
    a.sell(1, 3_000)
    road = behind_a_bad_road(a)
    for at in PLACES:
        road.damage("/v1/push", at, way_back=True)
        with pytest.raises(OfflineError):
            push(a.session, a.store)
        assert (a.unpushed(), a.store.forks()) == (1, 0)
    agree(place, a, b)
    assert a.standing(1)[2] == 2, "it was told many times, and happened once"
