"""Sentences for explanations, in Chinese and English, from one set of numbers.

The till, the receipt and the customer display all say these words (ux.md, "Explain every cent").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posapp.domain.amounts import format_scaled
from posapp.domain.pricing.quote import Explanation, Parameter
from posapp.domain.text import Text, rate_words, trimmed

TEMPLATES: Final[Mapping[str, Text]] = {
    "by_pass": Text("{name} {units} 次", "{name} ×{units}"),
    "pass_refused": Text("{why}", "{why}"),
    "pass_unknown": Text("会员没有这张卡", "Not a pass of this member"),
    "pass_needs_identification": Text(
        "用次卡需出示动态会员码或输入密码", "Show the member code or enter the PIN to use a pass"
    ),
    "member_price": Text("会员价", "Member price"),
    "tier_rate": Text("{tier} {rate}", "{tier} {rate}"),
    "campaign_rate": Text("{name} 额外 {rate}", "{name}, extra {rate}"),
    "offer": Text("{name}", "{name}"),
    "line_manual": Text("改价 {reason}", "Price set by hand {reason}"),
    "line_voucher": Text("商品券", "Item voucher"),
    "points_spent": Text("{points} 积分抵 {fen}", "{points} points for {fen}"),
    "round_off": Text("抹零", "Rounded down"),
    "order_manual": Text("整单优惠 {reason}", "Off the order by hand {reason}"),
    "points_possible": Text("可用 {usable} 积分，抵 {worth_fen}", "{usable} points could pay {worth_fen}"),
    "points_none": Text("现有 {have} 积分，本单不可抵现", "{have} points, none usable on this sale"),
    "points_short": Text("积分还差 {short}", "{short} points short"),
    "points_least": Text("至少使用 {least} 积分", "At least {least} points at a time"),
    "points_need_identification": Text(
        "抵现需出示动态会员码或输入密码", "Show the member code or enter the PIN to spend points"
    ),
    "no_points_rule": Text("本店积分不可抵现", "Points do not pay here"),
    "needs_member": Text("会员专享，请先登记会员", "Members only: attach a card first"),
    "declined": Text("本单不用", "Not used on this sale"),
    "not_chosen": Text("可选", "Available on request"),
    "beaten": Text("{by} 更优惠", "{by} saves more"),
    "not_combinable": Text("不与 {by} 同用", "Cannot be combined with {by}"),
    "one_of_a_kind": Text("每单限用一张 {name}", "One {name} per sale"),
    "used_up": Text("已用满 {limit} 次", "Already used {limit} times"),
    "offer_ended": Text("活动已于 {last_day} 结束", "Ended on {last_day}"),
    "coupon_expired": Text("已于 {last_day} 过期", "Expired on {last_day}"),
    "not_now": Text("现在不在活动时间", "Not running now"),
    "not_for_you": Text("不符合参与条件", "Not for this member or sale"),
    "no_goods": Text("没有参与的商品", "No goods here take part"),
    "nothing_left": Text("没有可减的金额", "Nothing left to take off"),
    "unknown_code": Text("券码 {code} 无效", "Code {code} is not valid"),
}
"""Sentence by key; a name in braces is a parameter."""


def render(explanation: Explanation, language: str) -> str:
    """An explanation in words; `language` is ``zh_CN`` or ``en``."""
    if explanation.key == "short":
        return _short(explanation.params, language)
    words = TEMPLATES[explanation.key].in_language(language)
    texts = {name: _value(name, value, language) for name, value in explanation.params.items()}
    return words.format_map(texts).strip()


def _short(params: Mapping[str, Parameter], language: str) -> str:
    fen, milli = params.get("fen", 0), params.get("milli", 0)
    chinese = language.startswith("zh")
    gaps: list[str] = []
    if isinstance(fen, int) and fen:
        gaps.append(f"¥{format_scaled(fen, 2)}")
    if isinstance(milli, int) and milli:
        count = trimmed(milli, 3)
        gaps.append(f"{count} 件" if chinese else f"{count} item" if milli == 1000 else f"{count} items")
    return f"差 {'、'.join(gaps)} 可用" if chinese else f"{' and '.join(gaps)} short"


def _value(name: str, value: Parameter, language: str) -> str:
    match value:
        case Text():
            return value.in_language(language)
        case int() if name == "rate":
            return rate_words(value, language)
        case int() if name.endswith("fen"):
            return f"¥{format_scaled(value, 2)}"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
