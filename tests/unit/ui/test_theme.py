"""Every pair of tokens that is painted together can be read (ux.md §3, §8)."""

from __future__ import annotations

import pytest

from posapp.ui.theme import CARD_ART, OUTLINE_PAIRS, TEXT_PAIRS, THEMES, ThemeName, contrast_ratio


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize("pair", TEXT_PAIRS)
def test_text_reaches_seven_to_one(name: ThemeName, pair: tuple[str, str]) -> None:
    theme = THEMES[name]
    assert contrast_ratio(theme.hex(pair[0]), theme.hex(pair[1])) >= 7.0


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize("pair", OUTLINE_PAIRS)
def test_outlines_reach_three_to_one(name: ThemeName, pair: tuple[str, str]) -> None:
    theme = THEMES[name]
    assert contrast_ratio(theme.hex(pair[0]), theme.hex(pair[1])) >= 3.0


@pytest.mark.parametrize("style", list(CARD_ART))
def test_card_faces_can_be_read_at_both_ends_of_their_gradient(style: str) -> None:
    art = CARD_ART[style]
    for ground in (art.start, art.end):
        for ink in (art.ink, art.ink_soft, art.foil):
            assert contrast_ratio(ink, ground) >= 7.0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_a_name_that_is_no_token_is_refused() -> None:
    with pytest.raises(AttributeError):
        THEMES[ThemeName.LIGHT].hex("scrim_alpha_no")
