"""Stored value at the till: cards, top-ups, spending, closing, PINs, papers and contracts (domain.md §2.8, §3)."""
