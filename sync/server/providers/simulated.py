"""A gateway to both simulated providers, for trying out a shop without any provider's keys."""

from __future__ import annotations

from posapp.domain.sale import TenderMethod
from sync.server.providers.alipay import Alipay
from sync.server.providers.gateway import Gateway
from sync.server.providers.simulator.web import Simulator
from sync.server.providers.wechat import WeChatPay
from sync.server.providers.wire import Wire

__all__ = ["Simulator", "simulated"]


def simulated(url: str) -> Gateway:
    """The adapters, speaking to a simulator."""
    return Gateway(
        {
            TenderMethod.WECHAT_PAY: WeChatPay(Wire(url), "simulated", "simulated"),
            TenderMethod.ALIPAY: Alipay(Wire(url), "simulated"),
        }
    )
