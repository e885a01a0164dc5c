"""Adapters of the outside world: what is printed, kicked open, shown to the customer and scanned."""
