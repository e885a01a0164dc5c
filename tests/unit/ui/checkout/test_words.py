"""What went wrong, in words of its own or inside a longer sentence."""

from __future__ import annotations

import pytest

from posapp.domain.errors import InvalidField
from posapp.ui.checkout.words import reason, sentence

POS = InvalidField("address", "no POS answers there", "pos 机没有回应")


@pytest.mark.parametrize(
    ("error", "language", "alone", "inside"),
    [
        (POS, "en", "No POS answers there", "no POS answers there"),
        (POS, "zh_CN", "pos 机没有回应", "pos 机没有回应"),
        (ValueError("not made for people"), "en", "", ""),
    ],
)
def test_an_english_sentence_of_its_own_begins_with_a_capital(
    error: Exception, language: str, alone: str, inside: str
) -> None:
    assert (sentence(error, language), reason(error, language)) == (alone, inside)
