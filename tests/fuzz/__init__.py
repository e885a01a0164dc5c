"""Inputs that nobody would send: nothing breaks, and nothing changes."""
