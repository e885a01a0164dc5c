"""The ways to the providers of payments by code: this shop's server, or in the demo shop the simulated providers.

The demo till is a server of its own: it speaks to the simulated providers as a server would, over HTTP on this machine.
"""

from __future__ import annotations

from posapp.application.till import Till
from posapp.bootstrap.carrying import identity_of, link_to_server
from posapp.bootstrap.shops import Shops
from sync.client.link import Session
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


def simulated_gateway(till: Till) -> SimulatedGateway:
    """The demo shop's own providers, as of this till's clock."""
    clock = till.clock
    return SimulatedGateway(Simulator(Clearing(lambda: clock.now().timestamp())))


def relay(shops: Shops, till: Till) -> Relay:
    """This till's server, over a connection of its own: a payment must not wait for a push."""
    link = link_to_server(till)
    return Relay(link, Session(link, identity_of(shops, till)))
