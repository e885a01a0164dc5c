"""Decoders side by side: ours, and those it has to beat."""
