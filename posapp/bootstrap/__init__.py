"""Reads where things are and wires the object graph; only `posapp.__main__` imports it."""
