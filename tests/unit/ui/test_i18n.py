"""Words by key, in two languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import posapp
from posapp.ui.i18n import CatalogueError, Language, Translator, load_catalogue
from posapp.ui.messages import Message, msg

_PARAMETER = re.compile(r"\{([a-z_0-9]+)(?=[,}])")
_KEY = re.compile(r'(?:msg|tr|warning)\(\s*"([a-z_0-9.]+)"')


def _parameters(text: str) -> set[str]:
    return set(_PARAMETER.findall(text))


def test_both_languages_have_the_same_keys_and_parameters() -> None:
    zh, en = load_catalogue(Language.ZH_CN), load_catalogue(Language.EN)
    assert set(zh) == set(en)
    # A language may leave a parameter out (English says "Card use" for one), but may not invent one.
    differing = {key for key in zh if not _parameters(en[key]) <= _parameters(zh[key]) | _parameters(en[key])}
    assert not differing
    for key, text in zh.items():
        assert text.strip(), key
        assert en[key].strip(), key


def test_every_key_in_the_source_is_in_the_catalogue() -> None:
    known = set(load_catalogue(Language.ZH_CN))
    used: dict[str, str] = {}
    for path in Path(posapp.__file__).parent.rglob("*.py"):
        for key in _KEY.findall(path.read_text(encoding="utf-8")):
            used[key] = path.name
    assert len(used) > 100
    assert {key: where for key, where in used.items() if key not in known} == {}


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        (Language.ZH_CN, msg("line.rate", rate=8500), "8.5 折"),
        (Language.EN, msg("line.rate", rate=8500), "15% off"),
        (Language.ZH_CN, msg("line.rate", rate=8750), "8.75 折"),
        (Language.EN, msg("line.rate", rate=8750), "12.5% off"),
        (Language.EN, msg("cart.count", lines=1, pieces=1), "1 line · 1 item"),
        (Language.EN, msg("cart.count", lines=1200, pieces=3), "1,200 lines · 3 items"),
        (Language.ZH_CN, msg("benefit.short", gap=6430), "差 ¥64.30 可用"),
        (Language.ZH_CN, msg("occasion.member_day_points", times=2), "会员日 · 积分双倍"),
        (Language.ZH_CN, msg("occasion.member_day_points", times=5), "会员日 · 积分 5 倍"),
        (Language.ZH_CN, msg("member.birthday", date="2026-11-26"), "11 月 26 日生日"),
        (Language.EN, msg("member.birthday", date="2026-11-26"), "Birthday 26 Nov"),
    ],
)
def test_formats(language: Language, words: Message, expected: str) -> None:
    assert Translator(language).text(words) == expected


def test_a_nested_message_follows_the_language() -> None:
    words = msg("member.visits", when=msg("when.days", days=1), visits=1)
    translator = Translator()
    assert translator.text(words) == "昨天来过 · 累计 1 次"
    translator.switch(Language.EN)
    assert translator.text(words) == "Yesterday · 1 visit"


def test_data_is_left_as_it_is() -> None:
    assert Translator().text("{braces} in a product name") == "{braces} in a product name"
    assert Translator().text(msg("data.text", text="{again}")) == "{again}"
    assert Translator().text(None) == ""


def test_an_unknown_key_is_shown_rather_than_stopping_the_sale() -> None:
    assert Translator().text(msg("no.such_key")) == "no.such_key"


@pytest.mark.parametrize(
    "words",
    [msg("benefit.short"), msg("benefit.short", gap="64.30"), msg("balance.uses", uses=msg("top.parked", parked=1))],
)
def test_a_missing_or_wrong_parameter_is_our_bug(words: Message) -> None:
    with pytest.raises(CatalogueError):
        Translator().text(words)


def test_equal_messages_are_equal_whatever_the_order() -> None:
    assert msg("a", x=1, y=2) == msg("a", y=2, x=1)
    assert hash(msg("a", x=1, y=2)) == hash(msg("a", y=2, x=1))
