"""The pole display gets the newest figure: what came while it wrote is left out, and a loss is said once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from posapp.application.devices import Device, Health
from posapp.application.ports import Figure
from posapp.domain.amounts import Money
from posapp.ui.pole import PoleWriter


@dataclass
class Wire:
    """A pole display whose cable can be pulled, and the thread that writes to it, run by hand."""

    plugged: bool = True
    shown: list[str] = field(default_factory=list)
    jobs: list[Callable[[], None]] = field(default_factory=list)
    heard: list[Device] = field(default_factory=list)

    def show(self, amount: Money, figure: Figure) -> None:
        if not self.plugged:
            raise OSError(5, "Input/output error")
        self.shown.append(f"{figure.value} {amount}")

    def clear(self) -> None:
        self.shown.append("")

    def write(self) -> None:
        while self.jobs:
            self.jobs.pop(0)()


def test_only_the_newest_figure_is_written() -> None:
    wire = Wire()
    writer = PoleWriter(wire, wire.jobs.append, wire.heard.append)
    for fen in (100, 200, 300):
        writer.show((Money(fen), Figure.TOTAL))
    wire.write()
    assert wire.shown == ["total 3.00"]
    writer.show(None)
    wire.write()
    assert wire.shown[-1] == ""
    assert [device.health for device in wire.heard] == [Health.WORKS]


def test_a_lost_display_is_said_once_and_again_when_it_is_back() -> None:
    wire = Wire(plugged=False)
    writer = PoleWriter(wire, wire.jobs.append, wire.heard.append)
    for fen in (100, 200):
        writer.show((Money(fen), Figure.TOTAL))
        wire.write()
    assert [device.health for device in wire.heard] == [Health.FAULT]
    assert "Input/output error" in wire.heard[0].en
    assert "收银照常" in wire.heard[0].zh
    wire.plugged = True
    writer.show((Money(300), Figure.TOTAL))
    wire.write()
    assert [device.health for device in wire.heard] == [Health.FAULT, Health.WORKS]
