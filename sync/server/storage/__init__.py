"""The server's own database: SQLite for a shop, PostgreSQL (and Citus) for many."""
