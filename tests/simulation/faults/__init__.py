"""What goes wrong, by name: on the way of a request, and to machines, disks, databases and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.simulation.faults import clocks, copies, disks, horizons, outages, shares, way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulation.faults.striking import Fault
    from tests.simulation.network import Trouble

TROUBLES: Final[Mapping[str, Trouble]] = {
    trouble.name: trouble
    for trouble in (
        way.Loss(),
        way.AnswerLost(),
        way.Duplication(),
        way.Reordering(),
        way.TornRequest(),
        way.TornAnswer(),
        way.FlippedBit(),
        way.AlteredAnswer(),
        way.ServerError(),
        way.Meanwhile(),
    )
}
"""What befalls requests, each with a rate that is drawn for each seed."""

FAULTS: Final[Mapping[str, Fault]] = {
    fault.name: fault
    for fault in (
        outages.OneWayPartition(),
        outages.DaysOffline(),
        outages.AllOffline(),
        outages.LateRequests(),
        outages.BrokenPull(),
        horizons.HorizonMoves(),
        horizons.AwayPastHorizon(),
        disks.KilledTill(),
        disks.KilledUnseen(),
        disks.InterruptedStatement(),
        disks.PowerLoss(),
        disks.KilledServer(),
        disks.ServerPowerLoss(),
        disks.DiskFull(),
        disks.ServerDiskFull(),
        disks.FailedFsync(),
        disks.ServerFailedFsync(),
        disks.BitFlip(),
        disks.DeletedLog(),
        copies.NewerProgram(),
        copies.BackUpTill(),
        copies.BackUpServer(),
        copies.RestoredTill(),
        copies.ClonedTill(),
        copies.ReplacedTill(),
        copies.RestoredServer(),
        copies.BothRestored(),
        copies.LateAcknowledgement(),
        copies.LostDocument(),
        copies.RevokedDevice(),
        shares.EarlyReturn(),
        shares.LateReturn(),
        shares.UnansweredReturn(),
        clocks.ClockYearsOff(),
        clocks.SteppingClock(),
        clocks.BackOverClosing(),
        clocks.ServerClock(),
    )
}
"""What strikes at a step."""
