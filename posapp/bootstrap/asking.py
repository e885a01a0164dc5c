"""Whether this till's server is there, asked by a person who wants to know now."""

from __future__ import annotations

import time

from posapp.application.devices import Device, Gear, Health
from posapp.application.till import Till
from posapp.bootstrap.carrying import link_to_server
from posapp.storage import settings


def ask_server(till: Till) -> Device:
    """Ask it over a connection of its own, for a second at the most."""
    if not till.has_server:
        return Device(Gear.SERVER, Health.ABSENT)
    with till.database.read() as connection:
        url = settings.get(connection, settings.SERVER_URL)
    link = link_to_server(till)
    try:
        began = time.perf_counter()
        alive = link.alive()
        took = round((time.perf_counter() - began) * 1000)
    finally:
        link.close()
    if alive:
        return Device(Gear.SERVER, Health.WORKS, url, f"The server answered in {took} ms.", f"服务器 {took} 毫秒应答。")
    return Device(
        Gear.SERVER,
        Health.FAULT,
        url,
        "The server does not answer. Selling goes on, and what is sold waits here; check network cable and router.",
        "服务器没有应答。收银照常，数据先留在本机；请检查网线和路由器。",
    )
