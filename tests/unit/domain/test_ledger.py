"""Transactions balance in every unit or do not exist."""

from __future__ import annotations

import pytest

from posapp.domain.accounts import HELD_ACCOUNTS, Account, Unit
from posapp.domain.errors import UnbalancedTransaction
from posapp.domain.ledger import Posting, Transaction, transaction

MEMBER = b"m" * 16


def test_a_transaction_that_does_not_balance_is_refused() -> None:
    with pytest.raises(UnbalancedTransaction, match="FEN is out of balance by 1"):
        Transaction((Posting(Account.CASH, 1000), Posting(Account.SALES, -999)))


def test_each_unit_balances_apart() -> None:
    with pytest.raises(UnbalancedTransaction):
        Transaction((Posting(Account.CASH, 5), Posting(Account.MEMBER_POINTS, -5, MEMBER)))


def test_postings_of_nothing_are_left_out() -> None:
    result = transaction([Posting(Account.CASH, 5), Posting(Account.ROUND_OFF, 0), Posting(Account.SALES, -5)])
    assert [posting.account for posting in result.postings] == [Account.CASH, Account.SALES]


def test_a_held_account_needs_a_holder_and_an_unheld_one_takes_none() -> None:
    with pytest.raises(ValueError, match="needs holder"):
        Posting(Account.MEMBER_POINTS, 5)
    with pytest.raises(ValueError, match="takes no holder"):
        Posting(Account.CASH, 5, MEMBER)


def test_the_hundreds_digit_of_an_account_is_its_unit() -> None:
    assert {account.unit for account in Account} <= set(Unit)
    assert Account.CASH.unit is Unit.FEN
    assert Account.MEMBER_VISITS.unit is Unit.VISITS
    assert all(account.unit is not Unit.FEN for account in HELD_ACCOUNTS)
