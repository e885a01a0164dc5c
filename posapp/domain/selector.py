"""Which lines a rule looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selector:
    """Which lines: any of the named products, categories or tags, and none of the excepted ones.

    Where nothing is named every line is meant.  `full_price_only` leaves out what an earlier step already lowered.
    """

    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    not_skus: frozenset[str] = frozenset()
    not_categories: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    full_price_only: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether no product, category or tag is named."""
        return not (self.skus or self.categories or self.tags)

    def matches(self, sku: str, category: str, tags: tuple[str, ...]) -> bool:
        """Whether a product is meant."""
        if sku in self.not_skus or category in self.not_categories or not self.not_tags.isdisjoint(tags):
            return False
        named = sku in self.skus or category in self.categories or not self.tags.isdisjoint(tags)
        return named or self.is_everything


EVERY_LINE = Selector()
