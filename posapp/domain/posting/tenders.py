"""Where the money of each tender stands.  Stored value is none of them: what it pays stands on its lots."""

from __future__ import annotations

from posapp.domain.accounts import Account
from posapp.domain.sale import TenderMethod

TENDER_ACCOUNT = {
    TenderMethod.CASH: Account.CASH,
    TenderMethod.BANK_CARD: Account.BANK_CARD,
    TenderMethod.WECHAT_PAY: Account.WECHAT_PAY,
    TenderMethod.ALIPAY: Account.ALIPAY,
    TenderMethod.MANUFACTURER_COUPON: Account.MANUFACTURER_COUPON,
    TenderMethod.BANK_TRANSFER: Account.BANK_TRANSFER,
}
