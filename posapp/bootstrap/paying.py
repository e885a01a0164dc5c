"""Who takes this till's payments by code: its server, or in the demo shop the simulated providers, or nobody.

The demo till is a server of its own: it speaks to the simulated providers as a server would, over HTTP on this machine.
"""

from __future__ import annotations

from collections.abc import Callable

from posapp.application.payment_worker import PaymentWorker
from posapp.application.payments import Charge
from posapp.application.till import Till
from posapp.bootstrap.carrying import identity_of
from posapp.bootstrap.shops import SIMULATED_PAYMENTS, Shops
from posapp.domain.payment import Payment
from posapp.storage import settings
from sync.client.link import Link, Session
from sync.client.payments import Relay
from sync.server.providers.gateway import Gateway
from sync.server.providers.simulated import Simulator, simulated
from sync.server.providers.simulator.clearing import Clearing


class SimulatedGateway(Gateway):
    """The demo shop's gateway, with the simulator that it speaks to; `close` ends both."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator.start()
        super().__init__(simulated(simulator.url).providers)

    def close(self) -> None:
        """Let go of the connections, and end the simulator."""
        super().close()
        self._simulator.stop()


def payment_worker(
    shops: Shops, till: Till, report: Callable[[Payment], None], refused: Callable[[Charge, Exception], None]
) -> PaymentWorker | None:
    """The worker of this till, not started yet; None where nobody takes payments by code."""
    with till.database.read() as connection:
        simulated_here = settings.get(connection, SIMULATED_PAYMENTS)
        url = settings.get(connection, settings.SERVER_URL)
    if simulated_here:
        clock = till.clock
        simulator = Simulator(Clearing(lambda: clock.now().timestamp()))
        return PaymentWorker(till, SimulatedGateway(simulator), report, refused)
    if not url:
        return None
    # A connection of its own: a payment must not wait for a push.
    link = Link(url)
    return PaymentWorker(till, Relay(link, Session(link, identity_of(shops, till))), report, refused)
