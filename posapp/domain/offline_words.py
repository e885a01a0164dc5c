"""What a cashier reads when an action waits for the server: what is so, what still works, what to do (ux.md §10)."""

from __future__ import annotations

from typing import Final

from posapp.domain.amounts import Money
from posapp.domain.text import Text

NO_TOP_UP: Final = Text(
    "断网时不能充值；已有余额仍可小额支付，联网后再充",
    "no top-up while offline; small payments from the balance still work, top up when the network is back",
)
NO_CLOSING: Final = Text(
    "断网时不能退卡；余额仍可小额支付，联网后再办",
    "no card is closed while offline; small payments still work, close it when the network is back",
)
NO_LAPSING: Final = Text("断网时不做赠送金到期处理", "bonus is taken off only while the network is there")
NO_TRANSFER: Final = Text(
    "转赠要等联网；本人仍可用", "handing a coupon on waits for the network; it can still be used here"
)
NO_MEMBER_CHANGE: Final = Text(
    "断网时不能办理，以免两台收银机同时改；收银不受影响，联网后再办",
    "this needs the server, so that two tills do not do it at once; sell on, and do it when it is back",
)
NO_DRAW: Final = Text("断网时不能抽奖，等来网再抽；收银照常", "draws wait for the network; sales go on")
NO_WORKSHOP: Final = Text(
    "名额与其他收银机共用，联网后再报名或取消；签到照常",
    "places are shared with other tills; sign up or cancel when the network is back, checking in works",
)
NO_SCAN_PAY: Final = Text(
    "断网时不能扫码收款；现金、银行卡照收，联网后再扫",
    "no payment by code while offline; take cash or a bank card, scan again when the network is back",
)
OWN_SALES_ONLY: Final = Text(
    "断网时只能退本机卖出的单；等来网，或到卖出的收银台退",
    "offline, only this till's own sales come back; wait for the network or go to the till that sold it",
)
NEEDS_PIN: Final = Text(
    "断网时用储值要会员输密码；其他方式照收", "offline, stored value takes the member's PIN; other tenders work"
)
COUPON_WAITS: Final = Text("断网：他店发的或大额券，联网后可用", "offline: coupons of other stores and large ones wait")
COUPON_NOT_KEPT: Final = Text(
    "断网：这张券没有留给本机，联网后可用",
    "offline: this coupon is not set aside for this till and waits for the network",
)
COUPON_NOT_LENT: Final = Text(
    "这张券刚发出，或另一台收银机正留着；几分钟后再试，这单可先不用券",
    "this coupon was only just issued, or another till holds it; try again in some minutes or sell without it",
)
PRINTED_COUPON_WAITS: Final = Text("断网时不能收印刷券，联网后可用", "offline: printed coupons wait for the network")


def cash_only(hours: int) -> Text:
    """The server has been silent for too long."""
    return Text(
        f"断网已超过 {hours} 小时：只收现金，其余等来网再用",
        f"offline for more than {hours} hours: cash only, the rest works again with the network",
    )


def lease_most(units: int) -> Text:
    """In a shop whose tills spend only what the server set aside for them: the server has not granted so much."""
    return Text(
        f"服务器给本机的额度不够（现有 {units}）；联网后再试，或用其他方式",
        f"the server has not set aside so much for this till (there is {units}); try again, or pay otherwise",
    )


def stored_most(most: int) -> Text:
    """So much of a balance is left to spend here, in fen."""
    return Text(
        f"断网时本机还可用储值 {Money(most)} 元，其余请用其他方式付",
        f"offline, {Money(most)} of this balance can be spent here; pay the rest otherwise",
    )


def points_most(most: int) -> Text:
    """Points worth so much, in fen, are left to spend here."""
    return Text(
        f"断网时该会员在本机还可用 {Money(most)} 元的积分，其余等来网再用",
        f"offline, points worth {Money(most)} are left for this member here; the rest waits for the network",
    )


def points_too_old(hours: int) -> Text:
    """What the till knows of the member's points is older than that."""
    return Text(
        f"断网已超过 {hours} 小时，积分余额太旧，联网后再用；现金、银行卡照收",
        f"offline for more than {hours} hours, points are too old to spend; other tenders work",
    )


def pass_most(uses: int) -> Text:
    """A pass is good so often a day."""
    return Text(
        f"断网时每天只能核销 {uses} 次，联网后可继续",
        f"offline a pass is good {uses} time a day; more when the network is back",
    )


def refund_stored_most(fen: int) -> Text:
    """So much goes back on a card at once."""
    return Text(
        f"断网时每次最多退回储值卡 {Money(fen)} 元；其余等来网再退",
        f"offline, {Money(fen)} is the most that goes back on a card; the rest waits for the network",
    )


def refund_cash_most(fen: int) -> Text:
    """So much cash of one sale goes back."""
    return Text(
        f"断网时每单最多退现金 {Money(fen)} 元；其余等来网再退",
        f"offline, {Money(fen)} in cash is the most of one sale; the rest waits for the network",
    )
