"""The exceptions inbox: what an exception is about, what may be done about it, and what each of that costs.

Pure: from the server's list and the events concerned (docs/adr/0012-exceptions-are-closed-by-entries.md).
"""
