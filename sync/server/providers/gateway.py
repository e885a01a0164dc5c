"""Every provider of one merchant behind one face: an order goes to the provider of its method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from posapp.domain.payment import Answer, Order
from posapp.domain.payment_return import MoneyBack
from posapp.domain.sale import TenderMethod


class Provider(Protocol):
    """What each provider can do.  No method raises for trouble on the way: no answer is an answer too."""

    def pay(self, order: Order, code: str) -> Answer:
        """Charge the code that the buyer shows."""
        ...

    def query(self, order: Order) -> Answer:
        """What has become of it."""
        ...

    def reverse(self, order: Order) -> Answer:
        """Close it, and give back what was taken."""
        ...

    def refund(self, order: Order) -> Answer:
        """Give back all of it, where it is too late to reverse it."""
        ...

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back; one number gives back once."""
        ...

    def close(self) -> None:
        """Let go of the connection; a request that is under way in another thread may still take its time."""
        ...


class Gateway:
    """A provider for each method, itself a `Provider` for all of them.  Raises `KeyError` for a method without one."""

    def __init__(self, providers: Mapping[TenderMethod, Provider]) -> None:
        self._providers = dict(providers)

    @property
    def providers(self) -> Mapping[TenderMethod, Provider]:
        """Who stands behind which method."""
        return self._providers

    def pay(self, order: Order, code: str) -> Answer:
        """Charge the code that the buyer shows."""
        return self._providers[order.method].pay(order, code)

    def query(self, order: Order) -> Answer:
        """What has become of it."""
        return self._providers[order.method].query(order)

    def reverse(self, order: Order) -> Answer:
        """Close it, and give back what was taken."""
        return self._providers[order.method].reverse(order)

    def refund(self, order: Order) -> Answer:
        """Give back all of it, where it is too late to reverse it."""
        return self._providers[order.method].refund(order)

    def give_back(self, back: MoneyBack) -> Answer:
        """Give back so much of a payment whose sale came back."""
        return self._providers[back.method].give_back(back)

    def close(self) -> None:
        """Let go of every connection."""
        for provider in self._providers.values():
            provider.close()
