"""Tills with very many members: the demo shop and a thousand or a million more, kept for the next part."""

from __future__ import annotations

import random
import sys
import time
from typing import TYPE_CHECKING

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.domain.ids import MemberId
from posapp.domain.member import Profile
from posapp.domain.time import BusinessDay
from posapp.storage import members
from posapp.storage.database import Database, driver
from posapp.storage.members import MemberRecord

if TYPE_CHECKING:
    from pathlib import Path

_DEMO_MEMBERS = 10
_AT_ONCE = 50_000
_REGULARS = 0.1
"""How many of a chain's members have been at one store."""
_JOINED = BusinessDay(740_000)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国梅红鑫宇浩轩子涵梓萱雨欣怡晨曦嘉俊晓思佳慧文博"


def member_shop(folder: Path, size: int) -> TillFolder:
    """The demo shop with so many members more; what an earlier part built in the folder is used again."""
    done = folder / f"{size}.done"
    till = TillFolder(folder / str(size))
    if done.exists():
        return till
    began = time.perf_counter()
    shops = Shops(till, SystemClock(), SystemEntropy(), _DEMO_MEMBERS)
    shops.demo()
    fill_members(shops.database, size)
    shops.close()
    done.touch()
    seconds = time.perf_counter() - began
    print(f"{size:,} members: written in {seconds:.0f} s, {till.database.stat().st_size >> 20} MB", flush=True)
    return till


def fill_members(database: Database, count: int, *, seed: int = 11) -> None:
    """Believable members: random numbers, two or three hanzi, most with a standing."""
    dice = random.Random(seed)
    with database.write() as connection:
        # All pages that are written at random places stay in memory while the database grows.
        driver(connection).execute("PRAGMA cache_size = -400000")
    for begin in range(0, count, _AT_ONCE):
        # Members are made in the order of their ids, so that neighbours in an index are written together.
        people = sorted(MemberId(dice.randbytes(16)) for _ in range(begin, min(count, begin + _AT_ONCE)))
        records, balances, holders, days = [], [], [], []
        for number, who in enumerate(people, begin):
            name = dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))
            phone = f"+861{dice.choice('3456789')}{dice.randrange(10**9):09d}"
            records.append((who, MemberRecord(Profile(phone, name), f"86{number:010d}", _JOINED)))
            balances += [(who, account, dice.randrange(100_000)) for account in (201, 301, 401)]
            holders.append((who, 3, 4, 739_000, 739_900))
            if dice.random() < _REGULARS:
                days.append((who, 739_000 + dice.randrange(900)))
        with database.write() as connection:
            raw = driver(connection)
            raw.executemany("INSERT INTO member_day VALUES (?,?,5000,1,0,0)", days)
            members.write_many(connection, records)
            raw.executemany("INSERT INTO held_balance VALUES (?,?,?,0)", balances)
            raw.executemany(
                "INSERT INTO holder(holder, visits, orders, first_day, last_day) VALUES (?,?,?,?,?)",
                holders,
            )
        if count > _AT_ONCE:
            print(f"\r  writing members: {min(count, begin + _AT_ONCE):,} of {count:,} ", end="", file=sys.stderr)
    if count > _AT_ONCE:
        print(file=sys.stderr)
