"""What a case may expect of an answer: some of its fields, or a short view of them.

``benefit`` is rule: status; ``nets`` what each line costs; ``by_line`` what each rule took off each line; ``paid`` what
each tender paid of each line.
"""

from __future__ import annotations

from typing import Any


def assert_holds(expected: Any, answer: Any, path: str = "answer") -> None:
    """Everything that is expected is in the answer."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert_holds(value, view(answer, name), f"{path}.{name}")
    elif isinstance(expected, list):
        assert len(answer) == len(expected), f"{path} has {len(answer)} items"
        for index, (want, got) in enumerate(zip(expected, answer, strict=True)):
            assert_holds(want, got, f"{path}[{index}]")
    else:
        assert answer == expected, f"{path}: {answer!r}, expected {expected!r}"


def view(answer: dict[str, Any], name: str) -> Any:
    """A field of an answer, or one of the short views of it."""
    match name:
        case "benefit":
            return {benefit["rule"]: benefit["status"] for benefit in answer["benefits"]}
        case "nets":
            return [line["net"] for line in answer["lines"]]
        case "by_line":
            return [{each["rule"]: each["amount"] for each in line["adjustments"]} for line in answer["lines"]]
        case "paid":
            return [line["paid"] for line in answer["lines"]]
        case _:
            return answer[name]


def fen(text: str) -> int:
    yuan, _dot, rest = text.partition(".")
    return int(yuan) * 100 + int(rest)


def assert_adds_up(answer: dict[str, Any]) -> None:
    """List less every adjustment is what is due, on each line and in all."""
    if "lines" not in answer:
        return
    for line in answer["lines"]:
        assert fen(line["list"]) - sum(fen(each["amount"]) for each in line["adjustments"]) == fen(line["net"])
    assert sum(fen(row["amount"]) for row in answer["ladder"]) == fen(answer["list_total"]) - fen(answer["due"])
