"""Running a document: its first state, then each step as a change of the state before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from posapp.application.quote_document.ledger import Book, Coming
from posapp.application.quote_document.reading import State, read_state
from posapp.domain.errors import InvalidField
from posapp.domain.programme import Programme, load_json, parse_programme
from posapp.domain.programme.entitlements import free_returns
from posapp.domain.programme.reader import Fields
from posapp.domain.programme.returns import ReturnReason

FORMAT: Final = 1
ACTIONS: Final = ("quote", "sell", "refund", "void")
MOST_STEPS: Final = 1000
Json = dict[str, Any]


def quote_document(document: Mapping[str, Any] | bytes, programme: Mapping[str, Any] | bytes | None = None) -> Json:
    """Price a document; with ``steps``, price each of its states.

    `programme` is used where the document carries none.  Raises `InvalidField` with the path of what cannot be used;
    a step's path begins with ``steps[n]``.
    """
    given = load_json(document) if isinstance(document, bytes) else document
    if not isinstance(given, Mapping):
        raise InvalidField("document", "must be an object", "应为对象")
    state = dict(given)
    if state.pop("format", FORMAT) != FORMAT:
        raise InvalidField("format", f"only format {FORMAT} is known", f"只支持格式 {FORMAT}")
    state.pop("$schema", None)
    steps = state.pop("steps", None)
    if "programme" not in state and programme is not None:
        state["programme"] = load_json(programme) if isinstance(programme, bytes) else programme
    run = _Run(state)
    if steps is None:
        return {"format": FORMAT, **run.act("quote")}
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise InvalidField(
            "steps", f"must be a list of at most {MOST_STEPS} steps", f"应为不超过 {MOST_STEPS} 步的列表"
        )
    return {"format": FORMAT, "steps": [_step(run, step, f"steps[{index}]") for index, step in enumerate(steps)]}


def _step(run: _Run, step: Any, path: str) -> Json:
    if not isinstance(step, Mapping):
        raise InvalidField(path, "must be an object", "应为对象")
    change = dict(step)
    fields = Fields({"do": change.pop("do", "quote")}, path)
    action = fields.choice("do", ACTIONS)
    quantities = change.pop("set_quantity", {})
    coming_back, reason = None, ReturnReason.CHANGED_MIND
    if action == "refund":
        coming_back = change.pop("lines", None)
        given = Fields({"reason": change.pop("reason", reason.value)}, path)
        reason = ReturnReason(given.choice("reason", [each.value for each in ReturnReason]))
    try:
        run.state = _merged(run.state, change)
        run.set_quantities(quantities)
        return run.act(action, coming_back, reason)
    except InvalidField as error:
        raise InvalidField(f"{path}.{error.field}", error.reason_en, error.reason_zh) from error


@dataclass(slots=True)
class _Run:
    """The state of a document while its steps are taken."""

    state: Json
    book: Book = field(default_factory=Book)
    _programme: tuple[Any, Programme] | None = None

    def act(self, action: str, coming_back: Any = None, reason: ReturnReason = ReturnReason.CHANGED_MIND) -> Json:
        """Do what a step asks."""
        programme = self.programme()
        state = {name: value for name, value in self.state.items() if name != "programme"}
        if action in ("refund", "void"):
            now = read_state({**state, "cart": {"lines": []}}, programme)
            coming = Coming(
                now.business_day or programme.business_day(now.now), _returns_free(now, programme), reason, coming_back
            )
            answer, member = self.book.refund(coming if action == "refund" else replace(coming, is_void=True))
        else:
            read = read_state(state, programme)
            answer, member = self.book.price(read, programme, sell=action == "sell")
        if member is not None:
            self.state["member"] = {**self.state.get("member", {}), **member}
            if action == "sell":
                self.state["cart"] = {"lines": []}
                self.state.pop("tenders", None)
        return answer

    def programme(self) -> Programme:
        """The programme of the present state, read again only where a step changed it."""
        document = self.state.get("programme")
        if document is None:
            raise InvalidField("programme", "is missing", "缺少该字段")
        if self._programme is None or self._programme[0] != document:
            try:
                self._programme = document, parse_programme(document)
            except InvalidField as error:
                raise InvalidField(f"programme.{error.field}", error.reason_en, error.reason_zh) from error
        return self._programme[1]

    def set_quantities(self, quantities: Any) -> None:
        """Set the quantity of lines by their sku; nothing else of the lines changes."""
        if not isinstance(quantities, Mapping):
            raise InvalidField("set_quantity", "must be an object of sku and quantity", "应为商品与数量的对象")
        lines = [dict(line) for line in self.state.get("cart", {}).get("lines", [])]
        for sku, quantity in quantities.items():
            found = [line for line in lines if line.get("sku") == sku]
            if not found:
                raise InvalidField(f"set_quantity.{sku}", "is not in the basket", "不在购物车中")
            for line in found:
                line["quantity"] = quantity
        if quantities:
            self.state["cart"] = {**self.state["cart"], "lines": lines}


def _returns_free(state: State, programme: Programme) -> bool:
    """Whether the member's tier has free returns."""
    tier = state.person.view.tier if state.person is not None else None
    return tier is not None and free_returns(programme.entitlements, tier) is not None


def _merged(target: Any, change: Any) -> Any:
    """A JSON merge patch (RFC 7396): objects merge, null removes, everything else replaces."""
    if not isinstance(change, Mapping):
        return change
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in change.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
