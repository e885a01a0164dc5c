"""What a till and the server say about payments by scanned code; the rules of `messages` hold here too."""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Annotated

import msgspec


@unique
class PaymentAct(IntEnum):
    """What a till asks of a payment provider."""

    PAY = 1
    QUERY = 2
    REVERSE = 3
    REFUND = 4
    GIVE_BACK = 5


class PaymentRequest(msgspec.Struct, frozen=True):
    """One step about one payment by scanned code; `code` is what the buyer shows, and only `PAY` carries it.

    `method` is a number of `posapp.domain.sale.TenderMethod`, `fen` the whole amount.  With `GIVE_BACK` it is what goes
    back under `refund_no` of a payment of `paid_fen`; `out_trade_no` is then the till's number or the provider's.
    """

    act: PaymentAct
    method: int
    out_trade_no: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_*-]{1,32}$")]
    fen: Annotated[int, msgspec.Meta(ge=1, lt=1 << 40)]
    code: Annotated[str, msgspec.Meta(max_length=32)] = ""
    refund_no: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_*-]{0,32}$")] = ""
    paid_fen: Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)] = 0


class PaymentReply(msgspec.Struct, frozen=True):
    """What the provider said: a number of `posapp.domain.payment.Heard`, its number of a paid order, its reason."""

    heard: int
    transaction: str = ""
    reason: str = ""
