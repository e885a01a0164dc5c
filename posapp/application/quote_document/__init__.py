"""`posapp quote`: price JSON documents of basket and programme, step by step (docs/quote-format.md)."""

from posapp.application.quote_document.steps import quote_document

__all__ = ["quote_document"]
