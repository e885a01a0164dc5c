"""The till's own database: encrypted SQLite through SQLAlchemy Core.

`event_log` is the only writer of facts, `reference_data` the only writer of what can be changed; everything else
reads, or rebuilds what those two wrote.
"""
