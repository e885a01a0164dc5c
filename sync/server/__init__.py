"""The server: takes segments, keeps them for good, projects balances from them, and gives each till what it lacks."""
